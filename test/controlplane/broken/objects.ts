import type { KubeObject } from "../../../src/cluster/kube-object.ts";
import type { AdminApi, ApiAnswer } from "../admin-api.ts";

const collections: Readonly<Record<string, (namespace: string) => string>> = {
  Namespace: () => "/api/v1/namespaces",
  Pod: (namespace) => `/api/v1/namespaces/${namespace}/pods`,
  Service: (namespace) => `/api/v1/namespaces/${namespace}/services`,
  Endpoints: (namespace) => `/api/v1/namespaces/${namespace}/endpoints`,
  ServiceAccount: (namespace) => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  RoleBinding: (namespace) => `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`,
  ClusterRole: () => "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  ClusterRoleBinding: () => "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
  CustomResourceDefinition: () => "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  APIService: () => "/apis/apiregistration.k8s.io/v1/apiservices",
};

function collectionOf({ kind, metadata }: KubeObject): string {
  return (
    collections[kind]?.(metadata.namespace ?? "") ?? fail(`broken/objects.ts does not know the kind ${kind}`)
  );
}

function fail(message: string): never {
  throw new Error(message);
}

/** Makes the object what is given, whether there is one or not. */
export async function putObject(api: AdminApi, object: KubeObject): Promise<void> {
  const collection = collectionOf(object);
  const path = `${collection}/${object.metadata.name}`;
  const send = (method: string, to: string, body: object): Promise<ApiAnswer> =>
    api.send({ certificate: "admin" }, to, {
      method,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  for (let attempt = 0; attempt < 50; attempt++) {
    const current = await api.get(path);
    const answer =
      current.status === 404
        ? await send("POST", collection, object)
        : await send("PUT", path, { ...object, metadata: { ...object.metadata, ...versionOf(current) } });
    if (answer.status < 300) return;
    if (answer.status !== 409 && answer.status !== 404) fail(`${object.kind} ${path}: ${answer.text}`);
  }
  fail(`${path} keeps changing`);
}

function versionOf(answer: ApiAnswer): object {
  const { metadata } = answer.json() as { readonly metadata: { readonly resourceVersion: string } };
  return { resourceVersion: metadata.resourceVersion };
}

/** Takes the object away and waits until it has gone. */
export async function removeObject(api: AdminApi, object: KubeObject): Promise<void> {
  const path = `${collectionOf(object)}/${object.metadata.name}`;
  for (;;) {
    const { status } = await api.send({ certificate: "admin" }, path, { method: "DELETE" });
    if (status === 404) return;
  }
}
