import { accessTerms } from "./glossary-access.ts";

/** A word of Kubernetes that a user meets in a trace. */
export interface Entry {
  /** As the word stands in an output. */
  readonly title: string;
  /** One sentence where it occurs; "" where what stands there already says as much. */
  readonly sentence: string;
  /** The longer story, sentence by sentence. */
  readonly story: readonly string[];
}

/**
 * What a failed request has met, in our own words. Facts: kubernetes.io/docs/reference/access-authn-authz and
 * concepts/cluster-administration/flow-control.
 */
export const glossary = {
  ...accessTerms,
  aggregation: {
    title: "APIService, aggregation, Local",
    sentence:
      "aggregation: kube-apiserver only passes this group on, to the Service that its APIService names",
    story: [
      "Each group and version of the API has an APIService that says who serves it.",
      "Local means kube-apiserver itself: what is built in, and custom resources.",
      "With a Service, kube-apiserver is a proxy (the aggregator): it passes the request on to an extension API server, such as metrics-server.",
      "It authenticates and authorizes the user first, then calls the Service over TLS and names the user in headers (X-Remote-User).",
      "Every 30 seconds or so it asks the extension server for its resources; the result is the condition Available. While that is False, the answer is 503 service unavailable.",
      "One that is down also makes discovery slow or incomplete for everybody, and keeps namespaces from being deleted.",
    ],
  },
  extension: {
    title: "an extension API server's own answer",
    sentence:
      "the extension API server asks for authorization once more, of its own: kube-apiserver had allowed it",
    story: [
      "An extension API server does not rely on kube-apiserver alone: it authenticates the proxy and authorizes the user again.",
      "It knows the proxy by a client certificate; the authority is in the ConfigMap kube-system/extension-apiserver-authentication, which it must be allowed to read (Role extension-apiserver-authentication-reader).",
      "Whether the user may, it asks kube-apiserver with SubjectAccessReviews; its ServiceAccount needs the ClusterRole system:auth-delegator for that.",
      "Where either is missing it answers 401 or 403 to everybody, and kube-apiserver hands that on.",
    ],
  },
  admission: {
    title: "admission",
    sentence: "admission: checks what is written after RBAC has allowed it, so that no role mends this",
    story: [
      "Only what writes comes here: create, update, delete, and connect (exec, port-forward).",
      "First mutating plugins and webhooks may change the object, then it is validated, then validating plugins, policies and webhooks may refuse it.",
      "A webhook is called by kube-apiserver for what its rules and selectors match. It answers, or it cannot be reached.",
      "failurePolicy says what happens when it cannot be reached: Fail refuses the request, Ignore lets it through.",
      "A webhook that is down with failurePolicy Fail can stop the very Pods that would serve it: its namespaceSelector should leave those out.",
    ],
  },
  conversion: {
    title: "CRD conversion webhook",
    sentence: "conversion: a custom resource is stored in one version; for any other one a webhook is asked",
    story: [
      "A CRD may serve several versions, but stores its objects in one of them.",
      "Where the versions differ, a webhook translates: for each read, list or write in another version than the stored one.",
      "When it is down, all objects of the CRD are out of reach in that version, and with them garbage collection and the deletion of namespaces.",
    ],
  },
  kubelet: {
    title: "the kubelet",
    sentence: "the kubelet: logs and exec are passed on by kube-apiserver to the node, on port 10250",
    story: [
      "Logs, exec, attach, port-forward and the proxy of nodes are not answered by kube-apiserver: it calls the kubelet of the Pod's node on port 10250.",
      "So these fail alone when kube-apiserver cannot reach the nodes: a firewall, a tunnel (konnectivity) without agent, an expired kubelet certificate.",
      "kubectl get still works then, and the Pods themselves run.",
      "The kubelet authorizes kube-apiserver, too: its client certificate needs the rights of system:kubelet-api-admin.",
    ],
  },
  upgrade: {
    title: "exec, attach, port-forward",
    sentence:
      "a WebSocket is a GET, but it needs the verb create on pods/exec as well, since Kubernetes 1.35",
    story: [
      "These upgrade a request to a stream: a GET for a WebSocket (kubectl 1.31 and newer), a POST for the older SPDY.",
      "RBAC sees the verb get for the one and create for the other, on pods/exec, pods/attach or pods/portforward.",
      "Since Kubernetes 1.35 a WebSocket needs create besides get, so that a role that only reads does not allow exec.",
      "When a WebSocket is refused, kubectl does not log how, and may go on with SPDY.",
    ],
  },
  proxied: {
    title: "the proxy of Services and Pods",
    sentence: "",
    story: [
      "services/NAME/proxy and pods/NAME/proxy lead through kube-apiserver to a program in the cluster.",
      "The answer is that program's own, whatever its status: kube-apiserver only passes it on.",
      "What it cannot reach, it answers with 502 or 503 and the error of its own connection.",
    ],
  },
  discovery: {
    title: "discovery",
    sentence:
      "discovery: /api and /apis list what a server serves; a 404 for a whole group means that nobody serves it",
    story: [
      '/api and /apis list all groups, versions and resources. kubectl asks them to find out what "pods" or "deploy" means.',
      "It keeps the answer in ~/.kube/cache for up to six hours: a new CRD may be missing there, one that is gone may still be there.",
      "From aggregated APIs that are down, nothing can be listed: newer servers call such a group stale, older ones make kubectl wait.",
      "A 404 for a path that names no object means that the group, version or resource is not served; that of an object names it.",
    ],
  },
  object: {
    title: "422, 409, 404: the object itself",
    sentence: "",
    story: [
      "The request was authenticated, authorized and admitted: it is the object that does not fit.",
      "422 Invalid: it breaks a rule of its schema or of its kind's own validation, which the message names field by field.",
      "409 Conflict: it has changed since it was read; read it again, and apply the change to that. 409 AlreadyExists: the name is taken.",
      "404 NotFound: there is none of that name in that namespace.",
      "Admission refuses with 403 (or 422 for a policy) instead, and names itself.",
    ],
  },
  expired: {
    title: "410 Expired",
    sentence: "410: the list was begun at a point in time that etcd no longer keeps; start it anew",
    story: [
      "Lists in pages and watches go on from a resourceVersion, a point in the history of etcd.",
      "etcd keeps about five minutes of it. Who asks for what is older gets 410.",
      "Clients start the list anew then; kubectl does so by itself. It is only a sign of trouble when it happens again and again: a client that is too slow.",
    ],
  },
  noAnswer: {
    title: "no answer",
    sentence: "",
    story: [
      "The request never came to a Kubernetes server, or its answer never came back: no role and no object is to blame.",
      "It fails on the way in this order: the name (DNS), the address and port (dial), the certificate (TLS), the answer (timeout).",
      "kubectl config view --minify shows the server that was called; a VPN, a firewall or HTTPS_PROXY may stand between.",
    ],
  },
  tls: {
    title: "TLS and certificates",
    sentence: "",
    story: [
      "Who is called shows a certificate. It must be signed by an authority that the caller trusts, be for the name that was called, and not have expired.",
      "kubectl trusts certificate-authority-data of the kubeconfig's cluster; kube-apiserver trusts caBundle of the APIService, webhook or CRD.",
      "A Service is called as NAME.NAMESPACE.svc: its certificate must be for that name.",
    ],
  },
  proxy: {
    title: "something before the API server",
    sentence: "",
    story: [
      "A page of HTML or a bare error is not how a Kubernetes server answers: it says Status in JSON, and writes an Audit-Id.",
      "So a corporate proxy, a login page or a load balancer has answered instead.",
      "Check HTTPS_PROXY, NO_PROXY and proxy-url of the kubeconfig, or log in where the page asks for it.",
    ],
  },
  server: {
    title: "an error of the server",
    sentence: "",
    story: [
      "The server took the request and failed while it handled it, or gave up waiting (etcd, another server).",
      "It may be over in a moment: try again; then look at the server's log, which has the Audit-Id of the answer.",
    ],
  },
  unknown: {
    title: "Unknown",
    sentence: "",
    story: [
      "The answer does not say who refused, or says something that is not known here: nothing is guessed.",
      "At -v=8 and above a log has bodies and headers, which tell most parties apart.",
    ],
  },
} as const satisfies Record<string, Entry>;

export type Term = keyof typeof glossary;
