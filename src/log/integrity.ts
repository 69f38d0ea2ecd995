import type { BodyFacts } from "./body.ts";
import { matches } from "./evidence.ts";

/**
 * Whether lines of one client are missing (cut out, or before the log begins), by what client-go always writes together:
 * a request line and its `Request Headers:`, a body and its answer, the requests of a program from its first line on.
 * Only what was answered without naming its request depends on it.
 */
export interface Integrity {
  /**
   * A request; `separate`: its headers are entries of their own. `alone`: nothing else is in flight.
   * true: entries beside it would show a cut, and none has been missing so far.
   */
  request(url: string, separate: boolean, alone: boolean): boolean;
  /** Lines of this client are missing. */
  broken(): void;
  /** The headers of a request begin: false when no request is waiting for them. */
  requestHeaders(): boolean;
  /** How many requests still lack their headers. */
  headerless(): number;
  answer(): void;
  /** The body of an answer: false when no answer is waiting for it. */
  responseBody(facts: BodyFacts): boolean;
  requestBody(): void;
  /** Every entry says whether it announces a request: a log that begins with anything else has lost some. */
  first(isRequest: boolean): void;
  /** An answer of a request that is not in the log. */
  orphan(): void;
  /** Whether an answer can be that of the request in flight; `only`: there is one. */
  sound(only: boolean): boolean;
  /** Whether all that is logged of requests in flight is there. */
  whole(): boolean;
  /** Whether the client's first request is in the log. */
  readonly fromStart: boolean;
  /** The client logs its requests too, not only their answers. */
  readonly requestsLogged: boolean;
}

/** More requests in flight than this are not remembered by name. */
const maxRemembered = 600;

export function createIntegrity(startSeen: boolean): Integrity {
  let fromStart = startSeen;
  let whole = true;
  let beginsWithRequest: boolean | null = null;
  let headerless = 0;
  let requests = 0;
  let answers = 0;
  let openAnswers = 0;
  let openRequestBodies = 0;
  /** URLs of the requests since the last lonely one, and of those before it whose bodies may still come. */
  let current: string[] = [];
  let earlier: string[] = [];

  /** A body is logged when it has been read: that may be after the next request. */
  function isLate(facts: BodyFacts): boolean {
    if (facts.kind !== "success" || !facts.exact || earlier.length === 0) return false;
    if (current.some((url) => matches(url, facts.path, true))) return false;
    const at = earlier.findIndex((url) => matches(url, facts.path, true));
    if (at !== -1) earlier.splice(at, 1);
    return at !== -1;
  }

  return {
    request(url, separate, alone) {
      requests++;
      if (alone) {
        earlier = openAnswers > 0 ? current : [];
        current = [];
        if (answers > 0) fromStart = true;
        headerless = openAnswers = 0;
        openRequestBodies = Math.min(1, openRequestBodies);
      }
      if (current.length < maxRemembered) current.push(url);
      if (separate) headerless++;
      const framed = separate || openRequestBodies > 0;
      openRequestBodies = Math.max(0, openRequestBodies - 1);
      return framed && whole;
    },
    broken() {
      whole = false;
    },
    requestHeaders() {
      headerless--;
      if (headerless >= 0) return true;
      headerless = 0;
      return false;
    },
    headerless: () => headerless,
    answer() {
      answers++;
      openAnswers++;
    },
    responseBody(facts) {
      if (isLate(facts)) return true;
      openAnswers--;
      if (openAnswers >= 0) return true;
      openAnswers = 0;
      return false;
    },
    requestBody() {
      openRequestBodies++;
    },
    first(isRequest) {
      beginsWithRequest ??= isRequest;
    },
    orphan() {
      answers = 0;
    },
    sound: (only) =>
      (fromStart || beginsWithRequest === true) && !(only && (headerless > 0 || openRequestBodies > 0)),
    // The body of a request is logged before the request itself.
    whole: () => headerless === 0 && openRequestBodies <= 1,
    get fromStart() {
      return fromStart;
    },
    get requestsLogged() {
      return requests > 0;
    },
  };
}
