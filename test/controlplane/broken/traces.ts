import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckReport } from "../../../src/render/check.ts";
import type { Diagnosis } from "../../../src/trace/diagnosis/diagnosis.ts";
import type { Trace, TraceApiService } from "../../../src/trace/trace.ts";
import type { AdminApi } from "../admin-api.ts";
import { type ConnectedPlane, type Ended, traceAt } from "../connect.ts";
import { freshnessOf, readDiscovery } from "./discovery.ts";
import { normalise } from "./normalise.ts";
import { answerOf, type Condition, conditionOf, resourcePath } from "./settle.ts";
import type { Way } from "./way.ts";

/** kubectl-trace says of a broken API what the cluster says. */
export async function checkTraces(plane: ConnectedPlane, way: Way): Promise<void> {
  const condition = await conditionOf(plane.api, way.apiService);
  const path = resourcePath(way);
  const [checked, got, raw] = await Promise.all([
    traceAt(plane, "1.35", ["check", "-o", "json", way.apiService]),
    traceAt(plane, "1.35", ["-o", "json", "get", way.asks]),
    traceAt(plane, "1.35", ["-o", "json", "get", "--raw", path]),
  ]);
  checkReport(checked, way, condition);
  const rows = [...rowsOf(got, path), ...rowsOf(raw, path)];
  await checkRows(plane.api, way, condition, rows);
  const { status } = await answerOf(plane.api, path);
  for (const { roundTrip, diagnosis } of rows) {
    assert.equal(roundTrip.status, status === 0 ? null : status);
    checkSeen(way, diagnosis);
  }
  assert.equal(rowsOf(raw, path).length, 1, raw.stderr);
  assert.equal(rowsOf(got, path).length > 0, await isKnown(plane.api, way), got.stderr);
}

/** And so does a snapshot of the broken cluster. */
export async function checkSnapshot(plane: ConnectedPlane, way: Way): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-snapshot-"));
  try {
    const snapshot = join(folder, "cluster.yaml");
    const condition = await conditionOf(plane.api, way.apiService);
    const path = resourcePath(way);
    const taken = await traceAt(plane, "1.35", ["snapshot"]);
    assert.equal(taken.code, 0, taken.stderr);
    writeFileSync(snapshot, taken.stdout);
    const [checked, resolved] = await Promise.all([
      traceAt(plane, "1.35", ["check", "-o", "json", "--snapshot", snapshot, way.apiService]),
      traceAt(plane, "1.35", ["resolve", "-o", "json", "--snapshot", snapshot, path]),
    ]);
    checkReport(checked, way, condition, true);
    await checkRows(plane.api, way, condition, rowsOf(resolved, path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function checkRows(
  api: AdminApi,
  way: Way,
  condition: Condition | null,
  rows: readonly Trace[],
): Promise<void> {
  const target = await targetOf(api, way);
  for (const row of rows) {
    // The condition may be a later one of the same kind by now: its message tells the time.
    const said = row.apiService === null ? null : withoutTrust(row.apiService);
    assert.deepEqual(said, condition === null ? null : newApiService(way.apiService, condition));
    if (target !== null) assert.deepEqual(pickTarget(row), target);
    else assert.equal(row.target.kind, "Unresolved");
  }
}

function checkReport(
  { code, stdout, stderr }: Ended,
  way: Way,
  condition: Condition | null,
  isSnapshot = false,
): void {
  assert.equal(code, condition?.status === "True" ? 0 : 1, stderr);
  const { items } = JSON.parse(normalise(stdout)) as CheckReport;
  const expected =
    condition === null
      ? {
          name: way.apiService,
          available: "Unknown",
          reason: "NotFound",
          message: `no APIService of this name or group: ${way.apiService}`,
        }
      : newApiService(way.apiService, condition);
  assert.deepEqual(
    items.map(({ apiService }) => withoutTrust(apiService)),
    [expected],
  );
  // Nothing is the matter with one that says that it is Available, and of a snapshot less is known.
  if (condition?.status !== "True" && !isSnapshot) checkSeen(way, items[0]?.diagnosis);
}

/** The decisive facts are there, whatever else is. */
function checkSeen({ sees }: Way, diagnosis: Diagnosis | null | undefined): void {
  const evidence = diagnosis?.evidence.join("\n") ?? "";
  for (const part of sees) assert.ok(evidence.includes(part), `${part}:\n${evidence}`);
}

/** Authorities are new in each control plane. */
function withoutTrust({ trust: _, ...apiService }: TraceApiService): object {
  return { ...apiService, message: normalise(apiService.message) };
}

function newApiService(name: string, { status, reason, message }: Condition): object {
  return { name, available: status, reason, message: normalise(message) };
}

/** The Traces of requests for that path. */
function rowsOf({ stdout, stderr }: Ended, path: string): readonly Trace[] {
  assert.notEqual(stdout, "", stderr);
  const { items } = JSON.parse(stdout) as { readonly items: readonly Trace[] };
  return items.filter(({ requestInfo }) => requestInfo.path === path);
}

/** Whether discovery has the resource, so that kubectl sends a request for it. */
async function isKnown(api: AdminApi, way: Way): Promise<boolean> {
  if ((await freshnessOf(api, way)) === "absent") return false;
  const group = await readDiscovery(api, way.group);
  const resources = group?.versions.find(({ version }) => version === way.version)?.resources ?? [];
  return resources.some(({ resource }) => resource === way.resource);
}

interface Slice {
  readonly ports: readonly { readonly port: number }[] | null;
  readonly endpoints:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions: { readonly ready?: boolean };
      }[]
    | null;
}

/** What stands behind the APIService, read from the cluster as it is. */
async function targetOf(api: AdminApi, way: Way): Promise<object | null> {
  const apiService = await api.get(`/apis/apiregistration.k8s.io/v1/apiservices/${way.apiService}`);
  if (apiService.status !== 200) return null;
  const { spec } = apiService.json() as unknown as {
    readonly spec: {
      readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
    };
  };
  const { namespace, name, port } = spec.service;
  const slices = await api.get(
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`,
  );
  const { items } = slices.json() as unknown as { readonly items: readonly Slice[] };
  const endpoints = items.flatMap((slice) =>
    (slice.endpoints ?? []).flatMap(({ addresses, conditions }) =>
      addresses.flatMap((address) =>
        (slice.ports ?? []).length === 0
          ? [`${address}:null ${conditions.ready !== false}`]
          : (slice.ports ?? []).map((one) => `${address}:${one.port} ${conditions.ready !== false}`),
      ),
    ),
  );
  return { kind: "Service", namespace, name, port, endpoints: endpoints.sort() };
}

function pickTarget({ target }: Trace): object {
  if (target.kind !== "Service") return target;
  const { kind, namespace, name, port, endpoints } = target;
  return {
    kind,
    namespace,
    name,
    port,
    endpoints: endpoints.map(({ address, port, ready }) => `${address}:${port} ${ready}`).sort(),
  };
}
