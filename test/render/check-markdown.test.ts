import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { renderCheckMarkdown } from "../../src/render/check-markdown.ts";
import { actsOnTerminal, sanitize } from "../../src/render/sanitize.ts";
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

const all = { all: false };

test("a headline, a summary, a table of what matters, the number of the others", () => {
  assert.equal(
    renderCheckMarkdown(report(local("v1."), fine, accepted, broken), all),
    [
      "### APIServices: not ok",
      "",
      "1 of 4 APIServices is not available, 1 more is accepted.",
      "",
      "| APIService | State | Reason | Backend | Message |",
      "| --- | --- | --- | --- | --- |",
      "| <code>v1beta1.custom.metrics.k8s.io</code> | **not available** | <code>MissingEndpoints</code> | <code>kube-system/metrics-server:443</code> | <code>no addresses</code> |",
      "| <code>v1beta1.custom.metrics.k8s.io</code> | accepted | <code>MissingEndpoints</code> | <code>kube-system/metrics-server:443</code> | <code>no addresses</code> <code>accepted: known outage</code> |",
      "| <code>v1beta1.metrics.k8s.io</code> | available | <code>Passed</code> | <code>kube-system/metrics-server:443</code> |  |",
      "",
      "1 Local one is available.",
      "",
      "While an API is not available, discovery (kubectl's, helm's) has none of its resources, and a Namespace that is deleted stays Terminating.",
      "",
    ].join("\n"),
  );
});

test("webhooks have a table of their own; a warning is a sign in the row", () => {
  const out = renderCheckMarkdown(reportWith([probed], [down, ignored, atUrl]), { all: false });
  const rows = out.split("\n").filter((line) => line.startsWith("|"));
  assert.deepEqual(
    rows.map((row) => row.split(" | ").slice(0, 2).join(" ")),
    [
      "| APIService State",
      "| --- ---",
      "| <code>v1.example.test</code> **broken**",
      "| Webhook State",
      "| --- ---",
      "| <code>ValidatingWebhookConfiguration/policy/down.example.com</code> **down**",
      "| <code>ValidatingWebhookConfiguration/policy/ignored.example.com</code> down, ignored",
    ],
  );
  assert.match(rows[2] ?? "", /\*\*warning\*\* <code>CertificateExpires: authority/);
});

test("several contexts have a column", () => {
  const text = renderCheckMarkdown(report({ context: "dev", ...fine }, away), all);
  assert.match(text, /^\| Context \| APIService \|/m);
  assert.match(
    text,
    /^\| <code>prod<\/code> \| {2}\| \*\*cannot be asked\*\* \| <code>CannotBeAsked<\/code> \| {2}\|/m,
  );
});

test("warnings of a connection: below the tables, with its context beside others", () => {
  const warnings = [connectionWarning("a ends", { context: "dev" })];
  const one = renderCheckMarkdown({ ...report({ context: "dev", ...fine }), warnings }, all);
  assert.match(one, /\n\n\*\*Warning\*\* <code>CertificateExpires: a ends<\/code>\n$/);
  const several = renderCheckMarkdown({ ...report({ context: "dev", ...fine }, away), warnings }, all);
  assert.match(
    several,
    /\*\*Warning\*\* <code>connection of context dev: CertificateExpires: a ends<\/code>/,
  );
});

test("only Local ones: no table, unless all are asked for", () => {
  const text = renderCheckMarkdown(report(local("v1."), local("v1.apps")), all);
  assert.match(
    text,
    /^### APIServices: ok\n\nall 2 APIServices are available\.\n\n2 Local ones are available\.\n$/,
  );
  assert.match(renderCheckMarkdown(report(local("v1.")), { all: true }), /<code>v1\.<\/code> \| available/);
});

/** Cells of a row as GitHub splits it: nothing of ours is a pipe or a backslash. */
function cellsOf(line: string): readonly string[] {
  assert.doesNotMatch(line, /\\/);
  return line
    .slice(2, -2)
    .split(" | ")
    .map((cell) => cell.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))));
}

for (const text of hostileTexts) {
  test(`one row, and the text unchanged, with ${JSON.stringify(text)}`, () => {
    const out = renderCheckMarkdown(report(item(text, "False", "R", text), fine), all);
    const rows = out.split("\n").filter((line) => line.startsWith("|"));
    assert.equal(rows.length, 4);
    const shown = sanitize(text);
    const cells = cellsOf(rows[2] ?? "");
    assert.deepEqual(
      [cells.length, cells[0], cells[4]],
      [5, shown && `<code>${shown}</code>`, shown && `<code>${shown}</code>`],
    );
  });
}

test("whatever a cluster says, each row has its cells and no markup but ours", () => {
  fc.assert(
    fc.property(anyReport, (any) => {
      const out = renderCheckMarkdown(any, { all: true });
      assert.ok(!actsOnTerminal(out));
      const rows = out.split("\n").filter((line) => line.startsWith("|"));
      const tables = [any.items, any.webhooks ?? []].filter(({ length }) => length > 0);
      assert.equal(
        rows.length,
        tables.reduce((sum, { length }) => sum + length + 2, 0),
      );
      for (const row of rows) {
        assert.equal(row.split("|").length, (rows[0] ?? "").split("|").length);
        const rest = row.replaceAll(
          /<\/?code>|\*\*(not available|cannot be asked|broken|down|warning)\*\*/g,
          "",
        );
        assert.doesNotMatch(rest, /[<>*_`[\]\\~@]|https?:\/\//);
      }
    }),
  );
});
