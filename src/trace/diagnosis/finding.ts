import type { RoundTrip } from "../../log/round-trip.ts";
import type { Trace } from "../trace.ts";
import type { Surroundings } from "./backend-facts.ts";
import type { Cause, Party } from "./diagnosis.ts";

/** What is known of a request besides why it failed. */
export type Failed = Pick<
  Trace,
  | "roundTrip"
  | "requestInfo"
  | "apiService"
  | "target"
  | "verdict"
  | "flowControl"
  | "connect"
  | "admission"
  | "admissionReason"
> & {
  /** Left out: no cluster was asked. */
  readonly surroundings?: Surroundings;
  /** Whose request it was is not known, nor when: what the cluster says of us, now, proves nothing of it. */
  readonly isForeign?: boolean;
};

/** A party and a cause, and what of the answer proves them. */
export interface Finding {
  readonly party: Party;
  readonly cause: Cause;
  readonly evidence: readonly string[];
}

/** The answer's own words are the first evidence. */
export function saidIn({ message }: RoundTrip): readonly string[] {
  return message === null ? [] : [message];
}
