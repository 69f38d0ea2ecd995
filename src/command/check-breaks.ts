import { parseApiServiceName } from "../api/api-service-route.ts";
import { complainsOf, type Dependent, newDependents } from "../cluster/dependents.ts";
import type { KubeObject } from "../cluster/kube-object.ts";
import type { CheckBreak, CheckItem } from "../render/check-report.ts";
import { needsExplanation } from "./check-chains.ts";

/** The items, those that fail the check with the objects that name them as what keeps them from going on. */
export function withBreaks(
  items: readonly CheckItem[],
  objects: readonly KubeObject[],
): readonly CheckItem[] {
  const dependents = objects.flatMap(newDependents);
  return items.map((item) => {
    if (!needsExplanation(item)) return item;
    const name = parseApiServiceName(item.apiService.name);
    const breaks = dependents.filter((one) => complainsOf(one, name)).map(newBreak);
    return breaks.length === 0 ? item : { ...item, breaks: eachOnce(breaks) };
  });
}

function newBreak({ kind, namespace, name, since, message }: Dependent): CheckBreak {
  return { kind, namespace, name, ...(since === "" ? {} : { since }), message };
}

/** An object with several such conditions is one that breaks. */
function eachOnce(breaks: readonly CheckBreak[]): readonly CheckBreak[] {
  const seen = new Set<string>();
  return breaks.filter(({ kind, namespace, name }) => {
    const key = `${kind}/${namespace}/${name}`;
    return !seen.has(key) && seen.add(key);
  });
}
