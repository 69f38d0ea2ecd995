import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { openReader } from "../../src/cluster/live/live-reader.ts";
import { type CheckOptions, run } from "../../src/command/check.ts";
import { probeLimit } from "../../src/command/check-probe.ts";
import { UsageError } from "../../src/errors.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import type { Fault } from "../../src/sandbox/faults.ts";
import { apiService } from "../cluster/objects.ts";
import { findings } from "../controlplane/broken/probe-findings.ts";
import { withSandbox } from "../helpers/sandbox.ts";
import { check, defaults, noContexts } from "./check-cases.ts";
import { createTestIo } from "./test-io.ts";

/** `check --probe` of a real connection to that server. */
async function probe(server: string, given: Partial<CheckOptions> = {}, env: Record<string, string> = {}) {
  const io = createTestIo();
  const exitCode = await run(
    { ...defaults, probe: true, output: "json", flags: server === "" ? {} : { server }, ...given },
    {
      io,
      openReader: async (flags) => await openReader(flags, { KUBECONFIG: "/dev/null", ...env }, io.signal),
      listContexts: noContexts,
      firstPauseMs: 2,
    },
  );
  const report = JSON.parse(io.stdoutText()) as CheckReport;
  return { exitCode, report, stderr: io.stderrText() };
}

