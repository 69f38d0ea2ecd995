import type { LabelSelector } from "../../cluster/webhook-info.ts";
import { allOf, fromBoolean, type Matching, maybe } from "./matching.ts";

/** What is known of an object's labels. */
export interface KnownLabels {
  readonly labels: Readonly<Record<string, string>>;
  /** Why there may be others; "" when these are all. */
  readonly unknown: string;
}

type Requirement = LabelSelector["matchExpressions"][number];

/**
 * Does a selector choose an object with these labels? Of labels that are not known it is "maybe".
 * Source of truth: apimachinery/pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector), pkg/labels/selector.go (Requirement.Matches).
 */
export function matchLabels(selector: LabelSelector, known: KnownLabels): Matching {
  const exact = Object.entries(selector.matchLabels).map(([key, value]) => ({
    key,
    operator: "In",
    values: [value],
  }));
  return allOf([...exact, ...selector.matchExpressions].map((one) => matchRequirement(one, known)));
}

export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

function matchRequirement(
  { key, operator, values }: Requirement,
  { labels, unknown }: KnownLabels,
): Matching {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (value === undefined && unknown !== "") return maybe(unknown);
  switch (operator) {
    case "In":
      return fromBoolean(value !== undefined && values.includes(value));
    case "NotIn":
      return fromBoolean(value === undefined || !values.includes(value));
    case "Exists":
      return fromBoolean(value !== undefined);
    case "DoesNotExist":
      return fromBoolean(value === undefined);
    default:
      return maybe(`the operator ${operator} is not known here`);
  }
}
