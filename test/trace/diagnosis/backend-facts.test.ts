import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Answer,
  ApiService,
  CertificateInfo,
  Endpoint,
  ExtensionAuthentication,
  PodInfo,
  Trust,
} from "../../../src/cluster/cluster.ts";
import {
  backendFacts,
  isOfAuthentication,
  isOfBackend,
  type Surroundings,
} from "../../../src/trace/diagnosis/backend-facts.ts";
import { diagnoseApiService } from "../../../src/trace/diagnosis/diagnose-api-service.ts";
import type { Cause, Party } from "../../../src/trace/diagnosis/diagnosis.ts";
import type { ServiceChain } from "../../../src/trace/service-chain.ts";
import type { Target, TraceApiService } from "../../../src/trace/trace.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const surroundings: Surroundings = { now, versions: null, authentication: null };

function certificate(known: Partial<CertificateInfo> = {}): CertificateInfo {
  return {
    subject: "CN=metrics-ca",
    issuer: "CN=metrics-ca",
    notBefore: "2026-01-01T00:00:00.000Z",
    notAfter: "2027-01-01T00:00:00.000Z",
    isAuthority: true,
    names: [],
    ...known,
  };
}
const expired = certificate({ subject: "CN=old-ca", notAfter: "2026-05-31T00:00:00.000Z" });
const leaf = { isAuthority: false, subject: "CN=leaf" };

function trusting(...authorities: CertificateInfo[]): Trust {
  return { skipsVerification: false, authorities, error: "" };
}

function pod(known: Partial<PodInfo> = {}): PodInfo {
  return {
    name: "m-1",
    node: "node-1",
    phase: "Running",
    ready: true,
    reason: "",
    restarts: 0,
    hostNetwork: false,
    ports: [{ name: "https", port: 10250 }],
    workload: { kind: "Deployment", name: "m" },
    ...known,
  };
}
const crashing = pod({ ready: false, reason: "container m: CrashLoopBackOff", restarts: 7 });

function endpoint(known: Partial<Endpoint> = {}): Endpoint {
  return { address: "10.1.0.1", port: 10250, ready: true, pod: "m-1", node: "node-1", ...known };
}

function chain(known: Partial<ServiceChain> = {}): Target {
  return {
    kind: "Service",
    namespace: "kube-system",
    name: "m",
    port: 443,
    endpoints: [endpoint()],
    type: "ClusterIP",
    clusterIP: "10.0.0.9",
    ports: [{ name: "https", port: 443, targetPort: "https" }],
    selector: { app: "m" },
    pods: [pod()],
    ...known,
  };
}

function service(trust?: Trust): TraceApiService {
  return {
    name: "v1beta1.metrics.k8s.io",
    available: "False",
    reason: "FailedDiscoveryCheck",
    message: "",
    ...(trust === undefined ? {} : { trust }),
  };
}

function sentences(cause: Cause, target: Target, trust?: Trust, around = surroundings): string[] {
  return backendFacts(cause, { apiService: service(trust), target }, around).map(({ sentence }) => sentence);
}