interface Answer {
  readonly user: string;
  readonly path: string;
  readonly status: number | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function whileListening(server: Server, use: (url: string) => Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A server that says what the real one said of a broken API. */
async function replay(folder: string, use: (url: string) => Promise<void>): Promise<void> {
  const answers = (parse(readFileSync(join(folder, "http.yaml"), "utf8")) as readonly Answer[]).filter(
    ({ user }) => user === "admin",
  );
  const apiService = parse(readFileSync(join(folder, "apiservice.yaml"), "utf8")) as KubeObject;
  const { aggregated } = parse(readFileSync(join(folder, "discovery.yaml"), "utf8")) as {
    readonly aggregated: unknown;
  };
  const lists: Readonly<Record<string, object>> = {
    "/apis/apiregistration.k8s.io/v1/apiservices": { kind: "APIServiceList", items: [apiService] },
    "/apis": { kind: "APIGroupDiscoveryList", items: aggregated === null ? [] : [aggregated] },
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const recorded = answers.find((one) => one.path === path);
    if (recorded !== undefined) return send(recorded, response);
    const list = lists[path];
    const body = JSON.stringify(list ?? { kind: "Status", code: 404 });
    response.writeHead(list === undefined ? 404 : 200, {
      "content-type": "application/json",
      "audit-id": "a",
    });
    return response.end(body);
  });
  await whileListening(server, use);
}

function send({ status, headers, body = "" }: Answer, response: ServerResponse): unknown {
  if (status === null) return response.destroy();
  return response.writeHead(status, { ...headers, "audit-id": "a" }).end(body);
}

/** By its condition. */
function isAvailable(folder: string): boolean {
  const file = join(folder, "apiservice.yaml");
  if (!existsSync(file)) return false;
  const { status } = parse(readFileSync(file, "utf8")) as {
    readonly status: { readonly conditions: readonly { readonly status: string }[] };
  };
  return status.conditions[0]?.status === "True";
}

const root = "fixtures/broken";
const folders = Object.keys(findings).flatMap((way) =>
  readdirSync(join(root, way)).map((version) => ({ way, folder: join(root, way, version) })),
);

for (const { way, folder } of folders.filter(({ folder }) => isAvailable(folder))) {
  test(`${folder}: a probe finds ${findings[way] ?? "nothing"}`, async () => {
    await replay(folder, async (url) => {
      const { exitCode, report } = await probe(url);
      const [item] = report.items;
      assert.equal(item?.diagnosis?.cause ?? null, findings[way]);
      assert.equal(exitCode, findings[way] === null ? 0 : 1);
      assert.deepEqual([item?.ok, item?.probe?.ok], [exitCode === 0, exitCode === 0]);
      const said = JSON.stringify(report);
      assert.doesNotMatch(said, /Welcome to nginx|"verbs"/, "no body is printed");
    });
  });
}

const discovery = "/apis/metrics.k8s.io/v1beta1";
const json = { "Content-Type": "application/json" };
const faultCases: readonly [name: string, Partial<Fault>, path: string, cause: string | null][] = [
  ["the connection breaks", { answer: "drop" }, discovery, "ConnectionReset"],
  ["no answer comes", { answer: "hang" }, discovery, "RequestTimedOut"],
  ["it answers 404", { answer: { status: 404, headers: json, body: "{}" } }, discovery, "DiscoveryNotFound"],
  [
    "it knows nobody",
    { answer: { status: 401, headers: json, body: "{}" } },
    discovery,
    "DiscoveryUnauthorized",
  ],
  [
    "a list is no JSON",
    { answer: { status: 200, headers: json, body: "[" } },
    `${discovery}/nodes`,
    "NotAnObject",
  ],
  [
    "a list is not supported",
    { answer: { status: 405, headers: json, body: "{}" } },
    `${discovery}/nodes`,
    null,
  ],
  ["a list never comes", { answer: "hang" }, `${discovery}/nodes`, "RequestTimedOut"],
];

for (const [name, fault, path, cause] of faultCases) {
  test(`${name}: ${cause ?? "no fault of the API"}`, async () => {
    const faults = [{ ...fault, match: (_: string, url: string) => url.split("?")[0] === path }];
    await withSandbox({ faults }, async (_, env) => {
      const names = ["v1beta1.metrics.k8s.io"];
      // Half of the time to wait is the limit of a probe.
      const { exitCode, report } = await probe("", { names, waitMs: 1200, flags: {} }, env);
      assert.deepEqual(
        [report.items[0]?.diagnosis?.cause ?? null, exitCode],
        [cause, cause === null ? 0 : 1],
      );
    });
  });
}

test("a sound API: its resources, and four requests in all", async () => {
  const asked: string[] = [];
  const match = (_: string, url: string) => {
    asked.push(url);
    return false;
  };
  await withSandbox({ faults: [{ match }] }, async (_, env) => {
    const { exitCode, report } = await probe("", { names: ["metrics.k8s.io"], flags: {} }, env);
    assert.equal(exitCode, 0);
    const { durationMs, ...rest } = report.items[0]?.probe ?? {};
    assert.deepEqual(rest, { status: 200, resources: 2, ok: true, message: "", freshness: "Current" });
    assert.ok(typeof durationMs === "number");
    assert.deepEqual(asked.map((url) => url.split("?")[0]).toSorted(), [
      "/apis",
      "/apis/apiregistration.k8s.io/v1/apiservices",
      discovery,
      `${discovery}/nodes`,
    ]);
  });
});

test("kube-apiserver's own refusal is no fault of the API, but it cannot be probed", async () => {
  const message = 'forbidden: User "eve" cannot get path "/apis/metrics.k8s.io/v1beta1"';
  const body = JSON.stringify({ kind: "Status", apiVersion: "v1", message, reason: "Forbidden", code: 403 });
  const denied = JSON.stringify({ kind: "SelfSubjectAccessReview", status: { allowed: false } });
  const faults: readonly Fault[] = [
    { match: (_, url) => url === discovery, answer: { status: 403, headers: json, body } },
    { match: (_, url) => url.endsWith("reviews"), answer: { status: 201, headers: json, body: denied } },
  ];
  await withSandbox({ faults }, async (_, env) => {
    const { exitCode, report } = await probe("", { names: ["metrics.k8s.io"], flags: {} }, env);
    assert.equal(exitCode, 0);
    const [item] = report.items;
    assert.deepEqual([item?.ok, item?.probe?.ok, item?.probe?.message], [true, null, message]);
    assert.deepEqual(
      item?.warnings?.map(({ cause }) => cause),
      ["CannotBeProbed"],
    );
  });
});

test("--wait waits for what a probe finds broken, and says so once", async () => {
  let left = 2;
  const match = (_: string, url: string) => url === discovery && left-- > 0;
  const answer = { status: 500, headers: json, body: "{}" };
  await withSandbox({ faults: [{ match, answer }] }, async (_, env) => {
    const flags = { names: ["metrics.k8s.io"], waitMs: 60_000, flags: {} };
    const { exitCode, stderr } = await probe("", flags, env);
    assert.equal(exitCode, 0);
    assert.deepEqual(stderr.split("\n"), [
      "waiting for v1beta1.metrics.k8s.io: True InternalError: status 500",
      "",
    ]);
  });
});

for (const given of [{ files: ["-"] }, { snapshot: "x.yaml" }]) {
  test(`--probe needs a cluster: ${Object.keys(given)[0]}`, async () => {
    await assert.rejects(check({ ...given, probe: true }), UsageError);
  });
}

test("an API that is not Available is not asked for its objects", async () => {
  await withSandbox({}, async (_, env) => {
    const { report } = await probe("", { names: ["custom.metrics.k8s.io"], flags: {} }, env);
    const [item] = report.items;
    assert.deepEqual([item?.probe?.status, item?.probe?.ok, item?.probe?.freshness], [503, false, "Stale"]);
    assert.equal(item?.diagnosis?.cause, "ConnectionRefused");
    assert.match(item?.diagnosis?.evidence.join("\n") ?? "", /CrashLoopBackOff; 41 restarts/);
  });
});

/** A server with an API for each of the answers; null: none ever comes. */
async function withApis(
  answers: readonly (object | null)[],
  use: (url: string) => Promise<void>,
): Promise<void> {
  const group = (at: number) => `g${at}.example.com`;
  const items = answers.map((_, at) =>
    apiService(`v1.${group(at)}`, { namespace: "n", name: `s${at}`, port: 443 }, { status: "True" }),
  );
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const at = answers.findIndex((_, at) => path.startsWith(`/apis/${group(at)}/`));
    const lists = path === "/apis" ? [] : items;
    const answer = at < 0 ? { kind: "List", items: lists } : answers[at];
    if (answer === null) return;
    response.writeHead(200, { ...json, "audit-id": "a" }).end(JSON.stringify(answer));
  });
  await whileListening(server, use);
}

