import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import type { AdmissionPolicy } from "../../../src/cluster/admission-policy.ts";
import type { AdmissionWebhook } from "../../../src/cluster/webhook-info.ts";
import {
  type AdmissionRequest,
  objectPathOf,
  operationsOf,
} from "../../../src/trace/admission/admission-request.ts";
import { matchPolicy, matchWebhook } from "../../../src/trace/admission/match-request.ts";
import { binding, matchResources, policy, request, rule, selector, webhook } from "./admission-objects.ts";

/** "METHOD PATH[ STATUS]"; without a status it was never sent. */
function operationsAt(line: string): readonly string[] {
  const [method = "", path = "", status] = line.split(" ");
  const outcome = status === undefined ? "planned" : "response";
  return operationsOf(parseRequestInfo(method, path, ""), {
    outcome,
    status: status ? Number(status) : null,
  });
}

for (const [line, expected] of [
  ["GET /api/v1/namespaces/a/pods 200", ""],
  ["GET /api/v1/namespaces/a/pods?watch=true 200", ""],
  ["POST /api/v1/namespaces/a/pods 201", "CREATE"],
  ["PUT /api/v1/namespaces/a/pods/p 200", "UPDATE"],
  ["PUT /api/v1/namespaces/a/pods/p 201", "CREATE"],
  ["PUT /api/v1/namespaces/a/pods/p", "UPDATE CREATE"],
  ["PATCH /api/v1/namespaces/a/pods/p 200", "UPDATE"],
  ["PATCH /api/v1/namespaces/a/pods/p 201", "CREATE"],
  ["PATCH /api/v1/namespaces/a/pods/p 500", "UPDATE CREATE"],
  ["PATCH /api/v1/namespaces/a/pods/p/status", "UPDATE"],
  ["DELETE /api/v1/namespaces/a/pods/p 200", "DELETE"],
  ["DELETE /api/v1/namespaces/a/pods 200", "DELETE"],
  ["POST /api/v1/namespaces/a/pods/p/exec?command=x 101", "CONNECT"],
  ["GET /api/v1/namespaces/a/pods/p/exec?command=x 101", "CONNECT"],
  ["GET /api/v1/namespaces/a/pods/p/attach 101", "CONNECT"],
  ["GET /api/v1/namespaces/a/pods/p/portforward 101", "CONNECT"],
  ["GET /api/v1/namespaces/a/services/s/proxy/x 200", "CONNECT"],
  ["GET /api/v1/namespaces/a/pods/p/log 200", ""],
  ["POST /api/v1/namespaces/a/pods/p/eviction 201", "CREATE"],
  ["POST /version 200", ""],
  ["GET /apis/apps/v1 200", ""],
] as const) {
  test(`what ${line} is to admission`, () => assert.equal(operationsAt(line).join(" "), expected));
}

for (const [line, path] of [
  ["PATCH /api/v1/namespaces/a/pods/p", "/api/v1/namespaces/a/pods/p"],
  ["PATCH /apis/apps/v1/namespaces/a/deployments/d/status", "/apis/apps/v1/namespaces/a/deployments/d"],
  ["PATCH /apis/apps/v1/namespaces/a/deployments/d/scale", null],
  ["DELETE /api/v1/nodes/n", "/api/v1/nodes/n"],
  ["DELETE /api/v1/namespaces/a", "/api/v1/namespaces/a"],
  ["DELETE /api/v1/namespaces/a/pods", null],
  ["POST /api/v1/namespaces/a/pods/p/eviction", null],
] as const) {
  test(`whose labels count for ${line}`, () => {
    const [method = "", url = ""] = line.split(" ");
    assert.equal(objectPathOf(parseRequestInfo(method, url, "")), path);
  });
}

const red = selector({ colour: "red" });
const redLabels = { labels: { colour: "red" }, unknown: "" };
const noLabels = { labels: {}, unknown: "" };
const notNamespace = selector({}, { key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["ns"] });
const ofNamespaces: Partial<AdmissionRequest> = { apiGroup: "", apiVersion: "v1", resource: "namespaces" };
const condition = (expression: string) => [{ name: "c", expression }];

