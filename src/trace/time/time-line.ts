import { isDiscovery } from "../../api/discovery.ts";
import type { Trace } from "../trace.ts";
import { type Moment, msFrom } from "./moment.ts";
import type { RequestParts } from "./request-parts.ts";
import type { Interval } from "./shares.ts";

/** One request whose moments are known, as the log has it. */
export interface Timed {
  readonly trace: Trace;
  /** When its answer came; when it was sent, for one that has none. */
  readonly logged: Moment;
  /** null: the log ends before the answer. */
  readonly parts: RequestParts | null;
}

/** One request on the command's time line, in milliseconds from its first moment. Each part ends where the next begins. */
export interface Bar {
  /** Held back by the client from here … */
  readonly heldFrom: number;
  /** … until it was sent, as far as the client is concerned; it may still have waited for credentials … */
  readonly sent: number;
  /** … then DNS, dial and TLS … */
  readonly networkFrom: number;
  /** … then the server … */
  readonly serverFrom: number;
  /** … until the answer's headers, or to the end of what is known. */
  readonly to: number;
}

/** A request and where it stands. */
export interface Placed {
  readonly trace: Trace;
  readonly bar: Bar;
  readonly answered: boolean;
}

/** How long after `origin` each of these moments is; null when not all are of one clock. */
export function place(requests: readonly Timed[], origin: Moment): Placed[] | null {
  const placed: Placed[] = [];
  for (const { trace, logged, parts } of requests) {
    const at = msFrom(origin, logged);
    if (at === null) return null;
    placed.push({ trace, bar: barOf(at, parts), answered: parts !== null });
  }
  return placed;
}

function barOf(at: number, parts: RequestParts | null): Bar {
  if (parts === null) return { heldFrom: at, sent: at, networkFrom: at, serverFrom: at, to: at };
  const serverFrom = at - parts.serverMs;
  const networkFrom = serverFrom - parts.networkMs;
  const sent = networkFrom - parts.waitMs;
  return { heldFrom: sent - parts.heldMs, sent, networkFrom, serverFrom, to: at };
}

/** The same, seen from another moment; requests without an answer last until `end`. */
export function moveBar({ bar, answered }: Placed, begin: number, end: number): Bar {
  return {
    heldFrom: bar.heldFrom - begin,
    sent: bar.sent - begin,
    networkFrom: bar.networkFrom - begin,
    serverFrom: bar.serverFrom - begin,
    to: (answered ? bar.to : Math.max(end, bar.to)) - begin,
  };
}

/** What is under way when. */
export function intervalsOf(requests: readonly Placed[], end: number): Interval[] {
  const firstAnswer = firstAnswerOf(requests);
  return requests.flatMap(({ trace, bar, answered }) => {
    const lookup = isDiscovery(trace.requestInfo);
    const to = answered ? bar.to : end;
    const wait = mayGetCredentials(trace, bar, firstAnswer)
      ? [{ activity: "gettingCredentials", from: bar.sent, to: bar.networkFrom } as const]
      : [];
    return [
      { activity: "heldBack", from: bar.heldFrom, to: bar.sent } as const,
      ...wait,
      {
        activity: lookup ? "connectingForDiscovery" : "connecting",
        from: bar.networkFrom,
        to: bar.serverFrom,
      } as const,
      { activity: lookup ? "discovering" : "serving", from: bar.serverFrom, to } as const,
    ];
  });
}

/** When the first answer came; Infinity when none did. */
export function firstAnswerOf(requests: readonly Placed[]): number {
  return Math.min(...requests.filter(({ answered }) => answered).map(({ bar }) => bar.to));
}

/**
 * client-go logs a request outside of what gets its credentials: a credential plugin runs within the first request's duration, before
 * its connection (client-go/transport/round_trippers.go, HTTPWrappersForConfig; plugin/pkg/client/auth/exec). What a later request
 * waits there, or one with a body, may be anything: the sending of that body, a place among the connection's streams.
 */
function mayGetCredentials({ roundTrip }: Trace, bar: Bar, firstAnswer: number): boolean {
  return bar.sent < firstAnswer && !/^(?:POST|PUT|PATCH)$/.test(roundTrip.method);
}

/**
 * Does the request's answer go on for as long as somebody wants it: a watch, a log that is followed, a shell? How long that is
 * says nothing about speed.
 */
export function isStream({ requestInfo, roundTrip }: Trace): boolean {
  const { outcome, status, url } = roundTrip;
  if (outcome !== "pending" && (status === null || status >= 300)) return false;
  if (requestInfo.verb === "watch") return true;
  if (requestInfo.subresource === "log") return /[?&]follow=(?:true|1)(?:&|$)/.test(url);
  return /^(?:exec|attach|portforward|proxy)$/.test(requestInfo.subresource);
}
