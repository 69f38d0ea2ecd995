import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "yaml";
import { renderJson, traceToJson } from "../../src/render/json.ts";
import { actsOnTerminal } from "../../src/render/sanitize.ts";
import { renderYaml } from "../../src/render/yaml.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { logged, lookupAt, workAt } from "../helpers/timed-traces.ts";
import { hostileText, hostileTrace, sampleTrace, traces } from "../helpers/traces.ts";
import { anyTrace, linesOf, render } from "./rendering.ts";

const everyTrace: readonly Trace[] = [...Object.values(traces), hostileTrace];
const items = (text: string): unknown => (JSON.parse(text) as { items: unknown }).items;

test("json keeps the contract's fields and their order", () => {
  assert.equal(
    JSON.stringify(traceToJson(traces.topNodes)),
    JSON.stringify({
      apiVersion: "kubectl-trace/v1alpha1",
      kind: "Trace",
      roundTrip: {
        method: "GET",
        url: "https://10.0.0.1:6443/apis/metrics.k8s.io/v1beta1/nodes",
        outcome: "response",
        status: 200,
        statusText: "OK",
        durationMs: 12,
        phasesMs: { dnsLookup: 0, dial: 3, tlsHandshake: 1, serverProcessing: 5 },
        time: "1121 01:08:36.191956",
        message: null,
        warnings: [],
        auditId: "70e26430-ff1d-4f79-813c-75cc16ebac95",
        flowSchemaUid: "0b5a4c2e-0f7a-4d1e-9b0a-2f0f6f0a7b11",
        priorityLevelUid: "5d3f2a10-8f5c-4a53-9f62-1a2b3c4d5e6f",
        fromCache: false,
        source: { file: "-", line: 7 },
      },
      requestInfo: {
        isResourceRequest: true,
        path: "/apis/metrics.k8s.io/v1beta1/nodes",
        verb: "list",
        apiPrefix: "apis",
        apiGroup: "metrics.k8s.io",
        apiVersion: "v1beta1",
        namespace: "",
        resource: "nodes",
        subresource: "",
        name: "",
        fieldSelector: "",
        labelSelector: "",
      },
      apiService: {
        name: "v1beta1.metrics.k8s.io",
        available: "True",
        reason: "Passed",
        message: "all checks passed",
      },
      target: {
        kind: "Service",
        namespace: "kube-system",
        name: "metrics-server",
        port: 443,
        endpoints: [
          {
            address: "10.244.0.5",
            port: 10250,
            ready: true,
            pod: "metrics-server-6d94bc8694-zx8kk",
            node: "node-1",
          },
        ],
        type: "ClusterIP",
        clusterIP: "10.96.42.7",
      },
      verdict: {
        decision: "allowed",
        reason:
          'RBAC: allowed by ClusterRoleBinding "cluster-admin" of ClusterRole "cluster-admin" to Group "system:masters"',
        source: "review",
      },
    }),
  );
});

test("json writes what is not known as null, and leaves out what was added and says nothing", () => {
  const { roundTrip, apiService, target } = traceToJson(traces.unresolved) as Record<
    string,
    Record<string, unknown>
  >;
  assert.deepEqual(Object.keys(roundTrip ?? {}).slice(-2), ["fromCache", "source"]);
  assert.deepEqual(
    [
      roundTrip?.["time"],
      roundTrip?.["auditId"],
      roundTrip?.["fromCache"],
      roundTrip?.["phasesMs"],
      apiService,
    ],
    [null, null, null, {}, null],
  );
  assert.deepEqual(Object.keys(target ?? {}), ["kind", "reason"]);
});

