import assert from "node:assert/strict";
import { test } from "node:test";
import { isDiscovery } from "../../src/api/discovery.ts";
import { parseRequestInfo } from "../../src/api/request-info.ts";

const discovery = [
  "/api",
  "/api/v1",
  "/apis",
  "/apis/apps",
  "/apis/apps/v1",
  "/openapi/v2",
  "/openapi/v3/apis/apps/v1",
  "/version",
  "/version?timeout=32s",
];
const notDiscovery = ["/", "/healthz", "/metrics", "/apis/apps/v1/x", "/versions", "/api/v1/pods"];
for (const path of discovery)
  test(`${path} is discovery`, () => assert.ok(isDiscovery(parseRequestInfo("GET", path))));
for (const path of notDiscovery)
  test(`${path} is not`, () => assert.ok(!isDiscovery(parseRequestInfo("GET", path))));
test("only a GET is discovery", () => {
  assert.ok(!isDiscovery(parseRequestInfo("POST", "/api")));
});
