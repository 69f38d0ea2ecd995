import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { connectPlane, kubectlAt } from "./connect.ts";
import { controlPlanes } from "./versions.ts";

const plane = connectPlane();

test("the API server is the release that its module pins", async () => {
  const { gitVersion } = (await plane.api.get("/version")).json();
  assert.equal(gitVersion, `v${controlPlanes[plane.version].release}`);
});

test("metrics come from metrics-server through its Service", async () => {
  const { stdout } = await kubectlAt(plane, "1.35", ["top", "nodes", "--no-headers"]);
  assert.match(stdout, /^worker-1 +\d+m +\d+% +\d+Mi +\d+% *\nworker-2 .*\n$/);
});

test("logs, exec, port-forward and the pod's proxy reach a process", async () => {
  assert.equal(
    (await kubectlAt(plane, "1.35", ["logs", "-n", "shop", "cart-0"])).stdout,
    "cart has started\n",
  );
  const exec = await kubectlAt(plane, "1.35", [
    "exec",
    "-n",
    "shop",
    "cart-0",
    "--",
    "sh",
    "-c",
    "echo in; exit 3",
  ]);
  assert.deepEqual([exec.stdout, exec.code], ["in\n", 3]);
  const old = await kubectlAt(plane, "1.20", ["exec", "-i", "-n", "shop", "cart-0", "--", "cat"], {
    input: "there and back",
  });
  assert.equal(old.stdout, "there and back");
  const proxied = await kubectlAt(plane, "1.35", [
    "get",
    "--raw",
    "/api/v1/namespaces/shop/pods/cart-0:8080/proxy/",
  ]);
  assert.equal(proxied.stdout, "cart\n");
});

test("admission webhooks, policies and conversion take part", async () => {
  const create = (...args: string[]) =>
    kubectlAt(plane, "1.35", ["create", "-n", "guarded", "configmap", ...args]);
  const stamped = await create("a", "-o", "jsonpath={.metadata.annotations.stamped}");
  assert.equal(stamped.stdout, "yes");
  assert.match((await create("forbidden-a")).stderr, /ValidatingAdmissionPolicy 'no-forbidden-names'/);
  const converted = await kubectlAt(plane, "1.35", ["create", "-f", "-", "-o", "jsonpath={.apiVersion}"], {
    input: JSON.stringify({ apiVersion: "example.com/v2", kind: "Gadget", metadata: { name: "a" } }),
  });
  assert.equal(converted.stdout, "example.com/v2");
});

test("the audit log has every request, with its decision", async () => {
  const path = `/apis/apps/v1/deployments?labelSelector=this%3D${process.pid}`;
  await plane.api.get(path);
  const event = readFileSync(plane.auditLog, "utf8")
    .split("\n")
    .filter((line) => line.includes(`this%3D${process.pid}`))
    .map((line) => JSON.parse(line))
    .at(-1);
  assert.equal(event?.requestURI, path);
  assert.equal(event?.annotations["authorization.k8s.io/decision"], "allow");
});
