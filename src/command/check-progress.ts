import type { CheckReport } from "../render/check-report.ts";
import { type CheckRow, rowsOf } from "../render/check-rows.ts";
import { sanitize } from "../render/sanitize.ts";
import { shortenEnd } from "../render/text-width.ts";
import { withoutPlainCommands } from "./workflow-commands.ts";

/** Tells what `check --wait` waits for. */
export interface CheckProgress {
  readonly report: (report: CheckReport) => void;
  /** The cluster gave no answer. */
  readonly failure: (reason: string) => void;
}

export interface CheckProgressOptions {
  readonly write: (line: string) => void;
  /** "the cluster", "context prod". */
  readonly cluster: string;
  /** Columns of a terminal, where what does not fit on one line or one screen is left out; null: a file keeps all. */
  readonly columns: number | null;
}

/** At a terminal the report that comes in the end tells of the others. */
const mostLines = 10;

/** Writes a line for each APIService when its state becomes another one, and none while it stays. */
export function createCheckProgress({ write, cluster, columns }: CheckProgressOptions): CheckProgress {
  const states = new Map<string, string>();
  const changed = (name: string, state: string): boolean => {
    if (states.get(name) === state) return false;
    states.set(name, state);
    return true;
  };
  const print = (line: string) => {
    // Of a terminal or a CI log: the latter may take some lines for commands.
    const text = withoutPlainCommands(sanitize(line));
    write(`${columns === null ? text : shortenEnd(text, columns, "…")}\n`);
  };
  return {
    report(report) {
      const lines = rowsOf(report).flatMap((row) => {
        if (row.state === "available") return states.delete(row.title) ? [`${row.title} is available`] : [];
        const isWaited = row.state === "unavailable";
        return isWaited && changed(row.title, `${row.availability} ${row.reason}`) ? [describe(row)] : [];
      });
      states.delete("");
      const shown = columns === null || lines.length <= mostLines ? lines : lines.slice(0, mostLines - 1);
      for (const line of shown) print(line);
      if (shown.length < lines.length) print(`and ${lines.length - shown.length} more`);
    },
    failure(reason) {
      if (changed("", reason)) print(`waiting for ${cluster}: ${reason}`);
    },
  };
}

function describe({ title, availability, reason, message }: CheckRow): string {
  return `waiting for ${title}: ${availability}${reason && ` ${reason}`}${message && `: ${message}`}`;
}