const trustRows: readonly (readonly [what: string, trust: Trust, facts: readonly string[]])[] = [
  ["an authority", trusting(certificate()), ["caBundle trusts CN=metrics-ca, until 2027-01-01T00:00:00Z"]],
  [
    "an authority that has expired",
    trusting(expired),
    [
      "nothing in caBundle that could vouch for m.kube-system.svc is valid now",
      "caBundle trusts CN=old-ca, which expired on 2026-05-31T00:00:00Z",
    ],
  ],
  [
    "one that has expired beside one that has not",
    trusting(certificate(), expired),
    [
      "caBundle trusts CN=old-ca, which expired on 2026-05-31T00:00:00Z",
      "caBundle trusts CN=metrics-ca, until 2027-01-01T00:00:00Z",
    ],
  ],
  [
    "one of tomorrow",
    trusting(certificate({ notBefore: "2026-06-02T00:00:00.000Z" })),
    [
      "nothing in caBundle that could vouch for m.kube-system.svc is valid now",
      "caBundle trusts CN=metrics-ca, which is not valid before 2026-06-02T00:00:00Z",
    ],
  ],
  [
    "a certificate that is for another name",
    trusting(certificate({ ...leaf, names: ["m.other.svc", "localhost"] })),
    [
      "nothing in caBundle is an authority, or a certificate for m.kube-system.svc itself",
      "caBundle trusts CN=leaf, until 2027-01-01T00:00:00Z",
    ],
  ],
  ...["m.kube-system.svc", "*.kube-system.svc", "M.Kube-System.svc"].map(
    (name) =>
      [
        `a certificate for ${name}`,
        trusting(certificate({ ...leaf, names: [name] })),
        ["caBundle trusts CN=leaf, until 2027-01-01T00:00:00Z"],
      ] as const,
  ),
  [
    "nothing",
    trusting(),
    ["caBundle is empty: only the root certificates of kube-apiserver's own machine count"],
  ],
  [
    "no certificate",
    { skipsVerification: false, authorities: [], error: "caBundle holds no certificate" },
    ["caBundle holds no certificate"],
  ],
  [
    "anything",
    { skipsVerification: true, authorities: [], error: "" },
    ["insecureSkipTLSVerify is true: kube-apiserver does not check the certificate"],
  ],
  [
    "anything, and a bundle",
    { skipsVerification: true, authorities: [certificate()], error: "" },
    ["insecureSkipTLSVerify is true beside a caBundle: kube-apiserver refuses to store both"],
  ],
  [
    "all the world",
    trusting(...Array.from({ length: 100 }, (_, i) => certificate({ subject: `CN=root-${i}` }))),
    [
      "caBundle trusts CN=root-0, until 2027-01-01T00:00:00Z",
      "caBundle trusts CN=root-1, until 2027-01-01T00:00:00Z",
      "caBundle trusts CN=root-2, until 2027-01-01T00:00:00Z",
      "caBundle holds 97 more",
    ],
  ],
];

for (const [what, trust, facts] of trustRows) {
  test(`trusting ${what}`, () => assert.deepEqual(sentences("UnknownAuthority", chain(), trust), facts));
}

test("who is trusted says nothing of a Pod that is not ready, and what can never work says it of an unknown cause", () => {
  assert.deepEqual(sentences("MissingEndpoints", chain(), trusting(expired)), []);
  assert.deepEqual(sentences("Unknown", chain(), trusting()), []);
  assert.deepEqual(sentences("ConditionMissing", chain(), trusting(expired)), [
    "nothing in caBundle that could vouch for m.kube-system.svc is valid now",
  ]);
});

