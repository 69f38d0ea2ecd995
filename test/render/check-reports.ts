import fc from "fast-check";
import type { CheckItem, CheckReport } from "../../src/render/check-report.ts";

/* Reports for the tests of the check renderers. */

export function item(
  name: string,
  available: "True" | "False" | "Unknown",
  reason: string,
  message = "",
): CheckItem {
  return {
    apiService: { name, available, reason, message },
    target: { kind: "Service", namespace: "kube-system", name: "metrics-server", port: 443, endpoints: [] },
    ok: available === "True",
  };
}

export function local(name: string, by: "built-in" | "crd" = "built-in"): CheckItem {
  return { ...item(name, "True", "Local"), target: { kind: "Local", by } };
}

export function unasked(context: string, message: string): CheckItem {
  return {
    context,
    apiService: { name: "", available: "Unknown", reason: "CannotBeAsked", message },
    target: { kind: "Unresolved", reason: message },
    ok: false,
    asked: false,
  };
}

export function report(...items: CheckItem[]): CheckReport {
  return {
    apiVersion: "kubectl-trace/v1alpha1",
    kind: "CheckReport",
    ok: items.every(({ ok, accepted }) => ok || accepted === true),
    items,
  };
}

export const fine = item("v1beta1.metrics.k8s.io", "True", "Passed", "all checks passed");
export const broken = item("v1beta1.custom.metrics.k8s.io", "False", "MissingEndpoints", "no addresses");
export const accepted: CheckItem = { ...broken, accepted: true, acceptedReason: "known outage" };
export const away = unasked("prod", "connection refused");

/** What a cluster or a file could try on a terminal, XML, annotations, SARIF viewers or Markdown. */
export const hostileTexts: readonly string[] = [
  "\x1b[31mred\x1b]0;title\x07",
  "a\r\nb\rc\n\nd",
  "::error title=x,file=y::z",
  "%0A::warning::%25%3A%2C",
  "]]><failure/><!-- &amp; <x a='b' c=\"d\">",
  "| a | b |\n|---|---|\n",
  "\\| `a` `` b | **c** _d_ ~~e~~",
  "</code><script>alert(1)</script>",
  "[click](https://example.com) {0} @team #1 www.example.com",
  "\ud800 \udfff \ufffe \uffff \0 \u202e \u2028",
  "",
];

const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...hostileTexts));

const anyItem: fc.Arbitrary<CheckItem> = fc
  .tuple(anyText, fc.constantFrom("True", "False", "Unknown"), anyText, anyText, fc.nat({ max: 3 }), anyText)
  .map(([name, available, reason, text, kind, more]) => {
    const plain = item(name, available, reason, text);
    if (kind === 1 && !plain.ok) return { ...plain, accepted: true, acceptedReason: more };
    if (kind === 2) return { context: more, ...plain };
    return kind === 3 ? unasked(more, text) : plain;
  });

export const anyReport = fc.array(anyItem, { maxLength: 6 }).map((items) => report(...items));
