import fc from "fast-check";
import type {
  CheckConnectionWarning,
  CheckItem,
  CheckReport,
  CheckWebhook,
} from "../../src/render/check-report.ts";
import type { Diagnosis } from "../../src/trace/diagnosis/diagnosis.ts";

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

/** Of these APIServices, and of webhooks that were looked at as well. */
export function reportWith(items: readonly CheckItem[], webhooks: readonly CheckWebhook[]): CheckReport {
  const fails = webhooks.some((one) => one.ok === false && !one.accepted && one.failurePolicy !== "Ignore");
  const { ok, ...rest } = report(...items);
  return { ...rest, ok: ok && !fails, webhooks };
}

export function webhook(name: string, changes: Partial<CheckWebhook> = {}): CheckWebhook {
  return {
    configuration: { kind: "ValidatingWebhookConfiguration", name: "policy" },
    webhook: name,
    failurePolicy: "Fail",
    target: { kind: "Service", namespace: "policy", name: "server", port: 443, endpoints: [] },
    ok: true,
    ...changes,
  };
}

export function connectionWarning(
  message: string,
  of: { readonly context?: string } = {},
): CheckConnectionWarning {
  return { ...of, cause: "CertificateExpires", message };
}

/** Why a webhook is down, in these words. */
export function diagnosisOf(text: string): Diagnosis {
  return {
    party: "Admission",
    cause: "MissingEndpoints",
    summary: `MissingEndpoints: ${text}`,
    evidence: [text],
    advice: [text],
  };
}

export const down = webhook("down.example.com", {
  ok: false,
  diagnosis: diagnosisOf("no ready Pod stands behind its Service"),
});
export const ignored: CheckWebhook = { ...down, webhook: "ignored.example.com", failurePolicy: "Ignore" };
export const atUrl = webhook("url.example.com", {
  ok: null,
  target: { kind: "Unresolved", reason: "called at https://webhook.example.com" },
});

export const fine = item("v1beta1.metrics.k8s.io", "True", "Passed", "all checks passed");
export const broken = item("v1beta1.custom.metrics.k8s.io", "False", "MissingEndpoints", "no addresses");
/** Available, but a probe says otherwise; its certificate ends, and things hang on it. */
export const probed: CheckItem = {
  ...item("v1.example.test", "True", "Passed", "all checks passed"),
  ok: false,
  diagnosis: {
    party: "ExtensionServer",
    cause: "NoResources",
    summary: "NoResources: the group and version is served, but has no resources",
    evidence: ["the APIResourceList is empty", "1 of 2 endpoints are ready"],
    advice: ["kubectl get --raw /apis/example.test/v1"],
  },
  probe: {
    status: 200,
    durationMs: 4,
    resources: 0,
    ok: false,
    message: "the APIResourceList is empty",
    freshness: "Current",
  },
  warnings: [{ cause: "CertificateExpires", message: "authority CN=a of its caBundle expires in 3 days" }],
  breaks: [
    {
      kind: "Namespace",
      namespace: "",
      name: "old",
      since: "2025-01-01T00:00:00Z",
      message: "Discovery failed",
    },
  ],
};
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
  .tuple(anyText, fc.constantFrom("True", "False", "Unknown"), anyText, anyText, fc.nat({ max: 5 }), anyText)
  .map(([name, available, reason, text, kind, more]) => {
    const plain = item(name, available, reason, text);
    if (kind === 1 && !plain.ok) return { ...plain, accepted: true, acceptedReason: more };
    if (kind === 2) return { context: more, ...plain };
    if (kind === 4) return { ...plain, warnings: [{ cause: "CertificateExpires", message: more }] };
    if (kind === 5 && !plain.ok) return withEverything(plain, text, more);
    return kind === 3 ? { ...unasked(more, text), hint: more } : plain;
  });

function withEverything(plain: CheckItem, text: string, more: string): CheckItem {
  return {
    ...plain,
    diagnosis: diagnosisOf(more),
    probe: { status: null, durationMs: null, resources: null, ok: false, message: text },
    breaks: [{ kind: "HorizontalPodAutoscaler", namespace: more, name: text, message: more }],
  };
}

const anyWebhook: fc.Arbitrary<CheckWebhook> = fc
  .tuple(anyText, anyText, fc.constantFrom("Fail", "Ignore"), fc.constantFrom(true, false, null))
  .map(([name, text, failurePolicy, ok]) =>
    webhook(name, {
      failurePolicy,
      ok,
      ...(ok === false ? { diagnosis: diagnosisOf(text) } : {}),
      ...(ok === null ? { target: { kind: "Unresolved", reason: text } } : {}),
      warnings: [{ cause: "CertificateExpires", message: text }],
    }),
  );

export const anyReport = fc
  .tuple(
    fc.array(anyItem, { maxLength: 6 }),
    fc.array(anyWebhook, { maxLength: 3 }),
    fc.array(anyText, { maxLength: 2 }),
    fc.array(anyText, { maxLength: 3 }),
  )
  .map(
    ([items, webhooks, notes, warnings]): CheckReport => ({
      ...reportWith(items, webhooks),
      warnings: warnings.map((text, at) => connectionWarning(text, at === 2 ? { context: text } : {})),
      notes,
    }),
  );