test("json writes added fields after the contract's", () => {
  const trace = sampleTrace({
    roundTrip: {
      throttledMs: 1,
      retryAfterMs: 2,
      statusReason: "Forbidden",
      impersonation: { user: "jane", groups: ["a"], uid: "1", extra: { scope: ["x"] } },
      relayed: true,
      candidates: [200, 404],
    },
    requestInfo: { error: "unable to determine kind" },
    target: { kind: "Local", by: "crd", crd: "a.b", reason: "not confirmed" },
  });
  const json = traceToJson(trace) as Record<string, Record<string, unknown>>;
  const added = ["throttledMs", "retryAfterMs", "statusReason", "impersonation", "relayed", "candidates"];
  assert.deepEqual(Object.keys(json["roundTrip"] ?? {}).slice(-7), ["source", ...added]);
  assert.deepEqual(json["roundTrip"]?.["impersonation"], trace.roundTrip.impersonation);
  assert.deepEqual(json["target"], trace.target);
  assert.equal(Object.keys(json["requestInfo"] ?? {}).at(-1), "error");
});

test("json says that a Service was looked for and is not there", () => {
  const target = {
    kind: "Service",
    namespace: "shop",
    name: "web",
    port: 443,
    endpoints: [],
    isMissing: true,
    reason: "no Service shop/web",
  } as const;
  assert.deepEqual((traceToJson(sampleTrace({ target })) as Trace).target, target);
});

test("json of no trace is an empty list", async () => {
  assert.equal(
    await render("json", []),
    '{\n  "apiVersion": "kubectl-trace/v1alpha1",\n  "kind": "TraceList",\n  "items": []\n}\n',
  );
});

test("json written item by item is what JSON.stringify writes of the whole", async () => {
  const list = Object.values(traces);
  const whole = { apiVersion: "kubectl-trace/v1alpha1", kind: "TraceList", items: list.map(traceToJson) };
  assert.equal(await render("json", list), `${JSON.stringify(whole, null, 2)}\n`);
});

test("json escapes what would act on a terminal and still says the same", () => {
  const text = renderJson({ [hostileText]: hostileText });
  assert.ok(!actsOnTerminal(text));
  assert.deepEqual(JSON.parse(text), { [hostileText]: hostileText });
});

test("json, ndjson and yaml say the same of any Trace", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTrace, { maxLength: 4 }), async (list) => {
      const expected = list.map((trace) => withoutEmptyAdditions(trace));
      const parsed = items(await render("json", list));
      assert.deepEqual(parsed, expected);
      const ndjson = await render("ndjson", list);
      assert.deepEqual(list.length === 0 ? [] : linesOf(ndjson).map((line) => JSON.parse(line)), parsed);
      assert.deepEqual(parse(await render("yaml", list)).items, parsed);
    }),
    { numRuns: 150 },
  );
});

test("ndjson is one line a Trace, the same line however many came before", async () => {
  const shared = [...everyTrace, ...everyTrace.map((trace) => structuredClone(trace))];
  const lines = linesOf(await render("ndjson", shared));
  assert.equal(lines.length, shared.length);
  for (const [i, trace] of shared.entries()) assert.deepEqual(JSON.parse(lines[i] ?? ""), traceToJson(trace));
});

test("ndjson tells apart what differs in one field only", async () => {
  const near = [
    sampleTrace(),
    sampleTrace({ requestInfo: { verb: "watch" } }),
    sampleTrace({ requestInfo: { fieldSelector: "a=b" } }),
    sampleTrace({ apiService: { name: "v1.", available: "False", reason: "Local", message: "" } }),
    sampleTrace({ target: { kind: "Local", by: "crd" } }),
    sampleTrace({ target: { kind: "Local", by: "crd", crd: "a.b" } }),
    sampleTrace({ verdict: { decision: "denied", reason: "", source: "review" } }),
    sampleTrace({ verdict: { decision: "denied", reason: "", source: "snapshot" } }),
  ];
  const lines = linesOf(await render("ndjson", [...near, ...near]));
  assert.equal(new Set(lines).size, near.length);
});

test("ndjson of no trace is nothing", async () => assert.equal(await render("ndjson", []), ""));

