import assert from "node:assert/strict";

/** The fields that every reader of the JSON may rely on. One more may come; none goes away or changes its meaning. */

export type Shape = string | RegExp | readonly (string | RegExp)[] | { readonly [field: string]: Shape };

export const text = "string";
const textOrNull = ["string", "null"];
const numberOrNull = ["number", "null"];

/** Of a Trace that failed. */
export const diagnosisShape = { party: text, cause: text, summary: text, evidence: "array", advice: "array" };

export const traceShape = {
  apiVersion: /^kubectl-trace\/v1alpha1$/,
  kind: /^Trace$/,
  roundTrip: {
    method: text,
    url: text,
    outcome: /^(response|failed|pending|unattributed|planned)$/,
    status: numberOrNull,
    statusText: textOrNull,
    durationMs: numberOrNull,
    phasesMs: "object",
    time: textOrNull,
    message: textOrNull,
    warnings: "array",
    auditId: textOrNull,
    flowSchemaUid: textOrNull,
    priorityLevelUid: textOrNull,
    fromCache: ["boolean", "null"],
    source: { file: text, line: "number" },
  },
  requestInfo: {
    isResourceRequest: "boolean",
    path: text,
    verb: text,
    apiPrefix: text,
    apiGroup: text,
    apiVersion: text,
    namespace: text,
    resource: text,
    subresource: text,
    name: text,
    fieldSelector: text,
    labelSelector: text,
  },
  target: { kind: /^(Service|Local|Unresolved)$/ },
  verdict: {
    decision: /^(allowed|denied|unknown)$/,
    reason: text,
    source: /^(review|snapshot|response|none)$/,
  },
} as const satisfies Shape;

export const apiServiceShape = {
  name: text,
  available: /^(True|False|Unknown)$/,
  reason: text,
  message: text,
};

export const targetShapes: Readonly<Record<string, Shape>> = {
  Service: { namespace: text, name: text, port: "number", endpoints: "array" },
  Local: { by: /^(built-in|crd|aggregator)$/ },
  Unresolved: { reason: /./ },
};

const phaseNames = ["dnsLookup", "dial", "tlsHandshake", "getConnection", "serverProcessing"];

/** A Trace as JSON gives it. */
export interface TraceJson {
  readonly roundTrip: Readonly<Record<string, unknown>>;
  readonly requestInfo: Readonly<Record<string, unknown>>;
  readonly apiService: Readonly<Record<string, unknown>> | null;
  readonly target: Readonly<Record<string, unknown>>;
  readonly verdict: Readonly<Record<string, unknown>>;
}

export function assertShape(value: unknown, shape: Shape, where: string): void {
  if (typeof shape === "object" && !Array.isArray(shape) && !(shape instanceof RegExp)) {
    assert.equal(kindOf(value), "object", where);
    for (const [field, inner] of Object.entries(shape)) {
      assertShape((value as Record<string, unknown>)[field], inner as Shape, `${where}.${field}`);
    }
    return;
  }
  const allowed = (Array.isArray(shape) ? shape : [shape]) as readonly (string | RegExp)[];
  const fits = allowed.some((one) =>
    one instanceof RegExp ? typeof value === "string" && one.test(value) : kindOf(value) === one,
  );
  assert.ok(fits, `${where} is ${JSON.stringify(value)}, not ${allowed.join(" or ")}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function assertTrace(trace: TraceJson): void {
  assertShape(trace, traceShape, "trace");
  if (trace.apiService !== null) assertShape(trace.apiService, apiServiceShape, "apiService");
  assert.ok("apiService" in trace);
  assertShape(trace.target, targetShapes[String(trace.target["kind"])] ?? {}, "target");
  for (const [phase, ms] of Object.entries(trace.roundTrip["phasesMs"] as object)) {
    assert.ok(phaseNames.includes(phase), phase);
    assert.ok(Number.isInteger(ms), phase);
  }
  const { outcome, status } = trace.roundTrip;
  assert.equal(kindOf(status), outcome === "response" ? "number" : "null", `a status only of a ${outcome}`);
}

export function readList(stdout: string): readonly TraceJson[] {
  const list = JSON.parse(stdout);
  const known = "timeBudget" in list ? ["timeBudget"] : [];
  assert.deepEqual(Object.keys(list), ["apiVersion", "kind", "items", ...known]);
  assert.deepEqual([list.apiVersion, list.kind], ["kubectl-trace/v1alpha1", "TraceList"]);
  for (const item of list.items) assertTrace(item);
  return list.items;
}
