import type { RequestInfo } from "../api/request-info.ts";
import type { Impersonation } from "../log/round-trip.ts";
import type { CredentialFacts } from "./credential-facts.ts";
import type { FlowControlNames } from "./flow-control-names.ts";

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
  /** null: Local, answered by kube-apiserver itself. port null: not known (a summary), 443 by default. */
  readonly service: {
    readonly namespace: string;
    readonly name: string;
    readonly port: number | null;
  } | null;
  /** The Available condition; a missing condition is "Unknown". */
  readonly available: ConditionStatus;
  /** Of the condition; "" when not known. */
  readonly reason: string;
  readonly message: string;
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
  readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string }[];
}

export interface UserInfo {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
}

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
  service(namespace: string, name: string): Promise<Answer<ServiceInfo | null>>;
  /** Every address behind a Service, all ports. */
  endpoints(namespace: string, service: string): Promise<Answer<readonly Endpoint[]>>;
  /** May the user (or the one impersonated) do this? Equal questions are asked once. */
  review(attributes: ReviewAttributes, as: Impersonation | null): Promise<Answer<Review>>;
  whoAmI(as: Impersonation | null): Promise<Answer<UserInfo>>;
  /** What the kubeconfig proves its user with, as far as it can be told without revealing it. Asks nobody, runs no plugin. */
  credentials(): Promise<Answer<CredentialFacts>>;
  /** Names of the FlowSchemas and PriorityLevelConfigurations, which answers name by UID. */
  flowControl(): Promise<Answer<FlowControlNames>>;
  close(): Promise<void>;
}
