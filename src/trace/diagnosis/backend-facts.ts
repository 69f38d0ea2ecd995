import { serviceHost } from "../../api/service-reference.ts";
import type { Answer, ApiService, ExtensionAuthentication } from "../../cluster/cluster.ts";
import type { Target } from "../trace.ts";
import { authenticationFacts } from "./authentication-facts.ts";
import type { Backend } from "./backend-advice.ts";
import type { Cause } from "./diagnosis.ts";
import type { Fact } from "./fact.ts";
import { groupFacts } from "./group-facts.ts";
import { isOfObject } from "./object-advice.ts";
import { podFacts } from "./pod-facts.ts";
import { serviceFacts } from "./service-facts.ts";
import { trustFacts, trustProblems } from "./trust-facts.ts";
import { ofCertificate } from "./webhook-facts.ts";

/** What a cluster was asked beside what a Trace shows. */
export interface Surroundings {
  /** Milliseconds since 1970: certificates expire. */
  readonly now: number;
  /** The APIServices of the request's group, as far as a list tells of them; null when there is no list. */
  readonly versions: readonly ApiService[] | null;
  /** Asked only where an extension server does not believe kube-apiserver; null: not asked. */
  readonly authentication: Answer<ExtensionAuthentication | null> | null;
}

/** An extension server that is there and speaks: its Pods are not what is the matter. */
const ofAnswer: ReadonlySet<Cause> = new Set<Cause>([
  "DiscoveryUnauthorized",
  "DiscoveryForbidden",
  "DiscoveryNotFound",
  "CredentialsRejected",
  "NoRuleAllows",
  "NotServed",
  "ResourceNotServed",
]);
const ofMissing: ReadonlySet<Cause> = new Set<Cause>(["DiscoveryNotFound", "NotServed", "ResourceNotServed"]);
/** Nobody has looked, or nobody says: all there is counts. */
const ofNothing: ReadonlySet<Cause> = new Set<Cause>([
  "ConditionMissing",
  "APIServiceUnavailable",
  "Unknown",
]);

/** What was seen that bears upon the cause for which the API behind an APIService fails, what says most first. */
export function backendFacts(
  cause: Cause,
  { apiService, target }: Backend,
  { now, versions, authentication }: Surroundings,
): readonly Fact[] {
  if (apiService === null || target.kind !== "Service") return [];
  const { trust } = apiService;
  const serverName = serviceHost(target);
  const ofTrust = ofCertificate.has(cause) ? trustFacts : ofNothing.has(cause) ? trustProblems : null;
  const ofGroup = versions === null ? [] : groupFacts(apiService, versions, ofMissing.has(cause));
  return [
    ...(trust === undefined ? [] : (ofTrust?.(trust, serverName, now) ?? [])),
    ...(ofCertificate.has(cause) || ofAnswer.has(cause)
      ? []
      : [...serviceFacts(target), ...podFacts(target)]),
    ...(authentication === null ? [] : authenticationFacts(authentication, now)),
    ...ofGroup,
  ];
}

/**
 * The cause, made more precise where a fact proves it: a certificate was refused (`said`) in words that name no cause, and nothing
 * that is trusted is valid any more.
 */
export function provenCause(cause: Cause, said: string, facts: readonly Fact[]): Cause {
  if (cause !== "TLSFailed" || !/\bx509: /.test(said)) return cause;
  return facts.find(({ proves }) => proves !== undefined)?.proves ?? cause;
}

interface Found {
  readonly party: string;
  readonly cause: Cause;
}

/** Whether what stands behind the API bears upon a failure: the aggregator could not reach it, or it answered for itself. */
export function isOfBackend({ party, cause }: Found, target: Target): boolean {
  if (target.kind !== "Service" || isOfObject(cause) || cause === "TooManyRequests") return false;
  if (party === "Nobody") return cause === "RequestTimedOut" || cause === "ConnectionReset";
  return party === "Aggregator" || party === "ExtensionServer";
}

/** Whether an extension server did not believe kube-apiserver, or took the user for somebody else. */
export function isOfAuthentication({ party, cause }: Found): boolean {
  if (cause === "DiscoveryUnauthorized" || cause === "DiscoveryForbidden") return true;
  return party === "ExtensionServer" && (cause === "CredentialsRejected" || cause === "NoRuleAllows");
}
