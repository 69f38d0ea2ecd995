import assert from "node:assert/strict";
import { test } from "node:test";
import { newAdmissionPolicies } from "../../src/cluster/admission-policy.ts";
import type { KubeObject } from "../../src/cluster/kube-object.ts";

function object(kind: string, name: string, spec: unknown): KubeObject {
  return { apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name }, spec };
}

test("a policy has the defaults that the API fills in, and the bindings that name it", () => {
  const policies = [
    object("ValidatingAdmissionPolicy", "p", {
      matchConstraints: { resourceRules: [{ resources: ["pods"] }] },
    }),
    object("MutatingAdmissionPolicy", "p", {}),
    object("ConfigMap", "p", {}),
  ];
  const bindings = [
    object("ValidatingAdmissionPolicyBinding", "a", {
      policyName: "p",
      validationActions: ["Deny", "Audit"],
    }),
    object("ValidatingAdmissionPolicyBinding", "b", { policyName: "other" }),
    object("MutatingAdmissionPolicyBinding", "c", { policyName: "p", paramRef: { name: "x" } }),
    object("ValidatingAdmissionPolicyBinding", "d", {
      policyName: "p",
      paramRef: { name: "x", parameterNotFoundAction: "Deny" },
    }),
  ];
  const [validating, mutating, another] = newAdmissionPolicies(policies, bindings);
  assert.equal(another, undefined);
  assert.deepEqual([validating?.failurePolicy, validating?.match.matchPolicy], ["Fail", "Equivalent"]);
  assert.deepEqual(validating?.match.rules[0]?.resources, ["pods"]);
  assert.deepEqual(
    validating?.bindings.map((one) => [one.name, one.validationActions, one.needsParameters]),
    [
      ["a", ["Deny", "Audit"], false],
      ["d", [], false],
    ],
  );
  assert.deepEqual(
    mutating?.bindings.map((one) => [one.name, one.needsParameters]),
    [["c", true]],
  );
});

test("a policy of nonsense", () => {
  const [policy] = newAdmissionPolicies(
    [object("ValidatingAdmissionPolicy", "p", { matchConstraints: 7 })],
    [],
  );
  assert.deepEqual([policy?.match.rules, policy?.bindings], [[], []]);
});
