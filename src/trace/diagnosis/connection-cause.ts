import type { Cause } from "./diagnosis.ts";

/**
 * What kept one program from another, by the error's text: Go's, as client-go and kube-apiserver write it, and our own. The first
 * that fits counts. Source of truth: Go's net, net/http, crypto/tls and crypto/x509; src/cluster/connection/transport-failure.ts.
 */
const sentences: readonly (readonly [RegExp, Cause])[] = [
  [/No agent available|konnectivity/i, "TunnelAgentMissing"],
  [
    // A proxy's no to a CONNECT is Go's whole error: the words of its status.
    /proxyconnect tcp|(?:^|: |")(?:Proxy Authentication Required|Forbidden|Bad Gateway|Service Unavailable|Gateway Timeout)"?$/,
    "ProxyInTheWay",
  ],
  [
    // Go names the name, and the server that was asked for it: how that one failed is of no matter.
    /no such host|server misbehaving|the name server does not answer|\blookup \S+(?: on \S+)?: /,
    "NameNotResolved",
  ],
  [/remote error: tls: expired certificate/, "ClientCertificateExpired"],
  [
    /x509: certificate has expired or is not yet valid|certificate (?:has|is) expired|certificate is not valid yet/,
    "CertificateExpired",
  ],
  [
    /x509: (?:certificate is valid for|cannot validate certificate for|certificate is not valid for any names|certificate relies on legacy Common Name)|certificate is valid (?:only )?for/,
    "CertificateNameMismatch",
  ],
  [
    /x509: certificate signed by unknown authority|certificate signed by unknown authority|certificate is not trusted/,
    "UnknownAuthority",
  ],
  [
    /server gave HTTP response to HTTPS client|answers with plain HTTP|first record does not look like a TLS handshake/,
    "PlainHTTP",
  ],
  [/connection refused|target machine actively refused it/, "ConnectionRefused"],
  [
    /no route to host|network is unreachable|no route to the server|host is down|operation was attempted to an unreachable (?:network|host)/,
    "NoRouteToHost",
  ],
  [
    /dial tcp \S+: (?:i\/o timeout|connect: operation timed out)|connection timed out|connected party did not properly respond/,
    "ConnectionTimedOut",
  ],
  [
    /context deadline exceeded|Client\.Timeout|i\/o timeout|timed out|handshake timeout|timeout awaiting|no answer within/,
    "RequestTimedOut",
  ],
  [
    /connection reset by peer|\bEOF\b|broken pipe|connection was closed|server closed|stream error|connection lost|GOAWAY|forcibly closed by the remote host/,
    "ConnectionReset",
  ],
  [/\btls: |\bx509: |TLS failed|refused the client certificate/, "TLSFailed"],
];

/** The cause that an error of a connection names; Unknown for a sentence never seen. */
export function connectionCause(error: string): Cause {
  return sentences.find(([pattern]) => pattern.test(error))?.[1] ?? "Unknown";
}
