import { createHash } from "node:crypto";
import type { Catalog, ServedResource, ServedVersion } from "./catalog.ts";
import { type Answer, json } from "./status.ts";
import { groupVersion } from "./store.ts";

/**
 * The least of OpenAPI v3 that makes `kubectl apply` go on to its real requests: which kinds can be patched with
 * `fieldValidation`. There are no schemas, so `kubectl explain` says that it finds none. null: no such document.
 */
export function answerOpenApi(catalog: Catalog, path: string): Answer | null {
  const versions = catalog.filter(({ resources }) => resources.length > 0);
  if (path === "/openapi/v3") return json(200, { paths: Object.fromEntries(versions.map(indexEntry)) });
  const served = versions.find((one) => path === `/openapi/v3/${rootOf(one)}`);
  return served === undefined ? null : json(200, documentOf(served));
}

function indexEntry(served: ServedVersion): [string, { serverRelativeURL: string }] {
  const hash = createHash("sha512")
    .update(JSON.stringify(documentOf(served)))
    .digest("hex")
    .toUpperCase();
  return [rootOf(served), { serverRelativeURL: `/openapi/v3/${rootOf(served)}?hash=${hash}` }];
}

/** "api/v1", "apis/apps/v1" */
function rootOf(served: ServedVersion): string {
  return `${served.group === "" ? "api" : "apis"}/${groupVersion(served)}`;
}

function documentOf(served: ServedVersion) {
  const patchable = served.resources.filter(({ verbs }) => verbs.includes("patch"));
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths: Object.fromEntries(patchable.map((resource) => [pathOf(served, resource), pathItem(resource)])),
    components: {},
  };
}

function pathOf(served: ServedVersion, { plural, namespaced }: ServedResource): string {
  return `/${rootOf(served)}/${namespaced ? "namespaces/{namespace}/" : ""}${plural}/{name}`;
}

function pathItem({ group, version, kind }: ServedResource) {
  const parameter = (name: string) => ({ name, in: "query", schema: { type: "string" } });
  return {
    patch: {
      parameters: ["dryRun", "fieldManager", "fieldValidation", "force"].map(parameter),
      responses: { 200: { description: "OK" } },
      "x-kubernetes-action": "patch",
      "x-kubernetes-group-version-kind": { group, version, kind },
    },
  };
}
