import assert from "node:assert/strict";
import { test } from "node:test";
import type { CertificateInfo, PodInfo } from "../../../src/cluster/cluster.ts";
import type { Cause } from "../../../src/trace/diagnosis/diagnosis.ts";
import { webhookFacts } from "../../../src/trace/diagnosis/webhook-facts.ts";
import type { ServiceChain } from "../../../src/trace/service-chain.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const ca: CertificateInfo = {
  subject: "CN=ca",
  issuer: "CN=ca",
  notBefore: "2026-01-01T00:00:00.000Z",
  notAfter: "2026-12-31T00:00:00.000Z",
  isAuthority: true,
  names: [],
};
const pod: PodInfo = {
  name: "hook-1",
  node: "n",
  phase: "Running",
  ready: false,
  reason: "container hook: CrashLoopBackOff",
  restarts: 0,
  hostNetwork: false,
  ports: [],
  workload: null,
};
const down: ServiceChain = {
  namespace: "hooks",
  name: "hook",
  port: 443,
  type: "ClusterIP",
  clusterIP: "10.96.0.7",
  ports: [{ name: "", port: 443, targetPort: "8443" }],
  selector: { app: "hook" },
  endpoints: [],
  pods: [pod],
};
const ready = {
  ...down,
  endpoints: [{ address: "10.1.0.1", port: 8443, ready: true, pod: "hook-1", node: "n" }],
  pods: [{ ...pod, ready: true, reason: "" }],
};
const isDown = "Pod hooks/hook-1 on n is not ready: container hook: CrashLoopBackOff";

for (const [name, cause, chain, authorities, expected] of [
  ["a Pod that is down", "MissingEndpoints", down, [ca], ["Service hooks/hook has no endpoints", isDown]],
  ["Pods that are ready", "WebhookFailed", ready, [ca], []],
  [
    "a certificate that is refused: only whom is trusted for it",
    "UnknownAuthority",
    down,
    [ca],
    ["caBundle trusts CN=ca, until 2026-12-31T00:00:00Z"],
  ],
  [
    "an authority that can never vouch for it, whatever the cause",
    "RequestTimedOut",
    ready,
    [{ ...ca, isAuthority: false, names: ["other.hooks.svc"] }],
    ["nothing in caBundle is an authority, or a certificate for hook.hooks.svc itself"],
  ],
  [
    "a Service that is not there",
    "ServiceNotFound",
    { namespace: "hooks", name: "hook", port: 443, endpoints: [], isMissing: true },
    [],
    ["there is no Service hooks/hook"],
  ],
  [
    "a Service that may not be seen",
    "RequestTimedOut",
    { namespace: "hooks", name: "hook", port: 443, endpoints: [], reason: "forbidden" },
    [],
    [],
  ],
] as const satisfies readonly (readonly [
  string,
  Cause,
  ServiceChain,
  readonly CertificateInfo[],
  readonly string[],
])[]) {
  test(`behind a webhook: ${name}`, () => {
    const facts = webhookFacts(chain, { skipsVerification: false, authorities, error: "" }, cause, now);
    assert.deepEqual(
      facts.map(({ sentence }) => sentence),
      expected,
    );
  });
}
