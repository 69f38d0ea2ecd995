import { TraceError } from "../../errors.ts";
import { oneSafeLine } from "../safe-text.ts";

/** What kept a request from being answered. */
export type FailureKind =
  | "dns"
  | "refused"
  | "unreachable"
  | "timeout"
  | "unknown-authority"
  | "certificate-expired"
  | "name-mismatch"
  | "client-certificate"
  | "tls"
  | "plain-http"
  | "reset"
  | "proxy"
  | "credentials"
  | "too-large"
  | "aborted"
  | "other";

export interface Failure {
  readonly kind: FailureKind;
  /** One line: "connection refused (127.0.0.1:6443)". */
  readonly message: string;
  /** What to do about it; "" when nothing general can be said. */
  readonly hint: string;
}

/** An error whose meaning is known where it arises. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly kind: FailureKind;
  constructor(kind: FailureKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.kind = kind;
  }
}

const hints: Partial<Record<FailureKind, string>> = {
  dns: "is the server's name right, and can it be resolved from here",
  refused: "is the cluster running, and is the server's port right",
  unreachable: "is the network (or VPN) to the cluster up",
  timeout: "is the cluster reachable from here; a longer limit: --request-timeout 60s",
  "unknown-authority": "certificate-authority-data of the kubeconfig is not that of this server",
  "certificate-expired": "renew the server's certificate, and compare the clocks",
  "name-mismatch": "use a server name that the certificate has, or set --tls-server-name",
  "client-certificate": "the client certificate is expired or of another cluster: log in again",
  "plain-http": "the server speaks plain HTTP there: is it http:// or another port",
  proxy: "check proxy-url of the kubeconfig, HTTPS_PROXY and NO_PROXY",
};

const unknownAuthority: ReadonlySet<string> = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "INVALID_CA",
]);
const plainHttp = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER/;
const clientCertificate =
  /ALERT_(BAD_CERTIFICATE|CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERT)|CERTIFICATE_REQUIRED|alert (bad certificate|certificate|unknown ca)/i;
const reset: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "ERR_HTTP2_STREAM_ERROR",
  "ERR_HTTP2_SESSION_ERROR",
  "ERR_HTTP2_STREAM_CANCEL",
  "ERR_HTTP2_GOAWAY_SESSION",
]);
const unreachable: ReadonlySet<string> = new Set([
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EADDRNOTAVAIL",
]);
const dns: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "ENODATA"]);

/** A short stable sentence for what went wrong on the way to `host` ("127.0.0.1:6443"). */
export function describeFailure(error: unknown, host: string): Failure {
  const { kind, text } = classify(error);
  const message = kind === "credentials" ? text : `${text} (${host})`;
  const hint = error instanceof TraceError ? error.hint : (hints[kind] ?? "");
  return { kind, message, hint };
}

function classify(error: unknown): { kind: FailureKind; text: string } {
  if (error instanceof TransportError) return { kind: error.kind, text: oneSafeLine(error.message) };
  if (error instanceof TraceError) return { kind: "credentials", text: oneSafeLine(error.message) };
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const { code = "", message = "", name = "" } = (first ?? {}) as NodeJS.ErrnoException;
  if (dns.has(code))
    return { kind: "dns", text: code === "EAI_AGAIN" ? "the name server does not answer" : "no such host" };
  if (code === "ECONNREFUSED") return { kind: "refused", text: "connection refused" };
  if (code === "ETIMEDOUT") return { kind: "timeout", text: "connection timed out" };
  if (unreachable.has(code)) return { kind: "unreachable", text: "no route to the server" };
  if (unknownAuthority.has(code))
    return { kind: "unknown-authority", text: "certificate signed by unknown authority" };
  if (code === "CERT_HAS_EXPIRED")
    return { kind: "certificate-expired", text: "the server's certificate has expired" };
  if (code === "CERT_NOT_YET_VALID")
    return { kind: "certificate-expired", text: "the server's certificate is not valid yet" };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return { kind: "name-mismatch", text: nameMismatch(first) };
  if (plainHttp.test(code))
    return { kind: "plain-http", text: "the server answers with plain HTTP, not TLS" };
  if (clientCertificate.test(code) || clientCertificate.test(message)) {
    return { kind: "client-certificate", text: "the server refused the client certificate" };
  }
  if (code.startsWith("HPE_") || name === "HTTPParserError")
    return { kind: "other", text: "the answer is not HTTP" };
  if (reset.has(code))
    return { kind: "reset", text: "the connection was closed before the answer was complete" };
  if (name === "AbortError") return { kind: "aborted", text: "interrupted" };
  if (/SSL|TLS|EPROTO/.test(code)) return { kind: "tls", text: `TLS failed: ${oneSafeLine(code)}` };
  return { kind: "other", text: oneSafeLine(code === "" ? message || "unknown error" : `${code}`) };
}

function nameMismatch(error: unknown): string {
  const { host, cert } = error as { host?: string; cert?: { subjectaltname?: string } };
  const names = (cert?.subjectaltname ?? "").replaceAll(/(DNS|IP Address):/g, "");
  const valid = names === "" ? "for no name" : `only for ${oneSafeLine(names, 120)}`;
  return `the server's certificate is valid ${valid}, not for ${oneSafeLine(host ?? "the name used", 100)}`;
}
