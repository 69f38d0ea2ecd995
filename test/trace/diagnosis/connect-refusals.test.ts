import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import { newRoundTrip } from "../../../src/log/round-trip.ts";
import { diagnose } from "../../../src/trace/diagnosis/diagnose.ts";

const log = "GET /api/v1/namespaces/shop/pods/web/log";
const exec = "POST /api/v1/namespaces/shop/pods/web/exec?command=ls";
const forward = "POST /api/v1/namespaces/shop/pods/web/portforward";
const podProxy = "GET /api/v1/namespaces/shop/pods/web/proxy/";
const serviceProxy = "GET /api/v1/namespaces/shop/services/web:81/proxy/";
const nodeProxy = "GET /api/v1/nodes/worker-1/proxy/metrics";
const gizmos = "GET /apis/example.com/v2/gizmos";

/** Sentences as kube-apiserver and kubelets of 1.30 to 1.37 word them. */
const rows: readonly (readonly [request: string, status: number, message: string, expected: string])[] = [
  // kube-apiserver: k/k pkg/registry/core/pod/strategy.go
  [log, 400, "container nope is not valid for pod web", "APIServer ContainerNotFound"],
  [exec, 400, "container nope is not valid for pod web", "APIServer ContainerNotFound"],
  [
    log,
    400,
    "a container name must be specified for pod web, choose one of: [web proxy]",
    "APIServer ContainerNotNamed",
  ],
  [exec, 400, "a container name must be specified for pod web", "APIServer ContainerNotNamed"],
  [exec, 400, "pod web does not have a host assigned", "APIServer PodNotScheduled"],
  [forward, 400, "pod web does not have a host assigned", "APIServer PodNotScheduled"],
  [podProxy, 400, "address not allowed", "APIServer AddressNotAllowed"],
  [nodeProxy, 400, "address not allowed", "APIServer AddressNotAllowed"],
  [serviceProxy, 503, 'no service port 81 found for service "web"', "APIServer ServicePortError"],
  [serviceProxy, 503, 'no endpoints available for service "web"', "Pod MissingEndpoints"],
  [log, 404, 'pods "web" not found', "APIServer ObjectNotFound"],
  [log, 404, 'nodes "worker-1" not found', "Kubelet NodeNotFound"],
  [log, 404, 'pods "worker-1" not found', "Kubelet NodeNotFound"],
  [podProxy, 404, 'pods "worker-1" not found', "Pod Unknown"],
  [
    log,
    500,
    "Internal error occurred: no preferred addresses found; known addresses: []",
    "Kubelet NodeAddressMissing",
  ],
  // The kubelet's own words: k/k pkg/kubelet/kubelet_pods.go
  [
    log,
    400,
    'container "web" in pod "web" is waiting to start: ContainerCreating',
    "Kubelet ContainerNotStarted",
  ],
  [
    log,
    400,
    `container "web" in pod "web" is waiting to start: image can't be pulled`,
    "Kubelet ContainerNotStarted",
  ],
  [
    log,
    400,
    'container "web" in pod "web" is waiting to start: trying and failing to pull image',
    "Kubelet ContainerNotStarted",
  ],
  [log, 400, 'container "web" in pod "web" is waiting to start - no logs yet', "Kubelet ContainerNotStarted"],
  [log, 400, 'container "web" in pod "web" is not available', "Kubelet ContainerNotStarted"],
  [log, 400, 'container "web" in pod "web" is terminated', "Kubelet ContainerTerminated"],
  [log, 400, 'previous terminated container "web" in pod "web" not found', "Kubelet NoPreviousContainer"],
  [log, 400, 'pod "web" cannot be found - no logs available', "Kubelet PodNotOnNode"],
  [exec, 500, 'container not found ("web")', "Kubelet ContainerNotFound"],
  [
    exec,
    500,
    'Internal error occurred: unable to upgrade connection: container not found ("web")',
    "Kubelet ContainerNotFound",
  ],
  [exec, 404, "pod does not exist", "Kubelet PodNotOnNode"],
  [exec, 404, "unable to upgrade connection: pod does not exist", "Kubelet PodNotOnNode"],
  [forward, 404, 'pod not found ("web_shop")', "Kubelet PodNotOnNode"],
  // Only its status is passed on: apimachinery/pkg/api/errors/errors.go (NewGenericServerResponse)
  [log, 404, "the server could not find the requested resource ( pods/log web)", "Kubelet PodNotOnNode"],
  [
    log,
    401,
    "the server has asked for the client to provide credentials ( pods/log web)",
    "Kubelet KubeletUnauthorized",
  ],
  [
    log,
    403,
    "Forbidden (user=kube-apiserver-kubelet-client, verb=get, resource=nodes, subresource=proxy) ( pods/log web)",
    "Kubelet KubeletForbidden",
  ],
  [
    exec,
    403,
    "Forbidden (user=system:anonymous, verb=create, resource=nodes, subresource(s)=[exec proxy])",
    "Kubelet KubeletForbidden",
  ],
  // The way to it.
  [
    log,
    500,
    'Get "https://worker-1:10250/containerLogs/shop/web/web": dial tcp: lookup worker-1 on 10.0.0.2:53: no such host',
    "Kubelet NameNotResolved",
  ],
  [
    log,
    500,
    'Get "https://192.0.2.12:10250/containerLogs/shop/web/web": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    "Kubelet UnknownAuthority",
  ],
  [
    log,
    500,
    'Get "https://192.0.2.12:10250/containerLogs/shop/web/web": remote error: tls: internal error',
    "Kubelet TLSFailed",
  ],
  [
    log,
    500,
    'Get "https://192.0.2.12:10250/containerLogs/shop/web/web": No agent available',
    "Kubelet TunnelAgentMissing",
  ],
  [
    exec,
    500,
    "error dialing backend: tls: failed to verify certificate: x509: cannot validate certificate for 192.0.2.12 because it doesn't contain any IP SANs",
    "Kubelet CertificateNameMismatch",
  ],
  [
    exec,
    500,
    "error dialing backend: dial tcp 192.0.2.12:10250: connect: no route to host",
    "Kubelet NoRouteToHost",
  ],
  [
    exec,
    500,
    "error sending request: write tcp 10.0.0.1:1->192.0.2.12:10250: write: broken pipe",
    "Kubelet ConnectionReset",
  ],
  [
    nodeProxy,
    503,
    "error trying to reach service: dial tcp 192.0.2.12:10250: i/o timeout",
    "Kubelet ConnectionTimedOut",
  ],
  [
    podProxy,
    503,
    "error trying to reach service: dial tcp 10.244.1.5:80: connect: connection refused",
    "Pod ConnectionRefused",
  ],
  // A proxied program says what it likes.
  [podProxy, 404, "pod does not exist", "Pod Unknown"],
  [podProxy, 403, "Forbidden (user=me, verb=get, resource=nodes, subresource=proxy)", "Pod Unknown"],
  // The same words about something that is not handed on.
  [
    "POST /api/v1/namespaces/shop/pods",
    400,
    "container nope is not valid for pod web",
    "APIServer BadRequest",
  ],
  // apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go
  [
    gizmos,
    500,
    "conversion webhook for example.com/v1, Kind=Gizmo failed: no response provided",
    "ConversionWebhook ConversionFailed",
  ],
  [
    gizmos,
    500,
    "conversion webhook for example.com/v1, Kind=Gizmo returned 0 objects, expected 1",
    "ConversionWebhook ConversionFailed",
  ],
  [
    gizmos,
    500,
    "conversion webhook for example.com/v1, Kind=Gizmo returned invalid object at index 0: invalid kind (expected Gizmo, received Gadget)",
    "ConversionWebhook ConversionFailed",
  ],
  [
    gizmos,
    500,
    'conversion webhook for example.com/v1, Kind=Gizmo failed: Post "https://webhook.things.svc:443/convert?timeout=30s": service "webhook" not found',
    "ConversionWebhook ServiceNotFound",
  ],
  [
    gizmos,
    500,
    'conversion webhook for example.com/v1, Kind=Gizmo failed: Post "https://webhook.things.svc:443/convert?timeout=30s": no endpoints available for service "webhook"',
    "ConversionWebhook MissingEndpoints",
  ],
  [
    gizmos,
    500,
    'conversion webhook for example.com/v1, Kind=Gizmo failed: Post "https://webhook.things.svc:443/convert?timeout=30s": no service port 443 found for service "webhook"',
    "ConversionWebhook ServicePortError",
  ],
  [
    gizmos,
    500,
    'conversion webhook for example.com/v1, Kind=Gizmo failed: Post "https://webhook.things.svc:443/convert?timeout=30s": something never seen',
    "ConversionWebhook ConversionFailed",
  ],
];

for (const [request, status, message, expected] of rows) {
  test(`who said: ${message}`, () => {
    const [method = "", path = ""] = request.split(" ");
    const found = diagnose({
      roundTrip: newRoundTrip({
        method,
        url: `https://10.0.0.1:6443${path}`,
        outcome: "response",
        status,
        message,
        auditId: "a-1",
        relayed: false,
        fromCache: false,
        statusReason: "x",
        source: { file: "-", line: 1 },
      }),
      requestInfo: parseRequestInfo(method, path, ""),
      apiService: null,
      target: { kind: "Local", by: "built-in" },
      verdict: { decision: "unknown", reason: "", source: "none" },
    });
    assert.equal(found && `${found.party} ${found.cause}`, expected);
    assert.equal(found?.evidence[0], message);
    // Not of the way from the client to kube-apiserver.
    for (const line of found?.advice ?? []) assert.doesNotMatch(line, /^kubectl config|kubeconfig/);
  });
}
