import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { newSnapshotDocument } from "../../src/cluster/snapshot/snapshot-document.ts";
import type { CheckOptions } from "../../src/command/check.ts";
import { ClusterError } from "../../src/errors.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { renderYaml } from "../../src/render/yaml.ts";
import { customResourceDefinition, endpointSlice, service } from "../cluster/objects.ts";
import { snapshotOf } from "../cluster/snapshot/snapshot-cases.ts";
import { check, core, fine, path, start } from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-webhooks-"));
after(() => rmSync(folder, { recursive: true }));

const admission = "/apis/admissionregistration.k8s.io/v1";
const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

function configuration(name: string, webhooks: readonly object[]): KubeObject {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name },
    webhooks,
  } as KubeObject;
}

const at = (namespace: string, name: string, port?: number) => ({
  clientConfig: { service: { namespace, name, ...(port === undefined ? {} : { port }) } },
});

const webhooks = configuration("policy", [
  { name: "ready.example.com", ...at("web", "up") },
  { name: "empty.example.com", ...at("web", "empty") },
  { name: "gone.example.com", ...at("web", "gone") },
  { name: "port.example.com", ...at("web", "up", 8443) },
  { name: "ignored.example.com", failurePolicy: "Ignore", ...at("web", "gone") },
  { name: "url.example.com", clientConfig: { url: "https://hooks.example.com/t0ken?x=1" } },
]);
const conversion = customResourceDefinition("things", "example.com");
const notReady = endpointSlice("web", "empty", ["10.0.0.1"]);
const backends = [
  service("web", "up", { app: "up" }),
  endpointSlice("web", "up", ["10.0.0.2"]),
  service("web", "empty", { app: "empty" }),
  {
    ...notReady,
    endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: false } }],
  },
];

const found = [
  "policy/ready.example.com true",
  "policy/empty.example.com false MissingEndpoints",
  "policy/gone.example.com false ServiceNotFound",
  "policy/port.example.com false ServicePortError",
  "policy/ignored.example.com false ServiceNotFound",
  "policy/url.example.com null",
  "things.example.com/conversion false ServiceNotFound",
];

function say({ webhooks = [] }: CheckReport): readonly string[] {
  return webhooks.map(({ configuration, webhook, ok, diagnosis }) =>
    `${configuration.name}/${webhook} ${ok} ${diagnosis?.cause ?? ""}`.trim(),
  );
}

function lists(items: readonly KubeObject[] = fine) {
  return {
    [path]: items,
    [`${admission}/mutatingwebhookconfigurations`]: [],
    [`${admission}/validatingwebhookconfigurations`]: [webhooks],
    [crds]: [conversion],
    "/api/v1/services": backends.filter(({ kind }) => kind === "Service"),
    "/apis/discovery.k8s.io/v1/endpointslices": backends.filter(({ kind }) => kind === "EndpointSlice"),
    "/api/v1/pods": [],
    "/apis/apps/v1/replicasets": [],
  };
}

async function checkLive(given: Partial<CheckOptions> = {}, refused: Record<string, number> = {}) {
  const server = await start({ lists: lists(), refused });
  const { exitCode, stdout, stderr } = await check({ webhooks: true, output: "json", ...given }, server.url);
  const report = given.output === undefined ? (JSON.parse(stdout) as CheckReport) : null;
  return { exitCode, stdout, stderr, report, requests: server.requests };
}

test("live: each webhook by what stands behind its Service, each Service asked for once", async () => {
  const { exitCode, report, requests } = await checkLive();
  assert.ok(report);
  assert.deepEqual([exitCode, say(report)], [1, found]);
  const ofGone = requests.filter((url) => url === "/api/v1/namespaces/web/services/gone");
  assert.equal(ofGone.length, 1);
  assert.doesNotMatch(JSON.stringify(report), /t0ken/);
});

test("without --webhooks none is asked for, and the report has none", async () => {
  const { report, requests } = await checkLive({ webhooks: false });
  assert.equal(report?.webhooks, undefined);
  assert.equal(requests.length, 1);
});

test("who may not see them cannot be answered", async () => {
  const refused = { [`${admission}/validatingwebhookconfigurations`]: 403 };
  await assert.rejects(checkLive({}, refused), (error: unknown) => {
    assert.ok(error instanceof ClusterError);
    assert.match(error.hint, /--webhooks/);
    assert.match(error.message, /^cannot read the webhooks of /);
    return true;
  });
});

test("only what lets no request fail: exit 0", async () => {
  const server = await start({
    lists: {
      ...lists(),
      [`${admission}/validatingwebhookconfigurations`]: [
        configuration(
          "policy",
          (webhooks["webhooks"] as object[]).filter((_, index) => [0, 4, 5].includes(index)),
        ),
      ],
      [crds]: [],
    },
  });
  const { exitCode, stdout } = await check({ webhooks: true }, server.url);
  assert.equal(exitCode, 0);
  assert.match(
    stdout,
    /^ValidatingWebhookConfiguration\/policy\/ignored\.example\.com +Ignore +down +ServiceNotFound/m,
  );
  assert.match(
    stdout,
    /ok: all 5 APIServices are available; 1 of 3 webhooks is down, 1 of them accepted or ignored, 1 cannot be looked at\n$/,
  );
});

