import assert from "node:assert/strict";
import { test } from "node:test";
import { readKubectlArgs } from "../../src/command/kubectl-args.ts";

const all = "--vmodule=helpers=1,*=9";

for (const [line, args, level] of [
  ["get pods", `get ${all} pods`, 0],
  ["get pods -v=6", "get pods -v=6", 6],
  ["get pods -v 8", `get ${all} pods -v 8`, 8],
  ["get --v=7 pods", `get ${all} --v=7 pods`, 7],
  ["get -v10 pods", "get -v10 pods", 10],
  ["get --v 3 pods", `get ${all} --v 3 pods`, 3],
  ["get pods -v=9 -v=2", `get ${all} pods -v=9 -v=2`, 2],
  ["get pods -v", `get ${all} pods -v`, 0],
  ["exec web -- ls -v=1", `exec ${all} web -- ls -v=1`, 0],
  ["version", `version ${all}`, 0],
  ["get pods -n", `get ${all} pods -n`, 0],
  ["get pods -v=-1", `get ${all} pods -v=-1`, -1],
  ["get pods --vmodule=x=1 --vmodule y=2", `get ${all} pods`, 0],
  ["get pods --vmodule=x=1 -v=9", "get pods --vmodule=x=1 -v=9", 9],
  ["-n web get pods", `${all} -n web get pods`, 0],
  ["--context=c -v 6 get pods", "--context=c -v 6 get pods", 6],
] as const) {
  test(`kubectl ${line} runs as kubectl ${args}`, () => {
    const read = readKubectlArgs(line.split(" "), {}, false);
    assert.deepEqual([read.args.join(" "), read.userLevel], [args, level]);
  });
}

test("connection flags from before the command go behind it, where kubectl wants them", () => {
  const before = { namespace: "web", asGroup: ["a", "b"], insecureSkipTlsVerify: true };
  const read = readKubectlArgs(["get", "pods"], before, false);
  const flags = "--namespace=web --as-group=a --as-group=b --insecure-skip-tls-verify=true";
  assert.equal(read.args.join(" "), `get ${flags} ${all} pods`);
  assert.deepEqual(read.flags, before);
});

test("a plugin gets neither our verbosity nor our flags", () => {
  assert.deepEqual(readKubectlArgs(["tree", "deploy", "x"], { namespace: "web" }, true).args, [
    "tree",
    "deploy",
    "x",
  ]);
});

for (const [line, flags] of [
  ["get pods -n web --context=c", { namespace: "web", context: "c" }],
  [
    "get pods -nweb -s https://h --as jane --as-group a --as-group=b",
    { namespace: "web", server: "https://h", as: "jane", asGroup: ["a", "b"] },
  ],
  [
    "get pods -n=web --request-timeout 5s --kubeconfig k",
    { namespace: "web", requestTimeout: "5s", kubeconfig: "k" },
  ],
  ["get pods --insecure-skip-tls-verify", { insecureSkipTlsVerify: true }],
  ["get pods --insecure-skip-tls-verify=false", { insecureSkipTlsVerify: false }],
  ["exec web -n a -- sh -n b", { namespace: "a" }],
  ["create rolebinding b --role r --user jane -n web", { namespace: "web" }],
  ["create clusterrolebinding b --clusterrole r --user=jane", {}],
  ["set subject rolebinding b --user jane", {}],
  ["config set-context c --cluster x --user y", {}],
  ["get pods --user y", { user: "y" }],
  ["-n web --context=c get pods", { namespace: "web", context: "c" }],
  ["-n web config set-context c --user y", {}],
  ["get pods --token", {}],
] as const) {
  test(`connection flags of kubectl ${line}`, () => {
    assert.deepEqual(readKubectlArgs(line.split(" "), {}, false).flags, flags);
  });
}

test("a flag behind the command wins over the one before it", () => {
  assert.equal(readKubectlArgs(["get", "pods", "-n", "b"], { namespace: "a" }, false).flags.namespace, "b");
});
