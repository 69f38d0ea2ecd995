/** The minor version of Kubernetes in "v1.34.2"; that of the newest known when the text has none. */
export function minorOf(serverVersion: string): number {
  return Number(/^v1\.(\d+)/.exec(serverVersion)?.[1] ?? 37);
}

/**
 * From which minor version on the API server does what it did not do before, where clients can see it.
 * Found by comparing the tags of apiserver and apimachinery.
 */
export const since = {
  /** Who came with a certificate has its fingerprint among his extras. */
  certificateCredentialId: 32,
  /** /version names the emulated and the oldest compatible version. */
  emulationVersion: 33,
  endpointsDeprecated: 33,
  /** apidiscovery.k8s.io/v2beta1 is gone. */
  noDiscoveryBeta: 33,
  /** A creationTimestamp that is not set is left out, instead of null. */
  omitsCreationTimestamp: 34,
  /** A watch can begin with all that there is, and does so where it says nothing else. */
  watchList: 34,
  /** A WebSocket to a pod needs `create` as well as `get`. */
  upgradeNeedsCreate: 35,
  /** There is a verb for every kind of impersonation. */
  constrainedImpersonation: 36,
  /** A Service's proxy looks for EndpointSlices, no longer for Endpoints of the Service's name. */
  proxyByEndpointSlices: 37,
} as const;
