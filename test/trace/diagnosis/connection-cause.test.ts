import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionCause } from "../../../src/trace/diagnosis/connection-cause.ts";

/** Sentences of Go's net, net/http, crypto/tls and crypto/x509, and our own of the same. */
for (const [error, cause] of [
  ["dial tcp: lookup api.example.com on 10.0.0.2:53: no such host", "NameNotResolved"],
  ["dial tcp: lookup api.example.com: i/o timeout", "NameNotResolved"],
  [
    "dial tcp: lookup api.example.com on 10.0.0.2:53: dial udp 10.0.0.2:53: connect: network is unreachable",
    "NameNotResolved",
  ],
  ["no such host (api.example.com)", "NameNotResolved"],
  ["dial tcp 10.96.1.2:443: connect: connection refused", "ConnectionRefused"],
  ["connection refused (127.0.0.1:6443)", "ConnectionRefused"],
  ["dial tcp 10.96.1.2:443: connect: no route to host", "NoRouteToHost"],
  ["dial tcp 10.96.1.2:443: i/o timeout", "ConnectionTimedOut"],
  // It was connected, or nothing could have shaken hands.
  ["net/http: TLS handshake timeout", "RequestTimedOut"],
  // For Go a connection that has not shaken hands is none yet.
  [
    "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
    "RequestTimedOut",
  ],
  ["net/http: timeout awaiting response headers", "RequestTimedOut"],
  ["dial tcp 10.96.1.2:443: connect: operation timed out", "ConnectionTimedOut"],
  [
    "dial tcp 10.0.0.1:6443: connectex: A connection attempt failed because the connected party did not properly respond after a period of time, or established connection failed because connected host has failed to respond.",
    "ConnectionTimedOut",
  ],
  [
    "dial tcp 127.0.0.1:6443: connectex: No connection could be made because the target machine actively refused it.",
    "ConnectionRefused",
  ],
  [
    "dial tcp 10.0.0.1:6443: connectex: A socket operation was attempted to an unreachable network.",
    "NoRouteToHost",
  ],
  [
    "read tcp 10.0.0.2:50000->10.0.0.1:6443: wsarecv: An existing connection was forcibly closed by the remote host.",
    "ConnectionReset",
  ],
  ["http2: client connection lost", "ConnectionReset"],
  [
    'http2: server sent GOAWAY and closed the connection; LastStreamID=5, ErrCode=NO_ERROR, debug=""',
    "ConnectionReset",
  ],
  ["tls: failed to verify certificate: x509: “kube-apiserver” certificate is expired", "CertificateExpired"],
  ['Get "https://10.0.0.1:6443/api": Service Unavailable', "ProxyInTheWay"],
  ["context deadline exceeded", "RequestTimedOut"],
  [
    'Get "https://10.96.1.2:443/apis/x/v1": net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    "RequestTimedOut",
  ],
  ["tls: failed to verify certificate: x509: certificate signed by unknown authority", "UnknownAuthority"],
  [
    'x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "ca")',
    "UnknownAuthority",
  ],
  [
    "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-02T00:00:00Z is after 2026-01-01T00:00:00Z",
    "CertificateExpired",
  ],
  [
    "tls: failed to verify certificate: x509: certificate is valid for localhost, not metrics-server.kube-system.svc",
    "CertificateNameMismatch",
  ],
  [
    "x509: cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs",
    "CertificateNameMismatch",
  ],
  ["http: server gave HTTP response to HTTPS client", "PlainHTTP"],
  ["EOF", "ConnectionReset"],
  ["read tcp 10.0.0.1:1->10.0.0.2:2: read: connection reset by peer", "ConnectionReset"],
  ["proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused", "ProxyInTheWay"],
  ["Forbidden", "ProxyInTheWay"],
  ["remote error: tls: bad certificate", "TLSFailed"],
  ["No agent available", "TunnelAgentMissing"],
  ["the moon is in the wrong phase", "Unknown"],
  ["", "Unknown"],
] as const) {
  test(`${error || "nothing"} is ${cause}`, () => assert.equal(connectionCause(error), cause));
}
