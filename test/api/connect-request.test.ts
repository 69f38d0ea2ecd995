import assert from "node:assert/strict";
import { test } from "node:test";
import { connectName, parseConnectRequest } from "../../src/api/connect-request.ts";
import { parseRequestInfo } from "../../src/api/request-info.ts";

const shop = "/api/v1/namespaces/shop";

/** Resource, namespace, name, port and container of what is handed on. */
const cases: readonly (readonly [request: string, expected: string | null])[] = [
  [`GET ${shop}/pods/web/log`, "pods shop web  "],
  [`GET ${shop}/pods/web/log?container=a&previous=true`, "pods shop web  a"],
  [`POST ${shop}/pods/web/exec?command=ls&container=b`, "pods shop web  b"],
  [`GET ${shop}/pods/web/attach`, "pods shop web  "],
  [`POST ${shop}/pods/web/portforward`, "pods shop web  "],
  [`GET ${shop}/pods/web:8080/proxy/healthz`, "pods shop web 8080 "],
  [`DELETE ${shop}/services/https:web:api/proxy/`, "services shop web api "],
  [`GET ${shop}/services/web/proxy`, "services shop web  "],
  ["GET /api/v1/nodes/worker-1:10255/proxy/metrics", "nodes  worker-1 10255 "],
  ["GET /api/v1/nodes/worker-1/proxy/logs/", "nodes  worker-1  "],
  // Nobody, or kube-apiserver itself.
  [`GET ${shop}/services/a:b:c:d/proxy/`, null],
  [`GET ${shop}/services/:80/proxy/`, null],
  [`GET ${shop}/services/ftp:web:21/proxy/`, null],
  [`GET ${shop}/pods/web`, null],
  [`GET ${shop}/pods/web/status`, null],
  [`GET ${shop}/services/web/log`, null],
  ["GET /apis/example.com/v1/namespaces/shop/pods/web/log", null],
  ["GET /api/v1/nodes/worker-1/status", null],
  [`GET ${shop}/pods/constructor/log`, "pods shop constructor  "],
  [`GET ${shop}/constructor/web/log`, null],
  ["GET /version", null],
];

for (const [request, expected] of cases) {
  test(`whom ${request} is handed on to`, () => {
    const [method = "", url = ""] = request.split(" ");
    const found = parseConnectRequest(parseRequestInfo(method, url, ""), url);
    const text =
      found && `${found.resource} ${found.namespace} ${found.name} ${found.port} ${found.container}`;
    assert.equal(text, expected);
  });
}

for (const [path, name] of [
  ["services/web/proxy/", "web"],
  ["services/web:80/proxy/", "web"],
  ["services/https:web:443/proxy/", "web"],
  ["services/a:b:c:d/proxy/", "a:b:c:d"],
  ["pods/web-1/log", "web-1"],
] as const) {
  test(`the name behind ${path}`, () => {
    assert.equal(connectName(parseRequestInfo("GET", `/api/v1/namespaces/shop/${path}`)), name);
  });
}
