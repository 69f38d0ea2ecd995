import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type LiveCluster, openLiveCluster } from "../../../src/cluster/live/live.ts";
import type { RoundTrip } from "../../../src/log/round-trip.ts";
import { fetchKubectl, type KubectlVersion } from "../../helpers/kubectl.ts";
import { connectPlane } from "../connect.ts";
import { type AuditEvent, eventsOf } from "./audit-log.ts";
import { differences, parseLog } from "./compare-with-audit.ts";
import { inParallel } from "./in-parallel.ts";
import { type AuditedCase, auditedCases, refusedCases } from "./kubectl-cases.ts";

/** Real kubectls on the real control plane: what their logs tell us, joined by Audit-Id with what the API server says. */
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
    const found = await inParallel(waiting, 4, (one) => runCase(version, level, one, flags));
    for (const one of quick) found.push(await runCase(version, level, one, flags));
    const roundTrips = found.flat();
    const { events, problems } = await compare(roundTrips, "admin");
    assert.deepEqual(problems.slice(0, 20), [], `${problems.length} problems`);

    const sent = [...events.values()].filter((event) => isSentBy(event, user));
    assert.deepEqual(notFound(sent, roundTrips), [], "each request once in both logs");
    assert.ok(sent.length > 150, `${sent.length} requests`);
  });

  test(`kubectl ${version} -v=${level}: who may not, as the audit log has it`, async () => {
    const problems = await inParallel(refusedCases, 3, async (one) => {
      const roundTrips = await runCase(version, level, one, ["--context", one.context]);
      return (await compare(roundTrips, one.context)).problems.map((problem) => `${one.context}: ${problem}`);
    });
    assert.deepEqual(problems.flat().slice(0, 20), [], `${problems.flat().length} problems`);
  });
}

const isSentBy = ({ impersonatedUser, userAgent }: AuditEvent, user: string): boolean =>
  impersonatedUser?.username === user && userAgent?.startsWith("kubectl/") === true;

/** Each event is found once in the log, by its URL: not every answer has an Audit-Id, and of parallel ones not every one is told apart. */
function notFound(sent: readonly AuditEvent[], roundTrips: readonly RoundTrip[]): string[] {
  const logged = new Map<string, number>();
  for (const { url } of roundTrips) logged.set(pathOf(url), (logged.get(pathOf(url)) ?? 0) + 1);
  for (const { requestURI } of sent) logged.set(requestURI, (logged.get(requestURI) ?? 0) - 1);
  return [...logged].flatMap(([path, count]) =>
    count === 0 ? [] : [`${path}: ${count} more in kubectl's log`],
  );
}

const pathOf = (url: string): string => url.slice(url.indexOf("/", "https://".length));

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
  version: KubectlVersion,
  level: number,
  { args, input = "", endAfterMs }: AuditedCase,
  flags: readonly string[],
): Promise<readonly RoundTrip[]> {
  const path = await fetchKubectl(version);
  assert.ok(path !== null, "there is no kubectl for this machine");
  const home = mkdtempSync(join(tmpdir(), "kubectl-trace-audit-"));
  try {
    const env = {
      HOME: home,
      PATH: process.env["PATH"] ?? "",
      KUBECONFIG: plane.kubeconfig,
      KUBE_EDITOR: "sed -i s/a:/z:/",
    };
    const words = args.split(" ");
    const at = words.indexOf("--");
    const own = at === -1 ? words.length : at;
    const child = spawn(path, [...words.slice(0, own), ...flags, `-v=${level}`, ...words.slice(own)], {
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
