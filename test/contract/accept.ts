/** What real clients accept. Sources of truth: client-go/discovery/discovery_client.go, kubectl/pkg/cmd/get/get.go. */
const discovery = (version: string): string =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

export const accept = {
  /** kubectl 1.30 to 1.36 at /api and /apis. */
  discovery: `${discovery("v2")},${discovery("v2beta1")},application/json`,
  /** kubectl 1.26 to 1.29. */
  discoveryBeta: `${discovery("v2beta1")},application/json`,
  /** kubectl 1.25 and older. */
  discoveryLegacy: "application/json, */*",
  discoveryOnly: discovery("v2"),
  discoveryNoPeer: `${discovery("v2")};profile=nopeer,application/json`,
  /** kubectl get. */
  table:
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json",
  tableOnly: "application/json;as=Table;v=v1;g=meta.k8s.io",
  tableBeta: "application/json;as=Table;v=v1beta1;g=meta.k8s.io",
  /** client-go's metadata client. */
  metadata: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
  metadataList: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
} as const;
