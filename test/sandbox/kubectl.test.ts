import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { tooManyRequests } from "../../src/sandbox/faults.ts";
import { type KubectlVersion, kubectlOrSkip, kubectlVersions } from "../helpers/kubectl.ts";
import { kubectl, type SandboxEnv, withSandbox } from "../helpers/sandbox.ts";

interface Case {
  readonly args: string;
  readonly exitCode?: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  /** Minor versions that know the command. */
  readonly from?: number;
  readonly to?: number;
}

const forbidden = (resource: string, group: string) =>
  new RegExp(
    `^Error from server \\(Forbidden\\): ${resource} is forbidden: User "developer" cannot list resource "nodes" in API group "${group}" at the cluster scope$`,
    "m",
  );
const notAllowed = /: the server does not allow this method on the requested resource/;

const cases: readonly Case[] = [
  {
    args: "get pods -n shop",
    stdout: /^NAME +READY +STATUS +RESTARTS +AGE\ncart-0 +1\/1 +Running +0 +\S+\nweb-/,
  },
  {
    args: "get pods -A -o wide",
    stdout: /^NAMESPACE +NAME .* NODE .*\nkube-system +metrics-server-\S+ +1\/1 +Running/,
  },
  { args: "get pods -n shop --chunk-size=1 -o name", stdout: /^pod\/cart-0\npod\/web-\S+\npod\/web-\S+\n$/ },
  { args: "get pods -n shop -l app=web,tier!=back -o name", stdout: /^pod\/web-\S+\npod\/web-\S+\n$/ },
  { args: "get pods -A --field-selector spec.nodeName=worker-2 -o name", stdout: /^(pod\/\S+\n){3}$/ },
  { args: "get pod cart-0 -n shop -o json", stdout: /"apiVersion": "v1",[\s\S]*"kind": "Pod"/ },
  {
    args: "get all -n shop",
    stdout: /pod\/cart-0[\s\S]*service\/web[\s\S]*deployment\.apps\/web +2\/2[\s\S]*widget/,
  },
  { args: "get widgets -n shop", stdout: /^NAME +SIZE +AGE\ngear +12 +\S+\nlever +7 / },
  { args: "get wd gear -n shop -o wide", stdout: /COLOUR[\s\S]*grey/ },
  {
    args: "get widgets.v1alpha1.example.com -n shop",
    stdout: /gear/,
    stderr: /^Warning: example\.com\/v1alpha1 Widget is deprecated; use example\.com\/v1 Widget\n$/,
  },
  {
    args: "get apiservices",
    stdout:
      /v1beta1\.custom\.metrics\.k8s\.io +monitoring\/prometheus-adapter +False \(FailedDiscoveryCheck\)[\s\S]*v1beta1\.metrics\.k8s\.io +kube-system\/metrics-server +True/,
  },
  {
    args: "get pod nope -n shop",
    exitCode: 1,
    stderr: /^Error from server \(NotFound\): pods "nope" not found\n$/,
  },
  { args: "get foos", exitCode: 1, stderr: /the server doesn't have a resource type "foos"/ },
  { args: "top nodes", stdout: /^NAME .*CPU.*\n(\S+ +\d+m +\d+% +\d+Mi +\d+% *\n){3}$/ },
  { args: "top pods -A", stdout: /shop +cart-0 +\d+m +\d+Mi/ },
  {
    args: "--context developer top nodes",
    exitCode: 1,
    stderr: forbidden("nodes.metrics.k8s.io", "metrics.k8s.io"),
  },
  { args: "--context developer get nodes", exitCode: 1, stderr: forbidden("nodes", "") },
  { args: "--context developer get pods -o name", stdout: /^pod\/cart-0\n/ },
  { args: "--context metrics-viewer top nodes", stdout: /worker-2/ },
  { args: "--context monitoring:collector top pods -A", stdout: /cart-0/ },
  { args: "--context support --as developer get pods -n shop -o name", stdout: /^pod\/cart-0\n/ },
  {
    args: "--context support --as developer --as-group qa get --raw /version",
    exitCode: 1,
    stderr: /Error from server \(Forbidden\)/,
  },
  { args: "--context anonymous get --raw /version", stdout: /"gitVersion": "v1\.34\.2"/ },
  {
    args: "--context anonymous get --raw /api/v1/nodes",
    exitCode: 1,
    stderr: /User "system:anonymous" cannot list resource "nodes"/,
  },
  { args: "auth can-i list nodes", stdout: /^yes\n$/ },
  { args: "--context developer auth can-i list nodes", exitCode: 1, stdout: /^no\n$/ },
  { args: "--context developer auth can-i get pods --subresource=log", stdout: /^yes\n$/ },
  { args: "--context developer auth can-i --list", stdout: /widgets\.example\.com +\[\] +\[\] +\[\*\]/ },
  { args: "auth whoami -o json", from: 28, stdout: /"username": "admin"/ },
  {
    args: "--as developer auth whoami",
    from: 28,
    stdout: /Username +developer\nGroups +\[system:authenticated\]/,
  },
  {
    args: "api-resources --api-group apps -o name",
    to: 24,
    exitCode: 1,
    stdout: /^deployments\.apps$/m,
    stderr: /custom\.metrics\.k8s\.io\/v1beta1: the server is currently unable to handle the request/,
  },
  {
    args: "api-resources --api-group metrics.k8s.io --no-headers",
    from: 30,
    stdout:
      /^nodes +metrics\.k8s\.io\/v1beta1 +false +NodeMetrics\npods +metrics\.k8s\.io\/v1beta1 +true +PodMetrics\n$/,
  },
  {
    args: "get --raw /apis/custom.metrics.k8s.io/v1beta1",
    exitCode: 1,
    stderr:
      /^Error from server \(ServiceUnavailable\): the server is currently unable to handle the request\n$/,
  },
  {
    args: "get --raw /nope",
    exitCode: 1,
    stderr: /^Error from server \(NotFound\): the server could not find the requested resource\n$/,
  },
  { args: "describe pod cart-0 -n shop", stdout: /^Name: +cart-0\n[\s\S]*Started container cart/ },
  { args: "describe node worker-1", stdout: /Non-terminated Pods/ },
  { args: "logs cart-0 -n shop --tail=1", stdout: /^cart of cart-0: ready\n$/ },
  { args: "version -o json", stdout: /"gitVersion": "v1\.34\.2"/ },
  { args: "rollout status deploy/web -n shop --timeout=5s", stdout: /successfully rolled out/ },
  { args: "wait --for=condition=Ready pod/cart-0 -n shop --timeout=5s", stdout: /condition met/ },
  { args: "delete pod cart-0 -n shop", exitCode: 1, stderr: notAllowed },
  { args: "scale deploy/web -n shop --replicas=3", exitCode: 1, stderr: notAllowed },
  { args: "create configmap x -n shop", exitCode: 1, stderr: notAllowed },
  {
    args: "exec cart-0 -n shop -- ls",
    exitCode: 1,
    stderr: /error dialing backend: dial tcp 192\.0\.2\.12:10250/,
  },
];

for (const version of kubectlVersions(["1.20", "1.28", "1.35"])) {
  test(`kubectl ${version} takes the sandbox for a cluster`, async (t) => {
    if ((await kubectlOrSkip(t, version)) === null) return;
    await withSandbox({}, async (_sandbox, env) => {
      // Discovery first, so that what follows shares its cache.
      await kubectl(version, env, "api-resources");
      const minor = Number(version.slice(2));
      const known = cases.filter(({ from = 0, to = 99 }) => from <= minor && minor <= to);
      for (const one of known) await t.test(one.args, async () => await check(version, env, one));
    });
  });
}

async function check(version: KubectlVersion, env: SandboxEnv, expected: Case): Promise<void> {
  const result = await kubectl(version, env, ...expected.args.split(" "));
  assert.ok(result);
  assert.equal(result.exitCode, expected.exitCode ?? 0, result.stderr);
  if (expected.stdout) assert.match(result.stdout, expected.stdout);
  if (expected.stderr) assert.match(result.stderr.replace(complaint, ""), expected.stderr);
}

/** kubectl 1.26 to 1.29 gets no aggregated discovery from a server of 1.33 or later, and complains about the one API that is down. */
const complaint =
  /^E\d{4} \S+ +\d+ memcache\.go:\d+\] couldn't get resource list for custom\.metrics\.k8s\.io\/v1beta1: .*\n/gm;