const chainRows: readonly (readonly [what: string, target: Target, facts: readonly string[]])[] = [
  ["all as it should be", chain(), []],
  ["nothing was asked", { kind: "Service", namespace: "n", name: "s", port: 443, endpoints: [] }, []],
  ["another port", chain({ port: 4443 }), ["Service kube-system/m has port 443, but port 4443 is called"]],
  ["no port at all", chain({ ports: [] }), ["Service kube-system/m has no port, but port 443 is called"]],
  [
    "a name that no container's port has",
    chain({
      ports: [{ name: "https", port: 443, targetPort: "webhook" }],
      endpoints: [endpoint({ port: null })],
    }),
    ["port 443 leads to the port named webhook, which no container of the Pods has: they declare https"],
  ],
  [
    "a name that an endpoint was found for all the same",
    chain({ ports: [{ name: "https", port: 443, targetPort: "webhook" }] }),
    [],
  ],
  [
    "a number that no container declares: only a hint",
    chain({ ports: [{ name: "https", port: 443, targetPort: "4443" }] }),
    [
      "port 443 leads to 4443, which no container of the Pods declares (they declare 10250): a container need not declare its ports, but this may be the wrong one",
    ],
  ],
  [
    "a number, and containers that declare nothing",
    chain({ ports: [{ name: "https", port: 443, targetPort: "4443" }], pods: [pod({ ports: [] })] }),
    [],
  ],
  [
    "ExternalName",
    chain({ type: "ExternalName", clusterIP: "", endpoints: [], selector: {}, pods: [] }),
    ["Service kube-system/m is of type ExternalName: it has no Pods, only a name that leads elsewhere"],
  ],
  [
    "headless",
    chain({ clusterIP: "None" }),
    ["Service kube-system/m is headless (clusterIP None): kube-apiserver has no address to call"],
  ],
  [
    "no selector",
    chain({ selector: {}, pods: [], endpoints: [endpoint({ pod: "" })] }),
    [
      "Service kube-system/m has no selector: whoever made its endpoints must keep them right; it has 1 endpoint",
    ],
  ],
  [
    "a selector that chooses nothing",
    chain({ pods: [], endpoints: [], selector: { app: "m", tier: "x" } }),
    [
      "the selector app=m,tier=x of Service kube-system/m chooses no Pod: none was made, or the labels differ",
    ],
  ],
  [
    "a Pod that crashes",
    chain({ pods: [crashing], endpoints: [endpoint({ ready: false })] }),
    [
      "Pod kube-system/m-1 on node-1 is not ready: container m: CrashLoopBackOff; 7 restarts",
      "the Pods are of Deployment m",
    ],
  ],
  [
    "a Pod without a node, of nothing",
    chain({
      pods: [
        pod({ node: "", ready: false, reason: "Unschedulable: 0/3 nodes are available", workload: null }),
      ],
      endpoints: [],
    }),
    ["Pod kube-system/m-1 is not ready: Unschedulable: 0/3 nodes are available"],
  ],
  [
    "Pods that have ended beside one that crashes",
    chain({
      pods: [
        pod({
          name: "install",
          phase: "Succeeded",
          ready: false,
          reason: "PodCompleted",
          workload: { kind: "Job", name: "install" },
        }),
        pod({ name: "m-0", phase: "Failed", ready: false, reason: "Evicted" }),
        crashing,
      ],
      endpoints: [endpoint({ ready: false })],
    }),
    [
      "Pod kube-system/m-1 on node-1 is not ready: container m: CrashLoopBackOff; 7 restarts",
      "the Pods are of Deployment m",
    ],
  ],
  [
    "only a Pod that has ended",
    chain({
      pods: [pod({ phase: "Succeeded", ready: false, reason: "PodCompleted", workload: null })],
      endpoints: [],
    }),
    ["Pod kube-system/m-1 on node-1 is not ready: PodCompleted"],
  ],
  [
    "more Pods than are named",
    chain({
      pods: ["a", "b", "c", "d"].map((name) => pod({ name, ready: false, workload: null })),
      endpoints: [],
    }),
    [
      "4 of the Service's 4 Pods are not ready",
      ...["a", "b", "c"].map((name) => `Pod kube-system/${name} on node-1 is not ready`),
    ],
  ],
  [
    "a ready Pod without an endpoint",
    chain({ endpoints: [] }),
    ["Pod kube-system/m-1 is ready, but the Service has no endpoint for it"],
  ],
  ["endpoints that could not be seen", chain({ endpoints: [], reason: "forbidden" }), []],
  [
    "a Pod that has been restarted",
    chain({ pods: [pod({ restarts: 1 })] }),
    ["Pod kube-system/m-1 is ready, after 1 restart"],
  ],
  [
    "many Pods that have been restarted",
    chain({ pods: [1, 2, 3, 4, 5].map((restarts) => pod({ restarts })) }),
    [
      "Pod kube-system/m-1 is ready, after 5 restarts",
      "Pod kube-system/m-1 is ready, after 4 restarts",
      "Pod kube-system/m-1 is ready, after 3 restarts",
      "2 more Pods are ready, after restarts",
    ],
  ],
  [
    "Pods that could not be seen, of endpoints that are not ready",
    {
      kind: "Service",
      namespace: "n",
      name: "s",
      port: 443,
      endpoints: [endpoint({ ready: false }), endpoint({ ready: false })],
      reason: "forbidden",
    },
    ["none of the Service's 2 endpoints is ready"],
  ],
];

