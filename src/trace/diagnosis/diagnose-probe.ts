import type { RequestInfo } from "../../api/request-info.ts";
import type { RoundTrip } from "../../log/round-trip.ts";
import type { Verdict } from "../trace.ts";
import { type Backend, backendAdvice } from "./backend-advice.ts";
import { diagnose } from "./diagnose.ts";
import { type Cause, causes, type Diagnosis } from "./diagnosis.ts";

/** A request to an aggregated API and what came back. */
export interface Probed {
  readonly roundTrip: RoundTrip;
  readonly requestInfo: RequestInfo;
  /** Whether the user may, as kube-apiserver itself says. */
  readonly verdict: Verdict;
  /** The answer's JSON; undefined when it is none; null when it was too long to be kept. */
  readonly json: unknown;
}

/** What a probe shows: null is not known. */
export type ProbeFinding =
  | { readonly ok: true; readonly resources: readonly ListedResource[] }
  | { readonly ok: false; readonly diagnosis: Diagnosis; readonly message: string }
  | { readonly ok: null; readonly message: string };

export interface ListedResource {
  readonly name: string;
  readonly verbs: readonly string[];
}

/**
 * What the answer to GET /apis/GROUP/VERSION says of the API behind it. kube-apiserver calls an API Available after any 2xx, whatever
 * the body: so a page, broken JSON or an empty list pass its own check.
 * Source of truth: kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go; fixtures/broken.
 */
export function readDiscovery(probed: Probed, backend: Backend): ProbeFinding {
  const failed = readFailure(probed, backend);
  if (failed !== null) return failed;
  if (probed.json === null && probed.roundTrip.message === null)
    return { ok: null, message: "the answer is too long to look into" };
  const resources = parseResourceList(probed.json);
  if (resources === null)
    return broken("NotDiscovery", saidOr(probed, "the answer is no APIResourceList"), backend);
  return resources.length === 0
    ? broken("NoResources", "the APIResourceList is empty", backend)
    : { ok: true, resources };
}

/**
 * What the answer to a list of one of its resources says. Only what no API in order answers counts: some do not support a list of
 * all, or not for everybody.
 */
export function readList(probed: Probed, backend: Backend): ProbeFinding {
  const { status } = probed.roundTrip;
  if (status !== null && status >= 400 && status < 500 && status !== 401 && status !== 403) {
    return { ok: null, message: saidOr(probed, `the list was answered with ${status}`) };
  }
  const failed = readFailure(probed, backend);
  if (failed !== null) return failed;
  return probed.json === null || isObject(probed.json)
    ? { ok: true, resources: [] }
    : broken("NotAnObject", saidOr(probed, "the answer to a list is no JSON object"), backend);
}

/** No answer, no whole one, or one that says no; null for any other. */
function readFailure({ roundTrip, ...rest }: Probed, backend: Backend): ProbeFinding | null {
  const { outcome, status, message, relayed, auditId } = roundTrip;
  if (outcome !== "response" || status === null) return refused({ roundTrip, ...rest }, backend);
  if (status < 300) {
    const isPage = message?.startsWith("not a Kubernetes") === true;
    // What comes from kube-apiserver has an Audit-Id, also where it only passed a page on.
    if (isPage && auditId === null) return refused({ roundTrip, ...rest }, backend);
    // A 2xx that broke off: the body is what went wrong, and the message says how.
    const isWhole = rest.json !== undefined || message === null || isPage;
    return isWhole ? null : refused({ ...rest, roundTrip: { ...roundTrip, outcome: "failed" } }, backend);
  }
  if (status === 403 && rest.verdict.decision !== "allowed" && relayed !== true) {
    return { ok: null, message: message ?? "forbidden" };
  }
  if (status === 429 && relayed !== true) return { ok: null, message: message ?? "too many requests" };
  return refused({ roundTrip, ...rest }, backend);
}

/** The user's credentials are good: with them the APIServices were read. So a 401 is of the extension server. */
const ofDiscovery: Readonly<Record<number, Cause>> = {
  401: "DiscoveryUnauthorized",
  404: "DiscoveryNotFound",
};

function refused({ roundTrip, requestInfo, verdict }: Probed, backend: Backend): ProbeFinding {
  const message = roundTrip.message ?? `status ${roundTrip.status ?? "not known"}`;
  const cause = ofDiscovery[roundTrip.status ?? 0];
  if (cause !== undefined && roundTrip.outcome === "response") return broken(cause, message, backend);
  const diagnosis = diagnose({ roundTrip, requestInfo, ...backend, verdict });
  if (diagnosis === null) return broken("NotDiscovery", message, backend);
  const { party } = diagnosis;
  // Where nothing came back, what to look at is still what stands behind the APIService.
  const advice = party === "Nobody" ? backendAdvice(diagnosis.cause, backend) : diagnosis.advice;
  return { ok: false, message, diagnosis: { ...diagnosis, advice } };
}

function broken(cause: Cause, message: string, backend: Backend): ProbeFinding {
  const diagnosis: Diagnosis = {
    party: "ExtensionServer",
    cause,
    summary: `${cause}: ${causes[cause]}`,
    evidence: [message],
    advice: backendAdvice(cause, backend),
  };
  return { ok: false, message, diagnosis };
}

function saidOr({ roundTrip }: Probed, otherwise: string): string {
  return roundTrip.message ?? otherwise;
}

/** Source of truth: apimachinery/pkg/apis/meta/v1/types.go (APIResourceList). */
function parseResourceList(json: unknown): readonly ListedResource[] | null {
  if (!isObject(json) || json["kind"] !== "APIResourceList" || !Array.isArray(json["resources"])) return null;
  return json["resources"].filter(isObject).map((one) => ({
    name: String(one["name"] ?? ""),
    verbs: Array.isArray(one["verbs"]) ? one["verbs"].map(String) : [],
  }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
