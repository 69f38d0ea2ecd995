import type { RequestInfo } from "../../api/request-info.ts";
import type { AdmissionPolicy } from "../../cluster/admission-policy.ts";
import type { Answer, Cluster, Labels } from "../../cluster/cluster.ts";
import type { AdmissionRule, AdmissionWebhook } from "../../cluster/webhook-info.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import { resolveServiceChain } from "../service-chain.ts";
import { type AdmissionHook, differs, hookOfPolicy, hookOfWebhook } from "./admission-hook.ts";
import { type AdmissionRequest, objectPathOf, operationsOf } from "./admission-request.ts";
import type { KnownLabels } from "./match-labels.ts";
import { groupVersionsToAsk } from "./match-rules.ts";
import { isNamed, type NamedHook, namedHookOf } from "./named-hook.ts";

/** Which webhooks and policies a request meets, in order. */
export interface Admission {
  readonly hooks: readonly AdmissionHook[];
  /** Why there may be others; "" when these are all. */
  readonly reason: string;
}

/** Services whose Pods are looked up for one request. */
const mostChains = 10;

/**
 * The webhooks and policies that match a write, in the order in which kube-apiserver asks them: mutating policies, mutating webhooks,
 * validating policies, validating webhooks (k/k pkg/kubeapiserver/options/plugins.go; validating webhooks are called at once). Without
 * `detail` only what the answer names is looked up. null for what is not admitted, or not asked about. Never throws: what cannot be
 * known is left out, and `reason` says why. Three round trips: the lists beside the labels, Services, Pods.
 */
export async function resolveAdmission(
  roundTrip: RoundTrip,
  info: RequestInfo,
  cluster: Cluster,
  detail: boolean,
): Promise<Admission | null> {
  const operations = operationsOf(info, roundTrip);
  if (operations.length === 0 || info.error !== undefined) return null;
  const { status, message } = roundTrip;
  const named = status !== null && status >= 400 ? namedHookOf(message ?? "") : null;
  if (named === null && (!detail || endedBefore(roundTrip))) return null;
  const request = resolveRequest(info, operations, cluster, detail);
  // Each kind by itself: what stands behind a webhook does not wait for the policies.
  const ofKind = async <T>(question: Promise<Answer<readonly T[]>>, kind: Kind<T>): Promise<Admission> => {
    const [answer, known] = await Promise.all([question, request]);
    if (!answer.ok) return { hooks: [], reason: answer.reason };
    const hookOf = (one: T, as: AdmissionRequest): AdmissionHook | null => {
      const hook = kind.hookOf(one, as, named);
      return hook !== null && (detail || (named !== null && isNamed(hook, named))) ? hook : null;
    };
    const found = answer.value.flatMap((one) => {
      const hook = hookOf(one, known);
      return hook === null ? [] : [{ one, hook }];
    });
    const unsure = found
      .filter(({ hook }) => hook.matches === "maybe")
      .flatMap(({ one }) => kind.rulesOf(one));
    const [chained, surer] = await Promise.all([
      withChains(
        found.map(({ hook }) => hook),
        named,
        cluster,
      ),
      withServed(known, unsure, cluster),
    ]);
    const hooks = chained.flatMap((hook, i) => {
      const one = found[i]?.one;
      const again = one === undefined ? null : hookOf(one, surer);
      return again === null
        ? []
        : [{ ...again, ...(hook.target === undefined ? {} : { target: hook.target }) }];
    });
    return { hooks: named === null ? hooks : asNamed(hooks, named), reason: "" };
  };
  const [webhooks, policies] = await Promise.all([
    detail || named?.kind === "webhook" ? ofKind(cluster.admissionWebhooks(), ofWebhooks) : nothing,
    detail || named?.kind === "policy" ? ofKind(cluster.admissionPolicies(), ofPolicies) : nothing,
  ]);
  const reasons = new Set([policies.reason, webhooks.reason].filter((reason) => reason !== ""));
  return { hooks: inOrder([...policies.hooks, ...webhooks.hooks]), reason: [...reasons].join("; ") };
}

interface Kind<T> {
  readonly hookOf: (one: T, request: AdmissionRequest, named: NamedHook | null) => AdmissionHook | null;
  readonly rulesOf: (one: T) => readonly AdmissionRule[];
}

const ofWebhooks: Kind<AdmissionWebhook> = { hookOf: hookOfWebhook, rulesOf: ({ rules }) => rules };
const ofPolicies: Kind<AdmissionPolicy> = {
  hookOf: hookOfPolicy,
  rulesOf: ({ match, bindings }) =>
    [match, ...bindings.map((one) => one.match)].flatMap(({ rules, excludedRules }) => [
      ...rules,
      ...excludedRules,
    ]),
};

/** Groups and versions whose resources are asked for, for one request. */
const mostGroupVersions = 10;

