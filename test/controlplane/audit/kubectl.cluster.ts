import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type LiveCluster, openLiveCluster } from "../../../src/cluster/live/live.ts";
import type { RoundTrip } from "../../../src/log/round-trip.ts";
import { fetchHelm, fetchKubectl, type KubectlVersion } from "../../helpers/kubectl.ts";
import { connectPlane } from "../connect.ts";
import { type AuditEvent, eventsOf } from "./audit-log.ts";
import { differences, parseLog, pathOf } from "./compare-with-audit.ts";
import { inParallel } from "./in-parallel.ts";
import { type AuditedCase, auditedCases, helmCases, refusedCases } from "./kubectl-cases.ts";

/** Real kubectls and helms on the real control plane: what their logs tell us, joined by Audit-Id with what the API server says. */
const runs = [
  { version: "1.35", level: 9 },
  { version: "1.20", level: 9 },
  { version: "1.35", level: 8 },
  { version: "1.28", level: 8 },
] as const satisfies readonly { readonly version: KubectlVersion; readonly level: number }[];

const plane = connectPlane();
const clusters = new Map<string, LiveCluster>();
after(async () => {
  for (const cluster of clusters.values()) await cluster.close();
});

async function clusterOf(context: string): Promise<LiveCluster> {
  const known = clusters.get(context);
  if (known !== undefined) return known;
  const cluster = await openLiveCluster({ kubeconfig: plane.kubeconfig, context }, {}, {});
  clusters.set(context, cluster);
  return cluster;
}

for (const { version, level } of runs) {
  test(`kubectl ${version} -v=${level}: every request of ${auditedCases.length} commands, as the audit log has it`, async () => {
    const user = `kubectl-${version}-v${level}`;
    const flags = ["--as", user, "--as-group", "system:masters"];
    const minor = Number(version.split(".")[1]);
    const cases = auditedCases.filter(({ from = 0, to = 99 }) => minor >= from && minor <= to);
    const quick = cases.filter((one) => one.endAfterMs === undefined);
    const waiting = cases.filter((one) => one.endAfterMs !== undefined);
    const program = await fetchKubectl(version);
    const found = await inParallel(waiting, 4, (one) => runCase(program, level, one, flags));
    for (const one of quick) found.push(await runCase(program, level, one, flags));
    await judge(found.flat(), user, 150);
  });

  test(`kubectl ${version} -v=${level}: who may not, as the audit log has it`, async () => {
    const program = await fetchKubectl(version);
    const problems = await inParallel(refusedCases, 3, async (one) => {
      const roundTrips = await runCase(program, level, one, ["--context", one.context]);
      return (await compare(roundTrips, one.context)).problems.map((problem) => `${one.context}: ${problem}`);
    });
    assert.deepEqual(problems.flat().slice(0, 20), [], `${problems.flat().length} problems`);
  });
}

/** helm 3.13, and helm 4: both log a status at -v=9. */
for (const beside of ["1.28", "1.35"] as const) {
  test(`the helm beside kubectl ${beside}: every request of ${helmCases.length} commands, as the audit log has it`, async () => {
    const user = `helm-${beside}`;
    const flags = ["--kube-as-user", user, "--kube-as-group", "system:masters"];
    const program = await fetchHelm(beside);
    const roundTrips: RoundTrip[] = [];
    for (const one of helmCases) roundTrips.push(...(await runCase(program, 9, one, flags)));
    await judge(roundTrips, user, 20);
  });
}

/** All that the log says is true, and each request is once in both logs. */
async function judge(roundTrips: readonly RoundTrip[], user: string, atLeast: number): Promise<void> {
  const { events, problems } = await compare(roundTrips, "admin");
  assert.deepEqual(problems.slice(0, 20), [], `${problems.length} problems`);
  const sent = [...events.values()].filter((event) => isSentBy(event, user));
  assert.deepEqual(notFound(sent, roundTrips), [], "each request once in both logs");
  assert.ok(sent.length >= atLeast, `${sent.length} requests`);
}

/** Not by us, who ask for reviews as the same user. */
const isSentBy = ({ impersonatedUser, userAgent }: AuditEvent, user: string): boolean =>
  impersonatedUser?.username === user && userAgent?.startsWith("kubectl-trace") === false;

/**
 * Each event is found once in the log, by its URL: not every answer has an Audit-Id, and of parallel ones not every one is told apart.
 * What has a hash never changes, and is answered out of the client's own cache when it is asked for again. What a command that is ended
 * after a while had logged last, it need not have sent.
 */
function notFound(sent: readonly AuditEvent[], roundTrips: readonly RoundTrip[]): string[] {
  const counts = new Map<string, number>();
  const pending = new Map<string, number>();
  const count = (path: string, by: number, of = counts) => of.set(path, (of.get(path) ?? 0) + by);
  for (const { url, outcome } of roundTrips) {
    count(pathOf(url), 1);
    if (outcome === "pending") count(pathOf(url), 1, pending);
  }
  for (const { requestURI } of sent) count(requestURI, -1);
  return [...counts]
    .filter(([path, more]) => more < 0 || (more > (pending.get(path) ?? 0) && !path.includes("?hash=")))
    .map(([path, more]) => `${path}: ${more} more in the client's log`);
}

async function compare(roundTrips: readonly RoundTrip[], context: string) {
  const withId = roundTrips.filter(({ auditId }) => auditId !== null);
  const events = await eventsOf(
    plane.auditLog,
    withId.map(({ auditId }) => auditId ?? ""),
  );
  const cluster = await clusterOf(context);
  const known = withId.filter(({ status }) => status !== null);
  const problems = await inParallel(known, 8, (one) =>
    differences(one, events.get(one.auditId ?? ""), cluster),
  );
  return { events, problems: problems.flat() };
}

/** Runs the command with a home of its own, and gives the requests in its log. */
async function runCase(
  path: string | null,
  level: number,
  { args, input = "", endAfterMs }: AuditedCase,
  flags: readonly string[],
): Promise<readonly RoundTrip[]> {
  assert.ok(path !== null, "there is no such program for this machine");
  const home = mkdtempSync(join(tmpdir(), "kubectl-trace-audit-"));
  try {
    writeChart(join(home, "chart"));
    const env = {
      HOME: home,
      // kubectl edit leaves its file behind when it fails.
      TMPDIR: home,
      PATH: process.env["PATH"] ?? "",
      KUBECONFIG: plane.kubeconfig,
      KUBE_EDITOR: "sed -i s/a:/z:/",
    };
    const words = args.split(" ");
    const at = words.indexOf("--");
    const own = at === -1 ? words.length : at;
    const child = spawn(path, [...words.slice(0, own), ...flags, `-v=${level}`, ...words.slice(own)], {
      cwd: home,
      env,
      timeout: 60_000,
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const log: Buffer[] = [];
    child.stderr.on("data", (chunk: Buffer) => log.push(chunk));
    child.stdout.resume();
    if (endAfterMs !== undefined) setTimeout(() => child.kill("SIGINT"), endAfterMs);
    await new Promise((resolve) => child.on("close", resolve));
    return parseLog(Buffer.concat(log).toString());
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function writeChart(folder: string): void {
  mkdirSync(join(folder, "templates"), { recursive: true });
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: chart\nversion: 0.1.0\n");
  const settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart-settings}\ndata: {a: b}\n";
  writeFileSync(join(folder, "templates", "settings.yaml"), settings);
}
