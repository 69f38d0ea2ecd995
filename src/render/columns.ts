import type { Trace } from "../trace/trace.ts";
import { parseRbacReason } from "./sentences.ts";
import type { Tone } from "./style.ts";
import {
  backendText,
  nameText,
  requestText,
  resourceText,
  shortBackendText,
  statusText,
  timeText,
  verbText,
} from "./words.ts";

/** One column of a table of Traces. */
export interface Column {
  readonly header: string;
  readonly text: (trace: Trace) => string;
  /** What to say when `text` does not fit; without it the text is shortened in the middle. */
  readonly short?: (trace: Trace) => string;
  readonly tone?: (trace: Trace) => Tone;
  readonly align?: "right";
  /** A width that is enough for what later rows are likely to have; Infinity takes whatever is left. */
  readonly roomy?: number;
  /** The column is never made narrower than this, nor than its header. */
  readonly min: number;
}

export const verb: Column = { header: "VERB", text: verbText, roomy: 6, min: 6 };
export const request: Column = {
  header: "REQUEST",
  text: requestText,
  roomy: Number.POSITIVE_INFINITY,
  min: 7,
};
export const resource: Column = {
  header: "RESOURCE",
  text: (trace) => resourceText(trace.requestInfo),
  roomy: Number.POSITIVE_INFINITY,
  min: 16,
};
export const name: Column = {
  header: "NAME",
  text: (trace) => nameText(trace.requestInfo),
  roomy: Number.POSITIVE_INFINITY,
  min: 8,
};
export const status: Column = {
  header: "STATUS",
  text: (trace) => statusText(trace.roundTrip),
  tone: statusTone,
  roomy: 7,
  min: 6,
};
export const time: Column = {
  header: "TIME",
  text: (trace) => timeText(trace.roundTrip),
  align: "right",
  roomy: 6,
  min: 5,
};
export const apiService: Column = {
  header: "APISERVICE",
  text: (trace) => trace.apiService?.name ?? "-",
  min: 12,
};
export const available: Column = {
  header: "AVAILABLE",
  text: (trace) => trace.apiService?.available ?? "-",
  tone: (trace) => availableTones[trace.apiService?.available ?? "none"],
  min: 9,
};
const canI = { allowed: "yes", denied: "no", unknown: "?" } as const;
/** In the words of `kubectl auth can-i`. */
export const shortRbac: Column = {
  header: "RBAC",
  text: (trace) => canI[trace.verdict.decision],
  tone: rbacTone,
  min: 4,
};
export const rbac: Column = {
  header: "RBAC",
  text: (trace) => trace.verdict.decision,
  tone: rbacTone,
  min: 7,
};
/** Whose binding of which role it was. */
export const allowedBy: Column = {
  header: "ALLOWED BY",
  text: allowedByText,
  short: (trace) => parseRbacReason(trace.verdict.reason)?.binding ?? trace.verdict.reason,
  min: 20,
};
export const shortBackend: Column = {
  header: "BACKEND",
  text: (trace) => shortBackendText(trace.target),
  tone: backendTone,
  roomy: 11,
  min: 7,
};
export const backend: Column = {
  header: "BACKEND",
  text: (trace) => backendText(trace.target),
  short: (trace) => shortBackendText(trace.target),
  tone: backendTone,
  roomy: 30,
  min: 11,
};

const allowedPrefix = "RBAC: allowed by ";

function allowedByText({ verdict }: Trace): string {
  const { decision, reason, source } = verdict;
  if (decision !== "allowed" || reason === "") return "-";
  if (source === "response") return "(seen in the answer)";
  return reason.startsWith(allowedPrefix) ? reason.slice(allowedPrefix.length) : reason;
}

/** How the answer is to be taken. */
export function statusTone({ roundTrip }: Trace): Tone {
  if (roundTrip.outcome === "failed") return "bad";
  if (roundTrip.outcome === "planned") return "faint";
  if (roundTrip.status === null) return "doubt";
  if (roundTrip.status < 400) return "plain";
  return roundTrip.status === 404 ? "doubt" : "bad";
}

const availableTones = { True: "good", False: "bad", Unknown: "doubt", none: "faint" } as const;

const rbacTones = { allowed: "good", denied: "bad", unknown: "doubt" } as const;

function rbacTone({ verdict }: Trace): Tone {
  return rbacTones[verdict.decision];
}

function backendTone({ target }: Trace): Tone {
  return target.kind === "Unresolved" ? "doubt" : "plain";
}
