import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import { newRoundTrip, type RoundTrip } from "../../../src/log/round-trip.ts";
import { diagnose } from "../../../src/trace/diagnosis/diagnose.ts";
import type { Failed } from "../../../src/trace/diagnosis/finding.ts";

const service = "/api/v1/namespaces/shop/services/web:80/proxy/x";
const node = "/api/v1/nodes/worker-1/proxy/metrics";
const unauthorized = { status: 401, message: "Unauthorized", statusReason: "Unauthorized" };
const notAllowed =
  'services "web:80" is forbidden: User "jane" cannot get resource "services/proxy" in API group "" in the namespace "shop"';
const allowed: Partial<Failed> = { verdict: { decision: "allowed", reason: "", source: "review" } };
const denied: Partial<Failed> = { verdict: { decision: "denied", reason: "", source: "review" } };
const foreign: Partial<Failed> = { ...allowed, isForeign: true };

/** A program behind the proxy answers with any status: only kube-apiserver's own words, or a review, tell the two apart. */
for (const [name, path, answer, rest, expected] of [
  ["a program's login", service, { status: 401, message: "log in" }, allowed, "Pod Unknown"],
  ["a program's login, in a log", service, { status: 401, message: "log in" }, foreign, "Unknown Unknown"],
  ["a program that is an API server", service, unauthorized, allowed, "Pod Unknown"],
  ["kube-apiserver's 401", service, unauthorized, {}, "Authentication CredentialsRejected"],
  ["the kubelet's 401", node, { status: 401, message: "Unauthorized" }, allowed, "Kubelet Unknown"],
  ["a program's no", service, { status: 403, message: "no" }, allowed, "Pod Unknown"],
  ["a program's no, in a log", service, { status: 403, message: "no" }, foreign, "Pod Unknown"],
  ["a 403 without words", service, { status: 403 }, allowed, "Unknown Unknown"],
  ["authorization", service, { status: 403, message: notAllowed }, {}, "Authorization NoRuleAllows"],
  ["authorization, in no words", service, { status: 403 }, denied, "Authorization NoRuleAllows"],
  [
    "admission",
    service,
    { status: 403, message: 'services "web:80" is forbidden: not on a Sunday' },
    allowed,
    "Admission DeniedByAdmission",
  ],
  [
    "the kubelet's no",
    node,
    { status: 403, message: "Forbidden (user=kube, verb=get, resource=nodes, subresource=metrics)" },
    allowed,
    "Kubelet KubeletForbidden",
  ],
  ["a program's limit", service, { status: 429, message: "slow down" }, allowed, "Pod Unknown"],
  ["a limit without words", service, { status: 429 }, allowed, "Unknown Unknown"],
  [
    "flow control",
    service,
    { status: 429, message: "Too many requests, please try again later." },
    allowed,
    "FlowControl TooManyRequests",
  ],
  [
    "no such Service",
    service,
    { status: 404, message: 'services "web" not found' },
    {},
    "APIServer ObjectNotFound",
  ],
  ["no such page", service, { status: 404, message: 'services "db" not found' }, {}, "Pod Unknown"],
  ["a program that is down", service, { status: 503, message: "service unavailable" }, {}, "Pod Unknown"],
  // An old kube-apiserver writes no Audit-Id where nothing is audited, and none on what refuses an upgrade.
  [
    "a page without Audit-Id",
    service,
    { status: 502, message: "<html>Bad Gateway</html>", auditId: null },
    {},
    "Unknown NotTheAPIServer",
  ],
  [
    "a page, of a log without headers",
    service,
    { status: 502, message: "<html>Bad Gateway</html>", auditId: null, fromCache: null },
    {},
    "Pod Unknown",
  ],
  ["an API server's answer", service, { status: 403, message: notAllowed, relayed: true }, {}, "Pod Unknown"],
] as const satisfies readonly (readonly [string, string, Partial<RoundTrip>, Partial<Failed>, string])[]) {
  test(`behind the proxy: ${name}`, () => {
    const found = diagnose({
      roundTrip: newRoundTrip({
        method: "GET",
        url: `https://10.0.0.1:6443${path}`,
        outcome: "response",
        auditId: "a-1",
        relayed: false,
        fromCache: false,
        source: { file: "-", line: 1 },
        ...answer,
      }),
      requestInfo: parseRequestInfo("GET", path, ""),
      apiService: { name: "v1.", available: "True", reason: "Local", message: "" },
      target: { kind: "Local", by: "built-in" },
      verdict: { decision: "unknown", reason: "", source: "none" },
      ...rest,
    });
    assert.equal(`${found?.party} ${found?.cause}`, expected);
  });
}
