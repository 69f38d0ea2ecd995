// An extension API server of group example.test, resource things, that misbehaves in one way. Arguments: mode, address, port, certificate file,
// key file. The group's version is whatever the path says. Every connection ends with its answer, as the next one may go to another pod.
import { readFileSync } from "node:fs";
import { createServer as createPlainServer } from "node:http";
import { createServer } from "node:https";
import { createServer as createSocketServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [mode, address, port, cert, key] = process.argv.slice(2);

const json = (response, code, body) => send(response, code, "application/json", `${JSON.stringify(body)}\n`);
const send = (response, code, type, body, headers = {}) =>
  response.writeHead(code, { "Content-Type": type, ...headers, Connection: "close" }).end(body);
const failure = (response, code, reason, message, headers) =>
  send(
    response,
    code,
    "application/json",
    `${JSON.stringify({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code })}\n`,
    headers,
  );

/** What a server in order says: discovery of one resource, and two objects of it. */
function healthy(request, response) {
  const [, , group, version, ...rest] = request.url.split("?")[0].split("/");
  const groupVersion = `${group}/${version}`;
  if (rest.length === 0) {
    const verbs = ["get", "list"];
    const thing = { name: "things", singularName: "thing", namespaced: false, kind: "Thing", verbs };
    return json(response, 200, {
      kind: "APIResourceList",
      apiVersion: "v1",
      groupVersion,
      resources: mode === "empty" ? [] : [thing],
    });
  }
  if (mode === "empty") return modes["not-found"](request, response);
  const item = (name) => ({ apiVersion: groupVersion, kind: "Thing", metadata: { name } });
  json(response, 200, {
    apiVersion: groupVersion,
    kind: "ThingList",
    metadata: {},
    items: [item("left"), item("right")],
  });
}

/** The API server looks at the group as this user; all others are users. */
const isProbe = (request) =>
  request.headers["x-remote-user"] === "system:kube-aggregator" || /^\/apis\/[^/]+\/[^/]+$/.test(request.url);

let uses = 0;
const modes = {
  healthy,
  empty: healthy,
  async slow(request, response) {
    await sleep(8000);
    healthy(request, response);
  },
  unauthorized: (_, response) => failure(response, 401, "Unauthorized", "Unauthorized"),
  forbidden: (request, response) => {
    const user = request.headers["x-remote-user"] ?? "system:anonymous";
    failure(
      response,
      403,
      "Forbidden",
      `forbidden: User "${user}" cannot get path "${request.url.split("?")[0]}"`,
    );
  },
  "not-found": (_, response) => send(response, 404, "text/plain; charset=utf-8", "404 page not found\n"),
  failing: (_, response) =>
    failure(response, 500, "InternalError", "Internal error occurred: the database is gone"),
  throttling: (_, response) =>
    failure(response, 429, "TooManyRequests", "Too many requests, please try again later.", {
      "Retry-After": "1",
    }),
  html: (_, response) =>
    send(
      response,
      200,
      "text/html",
      "<!DOCTYPE html>\n<html><body><h1>Welcome to nginx!</h1></body></html>\n",
    ),
  redirect: (_, response) =>
    response.writeHead(302, { Location: "https://login.example.test/", Connection: "close" }).end(),
  garbage: (_, response) => send(response, 200, "application/json", '{"kind": "APIResourceList", "resour\n'),
  truncated(_, response) {
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": "5000",
      Connection: "close",
    });
    response.write('{"kind":"APIResourceList","apiVersion":"v1",');
    setTimeout(() => response.destroy(), 50);
  },
  drops: (_, response) => response.destroy(),
  // From here on the probe is content, and users are not.
  /** Not at once: what follows on its start shall be over when it dies. */
  "dies-of-use": (request, response) => {
    if (!isProbe(request) && ++uses > 20) process.exit(1);
    healthy(request, response);
  },
  "drops-users": (request, response) => (isProbe(request) ? healthy(request, response) : response.destroy()),
  "redirects-users": (request, response) =>
    isProbe(request) ? healthy(request, response) : modes.redirect(request, response),
  "fails-users": (request, response) =>
    isProbe(request) ? healthy(request, response) : modes.failing(request, response),
  "sends-html-to-users": (request, response) =>
    isProbe(request) ? healthy(request, response) : modes.html(request, response),
};

const options = () => ({ cert: readFileSync(cert), key: readFileSync(key) });
const servers = {
  plain: () => createPlainServer(healthy),
  /** Takes connections and never says a word. */
  silent: () => createSocketServer(() => {}),
  /** Ends connections before TLS has begun. */
  "hangs-up": () => createSocketServer((socket) => socket.on("data", () => socket.end())),
  "old-tls": () =>
    createServer(
      { ...options(), minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
      healthy,
    ),
};

const start = servers[mode] ?? (() => createServer(options(), modes[mode]));
start().listen(Number(port), address);
