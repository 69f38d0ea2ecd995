import { accept } from "../accept.ts";
import { accepting, ask, type Question } from "../question.ts";

const metrics = "/apis/metrics.k8s.io/v1beta1";

/** What stands behind a Service: one that answers, one that is not Available, and who may not even ask. */
export const aggregatedQuestions: readonly Question[] = [
  ask(metrics),
  ask(`${metrics}/`),
  ask(`${metrics}/nodes`, { as: "carol" }),
  ask(`${metrics}/nodes`, { as: "alice" }),
  ask(`${metrics}/nodes`, { as: "bob" }),
  ask(`${metrics}/nodes/worker-1`, { as: "carol" }),
  ask(`${metrics}/nodes/worker-1`, { as: "dave" }),
  ask(`${metrics}/nodes/none`, { as: "carol" }),
  ask(`${metrics}/nodes?labelSelector=none%3Dx`, { as: "carol" }),
  ask(`${metrics}/nodes?fieldSelector=metadata.name%3Dworker-1`, { as: "carol" }),
  ask(`${metrics}/nodes?limit=1`, { as: "carol" }),
  ask(`${metrics}/nodes?limit=abc`, { as: "carol" }),
  ask(`${metrics}/nodes`, { as: "anonymous" }),
  ask(`${metrics}/namespaces/shop/pods`, { as: "bob" }),
  ask(`${metrics}/namespaces/shop/pods?labelSelector=app%3Dcart`),
  ask(`${metrics}/namespaces/shop/pods`, { as: "robot" }),
  ask(`${metrics}/namespaces/shop/pods`, { as: "alice" }),
  ask(`${metrics}/namespaces/shop/pods/cart-0`),
  ask(`${metrics}/namespaces/shop/pods/none`),
  ask(`${metrics}/namespaces/none/pods`),
  ask(`${metrics}/nonsense`),
  ask(`${metrics}/nonsense`, { as: "alice" }),
  ask(`${metrics}/nodes/worker-1/nonsense`),
  accepting(accept.table, `${metrics}/nodes`, { as: "carol" }),
  accepting(accept.table, `${metrics}/namespaces/shop/pods?labelSelector=app%3Dcart`),
  accepting("text/html", `${metrics}/nodes`),
  ...["down"].flatMap((name) => [
    ask(`/apis/${name}.example.com/v1/things`),
    ask(`/apis/${name}.example.com/v1/namespaces/shop/things/x`),
    ask(`/apis/${name}.example.com/v1/things`, { as: "dave" }),
    ask(`/apis/${name}.example.com/v1/things`, { as: "anonymous" }),
    ask(`/apis/${name}.example.com/v1/things`, { method: "POST" }),
    accepting("text/html", `/apis/${name}.example.com/v1/things`),
  ]),
];