for (const [what, target, facts] of chainRows) {
  test(`behind it: ${what}`, () => assert.deepEqual(sentences("ConnectionRefused", target), facts));
}

for (const [reason, command] of [
  ["container m: CrashLoopBackOff", "kubectl logs -n kube-system m-1 -c m --previous"],
  ["container m: exit code 1 (Error)", "kubectl logs -n kube-system m-1 -c m"],
  ["container m: ImagePullBackOff", "kubectl describe pod -n kube-system m-1"],
  ["Unschedulable: 0/3 nodes are available", "kubectl describe pod -n kube-system m-1"],
  ["containers with unready status: [m]", "kubectl describe pod -n kube-system m-1"],
  ["container $(rm): CrashLoopBackOff", "kubectl logs -n kube-system m-1 -c CONTAINER --previous"],
] as const) {
  test(`what to type about a Pod that is not ready: ${reason}`, () => {
    const target = chain({ pods: [pod({ ready: false, reason })], endpoints: [] });
    const diagnosis = diagnoseApiService(
      { ...service(), reason: "MissingEndpoints", message: "no addresses" },
      target,
      surroundings,
    );
    assert.deepEqual(diagnosis?.advice.slice(0, 2), [
      command,
      "kubectl rollout status -n kube-system deployment/m",
    ]);
    assert.equal(diagnosis?.evidence[0], "no addresses");
  });
}

function version(name: string, backend: string | null, available: "True" | "False" = "True"): ApiService {
  const [namespace = "", of = ""] = backend?.split("/") ?? [];
  return {
    name,
    service: backend === null ? null : { namespace, name: of, port: 443 },
    available,
    reason: available === "True" ? "Passed" : "MissingEndpoints",
    message: "",
    trust: null,
  };
}
const own = version("v1beta1.metrics.k8s.io", "kube-system/m", "False");

for (const [what, cause, others, facts] of [
  ["none", "ConnectionRefused", [], []],
  ["the same backend", "ConnectionRefused", [version("v1.metrics.k8s.io", "kube-system/m")], []],
  [
    "another backend",
    "ConnectionRefused",
    [version("v1.metrics.k8s.io", "b/adapter", "False")],
    [
      "v1.metrics.k8s.io of the same group is not Available (MissingEndpoints) and served by Service b/adapter",
    ],
  ],
  [
    "a CRD",
    "ConnectionRefused",
    [version("v1.metrics.k8s.io", null)],
    ["v1.metrics.k8s.io of the same group is Available and served by kube-apiserver itself"],
  ],
  [
    "the same backend, of a version that is not served any more",
    "DiscoveryNotFound",
    [version("v1.metrics.k8s.io", "kube-system/m")],
    ["v1.metrics.k8s.io of the same group is Available and served by the same backend"],
  ],
] as const) {
  test(`other versions of the group: ${what}`, () => {
    const around = { ...surroundings, versions: [own, ...others] };
    assert.deepEqual(sentences(cause, chain(), undefined, around), facts);
  });
}

