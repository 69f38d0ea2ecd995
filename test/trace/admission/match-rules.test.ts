import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionRule } from "../../../src/cluster/webhook-info.ts";
import type { AdmissionRequest, Operation } from "../../../src/trace/admission/admission-request.ts";
import { groupVersionsToAsk, matchesRule, matchRules } from "../../../src/trace/admission/match-rules.ts";
import { request, rule } from "./admission-objects.ts";

/** "GROUP/VERSION/RESOURCE[/SUBRESOURCE]" in namespace ns. */
function at(path: string, known: Partial<AdmissionRequest> = {}): AdmissionRequest {
  const [apiGroup = "", apiVersion = "", resource = "", subresource = ""] = path.split("/");
  return request({ apiGroup, apiVersion, resource, subresource, ...known });
}

/** The facts of apiserver/pkg/admission/plugin/webhook/predicates/rules/rules_test.go. */
for (const [name, known, matching, others] of [
  ["any group", { apiGroups: ["*"] }, ["g/v/r"], []],
  ["these groups", { apiGroups: ["g1", "g2"] }, ["g1/v/r", "g2/v2/r3"], ["g3/v/r", "g4/v/r"]],
  ["any version", { apiVersions: ["*"] }, ["g/v/r"], []],
  ["these versions", { apiVersions: ["v1", "v2"] }, ["g1/v1/r", "g2/v2/r"], ["g1/v3/r", "g2/v4/r"]],
  ["no subresources", { resources: ["*"] }, ["g/v/r", "2/v/r2"], ["g/v/r/exec", "2/v/r2/proxy"]],
  [
    "a resource and its subresources",
    { resources: ["r/*"] },
    ["g/v/r", "g/v/r/exec"],
    ["2/v/r2", "2/v/r2/proxy"],
  ],
  [
    "a resource and its subresources, and another",
    { resources: ["r/*", "r2"] },
    ["g/v/r", "g/v/r/exec", "2/v/r2"],
    ["2/v/r2/proxy"],
  ],
  [
    "two subresources of all",
    { resources: ["*/proxy", "*/exec"] },
    ["g/v/r/exec", "2/v/r2/proxy", "2/v/r3/proxy"],
    ["g/v/r", "2/v/r2", "2/v/r4/scale"],
  ],
] as const satisfies readonly (readonly [
  string,
  Partial<AdmissionRule>,
  readonly string[],
  readonly string[],
])[]) {
  test(`a rule for ${name}`, () => {
    for (const path of matching) assert.ok(matchesRule(rule(known), "CREATE", at(path)), path);
    for (const path of others) assert.ok(!matchesRule(rule(known), "CREATE", at(path)), path);
  });
}

const operations = ["CREATE", "UPDATE", "DELETE", "CONNECT"] as const;
for (const [named, matching] of [
  [["*"], operations],
  [["CREATE"], ["CREATE"]],
  [["UPDATE"], ["UPDATE"]],
  [["DELETE"], ["DELETE"]],
  [["CONNECT"], ["CONNECT"]],
  [
    ["UPDATE", "DELETE"],
    ["UPDATE", "DELETE"],
  ],
  [[], []],
] as const satisfies readonly (readonly [readonly string[], readonly Operation[]])[]) {
  test(`a rule for the operations ${named.join(", ") || "none"}`, () => {
    const found = operations.filter((one) => matchesRule(rule({ operations: named }), one, request()));
    assert.deepEqual(found, matching);
  });
}

/** Requests for a namespace have its name as their namespace, although it is a cluster-scoped object. */
for (const [path, namespace, scope] of [
  ["g/v/r", "", "Cluster"],
  ["g/v/r/exec", "", "Cluster"],
  ["/v1/namespaces", "", "Cluster"],
  ["/v1/namespaces/finalize", "", "Cluster"],
  ["/v1/namespaces", "ns", "Cluster"],
  ["/v1/namespaces/finalize", "ns", "Cluster"],
  ["g/v/r", "ns", "Namespaced"],
  ["g/v/r/exec", "ns", "Namespaced"],
  ["g/v1/namespaces", "ns", "Namespaced"],
] as const) {
  test(`the scope of ${path} in ${namespace || "no namespace"}`, () => {
    const found = ["Cluster", "Namespaced", "*", "Nonsense"].filter((one) =>
      matchesRule(rule({ scope: one }), "CREATE", at(path, { namespace })),
    );
    assert.deepEqual(found, [scope, "*"]);
  });
}

