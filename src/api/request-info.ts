import { recogniseBasePath, stripBasePath } from "./base-path.ts";
import { parseGoUrl } from "./go-url.ts";
import { parseListOptions } from "./list-options.ts";

/** The API server's own reading of a request, under its own field names. */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  /** Decoded path, base path stripped, no query. */
  readonly path: string;
  /** API verb of a resource request ("list"), lower-case HTTP method of any other ("get"). */
  readonly verb: string;
  readonly apiPrefix: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  readonly fieldSelector: string;
  readonly labelSelector: string;
  /** What follows group, version and namespace: resource, name, subresource and the rest. */
  readonly parts: readonly string[];
  /** Set when the API server refuses to read the request and answers 500. */
  readonly error?: string;
}

const methodVerbs: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};
const specialVerbs = new Set(["proxy", "watch"]);
const namespaceSubresources = new Set(["status", "finalize"]);
const verbsWithSelectors = new Set(["list", "watch", "deletecollection"]);

/**
 * Reads a request as kube-apiserver does (APIPrefixes {api, apis}, GrouplessAPIPrefixes {api}).
 * Source of truth: apiserver/pkg/endpoints/request/requestinfo.go, NewRequestInfo.
 *
 * @param method upper-case HTTP method; any other text gives the verb "" as it does there
 * @param url absolute URL, or path with its query
 * @param basePath path of the kubeconfig's server URL; undefined: recognised from the path
 */
export function parseRequestInfo(method: string, url: string, basePath?: string): RequestInfo {
  const { path: fullPath, query } = parseGoUrl(url);
  const path = stripBasePath(fullPath, basePath ?? recogniseBasePath(fullPath));
  const nonResource = { ...emptyInfo, path, verb: method.toLowerCase() };

  const segments = splitPath(path);
  const [apiPrefix = ""] = segments;
  if (segments.length < 3 || (apiPrefix !== "api" && apiPrefix !== "apis")) return nonResource;
  if (apiPrefix === "apis" && segments.length < 4) return { ...nonResource, apiPrefix };

  const apiGroup = apiPrefix === "apis" ? (segments[1] ?? "") : "";
  const [apiVersion = "", ...rest] = segments.slice(apiPrefix === "apis" ? 2 : 1);
  const viaPath = specialVerbs.has(rest[0] ?? "");
  const info = { ...nonResource, isResourceRequest: true, apiPrefix, apiGroup, apiVersion };
  if (viaPath && rest.length < 2)
    return { ...info, error: "unable to determine kind and namespace from url" };

  const verb = viaPath ? (rest[0] ?? "") : (methodVerbs[method] ?? "");
  const object = readObject(viaPath ? rest.slice(1) : rest, verb);
  return withListOptions({ ...info, ...object, verb }, query, viaPath);
}

/** Namespace, resource, name and subresource out of the segments behind the version. */
function readObject(segments: readonly string[], verb: string) {
  let namespace = "";
  let parts = segments;
  if (segments[0] === "namespaces" && segments.length > 1) {
    namespace = segments[1] ?? "";
    if (segments.length > 2 && !namespaceSubresources.has(segments[2] ?? "")) parts = segments.slice(2);
  }
  const [resource = "", name = "", third = ""] = parts;
  return { namespace, resource, name, subresource: verb === "proxy" ? "" : third, parts };
}

function withListOptions(
  info: RequestInfo,
  query: ReadonlyMap<string, readonly string[]>,
  viaPath: boolean,
): RequestInfo {
  let { verb, name } = info;
  if (name === "" && verb === "get") {
    const options = parseListOptions(query);
    verb = options.watch ? "watch" : "list";
    name = options.name;
  }
  if (name === "" && verb === "delete") verb = "deletecollection";
  if (viaPath || !verbsWithSelectors.has(verb)) return { ...info, verb, name };
  const fieldSelector = query.get("fieldSelector")?.[0] ?? "";
  const labelSelector = query.get("labelSelector")?.[0] ?? "";
  return { ...info, verb, name, fieldSelector, labelSelector };
}

/** Empty segments in the middle count, as they do on the server; slashes at the ends do not. */
function splitPath(path: string): string[] {
  const trimmed = path.replace(/^\/+|\/+$/g, "");
  return trimmed === "" ? [] : trimmed.split("/");
}

const emptyInfo: RequestInfo = {
  isResourceRequest: false,
  path: "",
  verb: "",
  apiPrefix: "",
  apiGroup: "",
  apiVersion: "",
  namespace: "",
  resource: "",
  subresource: "",
  name: "",
  fieldSelector: "",
  labelSelector: "",
  parts: [],
};
