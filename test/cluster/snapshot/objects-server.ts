import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ClusterReader } from "../../../src/cluster/cluster-reader.ts";
import type { KubeObject } from "../../../src/cluster/kube-object.ts";

/** A small API server: lists and objects by path, pages, label selectors, refusals. */
export interface ObjectsServer {
  readonly url: string;
  /** Requests so far, path and query. */
  readonly requests: readonly string[];
  readonly reader: ClusterReader;
  close(): Promise<void>;
}

export interface ObjectsServerOptions {
  /** Objects by the path of their list. Namespaced ones are found below namespaces/NS/, too. */
  readonly lists: Readonly<Record<string, readonly KubeObject[]>>;
  /** Paths answered with this status. */
  readonly refused?: Readonly<Record<string, number>>;
  /** After so many pages a list has expired. */
  readonly pagesBeforeGone?: number;
  /** No page is longer, whatever the client asks for. */
  readonly maxPage?: number;
}

export async function startObjectsServer(options: ObjectsServerOptions): Promise<ObjectsServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    answer(options, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    reader: createReader(url),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A ClusterReader over plain HTTP, as user "tester". */
export function createReader(url: string): ClusterReader {
  return {
    title: `server ${url}`,
    server: url,
    async read(path) {
      try {
        const response = await fetch(url + path);
        const value: unknown = await response.json();
        const reason = `${response.status} ${response.statusText}`;
        return response.ok ? { ok: true, value } : { ok: false, reason, status: response.status };
      } catch {
        return { ok: false, reason: "connection refused", status: null };
      }
    },
    whoAmI: async () => ({
      ok: true,
      value: { username: "tester", uid: "1", groups: ["dev", "system:authenticated"] },
    }),
    close: async () => {},
  };
}

function answer(options: ObjectsServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  const refusal = options.refused?.[pathname];
  const { status, body } = refusal === undefined ? find(options, pathname, searchParams) : failure(refusal);
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

interface Found {
  readonly status: number;
  readonly body: unknown;
}

function failure(status: number): Found {
  return { status, body: { kind: "Status", code: status } };
}

function find(options: ObjectsServerOptions, pathname: string, parameters: URLSearchParams): Found {
  if (pathname === "/version") {
    return { status: 200, body: { gitVersion: "v1.33.2" } };
  }
  const [, prefix = "", namespace = "", resource = "", name] =
    /^(.*)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const list = options.lists[resource === "" ? pathname : `${prefix}/${resource}`];
  const inNamespace = list?.filter(({ metadata }) => namespace === "" || metadata.namespace === namespace);
  if (inNamespace === undefined) {
    return failure(404);
  }
  if (name !== undefined) {
    const found = inNamespace.find(({ metadata }) => metadata.name === name);
    return found === undefined ? failure(404) : { status: 200, body: found };
  }
  return findPage(options, selected(inNamespace, parameters.get("labelSelector") ?? ""), parameters);
}

function selected(objects: readonly KubeObject[], selector: string): readonly KubeObject[] {
  const wanted = selector === "" ? [] : selector.split(",").map((term) => term.split("="));
  return objects.filter(({ metadata }) =>
    wanted.every(([key = "", value]) => metadata.labels?.[key] === value),
  );
}

function findPage(
  options: ObjectsServerOptions,
  objects: readonly KubeObject[],
  parameters: URLSearchParams,
): Found {
  const start = Number(parameters.get("continue") ?? 0);
  const asked = Number(parameters.get("limit") ?? objects.length);
  const limit = parameters.has("limit") ? Math.min(asked, options.maxPage ?? asked) : asked;
  if (start > 0 && start / limit >= (options.pagesBeforeGone ?? Number.POSITIVE_INFINITY)) {
    return failure(410);
  }
  const end = start + limit;
  return {
    status: 200,
    body: {
      kind: `${objects[0]?.kind ?? ""}List`,
      apiVersion: objects[0]?.apiVersion ?? "v1",
      metadata: end < objects.length ? { continue: String(end) } : {},
      // As the real server: the items of a list leave out their kind.
      items: objects.slice(start, end).map(({ kind: _, apiVersion: __, ...rest }) => rest),
    },
  };
}
