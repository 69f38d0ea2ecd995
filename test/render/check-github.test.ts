import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escapeData, escapeProperty, renderCheckGithub } from "../../src/render/check-github.ts";
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
  local,
  probed,
  report,
  reportWith,
} from "./check-reports.ts";

/** As the runner reads a line (ActionCommand.TryParseV2), its percent sign last as there. */
function parseCommand(line: string) {
  const end = line.indexOf("::", 2);
  assert.ok(line.startsWith("::") && end > 0, line);
  const info = line.slice(2, end);
  const space = info.indexOf(" ");
  const properties = info
    .slice(space + 1)
    .split(",")
    .map((one) => [one.slice(0, one.indexOf("=")), unescaped(one.slice(one.indexOf("=") + 1), true)]);
  return {
    level: info.slice(0, space),
    properties: Object.fromEntries(properties) as Record<string, string>,
    data: unescaped(line.slice(end + 2), false),
  };
}

function unescaped(text: string, isProperty: boolean): string {
  const plain = text.replaceAll("%0D", "\r").replaceAll("%0A", "\n");
  return (isProperty ? plain.replaceAll("%3A", ":").replaceAll("%2C", ",") : plain).replaceAll("%25", "%");
}

const escapes: readonly [text: string, data: string, property: string][] = [
  ["plain", "plain", "plain"],
  ["100%", "100%25", "100%25"],
  ["%0A", "%250A", "%250A"],
  ["a\r\nb", "a%0D%0Ab", "a%0D%0Ab"],
  ["a: b, c::d", "a: b, c::d", "a%3A b%2C c%3A%3Ad"],
];

for (const [text, data, property] of escapes) {
  test(`escapes ${JSON.stringify(text)}`, () => {
    assert.deepEqual([escapeData(text), escapeProperty(text)], [data, property]);
    assert.deepEqual([unescaped(data, false), unescaped(property, true)], [text, text]);
  });
}

test("errors first, what is accepted as a warning, the summary as a notice", () => {
  const items = [fine, accepted, { context: "a,b", ...broken }, local("v1."), away];
  const lines = renderCheckGithub(report(...items)).split("\n");
  assert.deepEqual(lines, [
    "::error title=APIService v1beta1.custom.metrics.k8s.io in context a%2Cb::MissingEndpoints: no addresses%0Abackend: kube-system/metrics-server:443",
    "::error title=context prod::CannotBeAsked: connection refused",
    "::warning title=APIService v1beta1.custom.metrics.k8s.io::MissingEndpoints: no addresses%0Abackend: kube-system/metrics-server:443%0Aaccepted by the baseline: known outage",
    "::notice title=kubectl trace check::not ok: 1 of 4 APIServices is not available, 1 more is accepted; 1 of 3 contexts cannot be asked",
    "",
  ]);
});

test("warnings and webhooks are annotations, too", () => {
  const lines = renderCheckGithub(reportWith([probed], [down, ignored, atUrl])).split("\n");
  assert.deepEqual(
    lines.map((line) => line.slice(0, line.indexOf("::", 2))),
    [
      "::error title=APIService v1.example.test",
      "::error title=ValidatingWebhookConfiguration/policy/down.example.com",
      "::warning title=ValidatingWebhookConfiguration/policy/ignored.example.com",
      "::warning title=APIService v1.example.test",
      "::notice title=kubectl trace check",
      "",
    ],
  );
  assert.match(lines[0] ?? "", /%0Abreaks Namespace old since /);
  assert.match(lines[2] ?? "", /failurePolicy is Ignore/);
});

test("warnings of a connection are annotations", () => {
  const warnings = [connectionWarning("a ends", { context: "a,b" }), connectionWarning("b ends")];
  assert.deepEqual(
    renderCheckGithub({ ...report(fine), warnings })
      .split("\n")
      .slice(0, 2),
    [
      "::warning title=connection of context a%2Cb::CertificateExpires: a ends",
      "::warning title=connection::CertificateExpires: b ends",
    ],
  );
});

for (const text of hostileTexts) {
  test(`one command a line with ${JSON.stringify(text)}`, () => {
    const out = renderCheckGithub(
      report(item(text, "False", text, text), { ...accepted, acceptedReason: text }),
    );
    const lines = out.trimEnd().split("\n");
    assert.deepEqual(
      lines.map((line) => parseCommand(line).level),
      ["error", "warning", "notice"],
    );
  });
}

test("whatever a cluster says, each line is one command with a title of its own", () => {
  fc.assert(
    fc.property(anyReport, (any) => {
      const out = renderCheckGithub(any);
      assert.ok(!actsOnTerminal(out));
      const lines = out.split("\n").slice(0, -1);
      const all = [...any.items, ...(any.webhooks ?? [])];
      const warnings = [...all, any].flatMap((one) => one.warnings ?? []).length;
      assert.equal(lines.length, all.filter(({ ok }) => ok === false).length + warnings + 1);
      for (const line of lines) {
        const { properties, level } = parseCommand(line);
        assert.deepEqual(Object.keys(properties), ["title"]);
        assert.match(level, /^(error|warning|notice)$/);
      }
    }),
  );
});
