import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SaxesParser } from "saxes";
import { renderCheckJunit } from "../../src/render/check-junit.ts";
import { actsOnTerminal } from "../../src/render/sanitize.ts";
import {
  accepted,
  anyReport,
  atUrl,
  away,
  broken,
  connectionWarning,
  down,
  fine,
  hostileTexts,
  ignored,
  item,
  probed,
  report,
  reportWith,
} from "./check-reports.ts";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** The tree of a document; throws when it is not well-formed XML 1.0. */
function parseXml(text: string): Element {
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name, attributes: { ...attributes }, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", (piece) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  const [top] = root.children;
  assert.ok(top);
  return top;
}

/** What Jenkins' junit-10.xsd and Surefire's schema both take: children, and attributes that must or may be there. */
const schema: Readonly<
  Record<string, { readonly children: readonly string[]; must: readonly string[]; may: readonly string[] }>
> = {
  testsuites: { children: ["testsuite"], must: [], may: ["name", "time", "tests", "failures", "errors"] },
  testsuite: {
    children: ["properties", "testcase"],
    must: ["name", "tests", "failures", "errors", "skipped", "time"],
    may: [],
  },
  properties: { children: ["property"], must: [], may: [] },
  property: { children: [], must: ["name", "value"], may: [] },
  testcase: {
    children: ["skipped", "error", "failure", "system-out"],
    must: ["name", "time"],
    may: ["classname"],
  },
  failure: { children: [], must: ["type"], may: ["message"] },
  error: { children: [], must: ["type"], may: ["message"] },
  skipped: { children: [], must: [], may: ["type", "message"] },
  "system-out": { children: [], must: [], may: [] },
};

function validate({ name, attributes, children, text }: Element): void {
  const rules = schema[name];
  assert.ok(rules, `element ${name}`);
  const known = [...rules.must, ...rules.may];
  for (const attribute of rules.must) assert.ok(attribute in attributes, `${name} without ${attribute}`);
  for (const attribute of Object.keys(attributes))
    assert.ok(known.includes(attribute), `${name} ${attribute}`);
  for (const count of ["tests", "failures", "errors", "skipped", "time"])
    assert.match(attributes[count] ?? "0", /^\d+$/);
  if (rules.children.length > 0) assert.equal(text.trim(), "");
  const order = children.map((child) => rules.children.indexOf(child.name));
  if (name === "testsuite") assert.deepEqual(order, order.toSorted(), "properties stand before the cases");
  for (const child of children) {
    assert.ok(rules.children.includes(child.name), `${child.name} in ${name}`);
    validate(child);
  }
}

test("a suite for each context, a case for each APIService, its outcome", () => {
  const items = [
    { context: "dev", ...fine },
    { context: "dev", ...broken },
    { context: "dev", ...accepted },
  ];
  const document = parseXml(renderCheckJunit(report(...items, away)));
  validate(document);
  assert.deepEqual(document.attributes, {
    name: "kubectl trace check",
    tests: "4",
    failures: "1",
    errors: "1",
    time: "0",
  });
  const brief = document.children.map(({ attributes, children }) => [
    attributes["name"],
    ...children.map((one) => [one.attributes["name"], one.attributes["classname"], one.children[0]?.name]),
  ]);
  assert.deepEqual(brief, [
    [
      "APIServices of context dev",
      ["v1beta1.metrics.k8s.io", "dev.APIService", undefined],
      ["v1beta1.custom.metrics.k8s.io", "dev.APIService", "failure"],
      ["v1beta1.custom.metrics.k8s.io", "dev.APIService", "skipped"],
    ],
    ["APIServices of context prod", ["the context can be asked", "prod.APIService", "error"]],
  ]);
  assert.deepEqual(document.children[0]?.children[1]?.children[0], {
    name: "failure",
    attributes: { type: "MissingEndpoints", message: "MissingEndpoints: no addresses" },
    children: [],
    text: "v1beta1.custom.metrics.k8s.io in context dev is not available: MissingEndpoints: no addresses\nbackend: kube-system/metrics-server:443",
  });
});

