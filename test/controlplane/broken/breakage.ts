import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ConnectedPlane } from "../connect.ts";
import { until } from "../processes.ts";
import { issueBrokenCertificates } from "./certificates.ts";
import { putObject, removeObject } from "./objects.ts";
import { misses, settle } from "./settle.ts";
import { changing, type InOrder, readInOrder, readWays, type Way } from "./way.ts";

const run = promisify(execFile);

/** Breaks an aggregated API of the running control plane in one way after another. */
export interface Breakage {
  readonly inOrder: InOrder;
  readonly ways: readonly Way[];
  /** Mends what the way starts from, breaks it, and waits until all that can be seen of it has its last form. */
  break(way: Way): Promise<void>;
  /** Takes away what the way has brought. The API that it broke is mended when the next way starts from it, or in the end. */
  leave(way: Way): Promise<void>;
  /** As `break`, for an API in order. */
  mend(way: Way): Promise<void>;
  /** metrics-server is in order, and nothing else is left. */
  end(): Promise<void>;
}

/** Starts the pods of all ways, so that a way need not wait for its own. */
export async function startBreakage(plane: ConnectedPlane): Promise<Breakage> {
  const { api } = plane;
  await issueBrokenCertificates(plane.keys);
  const values = valuesOf(plane);
  const inOrder = readInOrder(join(import.meta.dirname, "in-order"), values);
  const ways = readWays(join(import.meta.dirname, "ways"), inOrder, values);
  const lasting = [inOrder.metrics, inOrder.extension].flatMap((way) =>
    way.objects.filter((object) => !changing(way).includes(object)),
  );
  for (const object of lasting) {
    if (object.kind === "Pod") await until("the namespace is ready", 30, () => hasAccount(plane));
    await putObject(api, object);
  }
  for (const { pod, dies } of ways) if (pod !== null && !dies) await putObject(api, pod);

  /** Its Service goes first, and is missed: so no condition of before is taken for one of now, and no connection of before is used. */
  const bring = async (way: Way): Promise<void> => {
    for (const object of way.on === "nothing" ? [] : changing(inOrder[way.on])) {
      if (object.kind === "Service") await removeObject(api, object);
      else
        await until(`${object.metadata.name} misses its Service`, 60, () =>
          misses(api, object.metadata.name),
        );
    }
    if (way.dies && way.pod !== null) {
      await removeObject(api, way.pod);
      await putObject(api, way.pod);
    }
    if (way.route !== null) await run("ip", routeWords("add", way));
    for (const object of way.objects) {
      if (lasting.includes(object)) continue;
      await putObject(api, object);
      if (object.kind === "CustomResourceDefinition")
        await until(`${object.metadata.name} is served`, 30, () => isServed(plane, object.metadata.name));
    }
    if (way.on !== "nothing")
      for (const object of changing(inOrder[way.on]))
        if (!way.objects.some(({ kind }) => kind === object.kind)) await removeObject(api, object);
    await settle(api, way);
  };
  return {
    inOrder,
    ways,
    async break(way) {
      if (way.on === "nothing")
        for (const object of changing(inOrder.extension)) await removeObject(api, object);
      else await bring(inOrder[way.on]);
      await bring(way);
    },
    async leave(way) {
      if (way.route !== null) await run("ip", routeWords("del", way));
      const kept = way.on === "nothing" ? [] : inOrder[way.on].objects;
      for (const object of way.objects.toReversed())
        if (
          !kept.some(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name)
        )
          await removeObject(api, object);
    },
    mend: bring,
    async end() {
      await bring(inOrder.metrics);
      for (const object of changing(inOrder.extension)) await removeObject(api, object);
      for (const { pod } of ways) if (pod !== null) await removeObject(api, pod);
      for (const object of lasting.toReversed())
        if (object.kind !== "Namespace") await removeObject(api, object);
    },
  };
}

async function isServed({ api }: ConnectedPlane, crd: string): Promise<boolean> {
  const { text } = await api.get(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${crd}`);
  return text.includes('"type":"Established","status":"True"');
}

async function hasAccount({ api }: ConnectedPlane): Promise<boolean> {
  return (await api.get("/api/v1/namespaces/extensions/serviceaccounts/default")).status === 200;
}

/** Nothing answers on such an address: what is sent there is lost, or the network says that there is no way. */
function routeWords(verb: string, { route, address }: Way): string[] {
  const device = route === "unicast" ? ["dev", "lo"] : [];
  return ["route", verb, route ?? "", `${address}/32`, ...device, "table", "local"];
}

function valuesOf(plane: ConnectedPlane): Readonly<Record<string, string>> {
  const base64 = (name: string): string => readFileSync(join(plane.keys, `${name}.crt`)).toString("base64");
  return {
    VERSION: plane.version,
    CA: base64("ca"),
    OTHER_CA: base64("other-ca"),
    KEYS: plane.keys,
    METRICS_SERVER: plane.programs.metricsServer,
    NODE: process.execPath,
    PROGRAMS: join(import.meta.dirname, "../programs"),
  };
}
