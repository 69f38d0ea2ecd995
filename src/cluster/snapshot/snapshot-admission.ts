import { type AdmissionPolicy, newAdmissionPolicies } from "../admission-policy.ts";
import type { Answer, Labels } from "../cluster.ts";
import type { KubeObject } from "../kube-object.ts";
import { type AdmissionWebhook, newAdmissionWebhooks } from "../webhook-info.ts";
import type { Snapshot } from "./snapshot.ts";
import { isOfKind } from "./snapshot-objects.ts";

const group = "admissionregistration.k8s.io";

/** Every admission webhook in a snapshot, in the order in which kube-apiserver asks them. */
export function findAdmissionWebhooks(snapshot: Snapshot): Answer<readonly AdmissionWebhook[]> {
  const kinds = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];
  const why = whyMissing(snapshot, kinds);
  if (why !== null) return { ok: false, reason: why, status: null };
  const objects = kinds.flatMap((kind) => byName(objectsOf(snapshot, kind)));
  return { ok: true, value: objects.flatMap(newAdmissionWebhooks) };
}

/** Every admission policy in a snapshot, with its bindings. */
export function findAdmissionPolicies(snapshot: Snapshot): Answer<readonly AdmissionPolicy[]> {
  const kinds = ["MutatingAdmissionPolicy", "ValidatingAdmissionPolicy"];
  const bindingKinds = kinds.map((kind) => `${kind}Binding`);
  const why = whyMissing(snapshot, [...kinds, ...bindingKinds]);
  if (why !== null) return { ok: false, reason: why, status: null };
  const objects = kinds.flatMap((kind) => byName(objectsOf(snapshot, kind)));
  const bindings = bindingKinds.flatMap((kind) => objectsOf(snapshot, kind));
  return { ok: true, value: newAdmissionPolicies(objects, bindings) };
}

/** A snapshot has all namespaces or, of an older make, none. */
export function findNamespaceLabels(snapshot: Snapshot, name: string): Answer<Labels | null> {
  const all = snapshot.items.filter((object) => isOfKind(object, "", "Namespace"));
  const found = all.find(({ metadata }) => metadata.name === name);
  if (found !== undefined) return { ok: true, value: found.metadata.labels ?? {} };
  if (snapshot.complete && all.length > 0) return { ok: true, value: null };
  const missing = snapshot.missing.find(({ resource }) => resource === "namespaces");
  const none = `${snapshot.file || "the snapshot"} has no namespace ${name}`;
  return {
    ok: false,
    reason: missing === undefined ? none : `not in the snapshot: ${missing.reason}`,
    status: null,
  };
}

/** Objects in the order of their names, byte by byte: so kube-apiserver sorts configurations. */
export function byName(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.toSorted((a, b) =>
    Buffer.compare(Buffer.from(a.metadata.name), Buffer.from(b.metadata.name)),
  );
}

function objectsOf(snapshot: Snapshot, kind: string): readonly KubeObject[] {
  return snapshot.items.filter((object) => isOfKind(object, group, kind));
}

const plurals: Readonly<Record<string, string>> = {
  MutatingWebhookConfiguration: "mutatingwebhookconfigurations",
  ValidatingWebhookConfiguration: "validatingwebhookconfigurations",
  MutatingAdmissionPolicy: "mutatingadmissionpolicies",
  MutatingAdmissionPolicyBinding: "mutatingadmissionpolicybindings",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
  ValidatingAdmissionPolicyBinding: "validatingadmissionpolicybindings",
};

/** Objects that somebody gathered may lack some: then nothing is known of those that are not there. */
function whyMissing(snapshot: Snapshot, kinds: readonly string[]): string | null {
  const resources = kinds.map((kind) => `${plurals[kind]}.${group}`);
  const missing = snapshot.missing.find(({ resource }) => resources.includes(resource));
  if (missing !== undefined) return `not in the snapshot: ${missing.reason}`;
  if (snapshot.complete || kinds.some((kind) => objectsOf(snapshot, kind).length > 0)) return null;
  return `${snapshot.file || "the snapshot"} has no ${plurals[kinds[0] ?? ""]} and no ${plurals[kinds[1] ?? ""]}`;
}
