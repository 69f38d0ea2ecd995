import type { CommandTimes } from "../trace/time/time-keeper.ts";
import type { Trace } from "../trace/trace.ts";
import { commandText } from "./command-line.ts";
import { connectText } from "./connect-words.ts";
import { createIsNews, type IsNews } from "./details.ts";
import { admissionText } from "./flow-admission.ts";
import type { Mark, Step } from "./flow-step.ts";
import { flowSteps, readingText } from "./flow-steps.ts";
import { withTerms } from "./flow-terms.ts";
import type { Renderer, RenderOptions } from "./renderer.ts";
import { sanitize } from "./sanitize.ts";
import { createStyle, type Style, type Tone } from "./style.ts";
import { addToTally, createTally, renderSummary, type Tally } from "./summary.ts";
import { pad, shortenEnd, textWidth, wrapAdvice, wrapText } from "./text-width.ts";
import { answerText, backendText, durationText, timeText } from "./words.ts";

/** Routes to draw, and requests to list on one; the rest is counted. */
const mostRoutes = 50;
const mostRequests = 6;
const leastColumns = 40;
const labelWidth = 16;
/** One station says no more than this on a terminal, whatever the log holds. */
const mostLines = 12;

/** The requests that took the same way to the same answer. */
interface Route {
  readonly first: Trace;
  count: number;
  readonly requests: Map<
    string,
    { readonly trace: Trace; count: number; fastestMs: number; slowestMs: number }
  >;
  readonly readings: Set<string>;
  /** Requests that are not listed. */
  unlisted: number;
}

/** Route by route, station by station: the way of the requests, from the command to the answer. */
export function createFlowRenderer(options: RenderOptions): Renderer {
  const tally = createTally();
  const routes = new Map<string, Route>();
  let undrawn = 0;
  return {
    start: () => "",
    trace(trace) {
      addToTally(tally, trace);
      if (!addToRoutes(routes, trace)) undrawn += 1;
      return "";
    },
    end: (times) => renderFlow([...routes.values()], undrawn, tally, times, options),
  };
}

function addToRoutes(routes: Map<string, Route>, trace: Trace): boolean {
  const key = routeKey(trace);
  let route = routes.get(key);
  if (route === undefined) {
    if (routes.size >= mostRoutes) return false;
    route = { first: trace, count: 0, requests: new Map(), readings: new Set(), unlisted: 0 };
    routes.set(key, route);
  }
  addToRoute(route, trace);
  return true;
}

/** All that the stations after the URL say. */
function routeKey(trace: Trace): string {
  const { roundTrip, apiService, target, verdict, flowControl, connect } = trace;
  const { outcome, status, message, impersonation, candidates, warnings } = roundTrip;
  return JSON.stringify([
    apiService?.name,
    apiService?.available,
    backendText(target),
    target.reason,
    connect === undefined ? "" : connectText(connect),
    verdict.decision,
    verdict.reason,
    flowControl,
    outcome,
    status,
    message,
    impersonation?.user,
    candidates,
    warnings,
    admissionText(trace),
  ]);
}

function addToRoute(route: Route, trace: Trace): void {
  route.count += 1;
  const key = `${trace.roundTrip.method} ${trace.requestInfo.path}`;
  const ms = trace.roundTrip.durationMs ?? 0;
  const request = route.requests.get(key);
  if (request !== undefined) {
    request.count += 1;
    request.fastestMs = Math.min(request.fastestMs, ms);
    request.slowestMs = Math.max(request.slowestMs, ms);
  } else if (route.requests.size < mostRequests) {
    route.requests.set(key, { trace, count: 1, fastestMs: ms, slowestMs: ms });
  } else {
    route.unlisted += 1;
  }
  if (route.readings.size < mostRequests) route.readings.add(readingText(trace.requestInfo));
}

function renderFlow(
  routes: readonly Route[],
  undrawn: number,
  tally: Tally,
  times: CommandTimes,
  options: RenderOptions,
): string {
  const columns = options.columns === null ? null : Math.max(options.columns, leastColumns);
  const style = createStyle(options);
  const summary = renderSummary(tally, times, { ...options, columns });
  if (tally.requests === 0) return summary;
  const title = options.command ? commandText(options.command) : "requests";
  const head = wrapText(sanitize(title), columns ?? Number.POSITIVE_INFINITY);
  const isNews = createIsNews();
  const drawn = routes.map((route, i) =>
    renderRoute(route, `route ${i + 1} of ${routes.length}`, columns, style, isNews),
  );
  const rest = undrawn === 0 ? "" : `${undrawn} more requests on further routes are not drawn\n\n`;
  return `${head.map((line) => `${style.paint("strong", line)}\n`).join("")}${drawn.join("")}\n${rest}${summary}`;
}