test("the access log has every request of a command, in order, with its user", async (t) => {
  if ((await kubectlOrSkip(t, "1.35")) === null) return;
  await withSandbox({}, async (sandbox, env) => {
    await kubectl("1.35", env, "--context", "developer", "top", "nodes");
    const seen = sandbox.accessLog.map(({ method, url, status, user }) => [method, url, status, user]);
    assert.deepEqual(seen, [
      ["GET", "/api", 200, "developer"],
      ["GET", "/apis", 200, "developer"],
      ["GET", "/apis/metrics.k8s.io/v1beta1/nodes", 403, "developer"],
    ]);
  });
});

test("kubectl apply gets as far as its real requests", async (t) => {
  await withSandbox({}, async (sandbox, env) => {
    const manifest = join(env.HOME, "settings.yaml");
    writeFileSync(
      manifest,
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web-settings, namespace: shop}\ndata: {a: b}\n",
    );
    // Up to 1.28 kubectl validates with /openapi/v2, which the sandbox does not serve.
    for (const version of kubectlVersions(["1.35"]).filter((one) => Number(one.slice(2)) > 28)) {
      if ((await kubectlOrSkip(t, version)) === null) return;
      const result = await kubectl(version, env, "apply", "-f", manifest);
      assert.ok(result);
      assert.equal(result.exitCode, 1);
      assert.match(result.stderr, notAllowed);
      const last = sandbox.accessLog.at(-1);
      assert.equal(last?.method, "PATCH");
      assert.equal(last?.status, 405);
    }
  });
});