for (const [name, hook, known, expected] of [
  ["nothing is special", {}, {}, "yes"],
  ["no rule", { rules: [] }, {}, "no"],
  ["its namespace is chosen", { namespaceSelector: red }, { namespaceLabels: redLabels }, "yes"],
  ["its namespace is not chosen", { namespaceSelector: red }, { namespaceLabels: noLabels }, "no"],
  [
    "its namespace is not known",
    { namespaceSelector: red },
    { namespaceLabels: { labels: {}, unknown: "forbidden" } },
    "maybe",
  ],
  [
    "a cluster-scoped object is not exempted by namespace",
    { namespaceSelector: red },
    { namespace: "" },
    "yes",
  ],
  ["a namespace is made", { namespaceSelector: red }, { ...ofNamespaces, namespace: "" }, "maybe"],
  [
    "a namespace's name decides",
    { namespaceSelector: notNamespace },
    { ...ofNamespaces, name: "ns", operations: ["UPDATE"] },
    "no",
  ],
  [
    "a namespace is deleted: its labels now",
    { namespaceSelector: red },
    { ...ofNamespaces, name: "ns", operations: ["DELETE"], namespaceLabels: redLabels },
    "yes",
  ],
  [
    "a namespace is finalized: its labels now",
    { namespaceSelector: red },
    { ...ofNamespaces, subresource: "finalize", operations: ["UPDATE"], namespaceLabels: noLabels },
    "no",
  ],
  ["the object that is made is not known", { objectSelector: red }, { objectLabels: redLabels }, "maybe"],
  [
    "the object as it was is enough",
    { objectSelector: red },
    { operations: ["UPDATE"], objectLabels: redLabels },
    "yes",
  ],
  [
    "the object may become so",
    { objectSelector: red },
    { operations: ["UPDATE"], objectLabels: noLabels },
    "maybe",
  ],
  [
    "the object is deleted",
    { objectSelector: red },
    { operations: ["DELETE"], objectLabels: noLabels },
    "no",
  ],
  ["options have no labels", { objectSelector: notNamespace }, { operations: ["CONNECT"] }, "no"],
  ["a condition that is true", { matchConditions: condition("true") }, {}, "yes"],
  ["a condition that is false", { matchConditions: condition(" false ") }, {}, "no"],
  ["a condition that is not read", { matchConditions: condition("object.x == 1") }, {}, "maybe"],
  [
    "one of its two operations",
    { rules: [rule({ operations: ["CREATE"] })] },
    { operations: ["UPDATE", "CREATE"] },
    "maybe",
  ],
  ["both of its operations", {}, { operations: ["UPDATE", "CREATE"] }, "yes"],
  ["each object of a collection", {}, { operations: ["DELETE"], isCollection: true }, "maybe"],
  [
    "a webhook configuration",
    {},
    { apiGroup: "admissionregistration.k8s.io", resource: "validatingwebhookconfigurations" },
    "no",
  ],
  [
    "a policy",
    {},
    { apiGroup: "admissionregistration.k8s.io", resource: "validatingadmissionpolicies" },
    "no",
  ],
  ["a review", {}, { apiGroup: "authorization.k8s.io", resource: "subjectaccessreviews" }, "maybe"],
  ["no operation at all", {}, { operations: [] }, "no"],
] as const satisfies readonly (readonly [
  string,
  Partial<AdmissionWebhook>,
  Partial<AdmissionRequest>,
  string,
])[]) {
  test(`is a webhook asked: ${name}`, () => {
    const { matches, why } = matchWebhook(webhook(hook), request(known));
    assert.equal(matches, expected);
    assert.equal(why !== "", expected === "maybe", why);
  });
}

const others = matchResources({ rules: [rule({ resources: ["others"] })] });

