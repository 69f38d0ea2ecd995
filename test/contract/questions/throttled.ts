import { accept } from "../accept.ts";
import { accepting, ask, type Question } from "../question.ts";

/** Asked while another request of the same user is under way, and there is room for one: all of them are turned away. */
export const throttledQuestions: readonly Question[] = [
  ask("/api/v1/namespaces/shop/pods?limit=500", { as: "trickle" }),
  accepting(accept.table, "/api/v1/namespaces/none/pods", { as: "trickle" }),
  ask("/api/v1/nodes", { as: "trickle" }),
  ask("/version", { as: "trickle" }),
  ask("/nothing", { as: "trickle", method: "POST" }),
];
