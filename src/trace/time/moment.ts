import { klogMs, msBetween } from "../../log/klog-header.ts";

/** A moment on a log's own clock, for differences only: klog's has no year and no zone, that of JSON logs has both. */
export interface Moment {
  readonly clock: "klog" | "iso";
  readonly ms: number;
}

const klogTime = /^\d{4} \d\d:\d\d:\d\d\.\d{6}$/;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** A RoundTrip's `time`; null when it is not known or no time at all. */
export function parseMoment(time: string | null): Moment | null {
  if (time === null) return null;
  if (klogTime.test(time)) {
    const ms = klogMs(time);
    return ms === null ? null : { clock: "klog", ms };
  }
  const ms = isoTime.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isFinite(ms) ? { clock: "iso", ms } : null;
}

/** A moment of this machine's clock as a klog on this machine would write it: in local time. */
export function klogMoment(date: Date): Moment | null {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = two(date.getMonth() + 1) + two(date.getDate());
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return parseMoment(`${day} ${clock}.${String(date.getMilliseconds()).padStart(3, "0")}000`);
}

/** Milliseconds from one moment to another; null when two clocks wrote them. Over midnight and New Year klog's nearer way round is taken. */
export function msFrom(from: Moment, to: Moment): number | null {
  if (from.clock !== to.clock) return null;
  return from.clock === "klog" ? msBetween(from.ms, to.ms) : to.ms - from.ms;
}
