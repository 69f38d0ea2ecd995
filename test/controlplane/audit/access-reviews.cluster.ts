import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import type { UserInfo } from "../../../src/cluster/cluster.ts";
import { reviewOf } from "../../../src/cluster/live/review-request.ts";
import { readSnapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { authorize } from "../../../src/rbac/authorize.ts";
import { withImplicitGroups } from "../../../src/rbac/implicit-groups.ts";
import { newRbacPolicy, type RbacPolicy } from "../../../src/rbac/policy.ts";
import { connectPlane, traceAt } from "../connect.ts";
import { inParallel } from "./in-parallel.ts";
import { possibleReasons } from "./possible-reasons.ts";
import { createRandom, type Random } from "./random.ts";
import { randomRequest } from "./random-requests.ts";

const plane = connectPlane();
const pairs = 4000;

/** Users of the world's bindings and of Kubernetes' own, and such that nobody has heard of. */
const users = [
  "alice",
  "bob",
  "carol",
  "erin",
  "nobody",
  "system:serviceaccount:shop:robot",
  "system:serviceaccount:shop:default",
  "system:serviceaccount:kube-system:metrics-server",
  "system:serviceaccount:kube-system:namespace-controller",
  "system:serviceaccount:kube-system:generic-garbage-collector",
  "system:kube-controller-manager",
  "system:kube-scheduler",
  "system:kube-proxy",
  "system:anonymous",
];
const groups = [
  "qa",
  "staff",
  "system:masters",
  "system:monitoring",
  "system:unauthenticated",
  "kubeadm:cluster-admins",
];

function randomUser(random: Random): UserInfo {
  const own = random.chance(0.3) ? [random.pick(groups)] : [];
  const username = random.pick(users);
  return { username, uid: "", groups: withImplicitGroups(username, own) };
}

async function policyOfSnapshot(): Promise<RbacPolicy> {
  const folder = mkdtempSync(join(tmpdir(), "kubectl-trace-reviews-"));
  try {
    const file = join(folder, "snapshot.yaml");
    const taken = await traceAt(plane, "1.35", ["snapshot", "--to", file]);
    assert.equal(taken.code, 0, taken.stderr);
    const { items, serverVersion } = readSnapshot(readFileSync(file, "utf8"), file);
    return newRbacPolicy(items, serverVersion);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface ReviewStatus {
  readonly allowed: boolean;
  readonly reason?: string;
}

test(`${pairs} pairs of a user and a request: the evaluator answers as a SubjectAccessReview does`, async () => {
  const policy = await policyOfSnapshot();
  const random = createRandom(2);
  const questions = Array.from({ length: pairs }, () => {
    const { method, path } = randomRequest(random);
    return { user: randomUser(random), info: parseRequestInfo(method, path, "") };
  });
  let allowedCount = 0;
  const problems = await inParallel(questions, 8, async ({ user, info }) => {
    const { spec } = reviewOf(info) as { readonly spec: object };
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: { ...spec, user: user.username, groups: user.groups },
    };
    const answer = await plane.api.send(
      { certificate: "admin" },
      "/apis/authorization.k8s.io/v1/subjectaccessreviews",
      {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      },
    );
    assert.equal(answer.status, 201, answer.text);
    const { allowed, reason = "" } = (answer.json() as { readonly status: ReviewStatus })["status"];
    if (allowed) allowedCount++;
    const own = authorize(policy, user, info);
    if (own.allowed === allowed && own.reason === reason) return null;
    const possible = possibleReasons(policy, user, info);
    if (own.allowed && allowed && possible.has(own.reason) && possible.has(reason)) return null;
    return `${JSON.stringify(user)} ${JSON.stringify(spec)}: we ${JSON.stringify(own)}, the server ${JSON.stringify({ allowed, reason })}`;
  });
  const wrong = problems.filter((problem) => problem !== null);
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${pairs}`);
  assert.ok(allowedCount > pairs / 20 && allowedCount < pairs * 0.95, `${allowedCount} were allowed`);
});
