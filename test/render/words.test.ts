import assert from "node:assert/strict";
import { test } from "node:test";
import { commandText } from "../../src/render/command-line.ts";
import { parseRbacReason } from "../../src/render/sentences.ts";
import {
  backendText,
  durationText,
  nameText,
  resourceText,
  shortBackendText,
} from "../../src/render/words.ts";
import { sampleTrace, traces } from "../helpers/traces.ts";

const durations: readonly (readonly [ms: number, text: string])[] = [
  [0, "0ms"],
  [999, "999ms"],
  [999.6, "1.00s"],
  [5009, "5.01s"],
  [9994, "9.99s"],
  [9996, "10.0s"],
  [59_949, "59.9s"],
  [59_951, "1m00s"],
  [125_000, "2m05s"],
  [3_599_600, "1h00m"],
  [3_720_000, "1h02m"],
];
for (const [ms, text] of durations) test(`${ms} ms is ${text}`, () => assert.equal(durationText(ms), text));

const requests: readonly (readonly [
  info: Parameters<typeof sampleTrace>[0],
  resource: string,
  name: string,
])[] = [
  [{}, "pods.v1", "default/"],
  [{ requestInfo: { name: "web" } }, "pods.v1", "default/web"],
  [{ requestInfo: { subresource: "log", name: "web" } }, "pods/log.v1", "default/web"],
  [{ requestInfo: { apiGroup: "apps", resource: "deployments" } }, "deployments.v1.apps", "default/"],
  [{ requestInfo: { resource: "nodes", namespace: "", name: "n1" } }, "nodes.v1", "n1"],
  [{ requestInfo: { resource: "namespaces", namespace: "shop", name: "shop" } }, "namespaces.v1", "shop"],
  [{ requestInfo: { isResourceRequest: false, path: "/healthz", namespace: "" } }, "/healthz", ""],
  [{ requestInfo: { isResourceRequest: false, path: "", namespace: "" } }, "?", ""],
];
for (const [info, resource, name] of requests) {
  test(`a request is called "${resource}" "${name}"`, () => {
    const { requestInfo } = sampleTrace(info);
    assert.deepEqual([resourceText(requestInfo), nameText(requestInfo)], [resource, name]);
  });
}

test("backends have a long and a short name", () => {
  const names = [traces.list, traces.discoveryApis, traces.crd, traces.topNodes, traces.unresolved].map(
    ({ target }) => [backendText(target), shortBackendText(target)],
  );
  assert.deepEqual(names, [
    ["Local", "Local"],
    ["Local (aggregator)", "aggregator"],
    ["Local (CRD widgets.example.com)", "Local (CRD)"],
    ["kube-system/metrics-server:443", "Service"],
    ["?", "?"],
  ]);
});

test("the RBAC authorizer's reason is taken apart", () => {
  const reason = 'RBAC: allowed by RoleBinding "b/ns" of Role "r" to ServiceAccount "sa/ns"';
  assert.deepEqual(parseRbacReason(reason), {
    binding: 'RoleBinding "b/ns"',
    role: 'Role "r"',
    subject: 'ServiceAccount "sa/ns"',
  });
  for (const other of ["", "allowed by webhook", `${reason} and more`, `x ${reason}`]) {
    assert.equal(parseRbacReason(other), null);
  }
});

test("a hostile reason is read in linear time", () => {
  const reason = `RBAC: allowed by ${'ClusterRoleBinding "x" of ClusterRole "y" to User "z" '.repeat(20_000)}`;
  assert.equal(parseRbacReason(reason), null);
});

const commands: readonly (readonly [readonly string[], string])[] = [
  [["kubectl", "top", "nodes"], "kubectl top nodes"],
  [["kubectl", "get", "pods", "-l", "a in (b)", ""], "kubectl get pods -l 'a in (b)' ''"],
  [["kubectl", "exec", "p", "--", "echo", "it's"], "kubectl exec p -- echo 'it'\\''s'"],
  [["kubectl", "--token", "secret", "get", "pods"], "kubectl --token <redacted> get pods"],
  [["kubectl", "--token=secret", "get", "pods"], "kubectl --token=<redacted> get pods"],
  [["kubectl", "patch", "secret", "x", "-p", "{}"], "kubectl patch secret x -p <redacted>"],
  [["kubectl", "logs", "-p", "web"], "kubectl logs -p web"],
  [["kubectl", "get", "--token"], "kubectl get --token <redacted>"],
];
for (const [command, text] of commands) test(text, () => assert.equal(commandText(command), text));
