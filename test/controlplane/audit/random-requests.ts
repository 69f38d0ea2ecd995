import type { Impersonation } from "../../../src/log/round-trip.ts";
import { type Person, people, robot } from "../people.ts";
import type { Random } from "./random.ts";

/** A request that somebody might send; one that writes says dryRun=All. */
export interface RandomRequest {
  /** A context of the kubeconfig. */
  readonly who: string;
  readonly as: Impersonation | null;
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
}

const asked: readonly (Person | "robot")[] = [...(Object.keys(people) as Person[]), robot.context as "robot"];
// One request at a time would be let in, and the other refused before it is authorized.
const askers = asked.filter((name) => name !== "trickle");

const versions = [
  "api/v1",
  "api/v1",
  "api/v1",
  "apis/apps/v1",
  "apis/apps/v1",
  "apis/example.com/v1",
  "apis/example.com/v1alpha1",
  "apis/example.com/v2",
  "apis/metrics.k8s.io/v1beta1",
  "apis/rbac.authorization.k8s.io/v1",
  "apis/apiregistration.k8s.io/v1",
  "apis/nobody.io/v1",
  "api/v2",
];
const resources = [
  ["pods", "cart-0"],
  ["pods", "cart-1"],
  ["pods", ""],
  ["configmaps", "settings"],
  ["configmaps", "nope"],
  ["configmaps", ""],
  ["services", "web"],
  ["secrets", "password"],
  ["secrets", ""],
  ["serviceaccounts", "robot"],
  ["nodes", "worker-1"],
  ["nodes", ""],
  ["deployments", "web"],
  ["deployments", ""],
  ["widgets", "gear"],
  ["widgets", ""],
  ["gadgets", ""],
  ["clusterroles", "view"],
  ["roles", "developer"],
  ["apiservices", "v1.apps"],
  ["namespaces", "shop"],
  ["namespaces", ""],
  ["endpoints", "web"],
  ["events", ""],
  ["bindings", ""],
  ["nonsense", ""],
] as const;
const subresources = [
  "status",
  "scale",
  "log",
  "exec",
  "attach",
  "portforward",
  "proxy",
  "proxy/some/path",
  "eviction",
  "token",
  "finalize",
  "nonsense",
  "metrics",
];
const namespaces = [
  "",
  "namespaces/shop/",
  "namespaces/shop/",
  "namespaces/other/",
  "namespaces/kube-system/",
  "namespaces/nope/",
  "namespaces//",
];
const prefixes = ["", "", "", "", "", "", "", "watch/", "proxy/"];
const methods = ["GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const listQueries = [
  "limit=500",
  "watch=true",
  "watch=1",
  "watch=",
  "watch",
  "watch=0",
  "watch=false",
  "watch=T",
  "watch=yes",
  "watch=true&watch=false",
  "allowWatchBookmarks=true&watch=true&resourceVersion=0",
  "fieldSelector=metadata.name%3Dsettings",
  "fieldSelector=metadata.name%3Dcart-0&watch=true",
  "fieldSelector=metadata.name%3D%3Dcart-0",
  "fieldSelector=metadata.name%3Da%2Fb",
  "fieldSelector=metadata.name!%3Dcart-0",
  "fieldSelector=metadata.name%3Dcart-0,metadata.namespace%3Dshop",
  "fieldSelector=metadata.name%3Da&fieldSelector=metadata.name%3Dsettings",
  "fieldSelector=spec.nodeName%3Dworker-1",
  "fieldSelector=a%3Db%3Dc",
  "fieldSelector=%5C",
  "labelSelector=app%3Dweb",
  "labelSelector=app+in+(web,cart)&limit=1",
  "labelSelector=!app",
  "labelSelector=%21%21",
  "limit=abc&fieldSelector=metadata.name%3Dsettings",
  "limit=abc&watch=true",
  "timeout=5s",
  "%zz",
  "a;b",
  "resourceVersion=0&resourceVersionMatch=NotOlderThan",
  "",
  "",
  "",
];
const otherPaths = [
  "/",
  "/version",
  "/version/",
  "/healthz",
  "/livez?verbose",
  "/readyz/etcd",
  "/metrics",
  "/metrics/slis",
  "/metricsx",
  "/logs",
  "/logs/",
  "/api",
  "/api/",
  "/apis",
  "/apis/",
  "/apis/apps",
  "/apis/apps/",
  "/apis/apps/v1",
  "/apis/example.com",
  "/apis/example.com/v1",
  "/apis/metrics.k8s.io/v1beta1",
  "/apis/nobody.io",
  "/api/v1",
  "/api/v1/",
  "/openapi/v2",
  "/openapi/v3",
  "/openapi/v3/apis/apps/v1?hash=1",
  "/.well-known/openid-configuration",
  "/openid/v1/jwks",
  "/debug/pprof/",
  "/debug/flags/v",
  "/nope",
  "/nope/%2e%2e/version",
  "/api%2Fv1/pods",
  "/api/v1/%70ods",
  "/api/v1/namespaces/shop/pods/a%2Fb",
  "/api/v1/namespaces/shop/pods/caf%C3%A9",
  "/api/v1/namespaces/sh%20op/pods",
  "//api/v1/pods",
  "/api//v1/pods",
  "/api/v1//pods",
  "/api/v1/pods//",
  "/api/v1/namespaces/shop//pods",
  "/api/v1/namespaces/shop/",
  "/api/v1/namespaces/shop/status",
  "/api/v1/namespaces/shop/finalize",
  "/api/v1/namespaces/shop/status/x",
  "/apis/apps/v1/namespaces/shop/deployments/web/scale/x/y",
  "/apis/example.com/v1/namespaces/shop",
  "/apis//v1/pods",
  "/apis/apps//deployments",
  "/API/v1/pods",
  "/api/v1/watch",
  "/api/v1/proxy/",
  "/api/v1/namespaces/shop/services/web:80/proxy/a/b?c=d",
  "/api/v1/nodes/worker-1/proxy/metrics/resource",
  "/k8s/clusters/c-x/api/v1/pods",
];
const impersonations: readonly (Impersonation | null)[] = [
  { user: "alice", groups: [], uid: "", extra: {} },
  { user: "alice", groups: ["qa"], uid: "", extra: {} },
  { user: "alice", groups: [], uid: "", extra: { ticket: ["4711"] } },
  { user: "system:serviceaccount:shop:robot", groups: [], uid: "", extra: {} },
  { user: "system:anonymous", groups: [], uid: "", extra: {} },
  { user: "somebody", groups: ["system:masters"], uid: "", extra: {} },
];

export function randomRequest(random: Random): RandomRequest {
  const who = random.pick(askers);
  const mayActAsOthers = who === "admin" || who === "support";
  const as = mayActAsOthers && random.chance(0.4) ? random.pick(impersonations) : null;
  const method = random.pick(methods);
  const path = random.chance(0.25) ? random.pick(otherPaths) : resourcePath(random);
  return { who, as, method, path: withQuery(path, method, random) };
}

function resourcePath(random: Random): string {
  const [resource, name] = random.pick(resources);
  const scope = random.pick(namespaces);
  const object = name === "" ? resource : `${resource}/${name}`;
  const below = name !== "" && random.chance(0.35) ? `/${random.pick(subresources)}` : "";
  return `/${random.pick(versions)}/${random.pick(prefixes)}${scope}${object}${below}`;
}

/** A watch ends by itself, and nothing is ever changed. */
function withQuery(path: string, method: string, random: Random): string {
  const own = path.includes("?") || random.chance(0.3) ? [] : [random.pick(listQueries)];
  const safe = method === "GET" || method === "HEAD" ? ["timeoutSeconds=1"] : ["dryRun=All"];
  const query = [...own, ...safe].filter((part) => part !== "").join("&");
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}
