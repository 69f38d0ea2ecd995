import type { Diagnosis } from "../trace/diagnosis/diagnosis.ts";
import type { Target, TraceApiService } from "../trace/trace.ts";

/* What `check` found. Every field order is that of the JSON output. */

/** Something to know that does not fail the check. */
export interface CheckWarning {
  readonly cause: "CertificateExpires" | "StaleDiscovery" | "CannotBeProbed";
  readonly message: string;
  /** Which one expires: it stays the same from run to run, as the message does not. */
  readonly certificate?: WarnedCertificate;
}

export interface WarnedCertificate {
  readonly role: "server" | "intermediate" | "authority" | "client";
  /** "" where it has none. */
  readonly subject: string;
  /** ISO 8601. */
  readonly notAfter: string;
}

/** What an aggregated API answered when it was asked as kubectl asks it. */
export interface CheckProbe {
  /** Of the answer that decided; null when none came. */
  readonly status: number | null;
  /** Milliseconds to the headers of the resource list. */
  readonly durationMs: number | null;
  /** How many resources it lists; null when it gave no list. */
  readonly resources: number | null;
  /** null: whether it works cannot be told. */
  readonly ok: boolean | null;
  /** Why it is not ok, or not known; "" otherwise. */
  readonly message: string;
  /** What aggregated discovery says of the version; absent where it says nothing. */
  readonly freshness?: "Current" | "Stale";
}

/** An object that waits for a broken API, as its own condition says. */
export interface CheckBreak {
  readonly kind: "Namespace" | "HorizontalPodAutoscaler";
  /** "" for a Namespace. */
  readonly namespace: string;
  readonly name: string;
  /** When the condition became what it is, ISO 8601; absent when it does not say. */
  readonly since?: string;
  readonly message: string;
}

/** What a baseline says of one that may be broken. */
interface Acceptance {
  /** It does not fail the check, but `ok` stays what it is. */
  readonly accepted?: true;
  /** Why, where the baseline says so. */
  readonly acceptedReason?: string;
}

/** One APIService, or a context that could not be asked for its own. */
export interface CheckItem extends Acceptance {
  /** Name of the kubeconfig context, where the command line chose one or more. */
  readonly context?: string;
  readonly apiService: TraceApiService;
  readonly target: Target;
  /** Available, and not found broken by a probe. */
  readonly ok: boolean;
  /** Why it is not ok, where that is known. */
  readonly diagnosis?: Diagnosis;
  readonly probe?: CheckProbe;
  readonly warnings?: readonly CheckWarning[];
  readonly breaks?: readonly CheckBreak[];
  /** The context could not be asked: apiService has no name, its message says why. */
  readonly asked?: false;
  /** What to do about that. */
  readonly hint?: string;
}

/** An admission webhook, or the conversion webhook of a CustomResourceDefinition. */
export interface CheckWebhook extends Acceptance {
  readonly context?: string;
  readonly configuration: {
    readonly kind:
      | "MutatingWebhookConfiguration"
      | "ValidatingWebhookConfiguration"
      | "CustomResourceDefinition";
    readonly name: string;
  };
  /** Its name in the configuration; "conversion" for that of a CustomResourceDefinition. */
  readonly webhook: string;
  /** With Ignore it fails no request, and not the check. */
  readonly failurePolicy: string;
  /** The Service; Unresolved where it is called at a URL. */
  readonly target: Target;
  /** Something ready stands behind it; null: that cannot be told. */
  readonly ok: boolean | null;
  readonly diagnosis?: Diagnosis;
  readonly warnings?: readonly CheckWarning[];
}

/** Of the connection to a cluster, not of anything in it. */
export interface CheckConnectionWarning extends CheckWarning {
  readonly context?: string;
}

/** ok when every item is, or is accepted, and no webhook fails requests. */
export interface CheckReport {
  readonly apiVersion: "kubectl-trace/v1alpha1";
  readonly kind: "CheckReport";
  readonly ok: boolean;
  readonly items: readonly CheckItem[];
  /** Only where they were asked for. */
  readonly webhooks?: readonly CheckWebhook[];
  /** Absent: there are none, or none were asked for. */
  readonly warnings?: readonly CheckConnectionWarning[];
  /** What could not be found out beside, one sentence each. */
  readonly notes?: readonly string[];
}
