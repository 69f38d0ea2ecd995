import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { parse as parseYaml } from "yaml";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { fetchKubectl } from "../helpers/kubectl.ts";
import { withSandbox } from "../helpers/sandbox.ts";
import { closedPort } from "../helpers/servers.ts";
import {
  apiServiceShape,
  assertShape,
  readList,
  type TraceJson,
  targetShapes,
  text,
  traceShape,
} from "./contract.ts";
import { runTrace } from "./processes.ts";

/** What is read by programs: every field that they may rely on, for every kind of request. */

const kubectl = await fetchKubectl("1.35");
const skip = kubectl === null ? "there is no kubectl for this machine" : false;

describe("-o json of a run on the sandbox", { concurrency: 3, skip }, () => {
  async function trace(args: readonly string[], code = 0): Promise<readonly TraceJson[]> {
    return await withSandbox({}, async (_, env) => {
      const PATH = `${dirname(kubectl ?? "")}:/usr/bin:/bin`;
      const ended = await runTrace(["-o", "json", ...args], { env: { ...env, PATH } });
      assert.equal(ended.code, code, ended.stderr);
      return readList(ended.stdout);
    });
  }

  test("top nodes: the aggregated API and its Service", async () => {
    const traces = await trace(["top", "nodes"]);
    const metrics = traces.find(({ requestInfo }) => requestInfo["apiGroup"] === "metrics.k8s.io");
    assert.ok(metrics);
    const { roundTrip, requestInfo, apiService, target, verdict } = metrics;
    assert.match(
      String(roundTrip["url"]),
      /^https:\/\/127\.0\.0\.1:\d+\/apis\/metrics\.k8s\.io\/v1beta1\/nodes$/,
    );
    assert.deepEqual(
      [
        roundTrip["method"],
        roundTrip["outcome"],
        roundTrip["status"],
        roundTrip["statusText"],
        roundTrip["message"],
      ],
      ["GET", "response", 200, "OK", null],
    );
    assert.match(String(roundTrip["time"]), /^\d{4} \d\d:\d\d:\d\d\.\d{6}$/);
    for (const field of ["auditId", "flowSchemaUid", "priorityLevelUid"])
      assert.match(String(roundTrip[field]), /^[\da-f-]{36}$/);
    assert.equal(roundTrip["fromCache"], false);
    assert.deepEqual(
      [requestInfo["verb"], requestInfo["resource"], requestInfo["apiPrefix"]],
      ["list", "nodes", "apis"],
    );
    assert.deepEqual([apiService?.["name"], apiService?.["available"]], ["v1beta1.metrics.k8s.io", "True"]);
    assert.deepEqual(
      [target["kind"], target["namespace"], target["name"], target["port"]],
      ["Service", "kube-system", "metrics-server", 443],
    );
    const endpoints = target["endpoints"] as readonly object[];
    assert.equal(endpoints.length, 2);
    for (const endpoint of endpoints)
      assertShape(endpoint, { address: text, ready: "boolean", pod: text, node: text }, "endpoint");
    assert.deepEqual([verdict["decision"], verdict["source"]], ["allowed", "review"]);
  });

  test("get widgets: a CRD; the aggregator; what is no resource", async () => {
    const traces = await trace(["get", "widgets", "-A"]);
    const of = (path: RegExp) => traces.find(({ requestInfo }) => path.test(String(requestInfo["path"])));
    const version = { served: true, stored: false, deprecated: false };
    assert.deepEqual(of(/widgets$/)?.target, {
      kind: "Local",
      by: "crd",
      crd: "widgets.example.com",
      versions: [
        { ...version, name: "v1", stored: true, level: "stable" },
        { ...version, name: "v1alpha1", deprecated: true, level: "alpha" },
      ],
    });
    assert.deepEqual(of(/^\/apis$/)?.target, { kind: "Local", by: "aggregator" });
    assert.equal(of(/^\/apis$/)?.apiService, null);
  });

  test("a refusal: the server's own words", async () => {
    const traces = await trace(["--context", "developer", "get", "nodes"], 1);
    const nodes = traces.find(({ requestInfo }) => requestInfo["resource"] === "nodes");
    assert.equal(nodes?.roundTrip["status"], 403);
    assert.match(String(nodes?.roundTrip["message"]), /^nodes is forbidden: User "developer" cannot list/);
    assert.equal(nodes?.verdict["decision"], "denied");
  });

  test("an aggregated API that is down", async () => {
    const traces = await trace(["get", "--raw", "/apis/custom.metrics.k8s.io/v1beta1"], 1);
    const [down] = traces.filter(({ apiService }) => apiService?.["available"] === "False");
    assert.equal(down?.roundTrip["status"], 503);
    assert.match(String(down?.apiService?.["message"]), /./);
  });

  test("a group that nothing serves", async () => {
    const [last] = (await trace(["get", "--raw", "/apis/nothing.example.org/v1/things"], 1)).slice(-1);
    assert.equal(last?.roundTrip["status"], 404);
    assert.equal(last?.apiService, null);
    assert.equal(last?.target["kind"], "Unresolved");
  });

  test("a server that is not there", async () => {
    const traces = await trace(["get", "pods", "-s", `https://127.0.0.1:${await closedPort()}`], 1);
    assert.ok(traces.length > 0);
    for (const { roundTrip, verdict } of traces) {
      assert.equal(roundTrip["outcome"], "failed");
      assert.match(String(roundTrip["message"]), /connection refused/);
      assert.equal(verdict["decision"], "unknown");
    }
  });
});

