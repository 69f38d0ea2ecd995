import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { WarnedCertificate } from "../../src/render/check-report.ts";
import { renderCheckSarif } from "../../src/render/check-sarif.ts";
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

/** "?" behind a name: it may be missing. An array: of these. */
type Shape = "string" | "number" | "boolean" | RegExp | readonly [Shape] | { readonly [name: string]: Shape };

const message: Shape = { text: "string" };

/** The part of SARIF 2.1.0's schema that we write; it allows no property that it does not name. */
const sarif: Shape = {
  version: /^2\.1\.0$/,
  $schema: /^https:\/\/docs\.oasis-open\.org\/sarif\/sarif\/v2\.1\.0\/.*\/sarif-schema-2\.1\.0\.json$/,
  runs: [
    {
      tool: {
        driver: { name: "string", version: "string", rules: [{ id: "string", shortDescription: message }] },
      },
      invocations: [
        {
          executionSuccessful: "boolean",
          "toolExecutionNotifications?": [{ level: /^(none|note|warning|error)$/, message }],
        },
      ],
      results: [
        {
          ruleId: "string",
          ruleIndex: "number",
          level: /^(none|note|warning|error)$/,
          message,
          locations: [
            { logicalLocations: [{ name: "string", fullyQualifiedName: "string", "kind?": "string" }] },
          ],
          partialFingerprints: {
            "apiService/v1?": "string",
            "webhook/v1?": "string",
            "connection/v1?": "string",
            "certificate/v1?": "string",
          },
          "suppressions?": [
            {
              kind: /^(inSource|external)$/,
              status: /^(accepted|underReview|rejected)$/,
              "justification?": "string",
            },
          ],
        },
      ],
    },
  ],
};

function assertShape(value: unknown, shape: Shape, where: string): void {
  if (typeof shape === "string") {
    assert.equal(typeof value, shape, where);
  } else if (shape instanceof RegExp) {
    assert.match(String(value), shape, where);
  } else if (isList(shape)) {
    assert.ok(Array.isArray(value), where);
    for (const [at, one] of value.entries()) assertShape(one, shape[0], `${where}[${at}]`);
  } else {
    assertObject(value, shape, where);
  }
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function assertObject(value: unknown, shape: Readonly<Record<string, Shape>>, where: string): void {
  assert.ok(typeof value === "object" && value !== null, where);
  const left = new Map(Object.entries(value));
  for (const [given, inner] of Object.entries(shape)) {
    const name = given.replace(/\?$/, "");
    if (name !== given && !left.has(name)) continue;
    assertShape(left.get(name), inner, `${where}.${name}`);
    left.delete(name);
  }
  assert.deepEqual([...left.keys()], [], where);
}

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly invocations: readonly [
        {
          readonly executionSuccessful: boolean;
          readonly toolExecutionNotifications?: readonly { readonly message: { readonly text: string } }[];
        },
      ];
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly message: { readonly text: string };
        readonly locations: readonly [
          { readonly logicalLocations: readonly [{ readonly fullyQualifiedName: string }] },
        ];
        readonly partialFingerprints: Readonly<Record<string, string>>;
        readonly suppressions?: readonly { readonly justification?: string }[];
      }[];
    },
  ];
}

function render(...parameters: Parameters<typeof renderCheckSarif>): Log["runs"][0] {
  const text = renderCheckSarif(...parameters);
  assert.ok(!actsOnTerminal(text));
  const log = JSON.parse(text) as Log;
  assertShape(log, sarif, "log");
  for (const { ruleId, ruleIndex } of log.runs[0].results) {
    assert.equal(log.runs[0].tool.driver.rules[ruleIndex]?.id, ruleId);
  }
  return log.runs[0];
}

test("a rule for each cause, a result for what is not available, a suppression for what is accepted", () => {
  const { tool, results, invocations } = render(
    report(fine, { context: "dev", ...broken }, accepted, away),
    "1.2.3",
  );
  assert.deepEqual(
    tool.driver.rules.map(({ id }) => id),
    ["MissingEndpoints", "CannotBeAsked"],
  );
  assert.deepEqual(
    results.map(({ locations, suppressions }) => [
      locations[0].logicalLocations[0].fullyQualifiedName,
      suppressions?.[0]?.justification,
    ]),
    [
      ["dev/apiservices.apiregistration.k8s.io/v1beta1.custom.metrics.k8s.io", undefined],
      ["apiservices.apiregistration.k8s.io/v1beta1.custom.metrics.k8s.io", "known outage"],
      ["prod", undefined],
    ],
  );
  assert.deepEqual(invocations, [{ executionSuccessful: false }]);
});

