import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseRequestInfo, type RequestInfo } from "../../../src/api/request-info.ts";
import type { Answer, Cluster, Review } from "../../../src/cluster/cluster.ts";
import { type LiveCluster, openLiveCluster } from "../../../src/cluster/live/live.ts";
import { readSnapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { createSnapshotCluster } from "../../../src/cluster/snapshot/snapshot-cluster.ts";
import type { Impersonation } from "../../../src/log/round-trip.ts";
import { newRbacPolicy, type RbacPolicy } from "../../../src/rbac/policy.ts";
import type { Credentials } from "../admin-api.ts";
import { connectPlane, traceAt } from "../connect.ts";
import { robot } from "../people.ts";
import { type AuditEvent, eventsOf } from "./audit-log.ts";
import { inParallel } from "./in-parallel.ts";
import { possibleReasons } from "./possible-reasons.ts";
import { createRandom } from "./random.ts";
import { type RandomRequest, randomRequest } from "./random-requests.ts";

/** Thousands of requests of everybody, each held against what the API server's audit log says of it. */
interface Judged extends RandomRequest {
  readonly info: RequestInfo;
  readonly before: Answer<Review>;
  readonly offline: Answer<Review>;
  readonly status: number;
  readonly event: AuditEvent | null;
}

const requestCount = 4000;
const plane = connectPlane();
const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-audit-"));
const live = new Map<string, LiveCluster>();
let snapshot: Cluster;
let policy: RbacPolicy;
let judged: readonly Judged[];

before(async () => {
  const file = join(folder, "snapshot.yaml");
  const taken = await traceAt(plane, "1.35", ["snapshot", "--to", file]);
  assert.equal(taken.code, 0, taken.stderr);
  const read = readSnapshot(readFileSync(file, "utf8"), file);
  snapshot = createSnapshotCluster(read);
  policy = newRbacPolicy(read.items, read.serverVersion);
  const random = createRandom(1);
  const requests = Array.from({ length: requestCount }, () => randomRequest(random));
  judged = await judgeAll(requests);
});

after(async () => {
  for (const cluster of live.values()) await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

async function judgeAll(requests: readonly RandomRequest[]): Promise<Judged[]> {
  const judgements = await inParallel(requests, 8, async (request) => ({
    ...(await judge(request)),
    ...request,
  }));
  const ids = judgements.flatMap(({ auditId }) => (auditId === null ? [] : [auditId]));
  const events = await eventsOf(plane.auditLog, ids);
  return judgements.map((one) => ({ ...one, event: events.get(one.auditId ?? "") ?? null }));
}

async function judge({ who, as, method, path }: RandomRequest) {
  const info = parseRequestInfo(method, path, "");
  const cluster = await liveOf(who);
  const review = await cluster.review(info, as);
  const user = await cluster.whoAmI(as);
  // Who may not even ask who he is, is who he says: nobody.
  const offline = await snapshot.review(info, user.ok ? asImpersonation(user.value) : as);
  const answer = await plane.api.send(credentialsOf(who), path, {
    method,
    headers: {
      ...impersonate(as),
      ...(method === "GET" || method === "HEAD" ? {} : { "Content-Type": "application/json" }),
    },
    closeAfterMs: 1500,
  });
  // An extension server says it once more.
  const [auditId = null] = new Set(String(answer.headers["audit-id"] ?? "").split(", "));
  return {
    info,
    before: review,
    offline,
    status: answer.status,
    auditId,
  };
}

const asImpersonation = ({
  username,
  groups,
  uid,
}: {
  username: string;
  groups: readonly string[];
  uid: string;
}) => ({
  user: username,
  groups,
  uid,
  extra: {},
});

async function liveOf(who: string): Promise<LiveCluster> {
  const known = live.get(who);
  if (known !== undefined) return known;
  const cluster = await openLiveCluster({ kubeconfig: plane.kubeconfig, context: who }, {}, {});
  live.set(who, cluster);
  return cluster;
}

const kubeconfig = JSON.parse(readFileSync(plane.kubeconfig, "utf8")) as {
  readonly users: readonly { readonly name: string; readonly user: { readonly token?: string } }[];
};

function credentialsOf(who: string): Credentials {
  if (who !== robot.context) return { certificate: who };
  return { token: kubeconfig.users.find(({ name }) => name === who)?.user.token ?? "" };
}

function impersonate(as: Impersonation | null): Record<string, string | string[]> {
  if (as === null) return {};
  const extra = Object.entries(as.extra).map(([key, values]) => [`Impersonate-Extra-${key}`, [...values]]);
  return {
    "Impersonate-User": as.user,
    ...(as.groups.length > 0 ? { "Impersonate-Group": [...as.groups] } : {}),
    ...Object.fromEntries(extra),
  };
}

/** Fails with every request of which `problem` says something. */
function assertAll(problem: (one: Judged) => string | null, atLeast: number): void {
  let looked = 0;
  const problems = judged.flatMap((one) => {
    const found = problem(one);
    if (found !== null && found !== "")
      return [`${one.who} ${one.as?.user ?? ""} ${one.method} ${one.path}: ${found}`];
    if (found === null) looked++;
    return [];
  });
  assert.deepEqual(problems.slice(0, 40), [], `${problems.length} of ${judged.length}`);
  assert.ok(looked >= atLeast, `only ${looked} were looked at`);
}

test("the API server reads each request as we do", () => {
  assertAll(({ info, event, path, status }) => {
    if (event === null) return info.error === undefined ? `not audited, ${status}` : null;
    const { verb, objectRef, requestURI } = event;
    const own = {
      requestURI: path,
      verb: info.verb,
      ...(info.isResourceRequest
        ? {
            resource: info.resource,
            namespace: info.namespace,
            name: info.name,
            apiGroup: info.apiGroup,
            apiVersion: info.apiVersion,
            subresource: info.subresource,
          }
        : {}),
    };
    const theirs = {
      requestURI,
      verb,
      ...(objectRef === undefined
        ? {}
        : {
            resource: objectRef.resource ?? "",
            namespace: objectRef.namespace ?? "",
            name: objectRef.name ?? "",
            apiGroup: objectRef.apiGroup ?? "",
            apiVersion: objectRef.apiVersion ?? "",
            subresource: objectRef.subresource ?? "",
          }),
    };
    const same = JSON.stringify(own) === JSON.stringify(theirs);
    return same ? null : `we ${JSON.stringify(own)}, the server ${JSON.stringify(theirs)}`;
  }, requestCount * 0.9);
});

const decisionOf = (event: AuditEvent | null): string | undefined =>
  event?.annotations?.["authorization.k8s.io/decision"];

test("the review before a request says what the API server then decides, and why", () => {
  assertAll((one) => judgeVerdict(one, one.before), requestCount * 0.75);
});

test("a snapshot says the same", () => {
  assertAll(
    (one) => (one.who === "worker-1" && one.as === null ? "" : judgeVerdict(one, one.offline)),
    requestCount * 0.6,
  );
});

/** null: right. "": the API server did not come so far as to decide. */
function judgeVerdict({ info, event, status }: Judged, review: Answer<Review>): string | null {
  const decision = decisionOf(event);
  if (decision === undefined || event === null) return "";
  if (!review.ok) return mayNotAsk(review, event) ? "" : `no review: ${review.reason}`;
  const { allowed, reason } = review.value;
  if (allowed !== (decision === "allow"))
    return `we say ${allowed ? "allowed" : "denied"} (${reason}), the server ${decision}`;
  if (!allowed && status !== 403) return `denied, and answered ${status}`;
  const theirs = event.annotations?.["authorization.k8s.io/reason"] ?? "";
  if (reason === theirs) return null;
  const { username = "", groups = [] } = event.impersonatedUser ?? event.user;
  const possible = possibleReasons(policy, { username, groups, uid: "" }, info);
  if (possible.has(reason) && possible.has(theirs)) return null;
  return `we say ${JSON.stringify(reason)}, the server ${JSON.stringify(theirs)}`;
}

/** The anonymous may not ask for a review; whoever may not impersonate is refused it as he is refused the request. */
function mayNotAsk(review: Answer<Review> & { readonly ok: false }, event: AuditEvent): boolean {
  if (review.status !== 403) return false;
  return event.impersonatedUser === undefined || event.impersonatedUser.username === "system:anonymous";
}
