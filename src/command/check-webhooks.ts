import type { KubeObject } from "../cluster/kube-object.ts";
import type { BackendQuestions } from "../cluster/live/backend-questions.ts";
import { isOfKind } from "../cluster/snapshot/snapshot-objects.ts";
import {
  newAdmissionWebhooks,
  newCustomResourceDefinitionInfo,
  type WebhookClient,
} from "../cluster/webhook-info.ts";
import type { CheckWarning, CheckWebhook } from "../render/check-report.ts";
import { diagnoseWebhook, type SeenChain, stateOfChain } from "../trace/diagnosis/diagnose-webhook.ts";
import { keyOf, resolveChains } from "./check-chains.ts";

/** What calls a webhook, and where that is. */
interface Caller extends Pick<CheckWebhook, "configuration" | "webhook" | "failurePolicy"> {
  readonly client: WebhookClient;
}

/** As requests meet them; conversions last. */
const kinds = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "CustomResourceDefinition"];

/**
 * The admission and conversion webhooks among these objects, in the order of their kinds and configurations, and whether what they call can be
 * called: a Service with something ready behind it. Of one at a URL nothing can be seen.
 */
export async function newCheckWebhooks(
  objects: readonly KubeObject[],
  backends: BackendQuestions,
  warningsOf: (client: WebhookClient) => readonly CheckWarning[],
): Promise<readonly CheckWebhook[]> {
  const callers = objects
    .flatMap(callersOf)
    .toSorted(
      (left, right) => kinds.indexOf(left.configuration.kind) - kinds.indexOf(right.configuration.kind),
    );
  const services = callers.flatMap(({ client }) => (client.service === null ? [] : [client.service]));
  const chains = await resolveChains(services, backends);
  return callers.map((caller) => {
    const { service } = caller.client;
    const warnings = warningsOf(caller.client);
    const seen = service === null ? undefined : chains.get(keyOf(service));
    return { ...newCheckWebhook(caller, seen), ...(warnings.length === 0 ? {} : { warnings }) };
  });
}

function callersOf(object: KubeObject): readonly Caller[] {
  if (isOfKind(object, "apiextensions.k8s.io", "CustomResourceDefinition")) {
    const { name, conversion: client } = newCustomResourceDefinitionInfo(object);
    const configuration = { kind: "CustomResourceDefinition", name } as const;
    return client === null ? [] : [{ configuration, webhook: "conversion", failurePolicy: "Fail", client }];
  }
  if (!object.apiVersion.startsWith("admissionregistration.k8s.io/")) return [];
  return newAdmissionWebhooks(object).map(({ kind, configuration, name, failurePolicy, client }) => ({
    configuration: { kind, name: configuration },
    webhook: name,
    failurePolicy,
    client,
  }));
}

function newCheckWebhook(
  { client, configuration, webhook, failurePolicy }: Caller,
  seen: SeenChain | undefined,
): CheckWebhook {
  const named = { configuration, webhook, failurePolicy };
  if (seen === undefined) {
    const reason =
      client.url === ""
        ? "its clientConfig names no Service, and no URL that can be read"
        : `called at ${client.url}`;
    return { ...named, target: { kind: "Unresolved", reason }, ok: null };
  }
  const state = stateOfChain(seen);
  const diagnosis = diagnoseWebhook(configuration, seen);
  return {
    ...named,
    target: { kind: "Service", ...seen.chain },
    ok: state === "unknown" ? null : state === "ready",
    ...(diagnosis === null ? {} : { diagnosis }),
  };
}
