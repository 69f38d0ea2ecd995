// Answers admission and conversion reviews. Arguments: address, port, certificate file, key file.
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

const [address, port, cert, key] = process.argv.slice(2);

const answers = {
  // Objects with the label deny=true are denied, in words of our own.
  "/validate": ({ uid, object }) =>
    object?.metadata.labels?.deny === "true"
      ? { uid, allowed: false, status: { code: 403, message: "objects with the label deny are denied" } }
      : {
          uid,
          allowed: true,
          warnings: object?.metadata.labels?.warn === "true" ? ["this object is looked at"] : [],
        },
  "/mutate": ({ uid, object }) => {
    const patch = [
      { op: "add", path: "/metadata/annotations", value: { ...object.metadata.annotations, stamped: "yes" } },
    ];
    return {
      uid,
      allowed: true,
      patchType: "JSONPatch",
      patch: Buffer.from(JSON.stringify(patch)).toString("base64"),
    };
  },
  "/convert": ({ uid, desiredAPIVersion, objects }) => ({
    uid,
    result: { status: "Success" },
    convertedObjects: objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion })),
  }),
};

createServer({ cert: readFileSync(cert), key: readFileSync(key) }, async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const path = request.url.split("?")[0];
  const review = JSON.parse(Buffer.concat(chunks).toString());
  // An object may ask for the time that its review takes.
  await sleep(1000 * Number(review.request.object?.metadata.labels?.["delay-seconds"] ?? 0));
  console.log(path, review.request.name ?? "");
  response.setHeader("Content-Type", "application/json");
  response.end(
    JSON.stringify({
      apiVersion: review.apiVersion,
      kind: review.kind,
      response: answers[path](review.request),
    }),
  );
}).listen(Number(port), address);
