import { ask, post, type Question } from "../question.ts";

const pods = "/api/v1/namespaces/shop/pods?labelSelector=app%3Dcart";
const who = (as: Question["as"], headers: Question["headers"]): Question =>
  post(
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
    { as, headers },
  );

/** Acting as somebody else, and not being let to. */
export const impersonationQuestions: readonly Question[] = [
  who("admin", { "Impersonate-User": "alice" }),
  who("admin", { "Impersonate-User": "alice", "Impersonate-Group": ["qa", "staff"] }),
  who("admin", { "Impersonate-User": "alice", "Impersonate-Group": "system:unauthenticated" }),
  who("admin", { "Impersonate-User": "alice", "Impersonate-Uid": "42" }),
  who("admin", { "Impersonate-User": "alice", "Impersonate-Extra-Ticket": ["1", "2"] }),
  who("admin", { "Impersonate-User": "alice", "Impersonate-Extra-Example.com%2FTicket": "1" }),
  who("admin", { "Impersonate-User": "alice", "Impersonate-Extra-a%zz": "1" }),
  who("admin", { "Impersonate-User": "system:serviceaccount:shop:robot" }),
  who("admin", { "Impersonate-User": "system:serviceaccount:shop:robot", "Impersonate-Group": "qa" }),
  who("admin", { "Impersonate-User": "system:serviceaccount:shop" }),
  who("admin", { "Impersonate-User": "system:serviceaccount:shop:Not_Valid" }),
  who("admin", { "Impersonate-User": "system:anonymous" }),
  who("admin", { "Impersonate-User": "system:anonymous", "Impersonate-Group": "qa" }),
  who("admin", { "Impersonate-User": "system:node:worker-1", "Impersonate-Group": "system:nodes" }),
  who("admin", { "Impersonate-User": "" }),
  who("admin", { "Impersonate-Group": "qa" }),
  who("admin", { "Impersonate-Uid": "42" }),
  who("admin", { "Impersonate-Extra-Ticket": "1" }),
  who("admin", { "Impersonate-Group": "qa", "Impersonate-Uid": "42", "Impersonate-Extra-Ticket": "1" }),

  who("support", { "Impersonate-User": "alice", "Impersonate-Group": "qa" }),
  who("support", { "Impersonate-User": "alice", "Impersonate-Group": ["qa", "staff"] }),
  who("support", { "Impersonate-User": "alice", "Impersonate-Extra-Ticket": "1" }),
  who("support", { "Impersonate-User": "alice", "Impersonate-Extra-Scope": "1" }),
  who("support", { "Impersonate-User": "alice", "Impersonate-Uid": "42" }),
  who("support", { "Impersonate-User": "system:serviceaccount:shop:robot" }),
  who("support", { "Impersonate-User": "system:serviceaccount:other:robot" }),
  who("support", { "Impersonate-User": "bob" }),
  who("support", { "Impersonate-User": "system:node:worker-1" }),
  who("support", { "Impersonate-Group": "qa" }),
  who("alice", { "Impersonate-User": "alice" }),
  who("dave", { "Impersonate-User": "<b> & co" }),
  who("anonymous", { "Impersonate-User": "alice" }),
  who("wrong-token", { "Impersonate-User": "alice" }),
  who("erin", { "Impersonate-User": "alice" }),
  ask(pods, { headers: { "Impersonate-User": "alice" } }),
  ask(pods, { headers: { "Impersonate-User": "dave" } }),
  ask(pods, { headers: { "Impersonate-User": "someone", "Impersonate-Group": "qa" } }),
  ask(pods, { headers: { "Impersonate-User": "system:serviceaccount:shop:robot" } }),
  ask(pods, { as: "support", headers: { "Impersonate-User": "alice" } }),
  ask("/api/v1/nodes", { headers: { "Impersonate-User": "<jane> & co" } }),
  ask("/api/v1/nodes", { as: "support", headers: { "Impersonate-User": "alice" } }),
  ask("/version", { as: "support", headers: { "Impersonate-User": "admin" } }),
];
