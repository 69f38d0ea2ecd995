import { setMaxListeners } from "node:events";
import type { ConnectionRequest } from "./connection.ts";
import { TransportError } from "./transport-failure.ts";

/** As in ConnectionRequest. */
type Limits = Pick<ConnectionRequest, "signal" | "timeoutMs" | "headersTimeoutMs">;

export interface Deadline {
  /** Aborted by the time limits, by the request's own signal and by close(). */
  readonly signal: AbortSignal;
  start(): void;
  headersSeen(): void;
  stop(): void;
}

/** The limits of one request. `start` sets the clocks going; `stop` must follow. */
export function newDeadline(request: Limits, closing: AbortSignal): Deadline {
  const controller = new AbortController();
  const timers = new Map<string, NodeJS.Timeout>();
  const parents = [closing, ...(request.signal === undefined ? [] : [request.signal])];
  // Many requests at once listen to one signal, which is no leak: each stops listening when it is over.
  setMaxListeners(0, controller.signal, ...parents);
  const onAbort = (): void => controller.abort(new TransportError("aborted", "interrupted"));
  for (const parent of parents) {
    if (parent.aborted) onAbort();
    parent.addEventListener("abort", onAbort, { once: true });
  }
  const limit = (name: string, milliseconds: number | undefined): void => {
    if (milliseconds === undefined || milliseconds <= 0 || timers.has(name)) return;
    const error = new TransportError("timeout", `no answer within ${milliseconds / 1000} s`);
    timers.set(
      name,
      setTimeout(() => controller.abort(error), Math.min(milliseconds, 2 ** 31 - 1)),
    );
  };
  return {
    signal: controller.signal,
    start: () => {
      limit("whole", request.timeoutMs);
      limit("headers", request.headersTimeoutMs);
    },
    headersSeen: () => clearTimeout(timers.get("headers")),
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      for (const parent of parents) parent.removeEventListener("abort", onAbort);
    },
  };
}