test("from files: what is not there is not known", async () => {
  const text = renderYaml({
    apiVersion: "v1",
    kind: "List",
    items: [core, webhooks, conversion, ...backends],
  });
  const io = createTestIo({ input: text });
  const { stdout } = await check({ files: ["-"], webhooks: true, output: "json" }, "", io);
  assert.deepEqual(
    say(JSON.parse(stdout) as CheckReport),
    found.map((line) => line.replace(/false ServiceNotFound/, "null")),
  );
});

test("from a snapshot: what is not there was not there", async () => {
  const file = join(folder, "cluster.yaml");
  const items = [core, webhooks, conversion, ...backends];
  writeFileSync(file, renderYaml(newSnapshotDocument(snapshotOf({ items }))));
  const { exitCode, stdout } = await check({ snapshot: file, webhooks: true, output: "json" });
  assert.deepEqual([exitCode, say(JSON.parse(stdout) as CheckReport)], [1, found]);
});

test("a baseline that was written accepts them, by the webhook; a configuration's name accepts all of it", async () => {
  const file = join(folder, "baseline.json");
  const first = await checkLive({ writeBaseline: file });
  assert.equal(first.exitCode, 1);
  assert.equal((JSON.parse(readFileSync(file, "utf8")) as CheckReport).webhooks?.length, 5);
  const second = await checkLive({ baseline: file });
  assert.deepEqual([second.exitCode, second.stderr], [0, ""]);
  const names = [
    "ValidatingWebhookConfiguration/policy",
    "CustomResourceDefinition/things.example.com/conversion",
  ];
  writeFileSync(file, JSON.stringify(names));
  assert.equal((await checkLive({ baseline: file })).exitCode, 0);
  writeFileSync(file, JSON.stringify(names.slice(0, 1)));
  assert.equal((await checkLive({ baseline: file })).exitCode, 1);
});

test("an entry of a webhook that works, or is not there, is stale; without --webhooks nothing is known of it", async () => {
  const file = join(folder, "stale.json");
  const of = "ValidatingWebhookConfiguration/policy";
  writeFileSync(file, JSON.stringify([`${of}/ready.example.com`, `${of}/never.example.com`]));
  const { stderr } = await checkLive({ baseline: file });
  assert.deepEqual(
    stderr
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(`warning: ${file}: `.length)),
    [
      `${of}/ready.example.com is stale: it can be called`,
      `${of}/never.example.com is stale: there is no such webhook`,
    ],
  );
  assert.equal((await checkLive({ baseline: file, webhooks: false })).stderr, "");
});

test("--wait waits for them, and says what for", async () => {
  let looks = 0;
  const only = configuration("policy", [{ name: "late.example.com", ...at("web", "late") }]);
  const late = service("web", "late", { app: "late" });
  const server = await start({
    lists: {
      ...lists(),
      [`${admission}/validatingwebhookconfigurations`]: [only],
      [crds]: [],
      "/apis/discovery.k8s.io/v1/endpointslices": [endpointSlice("web", "late", ["10.0.0.3"])],
      get "/api/v1/services"() {
        looks += 1;
        return looks > 2 ? [late] : [];
      },
    },
  });
  const { exitCode, stderr } = await check({ webhooks: true, waitMs: 60_000 }, server.url);
  assert.equal(exitCode, 0);
  assert.match(
    stderr,
    /^waiting for ValidatingWebhookConfiguration\/policy\/late\.example\.com: down ServiceNotFound: the Service that it names does not exist\n$/,
  );
});

test("one that names neither a Service nor a URL", async () => {
  const odd = configuration("odd", [{ name: "a" }, { name: "b", clientConfig: { url: "::" } }]);
  const io = createTestIo({ input: renderYaml({ apiVersion: "v1", kind: "List", items: [core, odd] }) });
  const { exitCode, stdout } = await check({ files: ["-"], webhooks: true, output: "json" }, "", io);
  const { webhooks = [] } = JSON.parse(stdout) as CheckReport;
  const reason = "its clientConfig names no Service, and no URL that can be read";
  assert.equal(exitCode, 0);
  assert.deepEqual(
    webhooks.map(({ ok, target }) => [ok, target]),
    webhooks.map(() => [null, { kind: "Unresolved", reason }]),
  );
  assert.equal(webhooks.length, 2);
});

test("a baseline that was written is read, whatever a webhook is called", async () => {
  const odd = configuration("odd", [at("web", "gone")]);
  const file = join(folder, "odd.yaml");
  const written = join(folder, "odd.json");
  writeFileSync(file, renderYaml(newSnapshotDocument(snapshotOf({ items: [core, odd] }))));
  const given = { snapshot: file, webhooks: true, output: "json" } as const;
  assert.equal((await check({ ...given, writeBaseline: written })).exitCode, 1);
  assert.equal((await check({ ...given, baseline: written })).exitCode, 0);
});
