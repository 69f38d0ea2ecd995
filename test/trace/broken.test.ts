import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { readSnapshot } from "../../src/cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../../src/cluster/snapshot/snapshot-cluster.ts";
import type { CheckReport } from "../../src/render/check-report.ts";
import { resolveTrace } from "../../src/trace/resolve-trace.ts";
import type { TraceApiService } from "../../src/trace/trace.ts";
import { check } from "../command/check-cases.ts";
import { parseText } from "../log/parse-text.ts";

/** What the real servers and kubectls said of broken APIs, as fixtures/broken has it, without a cluster. */
const root = "fixtures/broken";
const folders = readdirSync(root).flatMap((way) =>
  way.endsWith(".md") ? [] : readdirSync(join(root, way)).map((version) => join(root, way, version)),
);

interface Answer {
  readonly user: string;
  readonly path: string;
  readonly status: number | null;
  readonly headers?: { readonly "content-type"?: string };
  readonly body?: string;
}

interface ApiService {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  };
  readonly status: {
    readonly conditions: readonly {
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

function read(folder: string, name: string): string {
  return existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
}

/** The resource, as an administrator gets it. */
function answerIn(folder: string): Answer {
  const answers = parse(read(folder, "http.yaml")) as readonly Answer[];
  const found = answers.findLast(({ user }) => user === "admin");
  assert.ok(found);
  return found;
}

/** What a Trace shows of a failure: the words of the answer's body, whatever its form. */
function messageOf({ status, body = "" }: Answer): string | null {
  if (status === null || status < 300) return null;
  return (body.startsWith("{") ? (JSON.parse(body) as { readonly message: string }).message : body).trim();
}

/** Without whom is trusted for it: the records hold no caBundle. */
function conditionOf(service: TraceApiService | null): Omit<TraceApiService, "trust"> | null {
  if (service === null) return null;
  const { trust: _, ...condition } = service;
  return condition;
}

for (const folder of folders) {
  const apiService = parse(read(folder, "apiservice.yaml")) as ApiService | null;
  const condition = apiService?.status.conditions[0];
  const said = apiService && {
    name: apiService.metadata.name,
    available: condition?.status,
    reason: condition?.reason,
    message: condition?.message,
  };
  const snapshot = readSnapshot(
    [
      "{ apiVersion: kubectl-trace/v1alpha1, kind: Snapshot, server: 'https://127.0.0.1:6443' }",
      "{ apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: { name: v1. }, spec: { version: v1 } }",
      ...["apiservice.yaml", "backend.yaml"].map((name) => read(folder, name)),
    ].join("\n---\n"),
    folder,
  );
  const cluster = createSnapshotCluster(snapshot);

  for (const name of readdirSync(folder).filter((file) => file.endsWith(".log"))) {
    test(`${folder}/${name}: status, message and backend`, async () => {
      const answer = answerIn(folder);
      const { roundTrips } = parseText(readFileSync(join(folder, name), "latin1"));
      const sent = roundTrips.filter(({ url }) => url.includes(answer.path));
      assert.equal(sent.length, 1);
      for (const roundTrip of sent) {
        assert.equal(roundTrip.outcome, answer.status === null ? "failed" : "response");
        assert.equal(roundTrip.status, answer.status);
        if (answer.status !== null && answer.status >= 300)
          assert.equal(roundTrip.message, messageOf(answer));
        const trace = await resolveTrace(roundTrip, { clusterOf: () => ({ cluster }), detail: true });
        assert.deepEqual(conditionOf(trace.apiService), said);
        if (apiService === null) assert.equal(trace.target.kind, "Unresolved");
        else {
          assert.ok(trace.target.kind === "Service");
          const { namespace, name, port } = trace.target;
          assert.deepEqual({ namespace, name, port }, apiService.spec.service);
        }
      }
    });
  }

  if (apiService !== null) {
    test(`${folder}: check repeats the condition`, async () => {
      const options = { files: [join(folder, "apiservice.yaml")], output: "json" } as const;
      const { exitCode, stdout } = await check(options);
      assert.equal(exitCode, condition?.status === "True" ? 0 : 1);
      const report = JSON.parse(stdout) as CheckReport;
      assert.deepEqual(
        report.items.map((item) => conditionOf(item.apiService)),
        [said],
      );
    });
  }
}
