/** One clause of an Accept header. */
export interface AcceptClause {
  /** "application/json" */
  readonly type: string;
  /** The parameters `as`, `g` and `v` among others. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The clauses in order; an absent header accepts anything. */
export function parseAccept(header: string): AcceptClause[] {
  const clauses = header.split(",").map(parseClause);
  const named = clauses.filter(({ type }) => type !== "");
  return named.length === 0 ? [{ type: "*/*", parameters: {} }] : named;
}

function parseClause(text: string): AcceptClause {
  const [type = "", ...rest] = text.split(";").map((part) => part.trim());
  const pairs = rest.map((part): [string, string] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  });
  return { type, parameters: Object.fromEntries(pairs) };
}

/** The sandbox speaks JSON only. Protobuf and CBOR are asked for first by some clients, which all take JSON too. */
export function acceptsJson({ type }: AcceptClause): boolean {
  return type === "application/json" || type === "application/*" || type === "*/*";
}

/** In which form objects are wanted: `as` of the Accept header, with the version of meta.k8s.io. */
export interface ObjectForm {
  readonly as: "" | "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";
  readonly version: string;
}

/** How a request wants its objects. */
export interface FormOptions extends ObjectForm {
  /** `includeObject` of a Table: "None", "Metadata" or "Object". */
  readonly includeObject: string;
  readonly now: Date;
}

/**
 * The first form that the client accepts and a resource has; null when the answer is 406.
 * Source of truth: apiserver/pkg/endpoints/handlers/negotiation/negotiate.go.
 * @param isList for a list or a watch of many; PartialObjectMetadataList is for those only
 */
export function negotiateForm(accept: string, isList: boolean): ObjectForm | null {
  for (const clause of parseAccept(accept)) {
    if (!acceptsJson(clause)) continue;
    const { as = "", v: version = "v1", g: group = "" } = clause.parameters;
    if (as === "") return { as: "", version: "" };
    if (group !== "meta.k8s.io" || !["v1", "v1beta1"].includes(version)) continue;
    if (as === "Table") return { as, version };
    if (as === "PartialObjectMetadata") return { as, version };
    if (as === "PartialObjectMetadataList" && isList) return { as, version };
  }
  return null;
}

/** Which aggregated discovery the client takes, most wanted first; "" for the old, unaggregated one. */
export function negotiateDiscovery(accept: string): "v2" | "v2beta1" | "" {
  for (const { type, parameters } of parseAccept(accept)) {
    const { as, g: group, v: version } = parameters;
    if (as === undefined) {
      if (acceptsJson({ type, parameters })) return "";
      continue;
    }
    const isDiscovery = as === "APIGroupDiscoveryList" && group === "apidiscovery.k8s.io";
    if (type === "application/json" && isDiscovery && (version === "v2" || version === "v2beta1"))
      return version;
  }
  return "";
}
