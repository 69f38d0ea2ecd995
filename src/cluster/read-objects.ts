import type { Answer } from "./cluster.ts";
import type { ReadList } from "./cluster-reader.ts";
import type { KubeObject } from "./kube-object.ts";
import { asObject, asObjects, asText, isObject, type JsonObject } from "./narrow.ts";

/** What a list gave. With a `reason` it is not whole: the pages before the one that failed. */
export interface ReadObjects {
  readonly objects: readonly KubeObject[];
  readonly failure: (Answer<never> & { readonly ok: false }) | null;
}

const pageSize = 500;
/** Far above any real list: where a server's pages never end, reading does. */
const maxPages = 2000;

/**
 * Reads a list to its end, page by page. `path` may have a query; `keep` is applied as each page comes
 * (null: leave it out), so that what is not needed is not held. Items get the kind that a list leaves out.
 * Source of truth: apimachinery/pkg/apis/meta/v1/types.go (ListOptions.limit, continue), client-go/tools/pager.
 */
export async function readObjects(
  read: ReadList,
  path: string,
  keep: (object: KubeObject) => KubeObject | null = (object) => object,
  limit: number = pageSize,
): Promise<ReadObjects> {
  const objects: KubeObject[] = [];
  let token = "";
  for (let page = 0; page < maxPages; page += 1) {
    const answer = await read(pagePath(path, limit, token));
    if (!answer.ok) {
      // The server forgets a list's older pages after some minutes: it is asked again, for all at once.
      return answer.status === 410 && limit > 0 && token !== ""
        ? await readObjects(read, path, keep, 0)
        : { objects, failure: answer };
    }
    if (!isObject(answer.value) || !Array.isArray(answer.value["items"])) {
      return { objects, failure: { ok: false, reason: "the answer is not a list", status: null } };
    }
    for (const object of itemsOf(answer.value)) {
      const kept = keep(object);
      if (kept !== null) {
        objects.push(kept);
      }
    }
    const next = asText(asObject(answer.value["metadata"])["continue"]);
    if (next === "") {
      return { objects, failure: null };
    }
    if (next === token) {
      break;
    }
    token = next;
  }
  return { objects, failure: { ok: false, reason: "the list does not end", status: null } };
}

function pagePath(path: string, limit: number, token: string): string {
  const parameters = new URLSearchParams();
  if (limit > 0) {
    parameters.set("limit", String(limit));
  }
  if (token !== "") {
    parameters.set("continue", token);
  }
  const query = parameters.toString();
  return query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

function itemsOf(list: JsonObject): readonly KubeObject[] {
  const kind = asText(list["kind"]).replace(/List$/, "");
  const apiVersion = asText(list["apiVersion"]);
  return asObjects(list["items"]).flatMap((item) => {
    const metadata = asObject(item["metadata"]);
    const name = asText(metadata["name"]);
    return name === "" ? [] : [{ apiVersion, kind, ...item, metadata: { ...metadata, name } }];
  });
}
