import type { RequestInfo } from "../api/request-info.ts";
import type { ConditionStatus, Trust } from "../cluster/cluster.ts";
import type { RoundTrip } from "../log/round-trip.ts";
import type { AdmissionHook } from "./admission/admission-hook.ts";
import type { Connect } from "./connect.ts";
import type { Conversion, CustomResourceVersion } from "./custom-resource.ts";
import type { Diagnosis } from "./diagnosis/diagnosis.ts";
import type { FlowControl } from "./flow-control.ts";
import type { ServiceChain } from "./service-chain.ts";

/** What stands behind an APIService. Every answer carries why it is that one. */
export type Target =
  | (ServiceChain & { readonly kind: "Service" })
  | {
      readonly kind: "Local";
      readonly by: "built-in" | "crd" | "aggregator";
      /** Name of the CustomResourceDefinition, with by "crd". */
      readonly crd?: string;
      readonly reason?: string;
      /** Of the CustomResourceDefinition, when they were asked for. */
      readonly versions?: readonly CustomResourceVersion[];
      readonly conversion?: Conversion;
    }
  | { readonly kind: "Unresolved"; readonly reason: string };

export interface Verdict {
  readonly decision: "allowed" | "denied" | "unknown";
  /** The server's own reason word for word, or why it is unknown. */
  readonly reason: string;
  /** review: asked the server; snapshot: computed; response: seen in the answer; none: nothing says. */
  readonly source: "review" | "snapshot" | "response" | "none";
}

export interface TraceApiService {
  readonly name: string;
  readonly available: ConditionStatus;
  readonly reason: string;
  readonly message: string;
  /** Whom kube-apiserver trusts for the Service behind it; absent for a Local one, and where it was not asked for. */
  readonly trust?: Trust;
}

/** All that is known of one RoundTrip. The field order is that of the JSON output. */
export interface Trace {
  readonly apiVersion: "kubectl-trace/v1alpha1";
  readonly kind: "Trace";
  readonly roundTrip: RoundTrip;
  readonly requestInfo: RequestInfo;
  /** null: none answers for this path. */
  readonly apiService: TraceApiService | null;
  readonly target: Target;
  readonly verdict: Verdict;
  /** Where the server counted it, by name; absent when that is not known, or was not asked for. */
  readonly flowControl?: FlowControl;
  /** The webhooks and policies that match a write, in the order in which they are asked; absent when they were not asked for. */
  readonly admission?: readonly AdmissionHook[];
  /** Why there may be others; absent when these are all. */
  readonly admissionReason?: string;
  /** Who said no, and why; null for a request that did not fail, or of which that is not known. */
  readonly diagnosis: Diagnosis | null;
  /** Whom kube-apiserver handed it on to; absent for what it answers itself, and where it was not asked for. */
  readonly connect?: Connect;
}
