import { oneLine } from "./text.ts";

export interface FinalError {
  /** Statuses that kubectl words so; 0 for no answer at all. Empty: the line is no such error. */
  readonly statuses: readonly number[];
  readonly message: string;
  readonly reason: string | null;
  /** The text of a `Warning: ` line that only a server writes. */
  readonly warning: string | null;
}

/** metav1.StatusReason and its HTTP statuses (apimachinery pkg/apis/meta/v1/types.go). */
const statusesOfReason: Readonly<Record<string, readonly number[]>> = {
  Unauthorized: [401],
  Forbidden: [403],
  NotFound: [404],
  AlreadyExists: [409],
  Conflict: [409],
  Gone: [410],
  Expired: [410],
  Invalid: [422],
  ServerTimeout: [500, 504],
  Timeout: [504],
  TooManyRequests: [429],
  BadRequest: [400],
  MethodNotAllowed: [405],
  NotAcceptable: [406],
  RequestEntityTooLarge: [413],
  UnsupportedMediaType: [415],
  InternalError: [500, 501, 502, 505, 506, 507, 508, 510, 511],
  ServiceUnavailable: [503],
};

const none: FinalError = { statuses: [], message: "", reason: null, warning: null };

/** kubectl's own words about a request that failed. Source of truth: kubectl pkg/cmd/util/helpers.go (StandardErrorMessage). */
export function finalError(line: string, url: string): FinalError {
  const text = line.slice(0, 8000);
  const server = /^Error from server \(([A-Za-z]{1,60})\): (?:error when \w+ "[^"]*": )?(.*)$/s.exec(text);
  if (server !== null) {
    const [, reason = "", message = ""] = server;
    return { ...none, statuses: statusesOfReason[reason] ?? [], message: oneLine(message), reason };
  }
  const login = /^error: You must be logged in to the server \((.*)\)$/s.exec(text);
  if (login !== null)
    return { ...none, statuses: [401], message: oneLine(login[1] ?? ""), reason: "Unauthorized" };
  const transport = transportError(text, url);
  if (transport !== null) return { ...none, statuses: [0], message: transport };
  const warning = /^Warning: (.*)$/s.exec(text);
  return warning !== null && onlyServers.test(warning[1] ?? "")
    ? { ...none, warning: oneLine(warning[1] ?? "") }
    : none;
}

/** kubectl has warnings of its own: these are worded by API servers only. */
const onlyServers =
  / is deprecated in v\d|would violate PodSecurity|: unknown field "|: duplicate field "|^unknown field "|^duplicate field "/;

function transportError(text: string, url: string): string | null {
  if (/^The connection to the server \S+ was refused - /.test(text)) return oneLine(text);
  const unable = /^Unable to connect to the server: (.*)$/s.exec(text);
  if (unable !== null) return oneLine(unable[1] ?? "");
  const at = url === "" ? -1 : text.indexOf(url);
  if (at === -1) return null;
  const rest = /^"?: (.*)$/s.exec(text.slice(at + url.length));
  return rest === null ? null : oneLine(rest[1] ?? "");
}
