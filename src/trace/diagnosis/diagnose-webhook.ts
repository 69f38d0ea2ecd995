import type { AdmissionWebhook } from "../../cluster/webhook-info.ts";
import { type ServiceChain, targetPortOf } from "../service-chain.ts";
import { chainFacts } from "./chain-facts.ts";
import type { Cause, Diagnosis, Party } from "./diagnosis.ts";
import { commandsOf, type Fact } from "./fact.ts";
import { showPods, showService, showServices, showSlices } from "./service-commands.ts";
import { word } from "./shell-word.ts";

/** The object that names a webhook. */
export interface WebhookConfiguration {
  readonly kind: AdmissionWebhook["kind"] | "CustomResourceDefinition";
  readonly name: string;
}

/** A Service's chain, and whether its endpoints could be asked for: none that were asked for are none at all. */
export interface SeenChain {
  readonly chain: ServiceChain;
  readonly seesEndpoints: boolean;
}

const sentences = {
  ServiceNotFound: "the Service that it names does not exist",
  ServicePortError: "its Service has no port of the number that it names",
  HeadlessService: "its Service has no ClusterIP to go to",
  MissingEndpoints: "no ready Pod stands behind its Service",
} as const satisfies Partial<Record<Cause, string>>;

type BackendCause = keyof typeof sentences;

/**
 * Whether kube-apiserver can get to what stands behind a Service, as far as can be seen from outside: it goes to the ClusterIP.
 * Source of truth: apiserver/pkg/util/proxy/proxy.go (ResolveCluster).
 */
export function stateOfChain({ chain, seesEndpoints }: SeenChain): BackendCause | "ready" | "unknown" {
  if (chain.type === undefined) return chain.isMissing === true ? "ServiceNotFound" : "unknown";
  if (chain.type === "ExternalName") return "unknown";
  if (chain.clusterIP === "None") return "HeadlessService";
  if (targetPortOf(chain) === null) return "ServicePortError";
  if (chain.endpoints.some(({ ready }) => ready)) return "ready";
  return seesEndpoints ? "MissingEndpoints" : "unknown";
}

/** Why a webhook cannot be asked, by what stands behind it; null when it can, or when that cannot be seen. */
export function diagnoseWebhook(configuration: WebhookConfiguration, seen: SeenChain): Diagnosis | null {
  const cause = stateOfChain(seen);
  const { chain } = seen;
  if (cause === "ready" || cause === "unknown") return null;
  const party: Party = configuration.kind === "CustomResourceDefinition" ? "ConversionWebhook" : "Admission";
  const port = cause === "ServicePortError" ? `: ${chain.port}` : "";
  const facts = chainFacts(chain, seen.seesEndpoints);
  return {
    party,
    cause,
    summary: `${cause}: ${sentences[cause]}${port}`,
    evidence: facts.map(({ sentence }) => sentence),
    advice: [...commandsFor(cause, chain, facts), mendOf(cause, configuration)],
  };
}

function commandsFor(cause: BackendCause, chain: ServiceChain, facts: readonly Fact[]): readonly string[] {
  switch (cause) {
    case "ServiceNotFound":
      return [showServices(chain)];
    case "MissingEndpoints":
      return [...commandsOf(facts), showSlices(chain), showPods(chain)];
    default:
      return [showService(chain)];
  }
}

/** Of a configuration one webhook may be gone while the others are needed: nothing here deletes it. */
function mendOf(cause: BackendCause, { kind, name }: WebhookConfiguration): string {
  const object = `${kind.toLowerCase()} ${word(name, "NAME")}`;
  if (cause === "ServicePortError" || cause === "HeadlessService")
    return `what it names and what the Service has must fit: kubectl edit ${object}, or the Service`;
  return kind === "CustomResourceDefinition"
    ? "install what converts its objects again: until then none of another version than the stored one can be read or written"
    : `install what answers it again, or, if it is gone for good, take the webhook out: kubectl edit ${object}`;
}
