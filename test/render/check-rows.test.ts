import assert from "node:assert/strict";
import { test } from "node:test";
import { renderCheck } from "../../src/render/check.ts";
import type { CheckBreak, CheckItem } from "../../src/render/check-report.ts";
import { isQuietRow, rowsOf, worstFirst } from "../../src/render/check-rows.ts";
import {
  accepted,
  atUrl,
  away,
  broken,
  down,
  fine,
  ignored,
  local,
  probed,
  reportWith,
  webhook,
} from "./check-reports.ts";

const all = reportWith([fine, local("v1."), accepted, probed, away], [webhook("up"), atUrl, ignored, down]);

test("one state, one word and one sentence for each, whatever it is about", () => {
  assert.deepEqual(
    rowsOf(all).map(({ about, state, availability, cause }) => [about, state, availability, cause]),
    [
      ["APIService", "available", "True", "Passed"],
      ["APIService", "available", "True", "Local"],
      ["APIService", "accepted", "False", "MissingEndpoints"],
      ["APIService", "unavailable", "True", "NoResources"],
      ["context", "unasked", "Unknown", "CannotBeAsked"],
      ["webhook", "available", "ready", "Unknown"],
      ["webhook", "unknown", "unknown", "Unknown"],
      ["webhook", "ignored", "down", "MissingEndpoints"],
      ["webhook", "unavailable", "down", "MissingEndpoints"],
    ],
  );
});

test("what fails the check comes first, and what says nothing is left out", () => {
  const shown = rowsOf(all)
    .filter((row) => !isQuietRow(row))
    .toSorted(worstFirst);
  assert.deepEqual(
    shown.map(({ state }) => state),
    ["unavailable", "unasked", "unavailable", "accepted", "ignored", "available"],
  );
});

test("a warning keeps what is in order in sight", () => {
  const warnings = [{ cause: "CertificateExpires", message: "soon" }] as const;
  const [row] = rowsOf(reportWith([], [webhook("up", { warnings })]));
  assert.ok(row !== undefined && !isQuietRow(row));
});

test("more than five things that break are counted", () => {
  const breaks = Array.from({ length: 8 }, (_, at): CheckBreak => {
    return { kind: "HorizontalPodAutoscaler", namespace: "shop", name: `web-${at}`, message: "no metrics" };
  });
  const [row] = rowsOf(reportWith([{ ...broken, breaks }], []));
  assert.equal(row?.facts.length, 6);
  assert.equal(row?.facts[0], "breaks HorizontalPodAutoscaler shop/web-0: no metrics");
  assert.equal(row?.facts[5], "breaks 3 more");
});

test("why more is not known of a backend is said once", () => {
  const target = { ...broken.target, isMissing: true, reason: "no Service a/b" } as CheckItem["target"];
  const found = { ...probed, target, breaks: [] };
  const factsOf = (item: CheckItem) => rowsOf(reportWith([item], []))[0]?.facts;
  assert.deepEqual(factsOf(found), ["1 of 2 endpoints are ready", "backend: no Service a/b"]);
  const { diagnosis } = probed;
  const told = diagnosis && { ...diagnosis, evidence: ["there is no Service a/b"] };
  assert.deepEqual(factsOf({ ...found, ...(told && { diagnosis: told }) }), ["there is no Service a/b"]);
});

test("the table: two tables, warnings below their rows, a summary of both", () => {
  const options = { columns: null, color: false, all: false };
  const report = reportWith([fine, probed], [webhook("up"), down, atUrl]);
  assert.equal(
    renderCheck({ ...report, notes: ["which namespaces it breaks is not known: forbidden"] }, options),
    `APISERVICE              AVAILABLE  REASON       BACKEND
v1.example.test         True       NoResources  kube-system/metrics-server:443
  the APIResourceList is empty
  NoResources: the group and version is served, but has no resources
  1 of 2 endpoints are ready
  breaks Namespace old since 2025-01-01T00:00:00Z: Discovery failed
  try: kubectl get --raw /apis/example.test/v1
  warning: CertificateExpires: authority CN=a of its caBundle expires in 3 days
v1beta1.metrics.k8s.io  True       Passed       kube-system/metrics-server:443

WEBHOOK                                                 POLICY  STATE  REASON            BACKEND
ValidatingWebhookConfiguration/policy/down.example.com  Fail    down   MissingEndpoints  policy/server:443
  MissingEndpoints: no ready Pod stands behind its Service
  no ready Pod stands behind its Service
  no ready Pod stands behind its Service

2 webhooks are not known to be down; --all lists them

note: which namespaces it breaks is not known: forbidden

not ok: 1 of 2 APIServices is not available or broken; 1 of 3 webhooks is down, 1 cannot be looked at
`,
  );
});
