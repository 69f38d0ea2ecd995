/** Who uses the cluster of world/: with a client certificate, or as a ServiceAccount with a token. world/40-rbac.yaml says what they may. */
export const people = {
  admin: { user: "admin", groups: ["system:masters"], namespace: "default" },
  alice: { user: "alice", groups: [], namespace: "shop" },
  bob: { user: "bob", groups: ["qa", "staff"], namespace: "shop" },
  carol: { user: "carol", groups: [], namespace: "default" },
  dave: { user: "dave", groups: [], namespace: "shop" },
  erin: { user: "erin", groups: [], namespace: "shop" },
  support: { user: "support", groups: [], namespace: "shop" },
  trickle: { user: "trickle", groups: [], namespace: "shop" },
  "worker-1": { user: "system:node:worker-1", groups: ["system:nodes"], namespace: "default" },
} as const satisfies Record<
  string,
  { readonly user: string; readonly groups: readonly string[]; readonly namespace: string }
>;

export type Person = keyof typeof people;

/** Contexts beside those of people: a ServiceAccount by token, and somebody who says nothing of himself. */
export const robot = { context: "robot", namespace: "shop", name: "robot" };
export const anonymousContext = "anonymous";
