import { type Answer, plainText } from "./status.ts";

/** What a fault can do instead of an answer: cut the connection, or never answer. */
export type Failure = "drop" | "hang";

/** A rule that makes the sandbox misbehave. The first that matches a request is the only one for it. */
export interface Fault {
  /** @param url path and query, without the base path */
  readonly match: (method: string, url: string, username: string, flowSchema: string) => boolean;
  /** Answers instead of the sandbox; a 429 before authorization, anything else after it. */
  readonly answer?: Answer | Failure;
  /** Holds the answer back. */
  readonly delayMs?: number;
}

export function findFault(
  faults: readonly Fault[],
  method: string,
  url: string,
  username: string,
  flowSchema: string,
): Fault | undefined {
  return faults.find(({ match }) => match(method, url, username, flowSchema));
}

/** What API Priority and Fairness answers when it has no place for a request. */
export function tooManyRequests(retryAfterSeconds: number): Answer {
  return plainText(429, "Too many requests, please try again later.", {
    "Retry-After": String(retryAfterSeconds),
  });
}

export async function delay(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
