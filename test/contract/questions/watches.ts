import { accept } from "../accept.ts";
import { accepting, ask, type Question } from "../question.ts";

const pods = "/api/v1/namespaces/shop/pods";
const carts = `${pods}?watch=true&timeoutSeconds=1&labelSelector=app%3Dcart`;
const widgets = "/apis/example.com/v1/namespaces/shop/widgets?watch=true&timeoutSeconds=1";

/** Watches that end after a second. */
export const watchQuestions: readonly Question[] = [
  ask(carts),
  ask(carts, { as: "alice" }),
  ask(carts, { as: "dave" }),
  ask(`${carts}&resourceVersion=0`),
  ask(`${carts}&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&sendInitialEvents=true`),
  ask(`${carts}&sendInitialEvents=true`),
  ask(`${carts}&sendInitialEvents=true&resourceVersionMatch=Exact`),
  ask(`${carts}&resourceVersionMatch=NotOlderThan`),
  ask(`${carts}&resourceVersion=abc`),
  ask(`${carts}&resourceVersion=99999999`),
  ask(`${carts}&fieldSelector=metadata.name%3Dcart-0`),
  ask(`${carts}&fieldSelector=nonsense%3Dx`),
  ask(`${carts}&limit=1`),
  ask(`${pods}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dcart-1`),
  ask(`${pods}?watch=nonsense&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`),
  ask(`${pods}?watch=false&labelSelector=app%3Dcart`),
  ask(`${pods}?watch=true&timeoutSeconds=abc`),
  ask(`${pods}/cart-0?watch=true&timeoutSeconds=1`),
  ask("/api/v1/watch/namespaces/shop/pods/cart-0?timeoutSeconds=1"),
  ask("/api/v1/watch/namespaces/shop/pods?timeoutSeconds=1&labelSelector=app%3Dcart"),
  ask("/api/v1/watch/namespaces?timeoutSeconds=1&fieldSelector=metadata.name%3Dshop"),
  ask("/api/v1/watch/namespaces/shop/pods/cart-0?timeoutSeconds=1", { as: "alice" }),
  ask("/apis/example.com/v1/watch/widgets?timeoutSeconds=1"),
  ask(widgets),
  ask(`${widgets}&resourceVersion=0&allowWatchBookmarks=true`),
  ask("/apis/example.com/v1alpha1/widgets?watch=true&timeoutSeconds=1"),
  accepting(accept.table, carts),
  accepting(accept.table, `${carts}&includeObject=None`),
  accepting(accept.table, widgets),
  accepting(accept.metadata, carts),
  accepting("text/html", carts),
  accepting("application/json;stream=watch", carts),
  ask("/apis/metrics.k8s.io/v1beta1/nodes?watch=true&timeoutSeconds=1"),
  ask("/api/v1/componentstatuses?watch=true&timeoutSeconds=1"),
];
