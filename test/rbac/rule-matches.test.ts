import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ReviewAttributes } from "../../src/cluster/cluster.ts";
import { type PolicyRule, ruleAllows } from "../../src/rbac/rule-matches.ts";
import { type Rule, request, rule, urlRequest, urlRule } from "./policies.ts";

const none: PolicyRule = { verbs: [], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] };

function allows(given: Rule, attributes: ReviewAttributes): boolean {
  return ruleAllows({ ...none, ...given }, attributes);
}

/** The kinds of rows of upstream's TestRuleMatches: each rule, the requests it allows, those it does not. */
const resourceRows: readonly [rule: string, yes: readonly string[], no: readonly string[]][] = [
  [
    "* apps deployments",
    ["get apps deployments", "x apps deployments"],
    ["get batch deployments", "get apps jobs", "x batch jobs"],
  ],
  [
    "get * deployments",
    ["get apps deployments", "get - deployments"],
    ["list apps deployments", "get apps jobs", "list - jobs"],
  ],
  [
    "get apps *",
    ["get apps deployments", "get apps jobs", "get apps jobs/status"],
    ["get batch jobs", "list apps jobs"],
  ],
  ["get,list a,b c,d", ["get a c", "get a d", "get b c", "list b d"], ["get x c", "watch a c", "get a x"]],
  [
    "* * pods/log",
    ["get - pods/log", "list x pods/log"],
    ["get - pods", "get - pods/status", "get - jobs/log"],
  ],
  ["get - pods", ["get - pods"], ["get - pods/log", "get - pod", "get - podss", "GET - pods"]],
  [
    "get - */log",
    ["get - pods/log", "get - jobs/log"],
    ["get - pods", "get - pods/logs", "get - pods/og", "get - pods/x"],
  ],
  ["get - pods/*", ["get - pods/*"], ["get - pods", "get - pods/log"]],
  ["get - */*", ["get - pods/*"], ["get - pods", "get - pods/log"]],
  ["get - *", ["get - pods", "get - pods/log"], ["get apps pods"]],
  ["get * *", ["get - pods", "get apps pods/log"], ["list - pods"]],
  ["* - pods", ["get - pods", "deletecollection - pods", "anything - pods"], ["get apps pods"]],
];

for (const [text, yes, no] of resourceRows) {
  for (const asked of yes) {
    test(`rule "${text}" allows ${asked}`, () => assert.ok(allows(rule(text), request(asked))));
  }
  for (const asked of no) {
    test(`rule "${text}" does not allow ${asked}`, () => assert.ok(!allows(rule(text), request(asked))));
  }
}

const urlRows: readonly [rule: string, yes: readonly string[], no: readonly string[]][] = [
  ["get *", ["get /foo", "get /foo/bar", "get /"], ["post /foo"]],
  [
    "get /foo/*",
    ["get /foo/bar", "get /foo/bar/one", "get /foo/"],
    ["get /foo", "get /notfoo/bar", "post /foo/bar"],
  ],
  ["get /foo*", ["get /foo", "get /foobar", "get /foo/bar"], ["get /fo", "get /x/foo"]],
  ["get /foo**", ["get /foo", "get /foobar"], ["get /fo"]],
  [
    "* /foo,/foo/bar/one",
    ["get /foo", "x /foo", "get /foo/bar/one"],
    ["get /foo/bar", "get /foo/bar/one/two", "get /foo/"],
  ],
  ["get /*/bar", ["get /*/bar"], ["get /foo/bar"]],
];

for (const [text, yes, no] of urlRows) {
  for (const asked of yes) {
    test(`rule "${text}" allows ${asked}`, () => assert.ok(allows(urlRule(text), urlRequest(asked))));
  }
  for (const asked of no) {
    test(`rule "${text}" does not allow ${asked}`, () =>
      assert.ok(!allows(urlRule(text), urlRequest(asked))));
  }
}

const nameRows: readonly [names: readonly string[], asked: string, expected: boolean][] = [
  [[], "web", true],
  [[], "", true],
  [["web"], "web", true],
  [["db", "web"], "web", true],
  [["web"], "db", false],
  [["web"], "", false],
  [["*"], "web", false],
  [["*"], "*", true],
  [[""], "", true],
];

for (const [names, asked, expected] of nameRows) {
  test(`resourceNames [${names}] and name "${asked}": ${expected}`, () => {
    assert.equal(allows(rule("get - pods", names), request("get - pods", "ns", asked)), expected);
  });
}

test("version and selectors are never looked at", () => {
  const asked = {
    ...request("list apps deployments"),
    apiVersion: "v9",
    fieldSelector: "a=b",
    labelSelector: "c",
  };
  assert.ok(allows(rule("list apps deployments"), asked));
});

test("a rule for resources says nothing of URLs, and the other way round", () => {
  assert.ok(!allows(rule("* * *"), urlRequest("get /healthz")));
  assert.ok(!allows(urlRule("* *"), request("get - pods")));
});

const words = fc.constantFrom("get", "list", "*", "pods", "pods/log", "*/log", "apps", "", "log", "web");
const list = fc.array(words, { maxLength: 4 });
const anyRule = fc.record({
  verbs: list,
  apiGroups: list,
  resources: list,
  resourceNames: list,
  nonResourceURLs: list,
});
const anyRequest = fc
  .tuple(words, words, words, words, words)
  .map(([verb, group, resource, subresource, name]) => ({
    ...request("", "ns", name),
    verb,
    apiGroup: group,
    resource,
    subresource,
  }));

test("adding to a rule's verbs, groups or resources never takes anything away", () => {
  fc.assert(
    fc.property(anyRule, anyRule, anyRequest, (first, second, asked) => {
      const merged: PolicyRule = {
        verbs: [...first.verbs, ...second.verbs],
        apiGroups: [...first.apiGroups, ...second.apiGroups],
        resources: [...first.resources, ...second.resources],
        resourceNames: first.resourceNames,
        nonResourceURLs: first.nonResourceURLs,
      };
      assert.ok(!ruleAllows(first, asked) || ruleAllows(merged, asked));
    }),
  );
});

test("the order within a rule does not matter", () => {
  const reversed = (given: PolicyRule): PolicyRule => ({
    verbs: given.verbs.toReversed(),
    apiGroups: given.apiGroups.toReversed(),
    resources: given.resources.toReversed(),
    resourceNames: given.resourceNames.toReversed(),
    nonResourceURLs: given.nonResourceURLs.toReversed(),
  });
  fc.assert(
    fc.property(anyRule, anyRequest, (given, asked) => {
      assert.equal(ruleAllows(given, asked), ruleAllows(reversed(given), asked));
    }),
  );
});

test("a rule whose URL is a million stars is matched in no time", () => {
  const url = `${"*".repeat(1_000_000)}x*`;
  assert.ok(!allows({ verbs: ["get"], nonResourceURLs: [url] }, urlRequest("get /foo")));
});
