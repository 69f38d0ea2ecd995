/** Which fields a review's spec has; an object has fields of its own, true is any value. */
interface Shape {
  readonly [field: string]: Shape | true;
}

const selector: Shape = { rawSelector: true, requirements: true };
const attributes: Shape = {
  resourceAttributes: {
    namespace: true,
    verb: true,
    group: true,
    version: true,
    resource: true,
    subresource: true,
    name: true,
    fieldSelector: selector,
    labelSelector: selector,
  },
  nonResourceAttributes: { path: true, verb: true },
};
const subject: Shape = { ...attributes, user: true, groups: true, extra: true, uid: true };

/** Source of truth: k8s.io/api/authorization/v1/types.go. */
const shapes: Readonly<Record<string, Shape>> = {
  SelfSubjectAccessReview: attributes,
  SubjectAccessReview: subject,
  LocalSubjectAccessReview: subject,
  SelfSubjectRulesReview: { namespace: true },
};

export interface ReviewSpec {
  /** As the API server gives it back: known fields, none of them empty. */
  readonly spec: unknown;
  /** `unknown field "spec.x"` for every other. */
  readonly warnings: readonly string[];
}

export function readSpec(kind: string, spec: unknown): ReviewSpec {
  const warnings: string[] = [];
  return { spec: pick(spec, shapes[kind] ?? {}, "spec", warnings) ?? {}, warnings };
}

function pick(value: unknown, shape: Shape, path: string, warnings: string[]): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  const kept = Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (known === undefined) warnings.push(`unknown field "${path}.${key}"`);
    if (known === undefined) return [];
    const found = known === true ? item : pick(item, known, `${path}.${key}`, warnings);
    return isEmpty(found) ? [] : [[key, found]];
  });
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0)
  );
}
