import { parseRequestInfo } from "../../../src/api/request-info.ts";
import type { Cluster } from "../../../src/cluster/cluster.ts";
import { createLogParser } from "../../../src/log/parser.ts";
import type { RoundTrip } from "../../../src/log/round-trip.ts";
import { resolveVerdict } from "../../../src/trace/verdict.ts";
import type { AuditEvent } from "./audit-log.ts";

export function parseLog(log: string): readonly RoundTrip[] {
  const found: RoundTrip[] = [];
  const parser = createLogParser({ file: "-", onRoundTrip: (roundTrip) => found.push(roundTrip) });
  parser.write(Buffer.from(log));
  parser.end();
  return found;
}

/** What the log says of one answered request and the audit log does not: one line each. */
export async function differences(
  roundTrip: RoundTrip,
  event: AuditEvent | undefined,
  cluster: Cluster,
): Promise<string[]> {
  const { method, url, status, impersonation } = roundTrip;
  const path = pathOf(url);
  const what = `${method} ${path} ${status}`;
  if (event === undefined) return [`${what}: not in the audit log`];
  const info = parseRequestInfo(method, url, "");
  const { decision } = await resolveVerdict(roundTrip, info, cluster, true);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["URL", path, event.requestURI],
    ["verb", info.verb, event.verb],
    ["status", status, statusOf(roundTrip, event)],
    ["resource", info.resource, event.objectRef?.resource ?? ""],
    ["subresource", info.subresource, event.objectRef?.subresource ?? ""],
    ["namespace", info.namespace, event.objectRef?.namespace ?? ""],
    // The name of what is created is in the body. Nobody is impersonated where that is refused.
    ...(info.verb === "create" ? [] : [["name", info.name, event.objectRef?.name ?? ""] as const]),
    ...(status === 403 ? [] : [["user", impersonation?.user, event.impersonatedUser?.username] as const]),
    ["decision", decision, decisionOf(event, decision)],
  ];
  return pairs.flatMap(([name, own, theirs]) =>
    own === theirs
      ? []
      : [`${what}: ${name} ${JSON.stringify(own)}, in the audit log ${JSON.stringify(theirs)}`],
  );
}

/** Path and query, as the audit log has them. */
export function pathOf(url: string): string {
  return url.slice(url.indexOf("/", "https://".length));
}

/** kubectl's own cache asks whether anything has changed, and makes a 200 of the server's 304. */
function statusOf({ fromCache }: RoundTrip, { responseStatus }: AuditEvent): number | undefined {
  return fromCache && responseStatus?.code === 304 ? 200 : responseStatus?.code;
}

/** As a Verdict says it. Without a decision in the audit log (refused before authorization) any verdict may be right. */
function decisionOf(event: AuditEvent, ours: string): string {
  const decision = event.annotations?.["authorization.k8s.io/decision"];
  if (decision === undefined) return ours;
  return decision === "allow" ? "allowed" : "denied";
}
