import type { RequestInfo } from "../api/request-info.ts";
import type { Impersonation } from "../log/round-trip.ts";
import type { AdmissionPolicy } from "./admission-policy.ts";
import type { CredentialFacts } from "./credential-facts.ts";
import type { FlowControlNames } from "./flow-control-names.ts";
import type { NamedService } from "./named-service.ts";
import type { NodeInfo } from "./node-info.ts";
import type { PodDetail } from "./pod-detail.ts";
import type { AdmissionWebhook, CustomResourceDefinitionInfo } from "./webhook-info.ts";

/** What a question to a cluster gives: the value, or why there is none. Asking never throws. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      /** One line, for people: "forbidden: apiservices…", "connection refused (127.0.0.1:6443)". */
      readonly reason: string;
      /** HTTP status when the server answered; null when nobody did. */
      readonly status: number | null;
      /** What to do about it, when that is known. */
      readonly hint?: string;
    };

export type ConditionStatus = "True" | "False" | "Unknown";

/** An APIService, as far as tracing needs it. `kube-aggregator/pkg/apis/apiregistration/v1`. */
export interface ApiService {
  /** "v1beta1.metrics.k8s.io"; the core's is "v1." */
  readonly name: string;
  /** null: Local, answered by kube-apiserver itself. A summary has no port. */
  readonly service: NamedService | null;
  /** The Available condition; a missing condition is "Unknown". */
  readonly available: ConditionStatus;
  /** Of the condition; "" when not known. */
  readonly reason: string;
  readonly message: string;
  /** How kube-apiserver checks the Service's certificate; null for a Local one, and in a summary. */
  readonly trust: Trust | null;
}

/** Whom kube-apiserver trusts for a Service that it calls by TLS: `caBundle` and `insecureSkipTLSVerify`. */
export interface Trust {
  readonly skipsVerification: boolean;
  /** The certificates in caBundle; without one the roots of kube-apiserver's own machine count. */
  readonly authorities: readonly CertificateInfo[];
  /** Why there is nothing to be read in caBundle; "" when there is, or when it is empty. */
  readonly error: string;
}

/** What a certificate says of itself. */
export interface CertificateInfo {
  /** "CN=metrics-server-ca, O=example". */
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** It may sign other certificates. */
  readonly isAuthority: boolean;
  /** DNS names and IP addresses that it is for. */
  readonly names: readonly string[];
}

/** One address behind a Service, out of its EndpointSlices. */
export interface Endpoint {
  readonly address: string;
  readonly port: number | null;
  readonly ready: boolean;
  /** Name of the Pod (or other kind) the address belongs to; "" when the slice does not say. */
  readonly pod: string;
  readonly node: string;
}

