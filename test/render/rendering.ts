import fc from "fast-check";
import type { RequestInfo } from "../../src/api/request-info.ts";
import type { PodInfo } from "../../src/cluster/cluster.ts";
import type { RoundTrip } from "../../src/log/round-trip.ts";
import { createRenderer, type OutputFormat } from "../../src/render/create-renderer.ts";
import type { RenderOptions } from "../../src/render/renderer.ts";
import { type Cause, causes, type Party, parties } from "../../src/trace/diagnosis/diagnosis.ts";
import type { CommandMoments } from "../../src/trace/time/time-budget.ts";
import { createTimeKeeper } from "../../src/trace/time/time-keeper.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { klogAt } from "../helpers/timed-traces.ts";
import { hostileText } from "../helpers/traces.ts";

/** What a renderer of that format writes for these traces; a plain 80-column terminal unless told. `moments`: they are of one command. */
export async function render(
  format: OutputFormat,
  traces: readonly Trace[],
  options: Partial<RenderOptions> = {},
  moments: CommandMoments | null = null,
): Promise<string> {
  const renderer = await createRenderer(format, { columns: 80, color: false, ...options });
  const keeper = createTimeKeeper();
  for (const trace of traces) keeper.add(trace);
  const times = keeper.times(moments);
  return renderer.start() + traces.map((trace) => renderer.trace(trace)).join("") + renderer.end(times);
}

/** The lines of a text whose last line ends, too. */
export function linesOf(text: string): string[] {
  return text.endsWith("\n") ? text.slice(0, -1).split("\n") : text.split("\n");
}

/** Any text at all, well-formed: words, controls, wide characters, marks and emoji. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "",
    hostileText,
    "名前空間",
    "👩‍👩‍👧 family",
    "e\u0301\u0301",
    "a b ".repeat(60),
    "x".repeat(300),
  ),
);

const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const duration = fc.oneof(fc.nat(2000), fc.nat(40_000_000));

const roundTrip: fc.Arbitrary<RoundTrip> = fc.record({
  method: anyText,
  url: anyText,
  outcome: fc.constantFrom("response", "failed", "pending", "unattributed", "planned"),
  status: nullable(fc.integer({ min: 100, max: 599 })),
  statusText: nullable(anyText),
  durationMs: nullable(duration),
  phasesMs: fc.record(
    {
      dnsLookup: duration,
      dial: duration,
      tlsHandshake: duration,
      getConnection: duration,
      serverProcessing: duration,
    },
    { requiredKeys: [] },
  ),
  time: nullable(fc.oneof(anyText, fc.nat(36_000_000).map(klogAt))),
  message: nullable(anyText),
  warnings: fc.array(anyText, { maxLength: 2 }),
  auditId: nullable(anyText),
  flowSchemaUid: nullable(anyText),
  priorityLevelUid: nullable(anyText),
  relayed: nullable(fc.boolean()),
  fromCache: nullable(fc.boolean()),
  throttledMs: nullable(duration),
  retryAfterMs: nullable(duration),
  statusReason: nullable(anyText),
  impersonation: nullable(
    fc.record({
      user: anyText,
      groups: fc.array(anyText, { maxLength: 2 }),
      uid: anyText,
      extra: fc.dictionary(
        anyText.filter((key) => key !== "__proto__"),
        fc.array(anyText, { maxLength: 2 }),
        { maxKeys: 2 },
      ),
    }),
  ),
  candidates: fc.array(fc.integer({ min: 100, max: 599 }), { maxLength: 3 }),
  source: fc.record({ file: anyText, line: fc.nat() }),
});

const requestInfo: fc.Arbitrary<RequestInfo> = fc.record({
  isResourceRequest: fc.boolean(),
  path: fc.oneof(anyText, fc.constantFrom("/api", "/apis/apps/v1", "/version")),
  verb: anyText,
  apiPrefix: anyText,
  apiGroup: anyText,
  apiVersion: anyText,
  namespace: anyText,
  resource: anyText,
  subresource: anyText,
  name: anyText,
  fieldSelector: anyText,
  labelSelector: anyText,
  parts: fc.array(anyText, { maxLength: 3 }),
});

const pod: fc.Arbitrary<PodInfo> = fc.record({
  name: anyText,
  node: anyText,
  phase: anyText,
  ready: fc.boolean(),
  reason: anyText,
  restarts: fc.nat(),
  hostNetwork: fc.boolean(),
  ports: fc.array(fc.record({ name: anyText, port: fc.nat(65_535) }), { maxLength: 2 }),
  workload: nullable(fc.record({ kind: anyText, name: anyText })),
});

const target: fc.Arbitrary<Trace["target"]> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("Service" as const),
      namespace: anyText,
      name: anyText,
      port: fc.nat(65_535),
      endpoints: fc.array(
        fc.record({
          address: anyText,
          port: nullable(fc.nat(65_535)),
          ready: fc.boolean(),
          pod: anyText,
          node: anyText,
        }),
        { maxLength: 7 },
      ),
      type: anyText,
      clusterIP: anyText,
      reason: anyText,
      ports: fc.array(fc.record({ name: anyText, port: fc.nat(65_535), targetPort: anyText }), {
        maxLength: 2,
      }),
      selector: fc.dictionary(
        anyText.filter((key) => key !== "__proto__"),
        anyText,
        { maxKeys: 2 },
      ),
      pods: fc.array(pod, { maxLength: 7 }),
    },
    { requiredKeys: ["kind", "namespace", "name", "port", "endpoints"] },
  ),
  fc.record(
    {
      kind: fc.constant("Local" as const),
      by: fc.constantFrom("built-in", "crd", "aggregator"),
      crd: anyText,
      reason: anyText,
    },
    { requiredKeys: ["kind", "by"] },
  ),
  fc.record({ kind: fc.constant("Unresolved" as const), reason: anyText }),
);

/** Any Trace that the types allow. */
export const anyTrace: fc.Arbitrary<Trace> = fc.record(
  {
    apiVersion: fc.constant("kubectl-trace/v1alpha1"),
    kind: fc.constant("Trace"),
    roundTrip,
    requestInfo,
    apiService: nullable(
      fc.record({
        name: anyText,
        available: fc.constantFrom("True", "False", "Unknown"),
        reason: anyText,
        message: anyText,
      }),
    ),
    target,
    verdict: fc.record({
      decision: fc.constantFrom("allowed", "denied", "unknown"),
      reason: anyText,
      source: fc.constantFrom("review", "snapshot", "response", "none"),
    }),
    flowControl: fc.record({ flowSchema: anyText, priorityLevel: anyText }, { requiredKeys: [] }),
    diagnosis: nullable(
      fc.record({
        party: fc.constantFrom(...(Object.keys(parties) as Party[])),
        cause: fc.constantFrom(...(Object.keys(causes) as Cause[])),
        summary: anyText,
        evidence: fc.array(anyText, { maxLength: 2 }),
        advice: fc.array(anyText, { maxLength: 2 }),
      }),
    ),
  },
  {
    requiredKeys: [
      "apiVersion",
      "kind",
      "roundTrip",
      "requestInfo",
      "apiService",
      "target",
      "verdict",
      "diagnosis",
    ],
  },
);