const twoVersions = new Set(["v1.g", "v2.g", "v1.", "v1.events.k8s.io", "v1.apps"]);

for (const [name, known, path, policy, expected] of [
  ["another version that is served", { apiVersions: ["v1"] }, "g/v2/r", "Equivalent", "maybe"],
  ["another version, exactly", { apiVersions: ["v1"] }, "g/v2/r", "Exact", "no"],
  ["a version that is not served", { apiVersions: ["v9"] }, "g/v2/r", "Equivalent", "no"],
  [
    "another version, of any group",
    { apiGroups: ["*"], apiVersions: ["v1"] },
    "g/v2/r",
    "Equivalent",
    "maybe",
  ],
  [
    "another version of another resource",
    { apiVersions: ["v1"], resources: ["s"] },
    "g/v2/r",
    "Equivalent",
    "no",
  ],
  ["another group", { apiGroups: ["apps"], apiVersions: ["v1"] }, "g/v2/r", "Equivalent", "no"],
  ["its own version too", { apiVersions: ["v1", "v2"] }, "g/v2/r", "Equivalent", "yes"],
  [
    "events of the other group",
    { apiGroups: ["events.k8s.io"], apiVersions: ["v1"] },
    "/v1/events",
    "Equivalent",
    "maybe",
  ],
  [
    "events of the other group, any version",
    { apiGroups: ["events.k8s.io"] },
    "/v1/events",
    "Equivalent",
    "maybe",
  ],
  ["events of the other group, exactly", { apiGroups: ["events.k8s.io"] }, "/v1/events", "Exact", "no"],
  [
    "deployments where they are no more",
    { apiGroups: ["extensions"] },
    "apps/v1/deployments",
    "Equivalent",
    "no",
  ],
] as const) {
  test(`a rule for ${name}`, () => {
    const place = at(path, { groupVersions: twoVersions });
    const { matches, why } = matchRules([rule(known)], policy, "CREATE", place);
    assert.equal(matches, expected);
    assert.equal(why !== "", expected === "maybe");
  });
}

for (const [path, served, expected] of [
  ["g/v2/r", ["r", "r/status"], "yes"],
  ["g/v2/r", ["s"], "no"],
  ["g/v2/r/status", ["r", "r/status"], "yes"],
  ["g/v2/r/status", ["r"], "no"],
] as const) {
  test(`a rule for v1, a request for ${path}, and v1 has ${served.join(", ")}`, () => {
    const place = at(path, { groupVersions: twoVersions, served: new Map([["g/v1", new Set(served)]]) });
    const rules = [rule({ apiVersions: ["v1"] })];
    assert.deepEqual(groupVersionsToAsk(rules, place), ["g/v1"]);
    assert.equal(matchRules(rules, "Equivalent", "CREATE", place).matches, expected);
  });
}

test("nothing is asked about a rule that cannot be for it", () => {
  const place = at("g/v2/r", { groupVersions: twoVersions });
  const others = [rule(), rule({ apiVersions: ["v1"], resources: ["s"] }), rule({ apiVersions: ["v9"] })];
  assert.deepEqual(groupVersionsToAsk(others, place), []);
});

test("where it is not known which versions there are, another one may be", () => {
  const place = at("g/v2/r", { groupVersions: null });
  assert.equal(matchRules([rule({ apiVersions: ["v9"] })], "Equivalent", "CREATE", place).matches, "maybe");
});

for (const [resourceNames, known, expected] of [
  [[], {}, "yes"],
  [["a", "b"], { name: "b" }, "yes"],
  [["a", "b"], { name: "c" }, "no"],
  [["a"], { name: "" }, "maybe"],
] as const) {
  test(`a policy's rule for ${JSON.stringify(resourceNames)}, and ${JSON.stringify(known)}`, () => {
    const { matches } = matchRules([rule({ resourceNames })], "Exact", "CREATE", request(known));
    assert.equal(matches, expected);
  });
}
