import { ask, type Question } from "../question.ts";

const system = "/api/v1/namespaces/kube-system/services";
const own = "/api/v1/namespaces/default/services";

/** Proxies that lead nowhere, so that no program answers: its port has a name, which is to be said; its endpoint is no Pod. */
export const proxyQuestions: readonly Question[] = [
  ask(`${system}/metrics-server/proxy/`),
  ask(`${system}/metrics-server:444/proxy/`),
  ask(`${system}/https:metrics-server:444/proxy/`),
  ask(`${system}/metrics-server:nope/proxy/`),
  ask(`${system}/https:metrics-server:nope/proxy/any/path?a=b`),
  ask(`${system}/webhook:https/proxy/`),
  ask(`${system}/none/proxy/`),
  ask(`${system}/none:443/proxy/`),
  ask(`${system}/none:https/proxy/`),
  ask(`${system}/a:b:c:d/proxy/`),
  ask(`${system}/ftp:metrics-server:443/proxy/`),
  ask(`${own}/kubernetes/proxy/`),
  ask(`${own}/kubernetes:443/proxy/`),
  ask(`${own}/https:kubernetes:https/proxy/healthz`),
  ask("/api/v1/namespaces/shop/pods/none/proxy/"),
  ask("/api/v1/namespaces/shop/pods/http:none:80/proxy/"),
  ask("/api/v1/namespaces/shop/pods/a:b:c:d/proxy/"),
  ask("/api/v1/nodes/none/proxy/"),
  ask("/api/v1/nodes/a:b:c:d/proxy/"),
];
