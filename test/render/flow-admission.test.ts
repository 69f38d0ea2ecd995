import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdmissionHook } from "../../src/trace/admission/admission-hook.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hostileText, sampleTrace } from "../helpers/traces.ts";
import { render } from "./rendering.ts";

const chain = {
  kind: "Service",
  namespace: "hooks",
  name: "hook",
  port: 443,
  endpoints: [{ address: "10.1.0.5", port: 8443, ready: true, pod: "hook-1", node: "node-1" }],
  type: "ClusterIP",
} as const;
const { type: ___, ...unseen } = { ...chain, endpoints: [], reason: "no Service hooks/hook" };
const missing = { ...unseen, isMissing: true } as const;
const pod = {
  name: "hook-1",
  node: "node-1",
  phase: "Running",
  ready: false,
  reason: "container hook: CrashLoopBackOff",
  restarts: 3,
  hostNetwork: false,
  ports: [],
  workload: null,
};

function hook(known: Partial<AdmissionHook> = {}): AdmissionHook {
  return {
    phase: "validating",
    kind: "ValidatingWebhookConfiguration",
    configuration: "checks",
    webhook: "checks.example.com",
    matches: "yes",
    why: "",
    failurePolicy: "Fail",
    timeoutSeconds: 10,
    target: chain,
    ...known,
  };
}

const policy = hook({
  kind: "ValidatingAdmissionPolicy",
  configuration: "names",
  webhook: "",
  bindings: [{ name: "b", validationActions: ["Deny", "Audit"] }],
});
const down = hook({ target: { ...chain, endpoints: [], pods: [pod] } });

function write(known: Partial<Trace>, status = 201, message: string | null = null): Trace {
  const roundTrip = { method: "POST", status, statusText: status < 300 ? "Created" : "Error", message };
  return { ...sampleTrace({ requestInfo: { verb: "create" }, roundTrip }), ...known };
}

/** The lines of one station. */
async function station(trace: Trace): Promise<readonly string[]> {
  const text = await render("flow", [trace], { columns: null });
  const lines = text.split("\n");
  const from = lines.findIndex((line) => / {2}admission {2}/.test(line));
  if (from < 0) return [];
  const to = lines.findIndex((line, i) => i > from && /^\S? *$/.test(line));
  return [
    `${lines[from]?.[0]} ${lines[from]?.slice(19)}`,
    ...lines.slice(from + 1, to).map((line) => line.slice(1).trim()),
  ];
}

const { target: _, timeoutSeconds: __, ...policyHook } = policy;

for (const [name, trace, expected] of [
  ["not asked for", write({}), []],
  ["nothing matches", write({ admission: [] }), ["✓ no webhook and no policy matches"]],
  [
    "in order",
    write({
      admission: [
        hook({ phase: "mutating", webhook: "m.example.com", configuration: "m", isReinvoked: true }),
        policyHook,
        hook({ failurePolicy: "Ignore", target: { kind: "URL", url: "https://hooks.example.com" } }),
      ],
    }),
    [
      "✓ mutating webhook m.example.com of m, Service hooks/hook:443, asked again if one after it changes the object",
      "validating policy names (Deny, Audit)",
      "validating webhook checks.example.com of checks, at https://hooks.example.com, failurePolicy Ignore",
    ],
  ],
  [
    "a URL that cannot be read",
    write({ admission: [hook({ target: { kind: "URL", url: "" } })] }),
    ["✓ validating webhook checks.example.com of checks, at a URL that is not readable"],
  ],
  [
    "what may match says why",
    write({ admission: [hook({ matches: "maybe", why: "match condition c is not judged" })] }),
    [
      "✓ validating webhook checks.example.com of checks, Service hooks/hook:443, maybe: match condition c is not judged",
    ],
  ],
  [
    "what is down, before the request is sent",
    write({ admission: [down] }, 404, "not found"),
    [
      "? validating webhook checks.example.com of checks, Service hooks/hook:443, DOWN: no endpoint is ready (container hook: CrashLoopBackOff)",
    ],
  ],
  [
    "a Service that is not there, and one that is not to be seen",
    write({ admission: [hook({ target: missing }), hook({ target: unseen })] }, 404, "not found"),
    [
      "? validating webhook checks.example.com of checks, Service hooks/hook:443, DOWN: no Service hooks/hook",
      "validating webhook checks.example.com of checks, Service hooks/hook:443",
    ],
  ],
  [
    "who refused",
    sampleTrace({
      requestInfo: { verb: "create" },
      roundTrip: {
        method: "POST",
        status: 403,
        statusText: "Forbidden",
        message: 'admission webhook "checks.example.com" denied the request: no',
      },
    }),
    [
      "✗ refused by webhook checks.example.com of checks",
      "validating webhook checks.example.com of checks, Service hooks/hook:443",
    ],
  ],
  [
    "what is not known",
    write({ admission: [], admissionReason: "forbidden: webhooks" }),
    ["? not known: forbidden: webhooks"],
  ],
  [
    "many",
    write({ admission: Array.from({ length: 12 }, () => policyHook) }),
    [
      "✓ validating policy names (Deny, Audit)",
      ...Array(7).fill("validating policy names (Deny, Audit)"),
      "and 4 more",
    ],
  ],
] as const) {
  test(`admission: ${name}`, async () => {
    const shown = name === "who refused" ? { ...trace, admission: [hook({ isRefuser: true })] } : trace;
    const lines = await station(shown);
    // What the word means is said at whoever said no.
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("admission: ")),
      expected,
    );
  });
}

test("wide has a short column, json all of it", async () => {
  const trace = write({
    admission: [policyHook, hook({ matches: "maybe", why: "w" })],
    admissionReason: "r",
  });
  assert.match(
    await render("wide", [trace], {}),
    /ADMISSION +ASKED[^\n]*\n[^\n]* names, checks\.example\.com\? /,
  );
  const { items } = JSON.parse(await render("json", [trace], {})) as { readonly items: readonly Trace[] };
  assert.deepEqual(items[0]?.admission, [
    {
      phase: "validating",
      kind: "ValidatingAdmissionPolicy",
      configuration: "names",
      matches: "yes",
      failurePolicy: "Fail",
      bindings: [{ name: "b", validationActions: ["Deny", "Audit"] }],
    },
    { ...hook({ matches: "maybe", why: "w" }) },
  ]);
  assert.equal(items[0]?.admissionReason, "r");
});

test("nothing of a cluster's names acts on a terminal", async () => {
  const hostile = hook({
    configuration: hostileText,
    webhook: hostileText,
    matches: "maybe",
    why: hostileText,
    failurePolicy: hostileText,
    target: {
      ...chain,
      namespace: hostileText,
      name: hostileText,
      endpoints: [],
      pods: [{ ...pod, reason: hostileText }],
    },
    bindings: [{ name: hostileText, validationActions: [hostileText] }],
  });
  const trace = write({ admission: [hostile], admissionReason: hostileText });
  for (const format of ["table", "wide", "flow", "json", "yaml", "ndjson"] as const) {
    const text = await render(format, [trace], {});
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    assert.doesNotMatch(text, /[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066\u200b]/, format);
  }
});
