import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { renderCheck } from "../../src/render/check.ts";
import { actsOnTerminal } from "../../src/render/sanitize.ts";
import { textWidth } from "../../src/render/text-width.ts";
import {
  accepted,
  anyReport,
  away,
  connectionWarning,
  down,
  fine,
  item,
  local,
  report,
  reportWith,
  webhook,
} from "./check-reports.ts";

const plain = { columns: null, color: false, all: false };

const message =
  "failing or missing response from https://10.96.1.2:443/apis/metrics.k8s.io/v1beta1: dial tcp 10.96.1.2:443: connect: connection refused";
const broken = item("v1beta1.metrics.k8s.io", "False", "FailedDiscoveryCheck", message);

test("at 80 columns what does not fit is below its APIService", () => {
  const text = renderCheck(report(local("v1.", "built-in"), broken), { ...plain, columns: 80 });
  assert.deepEqual(text.split("\n"), [
    "APISERVICE              AVAILABLE  REASON                BACKEND",
    "v1beta1.metrics.k8s.io  False      FailedDiscoveryCheck  kube-system…-server:443",
    "  kube-system/metrics-server:443",
    "  failing or missing response from",
    "  https://10.96.1.2:443/apis/metrics.k8s.io/v1beta1: dial tcp 10.96.1.2:443:",
    "  connect: connection refused",
    "",
    "1 Local (1 built-in) is available; --all lists them",
    "",
    "while an API is not available, discovery (kubectl's, helm's) has none of its",
    "resources, and a Namespace that is deleted stays Terminating",
    "",
    "not ok: 1 of 2 APIServices is not available",
    "",
  ]);
});

test("in a CI log nothing is shortened or wrapped", () => {
  const lines = renderCheck(report(broken), plain).split("\n");
  assert.equal(
    lines[1],
    "v1beta1.metrics.k8s.io  False      FailedDiscoveryCheck  kube-system/metrics-server:443",
  );
  assert.equal(lines[2], `  ${message}`);
});

test("only Local ones: a count and a summary, no table", () => {
  const text = renderCheck(
    report(local("v1.", "built-in"), local("v1.a.b", "crd"), local("v1.c.d", "crd")),
    plain,
  );
  assert.equal(
    text,
    "3 Local (1 built-in, 2 CRD) are available; --all lists them\nok: all 3 APIServices are available\n",
  );
});

test("with all, the Local ones have a line each, after those with a Service", () => {
  const items = [local("v1.", "built-in"), local("v1.a.b", "crd"), item("v1.x.y", "True", "Passed")];
  const lines = renderCheck(report(...items), { ...plain, all: true }).split("\n");
  assert.deepEqual(
    lines.map((line) => line.split(" ")[0]),
    ["APISERVICE", "v1.x.y", "v1.", "v1.a.b", "", "ok:", ""],
  );
  assert.match(lines[3] ?? "", /Local \(CRD\)$/);
});

test("a Local one that is not available is never folded away", () => {
  const odd = {
    ...local("v1.", "built-in"),
    ok: false,
    apiService: { name: "v1.", available: "Unknown", reason: "", message: "" },
  } as const;
  assert.match(renderCheck(report(odd), plain), /^v1\. +Unknown +- +Local$/m);
});

test("colour only repeats what the words say", () => {
  const items = [broken, item("v1.a.b", "Unknown", "X"), item("v1.c.d", "True", "Passed")];
  const coloured = renderCheck(report(...items), { ...plain, color: true });
  for (const piece of ["\x1b[31mFalse", "\x1b[33mUnknown", "\x1b[32mTrue"])
    assert.ok(coloured.includes(piece));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours.
  assert.equal(coloured.replace(/\x1b\[\d+m/g, ""), renderCheck(report(...items), plain));
});

test("several contexts: a column says which, and one that cannot be asked has a line", () => {
  const items = [{ context: "dev", ...fine }, away, { context: "dev", ...accepted }];
  assert.deepEqual(renderCheck(report(...items), plain).split("\n"), [
    "CONTEXT  APISERVICE                     AVAILABLE  REASON                       BACKEND",
    "prod     -                              Unknown    CannotBeAsked                ?",
    "  connection refused",
    "dev      v1beta1.custom.metrics.k8s.io  False      MissingEndpoints (accepted)  kube-system/metrics-server:443",
    "  no addresses",
    "  accepted: known outage",
    "dev      v1beta1.metrics.k8s.io         True       Passed                       kube-system/metrics-server:443",
    "",
    "not ok: 1 of 2 APIServices is available, 1 is accepted; 1 of 2 contexts cannot be asked",
    "",
  ]);
});

test("warnings of a connection: below the tables, with its context beside others", () => {
  const warnings = ["a ends", "b ends"].map((text) => connectionWarning(text, { context: "dev" }));
  const dev = { context: "dev", ...fine };
  assert.match(
    renderCheck({ ...report(dev), warnings, notes: ["c"] }, plain),
    /443\n\nwarning: CertificateExpires: a ends\nwarning: CertificateExpires: b ends\n\nnote: c\n\nok: /,
  );
  assert.match(
    renderCheck({ ...report(dev, away), warnings }, plain),
    /\nwarning: connection of context dev: CertificateExpires: a ends\n/,
  );
});

test("whatever a cluster says, nothing hostile is printed and no line is wider than the terminal", () => {
  fc.assert(
    fc.property(anyReport, fc.integer({ min: 80, max: 200 }), (any, columns) => {
      const lines = renderCheck(any, { ...plain, columns }).split("\n");
      for (const line of lines) {
        assert.ok(!actsOnTerminal(line));
        assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}`);
      }
    }),
  );
});

test("at 40 columns no line is wider than the terminal, nor is the last one", () => {
  const found = reportWith([broken, fine], [down]);
  const text = renderCheck(found, { ...plain, columns: 40 });
  for (const line of text.split("\n")) assert.ok(textWidth(line) <= 40, `${textWidth(line)}: ${line}`);
  const last = " 1 of 2 APIServices is not\navailable; 1 of 1 webhooks is down\n";
  assert.ok(text.endsWith(`not ok:${last}`), text);
  const coloured = renderCheck(found, { ...plain, color: true, columns: 40 });
  assert.ok(coloured.endsWith(`\u001b[31mnot ok:\u001b[39m${last}`), coloured);
});

test("a failurePolicy that is none makes no table wider than the terminal", () => {
  const odd = webhook("a.example.com", { failurePolicy: "Perhaps".repeat(50) });
  const text = renderCheck(reportWith([fine], [odd]), { ...plain, all: true, columns: 80 });
  for (const line of text.split("\n")) assert.ok(textWidth(line) <= 80, line);
});
