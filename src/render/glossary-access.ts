import type { Entry } from "./glossary.ts";

/** Who you are to the server, what you may, and how much at a time. */
export const accessTerms = {
  unauthorized: {
    title: "401 Unauthorized",
    sentence: "401: the server does not know who you are; 403 would mean that it knows, and you may not",
    story: [
      "Authentication is the first thing that happens to a request: who is it from?",
      "401 means that credentials came along and none of them was accepted, or that none came and this server takes no anonymous requests.",
      "Nobody has looked yet at what you may do: no role or binding mends a 401.",
      "A token is refused when it has expired, is for another audience, is of another cluster, or when its ServiceAccount or Pod is gone.",
      "A client certificate is refused when it has expired or is signed by another authority.",
      "The server never says which of these it was: that is in its own log only.",
    ],
  },
  plugin: {
    title: "credential plugin",
    sentence: "",
    story: [
      "users[].user.exec of the kubeconfig names a command that prints credentials: aws, gke-gcloud-auth-plugin, kubelogin and the like.",
      "kubectl runs it before its first request, and again after a 401. When it fails, nothing is sent at all.",
      "Its own words are on stderr; installHint of the kubeconfig says where to get it.",
    ],
  },
  forbidden: {
    title: "403 Forbidden",
    sentence: "403: the server knows who you are, and you may not; 401 would mean that it does not know you",
    story: [
      "Authorization comes after authentication: the server knows the user, and asks its authorizers (Node, RBAC, webhooks) one after the other.",
      "The sentence names the user, the verb and the resource that were judged: the user it names is who you are to the server.",
      "The first authorizer that allows or denies decides. When all have no opinion, the answer is 403 without a reason.",
      "Admission answers 403 too, in other words: then authorization had allowed the request.",
    ],
  },
  rbac: {
    title: "RBAC",
    sentence: "",
    story: [
      "RBAC only allows: there is no rule that forbids, so that a 403 is the lack of a rule and has no reason to give.",
      "A Role holds rules for one namespace; a ClusterRole holds rules for everything, and for what has no namespace.",
      "A binding gives a role to users, groups and ServiceAccounts: a RoleBinding in its own namespace only, even one that names a ClusterRole; a ClusterRoleBinding everywhere.",
      "A rule names the resource in the plural and a subresource for itself: pods does not hold pods/log or pods/exec.",
      "kubectl auth can-i --list -n NAMESPACE shows what you may do there.",
    ],
  },
  anonymous: {
    title: "system:anonymous",
    sentence:
      "system:anonymous: no credentials reached the server, or none that it reads; wrong ones would have been a 401",
    story: [
      "A request without credentials is not refused: it is one of the user system:anonymous, in the group system:unauthenticated.",
      "That user may do next to nothing (/version, /healthz), so what he asks ends in 403.",
      "So a 403 for system:anonymous is a login that is missing, not a role that is missing: do not bind a role to him.",
      "The usual reasons: the context names no user, the kubeconfig is of another cluster, the server's address is plain http://, or a load balancer that ends TLS has dropped the client certificate.",
      "A user name and a password, which kubectl asks for when it has nothing else, count as no credentials since Kubernetes 1.19.",
    ],
  },
  authenticated: {
    title: "system:authenticated, system:unauthenticated",
    sentence: "",
    story: [
      "Groups that the server itself adds: everybody whose credentials were accepted is in system:authenticated, everybody else in system:unauthenticated.",
      "What is bound to system:authenticated, all users have: discovery, and asking what they may do.",
      "What is bound to system:unauthenticated, the whole network has.",
    ],
  },
  masters: {
    title: "system:masters",
    sentence: "",
    story: [
      "A group whose members may do everything: the ClusterRoleBinding cluster-admin names it.",
      "kube-apiserver lets them through before RBAC is asked, so that deleting the binding changes nothing.",
      "Who has a client certificate with O=system:masters keeps it until the certificate expires: certificates cannot be revoked.",
    ],
  },
  impersonation: {
    title: "impersonation",
    sentence:
      "impersonation: you yourself need the verb impersonate on every user, group and extra that you name",
    story: [
      "With --as and --as-group a request asks to be judged as somebody else (headers Impersonate-User, Impersonate-Group).",
      "First you are authenticated as yourself; then you need the verb impersonate on each user, group, uid and extra value that is named.",
      "After that only the other user counts: what you may do yourself is no help.",
      "Groups are not looked up: whoever is impersonated has those of --as-group, and system:authenticated.",
    ],
  },
  flowControl: {
    title: "API priority and fairness",
    sentence:
      "API priority and fairness: the first FlowSchema that fits chooses a priority level, and that one's seats were taken",
    story: [
      "kube-apiserver serves so many requests at a time. Each priority level has a share of these seats.",
      "The FlowSchema with the lowest matchingPrecedence that fits user and request chooses the priority level.",
      "When all its seats are taken, requests queue; when the queue is full or the wait too long, the answer is 429 with Retry-After.",
      "A large list takes several seats, and takes them longer: ask for less at a time (--chunk-size, a selector), or for less often.",
      "It is the server that says no here. Client-side throttling is kubectl holding itself back, and is no 429.",
    ],
  },
  throttling: {
    title: "client-side throttling",
    sentence: "client-side throttling: the client held its own request back; the server had no part in it",
    story: [
      "client-go has a limit of its own: so many requests a second, with a burst (discovery of kubectl: 50 a second, 300 at once).",
      "Above it, requests wait in the client, which logs that. The server has not seen them yet.",
      "Mostly it is discovery: each group and version is a request, and with many CRDs there are hundreds.",
      "The server's own limit is API priority and fairness, and answers 429.",
    ],
  },
} as const satisfies Record<string, Entry>;
