import type { ShareName, Shares } from "../trace/time/shares.ts";
import type { SlowFinding } from "../trace/time/slow.ts";
import type { TimeBudget } from "../trace/time/time-budget.ts";
import type { CommandTimes, Summed } from "../trace/time/time-keeper.ts";
import type { Trace } from "../trace/trace.ts";
import { adviceText } from "./sentences.ts";
import { durationText, requestText, verbText } from "./words.ts";

/* What is said of a command's time. None of these texts is sanitized yet. */

/** One request that took less has nothing to tell of. */
const noiseMs = 250;

/** The costliest findings are told; JSON has all of them. */
const mostFindings = 3;

/** Where the time went, then what would make it faster, each its own line. Empty where nothing is worth a line. */
export function timeTexts(times: CommandTimes, slowest: Trace | null): string[] {
  const { budget, discovery, work } = times;
  const requests = discovery.count + work.count;
  if (budget === null) return requests > 1 && slowest !== null ? [summedText(discovery, work, slowest)] : [];
  const findings = budget.findings.slice(0, mostFindings).flatMap(findingTexts);
  if (requests === 1 && budget.totalMs < noiseMs) return findings;
  return [`${budgetText(budget)}${requests > 1 ? slowestText(slowest) : ""}`, ...findings];
}

const totalWords = {
  start: { exit: "in all", lastAnswer: "to the last answer", stream: "until the stream began" },
  firstEntry: {
    exit: "in all",
    lastAnswer: "from the first log line to the last answer",
    stream: "from the first log line until the stream began",
  },
} as const satisfies Record<TimeBudget["from"], Record<TimeBudget["to"], string>>;

/** "1.52s in all: 310ms before the first request, discovery 900ms, server 180ms, client 130ms". */
export function budgetText({ totalMs, sharesMs, from, to }: TimeBudget): string {
  const total = `${durationText(totalMs)} ${totalWords[from][to]}`;
  const parts = sharesText(sharesMs);
  const apart = sharesMs.network === null ? " (the log does not tell the network apart)" : "";
  return parts === "" ? total : `${total}: ${parts}${apart}`;
}

const shareTexts: Readonly<Record<ShareName, (duration: string) => string>> = {
  beforeFirstRequest: (duration) => `${duration} before the first request`,
  credentials: (duration) => `credentials ${duration}`,
  discovery: (duration) => `discovery ${duration}`,
  throttled: (duration) => `held back ${duration}`,
  network: (duration) => `network ${duration}`,
  server: (duration) => `server ${duration}`,
  client: (duration) => `client ${duration}`,
};

function sharesText(shares: Shares): string {
  return (Object.keys(shareTexts) as ShareName[])
    .flatMap((name) => {
      const ms = shares[name];
      return ms === null || ms === 0 ? [] : [shareTexts[name](durationText(ms))];
    })
    .join(", ");
}

/** "slow: 5.03s: …" and what to do about it. */
function findingTexts({ cause, costMs, summary, advice }: SlowFinding): string[] {
  return [`slow: ${durationText(costMs)} (${cause}): ${summary}`, ...advice.map(adviceText)];
}

/** The sum of the durations, where it is not known when they were. */
function summedText(discovery: Summed, work: Summed, slowest: Trace): string {
  const lookups = discovery.count === 0 ? "no discovery" : `discovery ${shareText(discovery)}`;
  const total = durationText(discovery.ms + work.ms);
  return `summed request time ${total} (parallel requests overlap): ${lookups}, work ${shareText(work)}${slowestText(slowest)}`;
}

function shareText({ count, ms }: Summed): string {
  return `${durationText(ms)} in ${count}`;
}

function slowestText(slowest: Trace | null): string {
  if (slowest === null) return "";
  const duration = durationText(slowest.roundTrip.durationMs ?? 0);
  return `; slowest ${duration}: ${verbText(slowest)} ${requestText(slowest)}`;
}