test("a warning is a result of its own, and so is a webhook", () => {
  const { results, tool } = render(reportWith([probed], [down, ignored, atUrl]), "1.2.3");
  assert.deepEqual(
    results.map(({ ruleId, level, locations }) => [
      ruleId,
      level,
      locations[0].logicalLocations[0].fullyQualifiedName,
    ]),
    [
      ["NoResources", "error", "apiservices.apiregistration.k8s.io/v1.example.test"],
      ["CertificateExpires", "warning", "apiservices.apiregistration.k8s.io/v1.example.test"],
      ["MissingEndpoints", "error", "ValidatingWebhookConfiguration/policy/down.example.com"],
      ["MissingEndpoints", "warning", "ValidatingWebhookConfiguration/policy/ignored.example.com"],
    ],
  );
  assert.equal(tool.driver.rules.length, 3);
});

test("warnings of a connection have its place", () => {
  const warnings = [connectionWarning("a ends"), connectionWarning("b ends", { context: "eu" })];
  const { results, tool } = render({ ...report(fine), warnings }, "1.2.3");
  assert.deepEqual(
    results.map(({ level, message: { text }, locations }) => [
      level,
      text,
      locations[0].logicalLocations[0].fullyQualifiedName,
    ]),
    [
      ["warning", "connection: a ends", "connection"],
      ["warning", "connection of context eu: b ends", "eu/connection"],
    ],
  );
  assert.deepEqual(
    tool.driver.rules.map(({ id }) => id),
    ["CertificateExpires"],
  );
});

test("each certificate has a fingerprint of its own, which stays while its days run out", () => {
  const warned = (days: number) => {
    const expires = (subject: string, year: number, role: WarnedCertificate["role"] = "authority") => ({
      cause: "CertificateExpires" as const,
      message: `${subject} expires in ${days} days`,
      certificate: { role, subject, notAfter: `${year}-01-01T00:00:00.000Z` },
    });
    const bundle = [expires("CN=a", 2030), expires("CN=a", 2031), expires("CN=b", 2030)];
    const known = [...bundle, expires("CN=a", 2030, "server"), expires("CN=a", 2030)];
    const items = report({ ...broken, warnings: bundle });
    return render({ ...items, warnings: known }, "1.2.3").results.map(
      ({ ruleId, partialFingerprints }) => `${ruleId} ${JSON.stringify(partialFingerprints)}`,
    );
  };
  const today = warned(3);
  assert.equal(new Set(today).size, 9);
  assert.deepEqual(warned(2), today);
});

test("all available: a run without results", () => {
  const { results, invocations } = render(report(fine), "1.2.3");
  assert.deepEqual([results, invocations], [[], [{ executionSuccessful: true }]]);
});

test("what could not be found out is a notification, not a result", () => {
  const { results, invocations } = render({ ...report(fine), notes: ["[not](known): {0}", "b"] }, "1.2.3");
  assert.deepEqual(results, []);
  assert.deepEqual(invocations[0].toolExecutionNotifications, [
    { level: "note", message: { text: "[not] (known): {{0}}" } },
    { level: "note", message: { text: "b" } },
  ]);
});

test("what a cluster says is neither a link nor a placeholder", () => {
  const { results } = render(report(item("v1.x", "False", "R", "[click](https://x.io) {0} {a} {{1}}")), "1");
  assert.equal(
    results[0]?.message.text,
    "v1.x is not available: R: [click] (https://x.io) {{0}} {a} {{{1}}}",
  );
});

for (const text of hostileTexts) {
  test(`stays a log with ${JSON.stringify(text)}`, () => {
    const items = [item(text, "False", text, text), { ...accepted, acceptedReason: text }];
    assert.equal(render(report(...items), text).results.length, 2);
  });
}

test("whatever a cluster says, it is a log of that shape", () => {
  fc.assert(
    fc.property(anyReport, (any) => {
      const all = [...any.items, ...(any.webhooks ?? [])];
      const warnings = [...all, any].flatMap((one) => one.warnings ?? []).length;
      const { results, invocations } = render(any, "1");
      const { toolExecutionNotifications: told = [] } = invocations[0];
      assert.equal(told.length, (any.notes ?? []).length);
      assert.equal(results.length, all.filter(({ ok }) => ok === false).length + warnings);
    }),
  );
});
