import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fetchHelm, type KubectlVersion } from "../helpers/kubectl.ts";
import { connectPlane, type Ended, kubectlAt, runAt, traceAt } from "./connect.ts";

/** Every command of kubectl-trace on the real control plane, with a new kubectl, an old one, and helm. */
const plane = connectPlane();
const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-commands-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface TraceJson {
  readonly roundTrip: {
    readonly method: string;
    readonly url: string;
    readonly outcome: string;
    readonly candidates?: readonly number[];
    readonly status: number | null;
    readonly message: string | null;
    readonly phasesMs: object;
  };
  readonly requestInfo: {
    readonly verb: string;
    readonly resource: string;
    readonly subresource: string;
    readonly path: string;
  };
  readonly apiService: { readonly name: string; readonly available: string; readonly reason: string } | null;
  readonly target: {
    readonly kind: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly port?: number;
    readonly by?: string;
    readonly crd?: string;
    readonly reason?: string;
    readonly endpoints?: readonly { readonly ready: boolean }[];
  };
  readonly verdict: { readonly decision: string; readonly reason: string; readonly source: string };
}

function traces({ stdout, stderr }: Ended): readonly TraceJson[] {
  assert.notEqual(stdout, "", stderr);
  return (JSON.parse(stdout) as { readonly items: readonly TraceJson[] }).items;
}

const summary = ({ requestInfo, roundTrip, target, verdict }: TraceJson): string =>
  `${requestInfo.verb} ${requestInfo.path} ${roundTrip.status} ${target.kind} ${verdict.decision}`;

for (const version of ["1.35", "1.20"] as const satisfies readonly KubectlVersion[]) {
  describe(`with kubectl ${version}`, () => {
    test("top nodes goes to metrics-server", async () => {
      const ended = await traceAt(plane, version, ["-o", "json", "top", "nodes"]);
      assert.equal(ended.code, 0, ended.stderr);
      const found = traces(ended).find(({ requestInfo }) =>
        requestInfo.path.startsWith("/apis/metrics.k8s.io/v1beta1/nodes"),
      );
      assert.ok(found !== undefined);
      assert.equal(found.roundTrip.status, 200);
      assert.deepEqual(
        [found.apiService?.name, found.apiService?.available, found.apiService?.reason],
        ["v1beta1.metrics.k8s.io", "True", "Passed"],
      );
      const { kind, namespace, name, port, endpoints } = found.target;
      assert.deepEqual([kind, namespace, name, port], ["Service", "kube-system", "metrics-server", 443]);
      assert.deepEqual(
        endpoints?.map(({ ready }) => ready),
        [true],
      );
      assert.equal(found.verdict.decision, "allowed");
    });

    test("who may not is told so, with kubectl's exit code", async () => {
      const ended = await traceAt(plane, version, ["-o", "json", "--context", "alice", "get", "nodes"]);
      assert.equal(ended.code, 1);
      assert.match(ended.stderr, /^Error from server \(Forbidden\): nodes is forbidden: /m);
      const found = traces(ended).find(({ requestInfo }) => requestInfo.resource === "nodes");
      assert.deepEqual([found?.roundTrip.status, found?.verdict.decision], [403, "denied"]);
    });

    test("what allows is the server's own sentence", async () => {
      const ended = await traceAt(plane, version, [
        "-o",
        "json",
        "--context",
        "alice",
        "get",
        "pods,widgets",
      ]);
      const lists = traces(ended).filter(({ requestInfo }) => requestInfo.verb === "list");
      const granted =
        'RBAC: allowed by RoleBinding "alice-is-developer/shop" of Role "developer" to User "alice"';
      assert.deepEqual(
        lists.map(({ requestInfo, verdict }) => [requestInfo.resource, verdict.reason]),
        [
          ["pods", granted],
          ["widgets", granted],
        ],
      );
      // She may not list APIServices: what is built in needs no list, and the rest says why it is not known.
      assert.deepEqual(
        lists.map(({ target }) => [target.kind, target.by, target.reason?.replace(/:.*/, "")]),
        [
          ["Local", "built-in", undefined],
          ["Unresolved", undefined, "apiservices.apiregistration.k8s.io is forbidden"],
        ],
      );
    });

    test("a custom resource is that of its CustomResourceDefinition", async () => {
      const ended = await traceAt(plane, version, ["-o", "json", "get", "widgets", "-n", "shop"]);
      const { target } = traces(ended).find(({ requestInfo }) => requestInfo.resource === "widgets") ?? {};
      assert.deepEqual([target?.kind, target?.by, target?.crd], ["Local", "crd", "widgets.example.com"]);
    });

    test("exec keeps its output, its exit code and its trace", async () => {
      const file = join(folder, `exec-${version}.json`);
      const command = ["exec", "-n", "shop", "-i", "cart-0", "--", "sh", "-c", "cat; exit 3"];
      const ended = await traceAt(plane, version, ["-o", "json", "--to", file, ...command], {
        input: "through\n",
      });
      assert.deepEqual([ended.stdout, ended.code], ["through\n", 3]);
      const items = traces({ ...ended, stdout: readFileSync(file, "utf8") });
      const exec = items.find(({ requestInfo }) => requestInfo.subresource === "exec");
      assert.deepEqual([exec?.roundTrip.status, exec?.verdict.decision], [101, "allowed"]);
      assert.equal(exec?.requestInfo.verb, version === "1.20" ? "create" : "get");
    });

    for (const level of [6, 7, 8, 9]) {
      test(`a log of -v=${level} through a pipe`, async () => {
        const { stderr } = await kubectlAt(plane, version, ["get", "pods", "-n", "shop", `-v=${level}`]);
        const ended = await traceAt(plane, version, ["parse", "-o", "json", "-"], { input: stderr });
        assert.equal(ended.code, 0, ended.stderr);
        const pods = traces(ended).find(({ requestInfo }) => requestInfo.resource === "pods");
        assert.ok(pods);
        if (level === 7 && pods.roundTrip.outcome === "unattributed") {
          // A busy machine held kubectl up between logging and sending, and no body shows that no line is missing.
          assert.deepEqual(pods.roundTrip.candidates, [200]);
        } else assert.equal(summary(pods), "list /api/v1/namespaces/shop/pods 200 Local allowed");
      });
    }
  });
}

