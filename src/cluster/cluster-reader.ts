import type { RoundTrip } from "../log/round-trip.ts";
import type { Answer, Cluster, UserInfo } from "./cluster.ts";
import type { ConnectionCertificates } from "./connection/describe-certificates.ts";

/**
 * GETs a path of the API ("/apis/apps/v1/deployments?limit=500") and gives its parsed JSON.
 * `accept` is the Accept header, application/json without it. Never throws: what went wrong is the answer, and `isAbsent` says that
 * the API itself has no such thing, which a proxy's own 404 does not.
 */
export type ReadList = (
  path: string,
  accept?: string,
) => Promise<Answer<unknown> & { readonly isAbsent?: boolean }>;

/**
 * GETs a path once, within so many milliseconds, and tells what a log of it would tell; `onBody` takes the body as it comes.
 * @throws ClusterError when there are no credentials to send it with
 */
export type SendProbe = (
  path: string,
  timeoutMs: number,
  onBody: (chunk: Uint8Array) => void,
) => Promise<RoundTrip>;

/** A live cluster for those who need whole objects, which the questions of `Cluster` do not give. */
export interface ClusterReader {
  readonly read: ReadList;
  /** For people: `context "kind-dev" (https://127.0.0.1:6443)`. */
  readonly title: string;
  readonly server: string;
  /** Absent: nothing can be probed. */
  readonly probe?: SendProbe;
  /** Absent: nobody can be asked what the user may. */
  readonly review?: Cluster["review"];
  /** Absent: nothing is known of them. */
  readonly credentials?: Cluster["credentials"];
  /** Those of the connection, once something was read over it. Asks nobody. Absent: nothing is known of them. */
  readonly certificates?: () => Promise<Answer<ConnectionCertificates>>;
  readonly whoAmI: () => Promise<Answer<UserInfo>>;
  readonly close: () => Promise<void>;
}
