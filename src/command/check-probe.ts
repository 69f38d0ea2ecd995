import { parseApiServiceName } from "../api/api-service-route.ts";
import { parseRequestInfo } from "../api/request-info.ts";
import type { ClusterReader, SendProbe } from "../cluster/cluster-reader.ts";
import { mapBounded } from "../cluster/map-bounded.ts";
import { asObject, asObjects, asText } from "../cluster/narrow.ts";
import type { CheckItem, CheckProbe, CheckWarning } from "../render/check-report.ts";
import {
  type ListedResource,
  type Probed,
  type ProbeFinding,
  readDiscovery,
  readList,
} from "../trace/diagnosis/diagnose-probe.ts";
import type { Verdict } from "../trace/trace.ts";

/**
 * APIs that are asked at once. Over HTTP/1.1 there are six connections: a probe that waits for one, while others hang, would run
 * out of time for what is no fault of its API. One is left for what else is asked.
 */
const mostAtOnce = 5;
/** kube-apiserver itself gives discovery five seconds. */
const defaultProbeMs = 10_000;
/** A longer answer is not looked into: that there is so much is enough. */
const maxKeptBytes = 4 << 20;

type Reader = Pick<ClusterReader, "read" | "probe" | "review">;

/**
 * Asks each API with a Service behind it for its resource list, as kubectl does, then for the first resource that can be listed: one
 * that is Available, but gives no sound answer, is not ok. Two requests for each API after one another, and one for all.
 * @param timeoutMs limit of each request
 */
export async function probeItems(
  items: readonly CheckItem[],
  reader: Reader,
  timeoutMs: number = defaultProbeMs,
): Promise<readonly CheckItem[]> {
  const { probe: send } = reader;
  if (send === undefined || !items.some(isAggregated)) return items;
  const freshness = readFreshness(reader);
  return await mapBounded(items, mostAtOnce, async (item) => {
    if (!isAggregated(item)) return item;
    const probed = await probeOne(item, { ...reader, probe: send }, timeoutMs);
    return withProbe(item, probed, (await freshness).get(item.apiService.name));
  });
}

function isAggregated({ target, asked }: CheckItem): boolean {
  return target.kind === "Service" && asked !== false;
}

/**
 * Limit of each request in milliseconds, when all are to be known within `waitMs` (null: no hurry): with APIs that do not answer
 * the probes take half of it.
 */
export function probeLimit(items: readonly CheckItem[], waitMs: number | null): number {
  const rounds = Math.max(1, Math.ceil(items.filter(isAggregated).length / mostAtOnce));
  return waitMs ? Math.max(500, Math.min(defaultProbeMs, waitMs / (2 * rounds))) : defaultProbeMs;
}

interface Probing {
  readonly finding: ProbeFinding;
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly resources: number | null;
  /** Why no objects could be asked for. */
  readonly unlisted: string;
}

async function probeOne(
  item: CheckItem,
  reader: Reader & { readonly probe: SendProbe },
  timeoutMs: number,
): Promise<Probing> {
  const { group, version } = parseApiServiceName(item.apiService.name);
  const path = `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
  const first = await ask(path, reader, timeoutMs);
  const discovery = readDiscovery(first, item);
  const { status, durationMs } = first.roundTrip;
  const seen = { status, durationMs, resources: null, unlisted: "" };
  if (discovery.ok !== true) {
    const resources = discovery.ok === false && discovery.diagnosis.cause === "NoResources" ? 0 : null;
    return { ...seen, finding: discovery, resources };
  }
  const found = { ...seen, finding: discovery, resources: discovery.resources.length };
  const listed = discovery.resources.find(canBeListed);
  // Of one that is not Available anyway nothing more is to be known.
  if (listed === undefined || !item.ok) return found;
  const second = await ask(`${path}/${encodeURIComponent(listed.name)}?limit=1`, reader, timeoutMs);
  const list = readList(second, item);
  if (list.ok === null) return { ...found, unlisted: `${listed.name} could not be listed: ${list.message}` };
  return list.ok ? found : { ...found, finding: list, status: second.roundTrip.status };
}

function canBeListed({ name, verbs }: ListedResource): boolean {
  return /^[\w.-]+$/.test(name) && verbs.includes("list");
}

async function ask(
  path: string,
  { probe, review }: Reader & { readonly probe: SendProbe },
  timeoutMs: number,
): Promise<Probed> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const roundTrip = await probe(path, timeoutMs, (chunk) => {
    size += chunk.length;
    if (size <= maxKeptBytes) chunks.push(Uint8Array.from(chunk));
  });
  const requestInfo = parseRequestInfo("GET", path, "");
  const may = roundTrip.status === 403 ? await review?.(requestInfo, null) : undefined;
  return {
    roundTrip,
    requestInfo,
    verdict: may?.ok === true ? verdictOf(may.value) : unknownVerdict,
    json: size > maxKeptBytes ? null : parseJson(Buffer.concat(chunks)),
  };
}

const unknownVerdict: Verdict = { decision: "unknown", reason: "", source: "none" };

function verdictOf({ allowed, reason }: { readonly allowed: boolean; readonly reason: string }): Verdict {
  return { decision: allowed ? "allowed" : "denied", reason, source: "review" };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return undefined;
  }
}

function withProbe(item: CheckItem, probing: Probing, freshness: CheckProbe["freshness"]): CheckItem {
  const { finding, status, durationMs, resources, unlisted } = probing;
  const probe: CheckProbe = {
    status,
    durationMs,
    resources,
    ok: finding.ok,
    message: finding.ok === true ? unlisted : finding.message,
    ...(freshness === undefined ? {} : { freshness }),
  };
  const warnings = [...(item.warnings ?? []), ...warningsOf(item, probe)];
  const broken = finding.ok === false && item.ok ? { ok: false, diagnosis: finding.diagnosis } : {};
  return { ...item, ...broken, probe, ...(warnings.length === 0 ? {} : { warnings }) };
}

function warningsOf({ ok }: CheckItem, probe: CheckProbe): readonly CheckWarning[] {
  if (!ok) return [];
  if (probe.ok === null) {
    return [{ cause: "CannotBeProbed", message: `it could not be probed: ${probe.message}` }];
  }
  const isStale = probe.ok && probe.freshness === "Stale";
  return isStale
    ? [
        {
          cause: "StaleDiscovery",
          message:
            "aggregated discovery has no resources of it (freshness Stale), so that kubectl 1.26 and later know none; it is read again every minute",
        },
      ]
    : [];
}

const aggregated = ["v2", "v2beta1"]
  .map((version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

/** What aggregated discovery says of each version, by the APIService's name; nothing where the server has none (before 1.26). */
async function readFreshness({ read }: Reader): Promise<ReadonlyMap<string, CheckProbe["freshness"]>> {
  const answer = await read("/apis", `${aggregated},application/json`);
  const groups = answer.ok ? asObjects(asObject(answer.value)["items"]) : [];
  return new Map(
    groups.flatMap((group) =>
      asObjects(group["versions"]).flatMap(({ version, freshness }) =>
        freshness === "Current" || freshness === "Stale"
          ? [[`${asText(version)}.${asText(asObject(group["metadata"])["name"])}`, freshness] as const]
          : [],
      ),
    ),
  );
}
