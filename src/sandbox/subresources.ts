import { isConnect } from "../api/connect-request.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import type { ServedResource } from "./catalog.ts";
import { type Exchange, findObject, headerOf, type World } from "./exchange.ts";
import { entries, list, text } from "./fields.ts";
import { answerProxy } from "./proxy.ts";
import { type Answer, badRequest, json, methodNotAllowed, notFound, status } from "./status.ts";

/** What is below an object: its status and scale to read, the log of a pod; what needs a kubelet is refused. */
export function answerSubresource(world: World, exchange: Exchange, resource: ServedResource): Answer {
  const { info, method } = exchange;
  if (isConnect(info) && info.subresource === "proxy") return answerProxy(world, exchange, resource);
  const object = findObject(world, exchange, resource);
  if (object === undefined) return notFound(info);
  switch (info.subresource) {
    case "log":
      return podLog(object, exchange);
    case "exec":
    case "attach":
    case "portforward":
      return refuseUpgrade(object, exchange);
    case "scale":
      return method === "GET" ? json(200, scaleOf(object, resource)) : methodNotAllowed();
    default:
      return method === "GET" ? json(200, object) : methodNotAllowed();
  }
}

/** A little text, so that `kubectl logs` has something to print. */
function podLog(pod: KubeObject, { query }: Exchange): Answer {
  const names = list(pod, "spec.containers").map((container) => text(container, "name"));
  const container = query.get("container") || names[0] || "";
  if (!names.includes(container)) {
    return badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
  }
  const lines = [
    `${container} of ${pod.metadata.name}: starting`,
    `${container} of ${pod.metadata.name}: ready`,
  ];
  const tail = query.get("tailLines");
  const shown = tail === null ? lines : lines.slice(Math.max(0, lines.length - Number(tail)));
  return {
    status: 200,
    headers: { "Content-Type": "text/plain" },
    body: shown.map((line) => `${line}\n`).join(""),
  };
}

/** There is no kubelet behind the nodes of a snapshot; the sentence is that of an API server that cannot reach one. */
function refuseUpgrade(pod: KubeObject, { headers }: Exchange): Answer {
  if (!/upgrade/i.test(headerOf(headers, "connection"))) return badRequest("Upgrade request required");
  const address = `${text(pod, "status.hostIP") || "192.0.2.1"}:10250`;
  const message = `error dialing backend: dial tcp ${address}: connect: connection refused`;
  return status(500, "InternalError", message);
}

/** A custom resource says where it has its replicas, and may have no selector. */
function scaleOf({ metadata, ...object }: KubeObject, { isCustom, scale }: ServedResource) {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const pathOf = (key: string, builtIn: string): string =>
    isCustom ? text(scale, key).replace(/^\./, "") : builtIn;
  const replicas = (key: string, builtIn: string): number => Number(text(object, pathOf(key, builtIn)) || 0);
  const selector = isCustom
    ? text(object, pathOf("labelSelectorPath", ""))
    : entries(object, "spec.selector.matchLabels")
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(",");
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: replicas("specReplicasPath", "spec.replicas") },
    status: {
      replicas: replicas("statusReplicasPath", "status.replicas"),
      ...(isCustom && selector === "" ? {} : { selector }),
    },
  };
}
