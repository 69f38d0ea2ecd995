/**
 * Who said no. A request goes through them in about this order; each can end it.
 * Source of truth: apiserver/pkg/server/config.go (DefaultBuildHandlerChain), then kube-aggregator's proxy.
 */
export const parties = {
  Nobody: "no answer came back",
  Proxy: "something before the API server",
  Authentication: "authentication",
  Impersonation: "impersonation",
  FlowControl: "API priority and fairness",
  Authorization: "authorization",
  Aggregator: "kube-apiserver's aggregator",
  ExtensionServer: "the extension API server",
  Admission: "admission",
  ConversionWebhook: "a CRD's conversion webhook",
  Kubelet: "the kubelet, or the way to it",
  Pod: "what stands behind the proxied Service or Pod",
  APIServer: "the API server's own handling of the object",
  Unknown: "the answer does not say",
} as const satisfies Record<string, string>;

export type Party = keyof typeof parties;

/** Stable codes of what went wrong, each with its one sentence. Conditions of APIServices keep the names of their reasons. */
export const causes = {
  // Between two programs: the client and the API server, or the API server and what it calls.
  NameNotResolved: "the name has no address, or the name server does not answer",
  ConnectionRefused: "nothing listens on that address and port",
  ConnectionTimedOut: "the address does not answer: a firewall, a network policy, or a machine that is down",
  NoRouteToHost: "there is no way to that address from there",
  ConnectionReset: "the connection was closed before the answer was complete",
  RequestTimedOut: "no answer came in time, over a connection that was slow or one that stood",
  UnknownAuthority: "the certificate is not signed by the authority that is trusted for it",
  CertificateExpired: "the certificate is outside its time of validity",
  CertificateNameMismatch: "the certificate is not for the name that was called",
  PlainHTTP: "plain HTTP answers on the port that should speak TLS",
  PlainHTTPSent: "plain HTTP was sent to a port that speaks TLS",
  TLSFailed: "the two sides could not agree on TLS",
  ProxyInTheWay: "an HTTP proxy refused to lead to that address, or could not be reached itself",
  TunnelAgentMissing: "the tunnel from the API server to the nodes has no agent",
  RedirectRefused: "the backend answered with a redirect, which the aggregator does not follow",
  UpgradeRefused: "the WebSocket was refused, and the client does not log how",
  NotTheAPIServer: "the answer is not one of a Kubernetes API server",
  // Who the user is, and whether he may.
  NoCredentials: "no credentials were sent, and the server takes no request without",
  TokenExpired: "the token has expired",
  TokenNotYetValid: "the token is not valid yet: compare the clocks",
  WrongAudience: "the token is for somebody else than the API server",
  ClientCertificateExpired: "the client certificate is outside its time of validity",
  CredentialPluginFailed: "the kubeconfig's credential plugin gave no credentials to send",
  Anonymous: "the request counted as system:anonymous: it came without credentials that the server knows",
  CredentialsRejected: "the credentials are missing, expired, or not of this cluster",
  ImpersonationForbidden: "the user may not act as the one he named",
  TooManyRequests: "the user's share of the server is used up",
  NoRuleAllows: "no rule of any role that is bound to the user allows it",
  RoleNotFound: "a role that is bound to the user does not exist",
  NodeAuthorizer: "the Node authorizer gives a node only what its own pods need",
  AuthorizerDenied: "an authorizer other than RBAC refused",
  UpgradeNeedsCreate: "since 1.35 a WebSocket needs the verb create besides get",
  EscalationForbidden: "nobody may grant rights that he does not have himself",
  // Aggregated APIs.
  ServiceNotFound: "the Service that kube-apiserver calls does not exist",
  ServiceAccessError: "kube-apiserver could not look at the Service",
  ServicePortError: "the Service has no port of the number that is called",
  HeadlessService: "the Service has no ClusterIP to go to",
  EndpointsNotFound: "the Service has no endpoints at all",
  EndpointsAccessError: "kube-apiserver could not look at the endpoints",
  MissingEndpoints: "no ready Pod stands behind the Service's port",
  DiscoveryUnauthorized: "the extension server does not accept that kube-apiserver speaks for its users",
  DiscoveryForbidden:
    "the extension server does not trust kube-apiserver's proxy, or may not ask whether the user may",
  DiscoveryNotFound: "the extension server does not serve this group and version",
  DiscoveryFailed: "the extension server answered its own discovery with an error",
  NoResources: "the group and version is served, but has no resources",
  NotDiscovery: "what answers discovery is no list of resources",
  NotAnObject: "what answers a list of objects is no Kubernetes object",
  ConditionMissing: "nobody has checked this APIService yet",
  APIServiceUnavailable: "the aggregator does not route to an APIService that is not Available",
  // A Pod or Node that a request is handed on to.
  ContainerNotFound: "the Pod has no container of that name",
  ContainerNotNamed: "the Pod has several containers, and the request names none",
  ContainerNotStarted: "the container has not started yet",
  ContainerTerminated: "the container has ended, and nothing of it is left to read",
  NoPreviousContainer: "the container has not run before: there is no earlier log",
  PodNotScheduled: "the Pod is on no node yet",
  PodNotOnNode: "the kubelet of the Pod's node does not know that Pod, or not that container",
  NodeNotFound: "the node that the Pod is bound to does not exist",
  NodeAddressMissing: "the Node has no address that kube-apiserver would call",
  AddressNotAllowed: "there is no address yet, or one that kube-apiserver does not proxy to",
  KubeletUnauthorized: "the kubelet does not accept kube-apiserver's own credentials",
  KubeletForbidden: "the kubelet does not allow it to kube-apiserver's own user",
  // Admission and the object itself.
  DeniedByWebhook: "an admission webhook refused the object",
  WebhookFailed: "an admission webhook could not be asked, and its failurePolicy is Fail",
  DryRunUnsupported: "an admission webhook has effects of its own, so that a dry run cannot ask it",
  DeniedByPolicy: "an admission policy refused the object",
  QuotaExceeded: "a ResourceQuota of the namespace is used up",
  PodSecurityViolation: "the namespace's Pod Security level forbids such a Pod",
  DeniedByAdmission: "an admission plugin refused the object",
  DisruptionBudget: "evicting the Pod now would violate its PodDisruptionBudget",
  ConversionFailed: "the object could not be converted between versions",
  NotServed: "this server has no such group, version or resource",
  GroupNotServed: "nothing serves an API group of this name",
  VersionNotServed: "the API group is not served in this version",
  ResourceNotServed: "this group and version has no such resource",
  ObjectNotFound: "there is no object of that name",
  AlreadyExists: "there is already an object of that name",
  Conflict: "the object has changed since it was read, or is in a state that does not allow this",
  FieldOwnedByAnother: "another manager applied other values to the same fields",
  Invalid: "the object breaks a rule of its schema",
  BadRequest: "the server cannot make sense of the request",
  Expired: "the point in time that was asked for is no longer kept",
  MethodNotAllowed: "the resource does not support this verb",
  ServerTimeout: "the server gave up before it was done",
  InternalError: "the server failed while it handled the request",
  Unknown: "the answer says something that is not known here",
} as const satisfies Record<string, string>;

export type Cause = keyof typeof causes;

/** Why a request failed or an APIService is broken. */
export interface Diagnosis {
  readonly party: Party;
  readonly cause: Cause;
  /** Both in one sentence, for people. */
  readonly summary: string;
  /** What proves it, as it was seen: sentences of servers, conditions. */
  readonly evidence: readonly string[];
  /** The next command to type, then the usual mend. */
  readonly advice: readonly string[];
}

/**
 * "authorization (NoRuleAllows): no rule of any role that is bound to the user allows it".
 * @param isSaid there are words that the cause was read from
 */
export function summaryOf(party: Party, cause: Cause, isSaid: boolean): string {
  const isSilent = cause === "Unknown" && (party === "Nobody" || !isSaid);
  return `${parties[party]} (${cause}): ${isSilent ? "nothing that is known here says why" : causes[cause]}`;
}