const names = "extension-apiserver-authentication";
function known(value: ExtensionAuthentication | null): Answer<ExtensionAuthentication | null> {
  return { ok: true, value };
}
for (const [what, authentication, facts] of [
  [
    "as it should be",
    known({ authorities: [certificate({ subject: "CN=front" })], allowedNames: ["front-proxy-client"] }),
    [
      `extension servers are to trust CN=front, until 2027-01-01T00:00:00Z (requestheader-client-ca-file of ConfigMap kube-system/${names})`,
      "requestheader-allowed-names is front-proxy-client: kube-apiserver's client certificate must have such a name",
    ],
  ],
  [
    "expired, and any name",
    known({ authorities: [expired], allowedNames: [] }),
    [
      `extension servers are to trust CN=old-ca, which expired on 2026-05-31T00:00:00Z (requestheader-client-ca-file of ConfigMap kube-system/${names})`,
      "requestheader-allowed-names is empty: kube-apiserver's client certificate may have any name",
    ],
  ],
  [
    "empty",
    known({ authorities: [], allowedNames: null }),
    [`requestheader-client-ca-file of ConfigMap kube-system/${names} holds no certificate`],
  ],
  [
    "without the key",
    known({ authorities: null, allowedNames: null }),
    [
      `ConfigMap kube-system/${names} has no requestheader-client-ca-file: extension servers believe nobody who speaks for a user`,
    ],
  ],
  [
    "not there",
    known(null),
    [`there is no ConfigMap kube-system/${names}, where extension servers read whom to trust`],
  ],
  [
    "refused",
    { ok: false, reason: "forbidden", status: 403 } as const,
    [`ConfigMap kube-system/${names} could not be read: forbidden`],
  ],
] as const) {
  test(`whom extension servers trust: ${what}`, () => {
    const around = { ...surroundings, authentication };
    assert.deepEqual(sentences("DiscoveryForbidden", chain(), undefined, around), facts);
  });
}

for (const [message, trust, cause] of [
  ["Get …: tls: failed to verify certificate: x509: something new", trusting(expired), "CertificateExpired"],
  ["Get …: tls: failed to verify certificate: x509: something new", trusting(certificate()), "TLSFailed"],
  // What is trusted has nothing to do with the versions of TLS.
  ["Get …: tls: protocol version not supported", trusting(expired), "TLSFailed"],
  ["Get …: x509: certificate signed by unknown authority", trusting(expired), "UnknownAuthority"],
  ["Get …: connection refused", trusting(expired), "ConnectionRefused"],
] as const) {
  test(`facts make a cause more precise only where they prove it: ${message}`, () => {
    const diagnosis = diagnoseApiService({ ...service(trust), message }, chain(), surroundings);
    assert.equal(diagnosis?.cause, cause);
  });
}

for (const [party, cause, backend, authentication] of [
  ["Aggregator", "MissingEndpoints", true, false],
  ["Aggregator", "DiscoveryForbidden", true, true],
  ["ExtensionServer", "InternalError", true, false],
  ["ExtensionServer", "NoRuleAllows", true, true],
  ["ExtensionServer", "ObjectNotFound", false, false],
  ["ExtensionServer", "Conflict", false, false],
  ["Authorization", "NoRuleAllows", false, false],
  ["Authentication", "CredentialsRejected", false, false],
  ["Nobody", "RequestTimedOut", true, false],
  ["Nobody", "ConnectionRefused", false, false],
] as const satisfies readonly (readonly [Party, Cause, boolean, boolean])[]) {
  test(`${party} ${cause}: is what stands behind it asked?`, () => {
    assert.equal(isOfBackend({ party, cause }, chain()), backend);
    assert.equal(isOfBackend({ party, cause }, { kind: "Local", by: "built-in" }), false);
    assert.equal(isOfAuthentication({ party, cause }), authentication);
  });
}

test("what is said of ten thousand Pods and of an endless name is bounded", () => {
  const pods = Array.from({ length: 10_000 }, (_, i) =>
    pod({ name: `m-${i}`, restarts: i, ports: [{ name: "", port: i + 1 }], ready: i % 2 === 0 }),
  );
  const target = chain({ pods, ports: [{ name: "https", port: 443, targetPort: "20000" }] });
  const long = trusting(certificate({ subject: `CN=${"x".repeat(65_536)}` }));
  for (const cause of ["ConnectionRefused", "UnknownAuthority", "Unknown"] as const) {
    const api = { name: "v1.m", available: "False", reason: "", message: "", trust: long } as const;
    const facts = backendFacts(cause, { apiService: api, target }, surroundings);
    assert.ok(facts.length > 0 && facts.length <= 20, `${facts.length} facts`);
    for (const { sentence } of facts) assert.ok(sentence.length < 500, sentence.slice(0, 500));
  }
});