/** The facts of apiserver/pkg/admission/plugin/policy/matching/matching_test.go, and of policy/generic. */
for (const [name, of, known, expected, bindings] of [
  ["nothing is special", {}, {}, "yes", ["b"]],
  ["no rules are every request", { match: matchResources({ rules: [] }) }, {}, "yes", ["b"]],
  ["another resource", { match: others }, {}, "no", []],
  [
    "what is excluded",
    { match: matchResources({ excludedRules: [rule({ resources: ["r"] })] }) },
    {},
    "no",
    [],
  ],
  [
    "what is not excluded",
    { match: matchResources({ excludedRules: [rule({ resources: ["others"] })] }) },
    {},
    "yes",
    ["b"],
  ],
  [
    "what may be excluded",
    { match: matchResources({ excludedRules: [rule({ resourceNames: ["n"] })] }) },
    {},
    "maybe",
    ["b"],
  ],
  ["without a binding", { bindings: [] }, {}, "no", []],
  ["bound for others", { bindings: [binding({ match: others })] }, {}, "no", []],
  ["bound twice", { bindings: [binding({ name: "a", match: others }), binding()] }, {}, "yes", ["b"]],
  ["with parameters", { bindings: [binding({ needsParameters: true })] }, {}, "maybe", ["b"]],
  ["with a condition", { matchConditions: condition("object.x == 1") }, {}, "maybe", ["b"]],
  [
    "a mutating policy, and a deletion",
    { kind: "MutatingAdmissionPolicy" },
    { operations: ["DELETE"] },
    "no",
    [],
  ],
  ["a review", {}, { apiGroup: "authentication.k8s.io", resource: "tokenreviews" }, "no", []],
  [
    "a webhook configuration",
    {},
    { apiGroup: "admissionregistration.k8s.io", resource: "validatingwebhookconfigurations" },
    "yes",
    ["b"],
  ],
  [
    "a binding",
    {},
    { apiGroup: "admissionregistration.k8s.io", resource: "validatingadmissionpolicybindings" },
    "no",
    [],
  ],
] as const satisfies readonly (readonly [
  string,
  Partial<AdmissionPolicy>,
  Partial<AdmissionRequest>,
  string,
  readonly string[],
])[]) {
  test(`is a policy evaluated: ${name}`, () => {
    const found = matchPolicy(policy(of), request(known));
    assert.equal(found.matching.matches, expected);
    assert.deepEqual(
      found.bindings.map((one) => one.name),
      bindings,
    );
  });
}

const anyText = fc.oneof(
  fc.constantFrom(
    "",
    "*",
    "a",
    "b",
    "constructor",
    "kubernetes.io/metadata.name",
    "namespaces",
    "In",
    "Exists",
  ),
  fc.string(),
);
const anyTexts = fc.array(anyText, { maxLength: 3 });
const anyRule = fc.record({
  apiGroups: anyTexts,
  apiVersions: anyTexts,
  operations: fc.subarray(["CREATE", "UPDATE", "DELETE", "CONNECT", "*"]),
  resources: anyTexts,
  resourceNames: anyTexts,
  scope: fc.constantFrom("*", "Cluster", "Namespaced"),
});
const anyLabels = fc.dictionary(anyText, anyText, { maxKeys: 3 });
const anySelector = fc.record({
  matchLabels: anyLabels,
  matchExpressions: fc.array(fc.record({ key: anyText, operator: anyText, values: anyTexts }), {
    maxLength: 2,
  }),
});
const anyWebhook = fc.record({
  rules: fc.array(anyRule, { maxLength: 2 }),
  matchPolicy: fc.constantFrom("Exact", "Equivalent"),
  namespaceSelector: anySelector,
  objectSelector: anySelector,
});
const anyRequest = fc.record({
  apiGroup: anyText,
  apiVersion: anyText,
  resource: anyText,
  subresource: anyText,
  namespace: anyText,
  name: anyText,
  operations: fc.subarray(["CREATE", "UPDATE", "DELETE", "CONNECT"] as const),
  isCollection: fc.boolean(),
  namespaceLabels: fc.record({ labels: anyLabels, unknown: fc.constant("") }),
  objectLabels: fc.record({ labels: anyLabels, unknown: fc.constant("") }),
});

test("knowing less never makes a no of a yes, nor a yes of a no", () => {
  fc.assert(
    fc.property(anyWebhook, anyRequest, (hook, known) => {
      const served = new Map([
        [`${known.apiGroup}/a`, new Set(known.apiVersion === "b" ? [known.resource] : [])],
      ]);
      const whole = request({ ...known, groupVersions: new Set([`a.${known.apiGroup}`]), served });
      const unknown = { labels: {}, unknown: "forbidden" };
      const less = {
        ...whole,
        namespaceLabels: unknown,
        objectLabels: unknown,
        groupVersions: null,
        served: new Map(),
      };
      const [sure, unsure] = [whole, less].map((one) => matchWebhook(webhook(hook), one).matches);
      if (unsure !== "maybe") assert.equal(sure, unsure);
    }),
  );
});

test("what matches one rule still does beside others", () => {
  fc.assert(
    fc.property(anyWebhook, anyRule, anyRequest, (hook, another, known) => {
      const before = matchWebhook(webhook(hook), request(known)).matches;
      const after = matchWebhook(
        webhook({ ...hook, rules: [...hook.rules, another] }),
        request(known),
      ).matches;
      const order = ["no", "maybe", "yes"];
      assert.ok(order.indexOf(after) >= order.indexOf(before), `${before}, then ${after}`);
    }),
  );
});
