import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { ConnectedPlane } from "../connect.ts";

/** A server of admission webhooks that let everything through, and have the audit log say that they were asked. */
export interface Recorder {
  /** Where the webhook of this name is called. */
  urlOf(name: string): string;
  stop(): void;
}

interface Review {
  readonly request: {
    readonly uid: string;
    readonly operation: string;
    readonly resource: { readonly group: string };
    readonly subResource?: string;
    readonly object?: { readonly metadata?: { readonly annotations?: unknown } } | null;
  };
}

/** Runs in this process: kube-apiserver is on the same machine, and its own certificate is for that too. */
export async function startRecorder({ keys }: Pick<ConnectedPlane, "keys">): Promise<Recorder> {
  const file = (kind: string): Buffer => readFileSync(join(keys, `kube-apiserver.${kind}`));
  const server = createServer({ cert: file("crt"), key: file("key") }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const review = JSON.parse(Buffer.concat(chunks).toString()) as Review;
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ ...review, response: answerTo(review, request.url ?? "") }));
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlOf: (name) => `https://127.0.0.1:${port}/${name}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A webhook whose name begins with "changes" gives objects an annotation. */
function answerTo({ request }: Review, path: string): unknown {
  const { uid, operation, resource, subResource, object } = request;
  const allowed = { uid, allowed: true, auditAnnotations: { asked: "yes" } };
  // A review that is changed is no longer valid.
  if (resource.group === "authorization.k8s.io") return allowed;
  const isObject = operation === "CREATE" || operation === "UPDATE";
  if (!path.startsWith("/changes") || !isObject || (subResource ?? "") !== "") return allowed;
  const annotations = { ...(object?.metadata?.annotations ?? {}), changed: "yes" };
  const patch = [{ op: "add", path: "/metadata/annotations", value: annotations }];
  return {
    ...allowed,
    patchType: "JSONPatch",
    patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
  };
}