/** With what decides whether a rule for another version of the same objects counts. */
async function withServed(
  request: AdmissionRequest,
  rules: readonly AdmissionRule[],
  cluster: Pick<Cluster, "servedResources">,
): Promise<AdmissionRequest> {
  const asked = groupVersionsToAsk(rules, request).slice(0, mostGroupVersions);
  const answers = await Promise.all(
    asked.map(async (groupVersion) => {
      const [group = "", version = ""] = groupVersion.split("/");
      const answer = await cluster.servedResources(group, version);
      return answer.ok ? ([[groupVersion, answer.value]] as const) : [];
    }),
  );
  return { ...request, served: new Map(answers.flat()) };
}

const nothing: Admission = { hooks: [], reason: "" };

/** Authentication and authorization come before, and say so themselves. */
function endedBefore({ outcome, status, message }: RoundTrip): boolean {
  if (outcome === "failed") return true;
  if (outcome !== "response") return false;
  return (
    status === 401 ||
    status === 429 ||
    (status === 403 && /\bUser "(?:[^"\\]|\\.)*" cannot /.test(message ?? ""))
  );
}

async function resolveRequest(
  info: RequestInfo,
  operations: AdmissionRequest["operations"],
  cluster: Cluster,
  detail: boolean,
): Promise<AdmissionRequest> {
  const { apiGroup, apiVersion, resource, subresource, namespace, name, verb } = info;
  const path = objectPathOf(info);
  const [services, ofNamespace, ofObject] = await Promise.all([
    cluster.apiServices(),
    detail && namespace !== "" ? cluster.namespaceLabels(namespace) : null,
    detail && path !== null ? cluster.objectLabels(path) : null,
  ]);
  const own = { "kubernetes.io/metadata.name": namespace };
  return {
    apiGroup,
    apiVersion,
    resource,
    subresource,
    namespace,
    name,
    operations,
    isCollection: verb === "deletecollection",
    namespaceLabels: knownLabels(ofNamespace, `namespace ${namespace}`, own),
    objectLabels: knownLabels(ofObject, "the object", {}),
    groupVersions: services.ok ? new Set(services.value.keys()) : null,
    served: new Map(),
  };
}

/** `otherwise`: what is known of them without an answer. */
function knownLabels(answer: Answer<Labels | null> | null, of: string, otherwise: Labels): KnownLabels {
  if (answer === null) return { labels: otherwise, unknown: `the labels of ${of} were not asked for` };
  if (!answer.ok)
    return { labels: otherwise, unknown: `the labels of ${of} are not known: ${answer.reason}` };
  if (answer.value === null) return { labels: {}, unknown: `${of} is not there now` };
  return { labels: answer.value, unknown: "" };
}

/** Policies come before webhooks, and what mutates before what validates; within these the lists have the order. */
function inOrder(hooks: readonly AdmissionHook[]): readonly AdmissionHook[] {
  const mutating = hooks.filter(({ phase }) => phase === "mutating");
  return [...mutating, ...hooks.filter(({ phase }) => phase === "validating")];
}

/** What the answer names was asked for certain, if it is one alone. */
function asNamed(hooks: readonly AdmissionHook[], named: NamedHook): readonly AdmissionHook[] {
  const candidates = hooks.filter((hook) => isNamed(hook, named));
  const fitting = candidates.filter(({ why }) => why !== differs);
  const kept = fitting.length > 0 ? fitting : candidates;
  const shown = hooks.filter((hook) => !isNamed(hook, named) || kept.includes(hook));
  const [certain, another] = kept;
  return another === undefined
    ? shown.map((hook) => (hook === certain ? { ...hook, matches: "yes", why: "", isRefuser: true } : hook))
    : shown;
}

/** What stands behind the webhooks, that of the one that the answer names first. */
async function withChains(
  hooks: readonly AdmissionHook[],
  named: NamedHook | null,
  cluster: Cluster,
): Promise<readonly AdmissionHook[]> {
  const first = hooks.filter((hook) => named !== null && isNamed(hook, named));
  const services = new Set([...first, ...hooks].flatMap(({ target }) => serviceKey(target)));
  const looked = new Set([...services].slice(0, mostChains));
  return await Promise.all(
    hooks.map(async (hook) => {
      const { target } = hook;
      const [key = ""] = serviceKey(target);
      if (target?.kind !== "Service" || !looked.has(key)) return hook;
      return {
        ...hook,
        target: { kind: "Service", ...(await resolveServiceChain(target, cluster)) },
      } as const;
    }),
  );
}

function serviceKey(target: AdmissionHook["target"]): readonly string[] {
  return target?.kind === "Service" ? [`${target.namespace}/${target.name}`] : [];
}

/** An extension API server admits what it serves itself: it may ask the same webhooks, or none. */
export function ofExtensionServer({ hooks, reason }: Admission, named: NamedHook | null): Admission {
  const why = "an extension API server answers, which does its own admission";
  const doubted = hooks.map((hook) =>
    hook.matches === "yes" && (named === null || !isNamed(hook, named))
      ? ({ ...hook, matches: "maybe", why } as const)
      : hook,
  );
  return { hooks: doubted, reason };
}
