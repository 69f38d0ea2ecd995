import { compareVersions, type VersionLevel, versionLevelOf } from "../api/version-order.ts";
import type { Cluster, Trust } from "../cluster/cluster.ts";
import type {
  CustomResourceDefinitionInfo,
  ResourceVersion,
  WebhookClient,
} from "../cluster/webhook-info.ts";
import { newServiceChain, resolveServiceChain, type ServiceChain } from "./service-chain.ts";

/** One version of a custom resource, and what its name says of it. */
export interface CustomResourceVersion extends ResourceVersion {
  /** null for a name that says nothing. */
  readonly level: VersionLevel | null;
}

/** The webhook that converts a custom resource's objects between its versions. */
export interface Conversion {
  /** Scheme, host and port, where it is called at a URL. */
  readonly url?: string;
  /** What it is called at otherwise, down to the Pods where the request needed it. */
  readonly service?: ServiceChain;
  readonly trust: Trust;
}

/** What a CustomResourceDefinition says of the resource of a request. */
export interface CustomResource {
  /** The newest and most stable first, as Kubernetes sorts them. */
  readonly versions: readonly CustomResourceVersion[];
  /** Absent where objects are converted without a webhook. */
  readonly conversion?: Conversion;
}

/** `reach`: also look at what stands behind the conversion webhook, which are two questions after one another. */
export async function resolveCustomResource(
  { versions, conversion }: CustomResourceDefinitionInfo,
  reach: boolean,
  cluster: Cluster,
): Promise<CustomResource> {
  return {
    versions: sortVersions(versions),
    ...(conversion === null ? {} : { conversion: await resolveConversion(conversion, reach, cluster) }),
  };
}

export function sortVersions(versions: readonly ResourceVersion[]): readonly CustomResourceVersion[] {
  return versions
    .map((version) => ({ ...version, level: versionLevelOf(version.name) }))
    .toSorted((left, right) => compareVersions(left.name, right.name));
}

async function resolveConversion(
  { service, url, trust }: WebhookClient,
  reach: boolean,
  cluster: Cluster,
): Promise<Conversion> {
  if (service === null) return { url, trust };
  return {
    service: reach ? await resolveServiceChain(service, cluster) : newServiceChain(service),
    trust,
  };
}
