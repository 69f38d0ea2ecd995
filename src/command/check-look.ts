import type { Answer } from "../cluster/cluster.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import type { CheckItem, CheckReport, CheckWarning, CheckWebhook } from "../render/check-report.ts";
import type { BaselineEntry } from "./check-baseline.ts";
import { explainItems, needsExplanation } from "./check-chains.ts";
import { apiServicesOf, type CheckChoice, newCheckItems, newCheckReport } from "./check-report.ts";
import type { CheckSource } from "./check-source.ts";

/** What is asked besides the Available conditions. */
export interface LookOptions extends CheckChoice {
  /** Also ask each aggregated API for its resources. */
  readonly probe: boolean;
  /** Also look at admission and conversion webhooks. */
  readonly webhooks: boolean;
  /** Warn of certificates that expire within so many milliseconds; null: of none. */
  readonly certExpiryMs: number | null;
  /** How long to wait for all to be available; null: not at all. */
  readonly waitMs: number | null;
}

export interface LookSurroundings {
  readonly source: CheckSource;
  readonly context?: string;
  readonly baseline: readonly BaselineEntry[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Look {
  /** The report of one look at the APIServices. */
  readonly newReport: (objects: readonly KubeObject[]) => Promise<Answer<CheckReport>>;
  /** The last report, with what stands behind that which is broken and what breaks with it. */
  readonly explain: (report: CheckReport) => Promise<CheckReport>;
}

/** Each part is loaded only when it is asked for: a plain check stays quick. */
export async function createLook(options: LookOptions, surroundings: LookSurroundings): Promise<Look> {
  const { source, baseline, context } = surroundings;
  const warningsOf = await expiryWarnings(options, surroundings);
  const named = <T extends object>(one: T): T => (context === undefined ? one : { context, ...one });

  const readItems = async (objects: readonly KubeObject[]): Promise<readonly CheckItem[]> => {
    const items = newCheckItems(objects, options).map((item) => {
      const warnings = warningsOf(item.apiService.trust);
      return warnings.length === 0 ? item : { ...item, warnings };
    });
    if (!options.probe || source.reader === null) return items;
    const { probeItems, probeLimit } = await import("./check-probe.ts");
    return await probeItems(items, source.reader, probeLimit(items, options.waitMs));
  };

  const readWebhooks = async (): Promise<Answer<readonly CheckWebhook[] | undefined>> => {
    if (!options.webhooks) return { ok: true, value: undefined };
    const objects = await source.readWebhooks();
    if (!objects.ok)
      return { hint: "it is read for --webhooks: leave that out, or let the user list it", ...objects };
    const { newCheckWebhooks } = await import("./check-webhooks.ts");
    const warn = ({ trust }: { readonly trust: CheckItem["apiService"]["trust"] }) => warningsOf(trust);
    return { ok: true, value: await newCheckWebhooks(objects.value, source.backends, warn) };
  };

  let seen: readonly KubeObject[] = [];
  return {
    async newReport(objects) {
      seen = objects;
      const [items, found] = await Promise.all([readItems(objects), readWebhooks()]);
      if (!found.ok) return found;
      const webhooks = found.value?.map(named);
      const report = newCheckReport(items.map(named), webhooks === undefined ? {} : { webhooks });
      if (baseline.length === 0) return { ok: true, value: report };
      return { ok: true, value: (await import("./check-baseline.ts")).acceptReport(report, baseline) };
    },
    async explain(given) {
      const { warnings, notes } = await readConnection(options, surroundings);
      const warned = warnings.length === 0 ? given : { ...given, warnings: warnings.map(named) };
      const report = withNotes(warned, notes);
      if (!report.items.some(needsExplanation)) return report;
      const [{ withBreaks }, dependents, items] = await Promise.all([
        import("./check-breaks.ts"),
        source.readDependents(),
        explainItems(report.items, {
          backends: source.backends,
          all: apiServicesOf(seen),
          isFile: source.reader === null,
        }),
      ]);
      return withNotes({ ...report, items: withBreaks(items, dependents.objects) }, dependents.notes);
    },
  };
}

async function expiryWarnings({ certExpiryMs }: LookOptions, { now }: LookSurroundings) {
  if (certExpiryMs === null) return () => [];
  const { warnOfExpiry } = await import("./check-certificates.ts");
  const today = now();
  return (trust: CheckItem["apiService"]["trust"]) =>
    warnOfExpiry(trust, { now: today, until: today + certExpiryMs });
}

interface ConnectionFindings {
  readonly warnings: readonly CheckWarning[];
  readonly notes: readonly string[];
}

/** Of a file or a snapshot there are none: nobody was met. */
async function readConnection(
  { certExpiryMs }: LookOptions,
  { source: { reader }, now }: LookSurroundings,
): Promise<ConnectionFindings> {
  if (certExpiryMs === null || reader === null) return { warnings: [], notes: [] };
  const { warnOfConnection } = await import("./check-certificates.ts");
  const [certificates, credentials] = await Promise.all([reader.certificates?.(), reader.credentials?.()]);
  const today = now();
  const warnings = warnOfConnection(
    certificates?.ok === true ? certificates.value : null,
    credentials?.ok === true ? credentials.value : null,
    { now: today, until: today + certExpiryMs },
  );
  const notes =
    certificates?.ok === false ? [`the connection's certificates are not known: ${certificates.reason}`] : [];
  return { warnings, notes };
}

function withNotes(report: CheckReport, more: readonly string[]): CheckReport {
  const notes = [...(report.notes ?? []), ...more];
  return notes.length === 0 ? report : { ...report, notes };
}
