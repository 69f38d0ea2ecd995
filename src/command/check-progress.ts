import type { CheckItem, CheckReport } from "../render/check.ts";
import { sanitize } from "../render/sanitize.ts";

/** Tells what `check --wait` waits for. */
export interface CheckProgress {
  readonly report: (report: CheckReport) => void;
  /** The cluster gave no answer. */
  readonly failure: (reason: string) => void;
}

/** Writes a line for each APIService when its state becomes another one, and none while it stays. */
export function createCheckProgress(write: (line: string) => void): CheckProgress {
  const states = new Map<string, string>();
  const tell = (name: string, state: string, line: string) => {
    if (states.get(name) !== state) {
      states.set(name, state);
      write(`${sanitize(line)}\n`);
    }
  };
  return {
    report({ items }) {
      for (const item of items) {
        const { name, available, reason } = item.apiService;
        if (!item.ok) {
          tell(name, `${available} ${reason}`, describe(item));
        } else if (states.delete(name)) {
          write(`${sanitize(name)} is available\n`);
        }
      }
      states.delete("");
    },
    failure: (reason) => tell("", reason, `waiting for the cluster: ${reason}`),
  };
}

function describe({ apiService: { name, available, reason, message } }: CheckItem): string {
  return `waiting for ${name}: ${available}${reason && ` ${reason}`}${message && `: ${message}`}`;
}
