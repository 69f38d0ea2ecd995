/**
 * One HTTP exchange as a Kubernetes client logged it. Knows HTTP and the log, nothing of Kubernetes' API.
 *
 * Vocabulary of this project, said once:
 *   RoundTrip    what client-go logs of one HTTP request and its answer
 *   RequestInfo  the API server's reading of that request's URL (src/api/request-info.ts)
 *   APIService   the object that says who serves a group/version
 *   Target       what stands behind the APIService: kube-apiserver itself, a CRD, or a Service
 *   Verdict      whether the user may do it, and what says so
 *   Trace        all of these for one RoundTrip
 */

/**
 * How the exchange ended, as far as the log tells:
 *   response      an HTTP answer came
 *   failed        no HTTP answer (DNS, dial, TLS, timeout)
 *   pending       the log ends first
 *   unattributed  an answer may have come, but the log does not say which one
 *   planned       never sent (`resolve`)
 */
export type Outcome = "response" | "failed" | "pending" | "unattributed" | "planned";

/** Network phases in whole milliseconds, those that are known. Keys are httptrace's, as client-go logs them. */
export interface Phases {
  readonly dnsLookup?: number;
  readonly dial?: number;
  readonly tlsHandshake?: number;
  readonly getConnection?: number;
  readonly serverProcessing?: number;
}

/** The user a request asked to act as (the `Impersonate-*` headers). */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface RoundTrip {
  /** Upper-case HTTP method; "" when the log does not say (an answer without its request). */
  readonly method: string;
  /** Absolute URL as logged; "" when the log does not say. */
  readonly url: string;
  readonly outcome: Outcome;
  readonly status: number | null;
  /** "OK", "Service Unavailable": the status line without its number. */
  readonly statusText: string | null;
  /** Milliseconds to the response headers; null when unknown. */
  readonly durationMs: number | null;
  readonly phasesMs: Phases;
  /**
   * klog's own text of the moment ("1121 01:08:36.191956"), which has no year and no zone; null when unknown. It is that of
   * the answer's entry, as is source.line; of the request's entry when the log does not tell which answer is its own.
   * Logs in JSON have ISO text.
   */
  readonly time: string | null;
  /** Status.message, or the transport error; null when there is none or the log does not have it. */
  readonly message: string | null;
  /** Texts of the 299 warnings. */
  readonly warnings: readonly string[];
  readonly auditId: string | null;
  /**
   * The answer carries its Audit-Id twice: one server passed on the answer of another, and each wrote it. kube-apiserver does so
   * for extension API servers that are built like itself; others do not write it. null when the log has no response headers.
   */
  readonly relayed: boolean | null;
  readonly flowSchemaUid: string | null;
  readonly priorityLevelUid: string | null;
  /** null when the log has no response headers. */
  readonly fromCache: boolean | null;
  /** Milliseconds the client held the request back (client-side throttling); null when it did not. */
  readonly throttledMs: number | null;
  /** Milliseconds the server asked to wait before a retry (Retry-After), or, where no answer came, that the client waits of itself; null for none. */
  readonly retryAfterMs: number | null;
  /** Status.reason of an error answer ("Forbidden"), when the log has the body; null otherwise. */
  readonly statusReason: string | null;
  readonly impersonation: Impersonation | null;
  /** The answers it may have got, when unattributed: distinct status codes in log order. */
  readonly candidates: readonly number[];
  readonly source: { readonly file: string; readonly line: number };
}

/** A RoundTrip of which nothing is known but what is given. */
export function newRoundTrip(
  known: Partial<RoundTrip> & Pick<RoundTrip, "method" | "url" | "outcome" | "source">,
): RoundTrip {
  return {
    status: null,
    statusText: null,
    durationMs: null,
    phasesMs: {},
    time: null,
    message: null,
    warnings: [],
    auditId: null,
    relayed: null,
    flowSchemaUid: null,
    priorityLevelUid: null,
    fromCache: null,
    throttledMs: null,
    retryAfterMs: null,
    statusReason: null,
    impersonation: null,
    candidates: [],
    ...known,
  };
}

/** "https://user:password@host/…" without what stands before the host: it is a credential. */
export function withoutUserInfo(url: string): string {
  return url.includes("@") ? url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, "$1") : url;
}
