import { type AdmissionPolicy, newAdmissionPolicies } from "../admission-policy.ts";
import type { Answer, ApiService, Labels } from "../cluster.ts";
import { asObject, asObjects, asText } from "../narrow.ts";
import { type ReadObjects, readObjects } from "../read-objects.ts";
import { byName } from "../snapshot/snapshot-admission.ts";
import { type AdmissionWebhook, newAdmissionWebhooks } from "../webhook-info.ts";
import { toKubeObject } from "./api-objects.ts";
import { type Get, metadataOnly } from "./questions.ts";

const group = "admissionregistration.k8s.io";

/** Both lists at once. Source of the order: apiserver/pkg/admission/configuration/mutating_webhook_manager.go. */
export async function askAdmissionWebhooks(get: Get): Promise<Answer<readonly AdmissionWebhook[]>> {
  const lists = await Promise.all(
    ["mutating", "validating"].map(
      async (phase) => await readObjects(get, `/apis/${group}/v1/${phase}webhookconfigurations`),
    ),
  );
  const failed = failureOf(lists);
  if (failed !== null) return failed;
  return { ok: true, value: lists.flatMap(({ objects }) => byName(objects).flatMap(newAdmissionWebhooks)) };
}

type AskApiServices = () => Promise<Answer<ReadonlyMap<string, ApiService>>>;

/** Policies of both kinds and their bindings: one round trip, two on a server that has them in a version before v1. */
export async function askAdmissionPolicies(
  get: Get,
  apiServices: AskApiServices,
): Promise<Answer<readonly AdmissionPolicy[]>> {
  const ask = async (plural: string) => await readNewest(get, plural, apiServices);
  const [mutating, mutatingBindings, validating, validatingBindings] = await Promise.all([
    ask("mutatingadmissionpolicies"),
    ask("mutatingadmissionpolicybindings"),
    ask("validatingadmissionpolicies"),
    ask("validatingadmissionpolicybindings"),
  ]);
  const failed = failureOf([mutating, mutatingBindings, validating, validatingBindings]);
  if (failed !== null) return failed;
  const bindings = [...mutatingBindings.objects, ...validatingBindings.objects];
  const policies = [...byName(mutating.objects), ...byName(validating.objects)];
  return { ok: true, value: newAdmissionPolicies(policies, bindings) };
}

function failureOf(lists: readonly ReadObjects[]): Answer<never> | null {
  const failure = lists.find((list) => list.failure !== null)?.failure;
  if (!failure) return null;
  const { ok, reason, status, hint } = failure;
  return { ok, reason, status, ...(hint === undefined ? {} : { hint }) };
}

/** Of a kind that the server does not have at all there is none. */
async function readNewest(get: Get, plural: string, apiServices: AskApiServices): Promise<ReadObjects> {
  const newest = await readVersion(get, plural, "v1");
  if (newest !== null) return newest;
  const served = await apiServices();
  const versions = ["v1beta1", "v1alpha1"].filter(
    (version) => !served.ok || served.value.has(`${version}.${group}`),
  );
  const older = await Promise.all(versions.map(async (version) => await readVersion(get, plural, version)));
  return older.find((one) => one !== null) ?? { objects: [], failure: null };
}

/** null: the server does not have it in this version. */
async function readVersion(get: Get, plural: string, version: string): Promise<ReadObjects | null> {
  let isAbsent = false;
  const list = await readObjects(async (path) => {
    const answer = await get(path);
    isAbsent = answer.isAbsent;
    return answer;
  }, `/apis/${group}/${version}/${plural}`);
  return isAbsent ? null : list;
}

/** The labels of the object at a path; null when there is none. */
export async function askLabels(get: Get, path: string): Promise<Answer<Labels | null>> {
  const { isAbsent, ...answer } = await get(path, metadataOnly);
  if (!answer.ok) return isAbsent ? { ok: true, value: null } : answer;
  const object = toKubeObject(answer.value);
  if (object === null) return { ok: false, reason: "the server's answer is not an object", status: 200 };
  return { ok: true, value: object.metadata.labels ?? {} };
}

/** Discovery of one group and version: what it serves, with subresources. */
export async function askServedResources(
  get: Get,
  group: string,
  version: string,
): Promise<Answer<ReadonlySet<string>>> {
  const path =
    group === "" ? `/api/${version}` : `/apis/${encodeURIComponent(group)}/${encodeURIComponent(version)}`;
  const { isAbsent, ...answer } = await get(path);
  if (!answer.ok) return isAbsent ? { ok: true, value: new Set() } : answer;
  const list = asObject(answer.value);
  if (list["kind"] !== "APIResourceList")
    return { ok: false, reason: "the server's answer is not an APIResourceList", status: 200 };
  return { ok: true, value: new Set(asObjects(list["resources"]).map((one) => asText(one["name"]))) };
}
