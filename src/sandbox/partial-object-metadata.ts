import type { KubeObject } from "../cluster/kube-object.ts";

/** The object's metadata alone, as `meta.k8s.io` has it. */
export function partial({ metadata }: KubeObject, version: string) {
  return { kind: "PartialObjectMetadata", apiVersion: `meta.k8s.io/${version}`, metadata };
}