test("helm's requests are traced", async () => {
  for (const version of ["1.35", "1.24"] as const) {
    const helm = await fetchHelm(version);
    assert.ok(helm !== null);
    const { stderr } = await runAt(plane, helm, ["list", "-A", "-v=9", "--kube-as-user", "alice"]);
    const ended = await traceAt(plane, "1.35", ["parse", "-o", "json"], { input: stderr });
    const secrets = traces(ended).find(({ requestInfo }) => requestInfo.resource === "secrets");
    assert.deepEqual([secrets?.roundTrip.status, secrets?.verdict.decision], [403, "denied"], version);
  }
});

const urls = [
  "/apis/metrics.k8s.io/v1beta1/nodes",
  "/api/v1/namespaces/shop/pods",
  "/api/v1/namespaces/shop/pods/cart-0/log",
  "/api/v1/namespaces/shop/configmaps/settings",
  "/api/v1/namespaces/shop/configmaps?fieldSelector=metadata.name%3Dsettings&watch=true",
  "/api/v1/namespaces/other/configmaps/settings",
  "/api/v1/nodes",
  "/apis/example.com/v1/namespaces/shop/widgets",
  "/apis/example.com/v2/gadgets",
  "/apis/nobody.io/v1/things",
  "/apis/apps",
  "/metrics",
  "/metrics/slis",
  "/nope",
];

