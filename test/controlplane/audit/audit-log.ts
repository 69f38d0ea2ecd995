import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** What the API server says of a request. Source of truth: apiserver/pkg/apis/audit/v1/types.go. */
export interface AuditEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: AuditUser;
  readonly impersonatedUser?: AuditUser;
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
    readonly apiVersion?: string;
    readonly subresource?: string;
  };
  readonly responseStatus?: { readonly code?: number; readonly message?: string; readonly reason?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface AuditUser {
  readonly username?: string;
  readonly groups?: readonly string[];
}

/** Reads on where it stopped: the log grows while tests run. */
export function followAuditLog(file: string): { read(): ReadonlyMap<string, AuditEvent> } {
  const events = new Map<string, AuditEvent>();
  let read = 0;
  return {
    read() {
      const text = readFileSync(file, "utf8");
      const end = text.lastIndexOf("\n") + 1;
      for (const line of text.slice(read, end).split("\n")) {
        if (line === "") continue;
        const event = JSON.parse(line) as AuditEvent;
        // The last stage has everything that the earlier ones had.
        events.set(event.auditID, event);
      }
      read = end;
      return events;
    },
  };
}

/**
 * The events of these requests, of those that have one: a request is answered a moment before its event is written, and a few
 * never get as far as being audited.
 */
export async function eventsOf(
  file: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AuditEvent>> {
  const log = followAuditLog(file);
  let missing = -1;
  for (;;) {
    const events = log.read();
    const left = ids.filter((id) => !events.has(id)).length;
    if (left === 0 || left === missing) return events;
    missing = left;
    await sleep(1000);
  }
}
