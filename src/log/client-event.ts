import type { HeaderFacts } from "./headers.ts";
import type { Phases } from "./round-trip.ts";

/**
 * What one log entry says about a client's requests, whatever its format was:
 *   request     is about to be sent
 *   answer      has its headers; method and url are null where the format leaves them out,
 *               status is null where it leaves that out (kubectl 1.23 at -v=9), 0 when no answer came
 *   headers     `Request Headers:` or `Response Headers:` begins; `header` is one line of it
 *   statistics  phases of the answer logged just before
 *   dialFailed  a connection could not be opened
 *   body        of a request or an answer, possibly cut
 *   throttled   the client held a request back
 *   retryAfter  the client waited because an answer said so
 *   warning     text of a 299 warning
 *   discovery   the client says how reading one group/version ended
 *   failure     an error text that may name the URL
 */
export type ClientEvent =
  | {
      readonly kind: "request";
      readonly method: string;
      readonly url: string;
      readonly headers: HeaderFacts | null;
    }
  | Answer
  | { readonly kind: "headers"; readonly of: "request" | "response" }
  | { readonly kind: "header"; readonly name: string; readonly value: string }
  | { readonly kind: "statistics"; readonly ms: number; readonly phases: Phases }
  | { readonly kind: "dialFailed"; readonly address: string; readonly error: string }
  | { readonly kind: "body"; readonly of: "request" | "response"; readonly text: string }
  | { readonly kind: "throttled"; readonly ms: number; readonly method: string; readonly url: string }
  | { readonly kind: "retryAfter"; readonly ms: number; readonly url: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "discovery"; readonly groupVersion: string; readonly statuses: readonly number[] }
  | { readonly kind: "failure"; readonly error: string };

export interface Answer {
  readonly kind: "answer";
  readonly method: string | null;
  readonly url: string | null;
  readonly status: number | null;
  readonly statusText: string;
  /** -1 when lines of the entry are missing, so that it may be another's. */
  readonly ms: number;
  readonly phases: Phases;
  readonly headers: HeaderFacts | null;
}