describe("the other outcomes, and the other formats", { concurrency: 4 }, () => {
  const server = "https://10.0.0.1:6443";
  const snapshot = resolve("fixtures/snapshots/demo.yaml");
  const at = (time: string, rest: string) => `I0122 17:09:32.${time}  360675 round_trippers.go:${rest}\n`;
  const request = (path: string) => `527] "Request" verb="GET" url="${server}${path}" headers=""`;
  /** Two in flight at once, answered in an order that -v=7 does not tell; one never answered; one with all that a log has. */
  const log = [
    at("100000", request("/api/v1/pods")),
    at("100100", request("/api/v1/nodes")),
    at("200000", '632] "Response" status="200 OK" milliseconds=99'),
    at("200100", '632] "Response" status="403 Forbidden" milliseconds=99'),
    at(
      "300000",
      `632] "Response" verb="GET" url="${server}/apis/metrics.k8s.io/v1beta1/nodes" status="503 Service Unavailable" headers=<`,
    ),
    '\tAudit-Id: 70e26430-ff1d-4f79-813c-75cc16ebac95\n\tRetry-After: 1\n\tWarning: 299 - "v1 is old"\n > milliseconds=5 dnsLookupMilliseconds=0 dialMilliseconds=1\n',
    at("400000", request("/apis/example.com/v1/widgets?watch=true")),
  ].join("");

  async function parse(t: TestContext, format: string): Promise<string> {
    const folder = await temporaryFolder(t);
    writeFileSync(join(folder, "log"), log);
    const { stdout, stderr, code } = await runTrace(
      ["parse", "-o", format, `--snapshot=${snapshot}`, "log"],
      { cwd: folder },
    );
    assert.deepEqual([stderr, code], ["", 0]);
    return stdout;
  }

  test("unattributed, pending, response", async (t) => {
    const traces = readList(await parse(t, "json"));
    assert.deepEqual(traces.map(({ roundTrip }) => [roundTrip["outcome"], roundTrip["status"]]).toSorted(), [
      ["pending", null],
      ["response", 503],
      ["unattributed", null],
      ["unattributed", null],
    ]);
    const busy = traces.find(({ roundTrip }) => roundTrip["outcome"] === "response");
    assert.deepEqual(busy?.roundTrip["warnings"], ["v1 is old"]);
    assert.deepEqual(busy?.roundTrip["phasesMs"], { dnsLookup: 0, dial: 1 });
    assert.equal(busy?.roundTrip["auditId"], "70e26430-ff1d-4f79-813c-75cc16ebac95");
    assert.equal(busy?.verdict["source"], "snapshot");
  });

  test("planned and offline", async () => {
    const args = [
      "resolve",
      "--offline",
      "-o",
      "json",
      "-X",
      "DELETE",
      "/apis/apps/v1/namespaces/a/deployments/b/scale",
      "/metrics",
      "nonsense",
      "/apis/x.example.com/v1/y",
    ];
    const traces = readList((await runTrace(args)).stdout);
    assert.equal(traces.length, 4);
    for (const { roundTrip } of traces) assert.equal(roundTrip["outcome"], "planned");
    assert.deepEqual(traces[0]?.requestInfo, {
      isResourceRequest: true,
      path: "/apis/apps/v1/namespaces/a/deployments/b/scale",
      verb: "delete",
      apiPrefix: "apis",
      apiGroup: "apps",
      apiVersion: "v1",
      namespace: "a",
      resource: "deployments",
      subresource: "scale",
      name: "b",
      fieldSelector: "",
      labelSelector: "",
    });
  });

  test("yaml and ndjson say what json says", async (t) => {
    const [json, yaml, ndjson] = await Promise.all(
      ["json", "yaml", "ndjson"].map((format) => parse(t, format)),
    );
    const list = JSON.parse(json ?? "");
    assert.deepEqual(parseYaml(yaml ?? ""), list);
    assert.deepEqual(
      (ndjson ?? "")
        .trimEnd()
        .split("\n")
        .map((one) => JSON.parse(one)),
      list.items,
    );
  });

  test("check: -o json and yaml", async () => {
    const check = async (format: string) => await runTrace(["check", "-o", format, `--snapshot=${snapshot}`]);
    const [json, yaml] = await Promise.all([check("json"), check("yaml")]);
    const report = JSON.parse(json.stdout);
    assert.deepEqual(parseYaml(yaml.stdout), report);
    assertShape(
      report,
      { apiVersion: /^kubectl-trace\/v1alpha1$/, kind: /^CheckReport$/, ok: "boolean", items: "array" },
      "report",
    );
    assert.deepEqual([report.ok, json.code, yaml.code], [false, 1, 1]);
    for (const item of report.items) {
      assertShape(item, { apiService: apiServiceShape, target: traceShape.target, ok: "boolean" }, "item");
      assertShape(item.target, targetShapes[item.target.kind] ?? {}, "target");
    }
  });
});
