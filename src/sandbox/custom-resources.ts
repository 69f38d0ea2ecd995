import type { KubeObject } from "../cluster/kube-object.ts";
import { type ResourceDefinition, type Subresource, statusVerbs } from "./built-in-resources.ts";
import { entries, field, list, text, texts } from "./fields.ts";

/** The custom resource of one CustomResourceDefinition in one of its versions. */
export interface CustomResource extends ResourceDefinition {
  /** Text of the 299 warning of a deprecated version; "" of any other. */
  readonly deprecation: string;
  readonly printerColumns: readonly unknown[];
  /** Where the replicas of its scale are: CustomResourceSubresourceScale; undefined without a scale. */
  readonly scale: unknown;
}

/** The custom resources that these CustomResourceDefinitions serve in the group and version. */
export function customResources(
  objects: readonly KubeObject[],
  group: string,
  version: string,
): CustomResource[] {
  return objects
    .filter(({ kind, metadata }) => kind === "CustomResourceDefinition" && groupOf(metadata.name) === group)
    .flatMap((crd) => read(crd, group, version));
}

function groupOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

function read(crd: KubeObject, group: string, version: string): CustomResource[] {
  const versions = list(crd, "spec.versions");
  const served = versions.find((one) => text(one, "name") === version && field(one, "served") === true);
  // A snapshot may hold no more of it than its name: then every version that has an APIService serves it.
  if (served === undefined && versions.length > 0) return [];
  const plural = crd.metadata.name.slice(0, crd.metadata.name.indexOf("."));
  const kind = text(crd, "spec.names.kind") || guessKind(plural);
  return [
    {
      plural,
      kind,
      since: 0,
      singular: text(crd, "spec.names.singular") || kind.toLowerCase(),
      namespaced: text(crd, "spec.scope") !== "Cluster",
      verbs: customVerbs,
      storedIn: `${group}/${storageVersion(versions) || version}`,
      shortNames: texts(crd, "spec.names.shortNames"),
      categories: texts(crd, "spec.names.categories"),
      subresources: subresourcesOf(served, kind),
      deprecation: deprecationOf(served, versions, group, kind),
      scale: field(served, "subresources.scale"),
      printerColumns: list(served, "additionalPrinterColumns"),
    },
  ];
}

/** In the order in which apiextensions lists them. */
const customVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

function storageVersion(versions: readonly unknown[]): string {
  return text(
    versions.find((one) => field(one, "storage") === true),
    "name",
  );
}

function guessKind(plural: string): string {
  const singular = plural.endsWith("s") ? plural.slice(0, -1) : plural;
  return singular.charAt(0).toUpperCase() + singular.slice(1);
}

function subresourcesOf(version: unknown, kind: string): Subresource[] {
  const present = entries(version, "subresources").map(([name]) => name);
  return ["status", "scale"]
    .filter((name) => present.includes(name))
    .map((name) => ({ name, kind: name === "scale" ? "Scale" : kind, verbs: statusVerbs, since: 0 }));
}

/** apiextensions' own words when the definition has none: they name a better version when there is one. */
function deprecationOf(version: unknown, versions: readonly unknown[], group: string, kind: string): string {
  if (field(version, "deprecated") !== true) return "";
  const own = text(version, "deprecationWarning");
  if (own !== "") return own;
  const better = versions.find((one) => field(one, "served") === true && field(one, "deprecated") !== true);
  const warning = `${group}/${text(version, "name")} ${kind} is deprecated`;
  return better === undefined ? warning : `${warning}; use ${group}/${text(better, "name")} ${kind}`;
}
