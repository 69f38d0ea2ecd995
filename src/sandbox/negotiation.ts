import { type AcceptClause, parseAccept } from "./accept.ts";
import { type Answer, status } from "./status.ts";

/** The sandbox speaks JSON only. Protobuf and CBOR are asked for first by some clients, which all take JSON too. */
function acceptsJson({ type }: AcceptClause): boolean {
  return type === "application/json" || type === "application/*" || type === "*/*";
}

/** What a real server speaks, as its refusals list it. */
const spoken = ["application/json", "application/yaml", "application/vnd.kubernetes.protobuf"];
const streamed = ["application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"];

/** In which form objects are wanted: `as` of the Accept header, with the version of meta.k8s.io. */
export interface ObjectForm {
  readonly as: "" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";
  readonly version: string;
}

/** How a request wants its objects. */
export interface FormOptions extends ObjectForm {
  /** `includeObject` of a Table: "None", "Metadata" or "Object". */
  readonly includeObject: string;
  /** For a Table that follows another in a watch. */
  readonly withoutColumns?: boolean;
  readonly now: Date;
}

const objectForms = ["Table", "PartialObjectMetadata", "PartialObjectMetadataList"] as const;

/**
 * The first form that the client accepts and a resource has; null when the answer is 406. `as`, `g` and `v` only count together.
 * Source of truth: apiserver/pkg/endpoints/handlers/negotiation/negotiate.go.
 */
export function negotiateForm(accept: string): ObjectForm | null {
  for (const clause of parseAccept(accept)) {
    if (!acceptsJson(clause)) continue;
    const { as, v: version, g: group } = clause.parameters;
    if (as === undefined && version === undefined && group === undefined) return { as: "", version: "" };
    if (group !== "meta.k8s.io" || (version !== "v1" && version !== "v1beta1")) continue;
    const form = objectForms.find((one) => one === as);
    if (form !== undefined) return { as: form, version };
  }
  return null;
}

/** Does the client take plain JSON? What is not an object (a Status, a legacy discovery document) has no other form here. */
export function acceptsPlain(accept: string): boolean {
  return parseAccept(accept).some(
    (clause) => acceptsJson(clause) && ["as", "g", "v"].every((key) => clause.parameters[key] === undefined),
  );
}

/** Which aggregated discovery the client takes, most wanted first; "" for the old, unaggregated one. */
export function negotiateDiscovery(accept: string, hasBeta: boolean): "v2" | "v2beta1" | "" {
  for (const clause of parseAccept(accept)) {
    const { as, g: group, v: version } = clause.parameters;
    if (!acceptsJson(clause)) continue;
    if (as === undefined && group === undefined && version === undefined) return "";
    if (as !== "APIGroupDiscoveryList" || group !== "apidiscovery.k8s.io") continue;
    if (version === "v2" || (hasBeta && version === "v2beta1")) return version;
  }
  return "";
}

/**
 * The look that the router takes before a handler runs: 406 unless a clause names a type that the route produces, or all of
 * them. Parameters and weights do not count, and neither does "application/*". null: go on.
 * Source of truth: go-restful/route.go (matchesAccept), which routes whatever kube-apiserver itself serves.
 */
export function refuseByRouter(
  accept: string,
  isList: boolean,
  produces: readonly string[] = spoken,
): Answer | null {
  const types = accept.split(",").map((clause) => (clause.split(";")[0] ?? "").trim());
  if (accept === "" || types.some((type) => type === "*/*" || produces.includes(type))) return null;
  const available = [...produces, ...(isList ? streamed : [])].join(", ");
  const message = `406: Not Acceptable\n\nAvailable representations: ${available}`;
  return status(406, "NotAcceptable", message, {});
}

/** What a handler says that finds no form to answer in. */
export function notAcceptable(accept: string): Answer {
  // Whoever asks for what only a real server speaks is told what is spoken here.
  const isSpoken = parseAccept(accept).some(
    ({ type }) => type !== "application/json" && spoken.includes(type),
  );
  const types = isSpoken ? "application/json" : spoken.join(", ");
  return notAcceptableBecause(`only the following media types are accepted: ${types}`);
}

export function notAcceptableBecause(message: string): Answer {
  return status(406, "NotAcceptable", message);
}

/** For a body of another type than JSON, YAML and protobuf. */
export function unsupportedMediaType(): Answer {
  const message = `the body of the request was in an unknown format - accepted media types include: ${spoken.join(", ")}`;
  return status(415, "UnsupportedMediaType", message);
}

/**
 * Does a person look at it? Then JSON is indented. So is a Status that the client has not said it takes.
 * Source of truth: isPrettyPrint in negotiate.go, ErrorNegotiated in handlers/responsewriters/writers.go.
 */
export function wantsIndented(accept: string, query: URLSearchParams, userAgent: string): boolean {
  const pretty = query.get("pretty") ?? "";
  if (pretty !== "") return /^(1|t|true)$/i.test(pretty);
  if (parseAccept(accept)[0]?.parameters["pretty"] === "1") return true;
  return /^(curl|Wget|Mozilla\/5\.0)/.test(userAgent);
}
