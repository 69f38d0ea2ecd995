/** Addresses inside the control plane's network. Endpoints may not be loopback addresses, so pods and the API server have others. */
export const serviceRange = "10.96.0.0/16";
export const podRange = "10.244.0.0/16";
export const addressRanges: readonly string[] = [serviceRange, podRange];

export const apiServerAddress = "10.244.0.1";
export const apiServerPort = 6443;
/** ClusterIP of default/kubernetes. */
export const kubernetesServiceAddress = "10.96.0.1";

/** Address prefixes of the nodes: .1 is the kubelet. */
export const nodes: Readonly<Record<string, string>> = { "worker-1": "10.244.1", "worker-2": "10.244.2" };