test("get -w shows what is there and stays", async (t) => {
  const program = await kubectlOrSkip(t, "1.35");
  if (program === null) return;
  await withSandbox({}, async (sandbox, env) => {
    const child = spawn(program, ["get", "pods", "-n", "shop", "-w"], {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    const isWatching = () => sandbox.accessLog.some(({ url }) => url.includes("watch=true"));
    while (!isWatching() || printed.split("\n").length < 5) {
      assert.equal(child.exitCode, null);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.match(printed, /^NAME +READY .*\ncart-0 .*\nweb-.*\nweb-.*\n$/);
    child.kill("SIGINT");
    await once(child, "close");
  });
});

test("a kubectl that is told to wait comes again", async (t) => {
  if ((await kubectlOrSkip(t, "1.35")) === null) return;
  let refusals = 2;
  const throttle = {
    match: (_method: string, url: string) => url.startsWith("/api/v1/namespaces/shop/pods") && refusals-- > 0,
    answer: tooManyRequests(0),
  };
  await withSandbox({ faults: [throttle] }, async (sandbox, env) => {
    const result = await kubectl("1.35", env, "get", "--raw", "/api/v1/namespaces/shop/pods");
    assert.ok(result);
    assert.deepEqual(
      sandbox.accessLog.map(({ status }) => status),
      [429, 429, 200],
    );
    assert.equal(result.exitCode, 0);
  });
});

test("below a base path as well", async (t) => {
  if ((await kubectlOrSkip(t, "1.35")) === null) return;
  await withSandbox({ basePath: "/k8s/clusters/c-demo" }, async (sandbox, env) => {
    const result = await kubectl("1.35", env, "get", "pods", "-n", "shop", "-o", "name");
    assert.ok(result);
    assert.match(result.stdout, /pod\/cart-0/);
    assert.ok(sandbox.accessLog.every(({ url }) => url.startsWith("/k8s/clusters/c-demo/api")));
  });
});