function renderRoute(
  route: Route,
  name: string,
  columns: number | null,
  style: Style,
  isNews: IsNews,
): string {
  const { glyphs } = style;
  const stations = [requestStep(route, style), readingStep(route), ...flowSteps(route.first)];
  const steps = withTerms(stations, route.first, isNews);
  const title = `${glyphs.branch}${glyphs.rule} ${name}, ${route.count} ${route.count === 1 ? "request" : "requests"} `;
  const rule = glyphs.rule.repeat(Math.max(0, Math.min(columns ?? 80, 80) - textWidth(title)));
  let broken = false;
  const drawn = steps.map((step, i) => {
    const last = i === steps.length - 1;
    if (step.mark === "bad" && !last) broken = true;
    return renderStep(step, { last, broken, columns }, style);
  });
  return `${glyphs.line}\n${title}${rule}\n${glyphs.line}\n${drawn.join("")}`;
}

interface Placing {
  readonly last: boolean;
  /** Somebody on the way has said no. */
  readonly broken: boolean;
  readonly columns: number | null;
}

const tones: Readonly<Record<Mark, Tone>> = {
  step: "plain",
  good: "good",
  bad: "bad",
  doubt: "doubt",
  notReached: "faint",
};

function renderStep(step: Step, { last, broken, columns }: Placing, style: Style): string {
  const { glyphs, paint } = style;
  const line = last ? " " : broken ? glyphs.brokenLine : glyphs.line;
  const room = columns === null ? Number.POSITIVE_INFINITY : columns - labelWidth - 3;
  const texts = step.lines.flatMap((text, i) => wrapStep(text, room, i > 0, style));
  const tone = tones[step.mark];
  const [first = "", ...rest] = texts.slice(0, mostLines);
  const head = `${paint(tone, glyphs[step.mark])}  ${paint("strong", pad(step.label, labelWidth))}${paint(tone, first)}`;
  const tail = rest.map((text) => `${line}  ${" ".repeat(labelWidth)}${text}`);
  return `${[head, ...tail, ...(last ? [] : [line])].map((text) => `${text.trimEnd()}\n`).join("")}`;
}

/** What follows from a station's first line stands a little to the right when it is wrapped. */
function wrapStep(text: string, room: number, detail: boolean, style: Style): string[] {
  // A line that is wrapped has no spaces in front: with them the first would be no beginning of the whole.
  const short = shortenEnd(sanitize(text).trimStart(), room * mostLines, style.glyphs.ellipsis);
  const lines = wrapText(short, room);
  const [first = ""] = lines;
  if (!detail || lines.length === 1) return lines;
  if (short.startsWith("try: "))
    return wrapAdvice(short, room - 2).map((line, i) => (i > 0 ? `  ${line}` : line));
  // The lines themselves do not tell whether a space or a word's middle stood between them.
  const rest = short.slice(first.length).replace(/^ /, "");
  return [first, ...wrapText(rest, room - 2).map((line) => `  ${line}`)];
}

function requestStep(route: Route, style: Style): Step {
  const lines: string[] = [];
  for (const { trace, count, fastestMs, slowestMs } of route.requests.values()) {
    const times = count === 1 ? "" : ` ${style.glyphs.times}${count}`;
    const spread = count === 1 || slowestMs === fastestMs ? "" : ` to ${durationText(slowestMs)}`;
    const time = spread === "" ? timeText(trace.roundTrip) : durationText(fastestMs) + spread;
    lines.push(
      `${trace.roundTrip.method} ${trace.requestInfo.path}${times}`,
      `${answerText(trace.roundTrip)}, ${time}`,
    );
    const held = trace.roundTrip.throttledMs;
    if (held !== null) lines.push(`held back ${durationText(held)} by client-side throttling`);
  }
  if (route.unlisted > 0) lines.push(`and ${route.unlisted} more`);
  return { mark: "step", label: "request", lines };
}

function readingStep(route: Route): Step {
  const more = route.readings.size === mostRequests && route.unlisted > 0 ? ["and more"] : [];
  return { mark: "step", label: "API path", lines: [...route.readings, ...more] };
}