const resources = { kind: "APIResourceList", resources: [{ name: "things", verbs: ["list"] }] };

test("one that answers is not taken for broken because others hang", async () => {
  const hanging = [0, 1, 2, 3, 4, 5, 6].map(() => null);
  await withApis([...hanging, resources], async (url) => {
    const { report } = await probe(url, { flags: { server: url, requestTimeout: "1s" } });
    assert.deepEqual(
      report.items.map(({ ok }) => ok),
      [...hanging.map(() => false), true],
    );
  });
});

test("a resource list that is too long to be kept is not known to be none", async () => {
  await withApis([{ ...resources, padding: "x".repeat(5 << 20) }], async (url) => {
    const { exitCode, report } = await probe(url);
    const [item] = report.items;
    assert.deepEqual([exitCode, item?.probe?.ok, item?.probe?.resources], [0, null, null]);
    assert.equal(item?.warnings?.[0]?.message, "it could not be probed: the answer is too long to look into");
  });
});

test("with --wait there is time for all of them", () => {
  const items = Array.from({ length: 12 }, (_, at) => ({
    apiService: { name: `v1.g${at}`, available: "True", reason: "", message: "" } as const,
    target: { kind: "Service", namespace: "n", name: "s", port: 443, endpoints: [] } as const,
    ok: true,
  }));
  assert.deepEqual(
    [null, 0, 60_000, 12_000, 1000].map((waitMs) => probeLimit(items, waitMs)),
    [10_000, 10_000, 10_000, 2000, 500],
  );
});
