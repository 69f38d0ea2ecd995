import type { AdminApi, ApiAnswer } from "../admin-api.ts";
import { until } from "../processes.ts";
import { freshnessOf } from "./discovery.ts";
import type { Way } from "./way.ts";

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The Available condition; null when there is no APIService of that name, or when it has none yet. */
export async function conditionOf(api: AdminApi, name: string): Promise<Condition | null> {
  const answer = await api.get(`/apis/apiregistration.k8s.io/v1/apiservices/${name}`);
  if (answer.status !== 200) return null;
  const { status } = answer.json() as { readonly status?: { readonly conditions?: readonly Condition[] } };
  return status?.conditions?.find(({ type }) => type === "Available") ?? null;
}

/** Whether the APIService has noticed that its Service is not there, or is not there itself. */
export async function misses(api: AdminApi, name: string): Promise<boolean> {
  const condition = await conditionOf(api, name);
  return condition === null || condition.reason === "ServiceNotFound";
}

export function resourcePath({ group, version, resource }: Way): string {
  return `/apis/${group}/${version}/${resource}`;
}

/**
 * kube-aggregator looks again every 30 seconds where nothing changes: one that it still found sound, in the moment before it broke, is
 * found broken only then. Source of truth: kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go.
 */
const settleSeconds = 60;

/** Waits until condition, answer and discovery are those that the way ends with. */
export async function settle(api: AdminApi, way: Way): Promise<void> {
  let seen = "";
  const look = async (): Promise<boolean> => {
    const condition = await conditionOf(api, way.apiService);
    seen = `condition ${condition?.status} ${condition?.reason} ${condition?.message}`;
    if (!isFinal(way, condition)) return false;
    const freshness = await freshnessOf(api, way);
    seen = `discovery ${freshness}`;
    if (freshness !== way.discovery) return false;
    const { status, text } = await answerOf(api, resourcePath(way));
    seen = `answer ${status} ${text}`;
    return status === way.answers && text.includes(way.says);
  };
  try {
    await until(way.name, settleSeconds, look);
  } catch (error) {
    throw new Error(`${way.name} does not settle, last seen: ${seen}`, { cause: error });
  }
}

/** As an administrator; status 0 and the error's text where the connection broke before there was an answer. */
export async function answerOf(
  api: AdminApi,
  path: string,
): Promise<Pick<ApiAnswer, "status" | "text" | "headers">> {
  try {
    return await api.get(path);
  } catch (error) {
    return { status: 0, text: error instanceof Error ? error.message : String(error), headers: {} };
  }
}

function isFinal({ settles }: Way, condition: Condition | null): boolean {
  if (settles === null || condition === null) return settles === condition;
  const { status, reason, message = "" } = settles;
  return (
    condition.status === status && condition.reason === reason && new RegExp(message).test(condition.message)
  );
}