test("webhooks have a suite; what is only to be warned of passes", () => {
  const document = parseXml(renderCheckJunit(reportWith([probed], [down, ignored, atUrl])));
  validate(document);
  const brief = document.children.map(({ attributes, children }) => [
    attributes["name"],
    ...children.map((one) => [one.attributes["classname"], ...one.children.map(({ name }) => name)]),
  ]);
  assert.deepEqual(brief, [
    ["APIServices", ["APIService", "failure", "system-out"]],
    ["webhooks", ["Webhook", "failure"], ["Webhook", "system-out"], ["Webhook", "skipped"]],
  ]);
  const [failure, out] = document.children[0]?.children[0]?.children ?? [];
  assert.equal(
    failure?.text,
    [
      "v1.example.test is Available, but broken: NoResources: the APIResourceList is empty",
      "backend: kube-system/metrics-server:443",
      "1 of 2 endpoints are ready",
      "breaks Namespace old since 2025-01-01T00:00:00Z: Discovery failed",
    ].join("\n"),
  );
  assert.match(out?.text ?? "", /^warning: CertificateExpires: authority CN=a/);
});

function casesOf({ children }: Element): readonly Element[] {
  return children.filter(({ name }) => name === "testcase");
}

test("what could not be found out is a property of the first suite, though there be no other", () => {
  const notes = ["which namespaces it breaks is not known: forbidden", 'context "a": <b>'];
  const properties = {
    name: "properties",
    attributes: {},
    text: "\n      \n      \n    ",
    children: notes.map((value, at) => ({
      name: "property",
      attributes: { name: `note.${at + 1}`, value },
      children: [],
      text: "",
    })),
  };
  for (const [given, suites] of [
    [
      report({ context: "dev", ...broken }, away),
      ["APIServices of context dev", "APIServices of context prod"],
    ],
    [report(), ["APIServices"]],
  ] as const) {
    const document = parseXml(renderCheckJunit({ ...given, notes }));
    validate(document);
    assert.deepEqual(
      document.children.map(({ attributes }) => attributes["name"]),
      suites,
    );
    const found = document.children.map(({ children }) =>
      children.filter((one) => one.name === "properties"),
    );
    assert.deepEqual(found, [[properties], ...suites.slice(1).map(() => [])]);
  }
});

test("warnings of a connection pass, in a suite of their own", () => {
  const warnings = ["a ends", "b ends"].map((text) => connectionWarning(text, { context: "eu" }));
  const document = parseXml(renderCheckJunit({ ...report({ context: "eu", ...fine }), warnings }));
  validate(document);
  const [, suite] = document.children;
  assert.equal(suite?.attributes["name"], "connection of context eu");
  assert.deepEqual(suite.children[0]?.attributes, {
    name: "connection",
    classname: "eu.Connection",
    time: "0",
  });
  const [out] = suite.children[0]?.children ?? [];
  assert.equal(out?.name, "system-out");
  assert.equal(out.text, "warning: CertificateExpires: a ends\nwarning: CertificateExpires: b ends");
});

for (const text of hostileTexts) {
  test(`stays well-formed with ${JSON.stringify(text)}`, () => {
    const xml = renderCheckJunit(
      report(item(text, "False", text, text), { ...accepted, acceptedReason: text }),
    );
    const document = parseXml(xml);
    validate(document);
    assert.equal(document.children[0]?.children.length, 2);
    assert.ok(!actsOnTerminal(xml));
  });
}

test("whatever a cluster says, the document is valid and its numbers are right", () => {
  fc.assert(
    fc.property(anyReport, (any) => {
      const xml = renderCheckJunit(any);
      const document = parseXml(xml);
      validate(document);
      const cases = document.children.flatMap(casesOf);
      const noted = document.children.flatMap(({ children }) =>
        children.filter(({ name }) => name === "properties").flatMap((one) => one.children),
      );
      assert.equal(noted.length, (any.notes ?? []).length);
      const connections = new Set((any.warnings ?? []).map(({ context }) => context)).size;
      assert.equal(cases.length, any.items.length + (any.webhooks ?? []).length + connections);
      const failures = cases.filter(({ children }) => children[0]?.name === "failure").length;
      assert.equal(document.attributes["failures"], String(failures));
      assert.ok(!actsOnTerminal(xml));
    }),
  );
});