export interface ServiceInfo {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly clusterIP: string;
  /** Labels that its Pods have; empty: the Service chooses none itself. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[];
}

/** An object that another one belongs to. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** A Pod, as far as it says whether a Service can work. */
export interface PodInfo {
  readonly name: string;
  /** "" while it is not scheduled. */
  readonly node: string;
  readonly phase: string;
  readonly ready: boolean;
  /** Why it is not ready: "container metrics-server: CrashLoopBackOff"; "" when it is, or when it does not say. */
  readonly reason: string;
  /** Restarts of all its containers. */
  readonly restarts: number;
  readonly hostNetwork: boolean;
  /** Those that its containers declare; they need not declare any. */
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  /** What made it: the Deployment of its ReplicaSet, or whatever else controls it; null for one that nothing controls. */
  readonly workload: Owner | null;
}

/** By what extension API servers tell that it is kube-apiserver that speaks for a user. */
export interface ExtensionAuthentication {
  /** The certificates in requestheader-client-ca-file; null when the key is not there. */
  readonly authorities: readonly CertificateInfo[] | null;
  /** requestheader-allowed-names: the common names of client certificates; empty: any. null when that is not there. */
  readonly allowedNames: readonly string[] | null;
}

export interface UserInfo {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

/** Of an object, as they are now. */
export type Labels = Readonly<Record<string, string>>;

/** The attributes of one request that an authorizer looks at: those fields of RequestInfo. */
export type ReviewAttributes = Pick<
  RequestInfo,
  | "isResourceRequest"
  | "path"
  | "verb"
  | "apiGroup"
  | "apiVersion"
  | "namespace"
  | "resource"
  | "subresource"
  | "name"
  | "fieldSelector"
  | "labelSelector"
>;

/** Answer of an access review. `denied` is an explicit no; neither allowed nor denied is "no opinion". */
export interface Review {
  readonly allowed: boolean;
  readonly reason: string;
  readonly evaluationError: string;
}

/** What tracing may ask of a cluster. Two implementations: live.ts (HTTP) and snapshot.ts (a file). */
export interface Cluster {
  readonly kind: "live" | "snapshot";
  /** For people: `context "kind-dev" (https://127.0.0.1:6443)`, `snapshot cluster.yaml`. */
  readonly title: string;
  /** The server's URL with its base path, no trailing slash; "" when not known (a snapshot may not say). */
  readonly server: string;
  /** Every APIService by name, as one small list: condition messages and ports may be missing. */
  apiServices(): Promise<Answer<ReadonlyMap<string, ApiService>>>;
  /** One APIService whole; null when there is none of that name. */
  apiService(name: string): Promise<Answer<ApiService | null>>;
  /** Is there a CustomResourceDefinition of this name ("widgets.example.com")? */
  hasCustomResourceDefinition(name: string): Promise<Answer<boolean>>;
  /** The same whole, which may be large to read; null when there is none of that name. */
  customResourceDefinition(name: string): Promise<Answer<CustomResourceDefinitionInfo | null>>;
  service(namespace: string, name: string): Promise<Answer<ServiceInfo | null>>;
  /** Every address behind a Service, all ports. */
  endpoints(namespace: string, service: string): Promise<Answer<readonly Endpoint[]>>;
  /** The Pods with these labels (none for no labels), ready or not. */
  pods(namespace: string, selector: ServiceInfo["selector"]): Promise<Answer<readonly PodInfo[]>>;
  /** Every admission webhook, in the order in which kube-apiserver asks them: the mutating ones, then the validating ones. */
  admissionWebhooks(): Promise<Answer<readonly AdmissionWebhook[]>>;
  /** Every admission policy with its bindings; none of a kind that the server does not have. */
  admissionPolicies(): Promise<Answer<readonly AdmissionPolicy[]>>;
  /** Resources and subresources ("pods", "pods/status") of a group and version; none when it is not served. */
  servedResources(group: string, version: string): Promise<Answer<ReadonlySet<string>>>;
  /** null when there is no such namespace. */
  namespaceLabels(name: string): Promise<Answer<Labels | null>>;
  /** Of the object at an API path; null when there is none. */
  objectLabels(path: string): Promise<Answer<Labels | null>>;
  /** The ConfigMap kube-system/extension-apiserver-authentication; null when there is none. */
  extensionAuthentication(): Promise<Answer<ExtensionAuthentication | null>>;
  /** One Pod; null when there is none of that name. */
  pod(namespace: string, name: string): Promise<Answer<PodDetail | null>>;
  /** One Node; null when there is none of that name. */
  node(name: string): Promise<Answer<NodeInfo | null>>;
  /** May the user (or the one impersonated) do this? Equal questions are asked once. */
  review(attributes: ReviewAttributes, as: Impersonation | null): Promise<Answer<Review>>;
  whoAmI(as: Impersonation | null): Promise<Answer<UserInfo>>;
  /** What the kubeconfig proves its user with, as far as it can be told without revealing it. Asks nobody, runs no plugin. */
  credentials(): Promise<Answer<CredentialFacts>>;
  /** Names of the FlowSchemas and PriorityLevelConfigurations, which answers name by UID. */
  flowControl(): Promise<Answer<FlowControlNames>>;
  close(): Promise<void>;
}