test("yaml of no trace is an empty list", async () => {
  assert.equal(await render("yaml", []), "apiVersion: kubectl-trace/v1alpha1\nkind: TraceList\nitems: []\n");
});

test("yaml writes lists and strings as kubectl does", async () => {
  const lines = linesOf(await render("yaml", [traces.list]));
  assert.deepEqual(lines.slice(0, 7), [
    "apiVersion: kubectl-trace/v1alpha1",
    "kind: TraceList",
    "items:",
    "- apiVersion: kubectl-trace/v1alpha1",
    "  kind: Trace",
    "  roundTrip:",
    "    method: GET",
  ]);
  assert.ok(lines.includes('    available: "True"'));
});

test("yaml of any value reads as that value, by YAML 1.2 and 1.1", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "grapheme", maxDepth: 3 }), (value) => {
      const expected = JSON.stringify(value);
      assert.equal(JSON.stringify(parse(renderYaml(value))), expected);
      assert.equal(JSON.stringify(parse(renderYaml(value), { version: "1.1" })), expected);
    }),
  );
});

test("yaml quotes what an older reader takes for something else than a string", () => {
  const texts = [
    "yes",
    "no",
    "on",
    "y",
    "12:30",
    "1_000",
    "017",
    "0x1f",
    "~",
    "null",
    "1e3",
    "true",
    "-",
    "",
  ];
  assert.deepEqual(parse(renderYaml(texts), { version: "1.1" }), texts);
});

/** Plain data, with U+FFFD for half a surrogate pair: neither UTF-8 nor YAML has one. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g, "\ufffd"));
}

/** The Trace as plain data, but for `parts` and the added fields that say nothing. */
function withoutEmptyAdditions(trace: Trace): unknown {
  const { parts: _, ...requestInfo } = trace.requestInfo;
  const { throttledMs, retryAfterMs, statusReason, impersonation, relayed, candidates, ...roundTrip } =
    trace.roundTrip;
  const { diagnosis, ...rest } = trace;
  return plain({
    ...rest,
    ...(diagnosis !== null && { diagnosis }),
    roundTrip: {
      ...roundTrip,
      ...(throttledMs !== null && { throttledMs }),
      ...(retryAfterMs !== null && { retryAfterMs }),
      ...(statusReason && { statusReason }),
      ...(impersonation && { impersonation }),
      ...(relayed && { relayed }),
      ...(candidates.length > 0 && { candidates }),
    },
    requestInfo,
    target: Object.fromEntries(
      Object.entries(trace.target).filter(
        ([field, value]) =>
          value !== "" ||
          !["crd", "reason", "type", "clusterIP"].includes(field) ||
          trace.target.kind === "Unresolved",
      ),
    ),
  });
}

test("the time budget is the last field of a list, in json and yaml", async () => {
  const list = [lookupAt(40, 140), workAt(200, 1300)];
  const text = await render("json", list, {}, logged);
  const whole = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(Object.keys(whole), ["apiVersion", "kind", "items", "timeBudget"]);
  assert.deepEqual(whole["timeBudget"], {
    totalMs: 1300,
    sharesMs: {
      beforeFirstRequest: 40,
      credentials: null,
      discovery: 100,
      throttled: 0,
      network: null,
      server: 1100,
      client: 60,
    },
    from: "firstEntry",
    to: "lastAnswer",
    findings: [
      {
        cause: "SlowRequest",
        costMs: 1100,
        summary: "the answer to GET /api/v1/namespaces/default/pods took long",
        advice: ["ask for less: one namespace, a label selector, one object"],
      },
    ],
  });
  assert.equal(text, `${JSON.stringify(whole, null, 2)}\n`);
  assert.deepEqual(parse(await render("yaml", list, {}, logged)), whole);
  assert.equal(await render("ndjson", list, {}, logged), await render("ndjson", list));
});

test("a time budget that is not known is not there", async () => {
  assert.ok(!("timeBudget" in JSON.parse(await render("json", [workAt(0, 10)]))));
});
