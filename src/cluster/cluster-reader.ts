import type { Answer, UserInfo } from "./cluster.ts";

/**
 * GETs a path of the API ("/apis/apps/v1/deployments?limit=500") and gives its parsed JSON.
 * `accept` is the Accept header, application/json without it. Never throws: what went wrong is the answer.
 */
export type ReadList = (path: string, accept?: string) => Promise<Answer<unknown>>;

/** A live cluster for those who need whole objects, which the questions of `Cluster` do not give. */
export interface ClusterReader {
  readonly read: ReadList;
  /** For people: `context "kind-dev" (https://127.0.0.1:6443)`. */
  readonly title: string;
  readonly server: string;
  readonly whoAmI: () => Promise<Answer<UserInfo>>;
  readonly close: () => Promise<void>;
}
