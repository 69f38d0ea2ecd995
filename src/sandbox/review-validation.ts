import { field, list, text } from "./fields.ts";
import type { StatusCause } from "./status.ts";

/**
 * What is wrong with the spec of an access review.
 * Source of truth: k/k pkg/apis/authorization/validation/validation.go.
 */
export function validateAccessReview(kind: string, body: unknown, namespace: string): StatusCause[] {
  const resource = field(body, "spec.resourceAttributes");
  const path = field(body, "spec.nonResourceAttributes");
  const exactlyOne = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  const wrong: StatusCause[] = [];
  if (isSet(resource) === isSet(path)) wrong.push(invalidValue("spec", pathJson(path), exactlyOne));
  if (
    kind !== "SelfSubjectAccessReview" &&
    text(body, "spec.user") === "" &&
    list(body, "spec.groups").length === 0
  ) {
    wrong.push(invalidValue("spec.user", '""', "at least one of user or group must be specified"));
  }
  wrong.push(...selectorCauses(resource, "fieldSelector"), ...selectorCauses(resource, "labelSelector"));
  if (kind !== "LocalSubjectAccessReview") return wrong;
  const asked = text(resource, "namespace");
  if (isSet(resource) && asked !== namespace) {
    wrong.push(
      invalidValue(
        "spec.resourceAttributes.namespace",
        JSON.stringify(asked),
        "must match metadata.namespace",
      ),
    );
  }
  if (isSet(path)) {
    wrong.push(
      invalidValue("spec.nonResourceAttributes", pathJson(path), "disallowed on this kind of request"),
    );
  }
  return wrong;
}

function selectorCauses(resource: unknown, name: string): StatusCause[] {
  const selector = field(resource, name);
  if (!isSet(selector)) return [];
  const place = `spec.resourceAttributes.${name}`;
  const raw = text(selector, "rawSelector");
  const isListed = list(selector, "requirements").length > 0;
  if (raw !== "" && isListed) {
    const together = "may not specified at the same time as requirements";
    return [invalidValue(`${place}.rawSelector`, JSON.stringify(raw), together)];
  }
  if (raw !== "" || isListed) return [];
  const message = `Required value: when ${place} is specified, requirements or rawSelector is required`;
  return [{ reason: "FieldValueRequired", message, field: `${place}.requirements` }];
}

function isSet(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Go's JSON of the internal type, whose fields have no JSON names. */
function pathJson(path: unknown): string {
  return isSet(path) ? JSON.stringify({ Path: text(path, "path"), Verb: text(path, "verb") }) : "null";
}

function invalidValue(place: string, value: string, message: string): StatusCause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${value}: ${message}`, field: place };
}