describe("a snapshot answers as the cluster", () => {
  const file = join(folder, "snapshot.yaml");

  test("it holds no Secret and no token", async () => {
    const ended = await traceAt(plane, "1.35", ["snapshot", "--to", file]);
    assert.equal(ended.code, 0, ended.stderr);
    const text = readFileSync(file, "utf8");
    assert.doesNotMatch(text, /s3cr3t-of-the-shop|kind: Secret\b|BEGIN [A-Z ]*PRIVATE KEY|eyJhbGciOi/);
  });

  for (const [context, ...as] of [
    ["admin", "--as", "admin", "--as-group", "system:masters"],
    ["alice", "--as", "alice"],
    ["bob", "--as", "bob", "--as-group", "qa", "--as-group", "staff"],
    ["carol", "--as", "carol"],
    ["dave", "--as", "dave"],
    ["erin", "--as", "erin"],
    ["robot", "--as", "system:serviceaccount:shop:robot"],
  ] as const) {
    test(`about ${context}`, async () => {
      const live = traces(
        await traceAt(plane, "1.35", ["resolve", "-o", "json", "--context", context, ...urls]),
      );
      const offline = traces(
        await traceAt(plane, "1.35", ["resolve", "-o", "json", "--snapshot", file, ...as, ...urls]),
      );
      const comparable = ({ requestInfo, apiService, target, verdict }: TraceJson) => ({
        requestInfo,
        // Who may not look at APIServices is told so; the snapshot was taken by somebody who may.
        ...(context === "admin" ? { apiService, target } : {}),
        verdict: { ...verdict, source: "" },
      });
      assert.deepEqual(offline.map(comparable), live.map(comparable));
    });
  }
});

test("resolve asks the server and sends nothing", async () => {
  const ended = await traceAt(plane, "1.35", ["resolve", "-o", "json", "--context", "carol", ...urls]);
  const found = traces(ended).map(({ requestInfo, verdict }) => `${requestInfo.path} ${verdict.decision}`);
  assert.deepEqual(found.slice(0, 2), [
    "/apis/metrics.k8s.io/v1beta1/nodes allowed",
    "/api/v1/namespaces/shop/pods denied",
  ]);
  assert.ok(traces(ended).every(({ roundTrip }) => roundTrip.outcome === "planned"));
});

test("request sends one, and has its phases", async () => {
  const ended = await traceAt(plane, "1.35", ["request", "-o", "json", "/apis/metrics.k8s.io/v1beta1/nodes"]);
  assert.equal(ended.code, 0, ended.stderr);
  const [one] = traces(ended);
  assert.equal(one && summary(one), "list /apis/metrics.k8s.io/v1beta1/nodes 200 Service allowed");
  assert.deepEqual(Object.keys(one?.roundTrip.phasesMs ?? {}).sort(), [
    "dial",
    "dnsLookup",
    "serverProcessing",
    "tlsHandshake",
  ]);
  const refused = await traceAt(plane, "1.35", [
    "request",
    "-o",
    "json",
    "--context",
    "dave",
    "/api/v1/nodes",
  ]);
  assert.equal(refused.code, 1);
  assert.match(traces(refused)[0]?.roundTrip.message ?? "", /^nodes is forbidden: User "dave" cannot list/);
});

test("check: every APIService is Available", async () => {
  const ended = await traceAt(plane, "1.35", ["check", "-o", "json", "metrics.k8s.io", "example.com"]);
  assert.equal(ended.code, 0, ended.stderr);
  const report = JSON.parse(ended.stdout) as {
    readonly ok: boolean;
    readonly items: readonly { readonly apiService: { readonly name: string } }[];
  };
  assert.equal(report.ok, true);
  assert.deepEqual(report.items.map(({ apiService }) => apiService.name).sort(), [
    "v1.example.com",
    "v1alpha1.example.com",
    "v1beta1.metrics.k8s.io",
    "v2.example.com",
  ]);
});

test("a throttled user's retries are in the trace", async () => {
  const slow = JSON.stringify({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "slow", namespace: "guarded", labels: { "delay-seconds": "2" } },
  });
  const holding = kubectlAt(
    plane,
    "1.35",
    ["create", "--context", "trickle", "--validate=false", "-f", "-"],
    { input: slow },
  );
  await new Promise((resolve) => setTimeout(resolve, 700));
  const ended = await traceAt(plane, "1.35", [
    "-o",
    "json",
    "--context",
    "trickle",
    "get",
    "--raw",
    "/api/v1/namespaces/shop/pods",
  ]);
  await holding;
  const statuses = traces(ended).map(({ roundTrip }) => roundTrip.status);
  assert.ok(statuses.includes(429), `${statuses}`);
  assert.equal(statuses.at(-1), 200, ended.stderr);
  assert.equal(ended.code, 0);
});
