import assert from "node:assert/strict";
import { test } from "node:test";
import { isDiscovery } from "../../../src/trace/time/discovery.ts";
import { nonResourceTrace } from "../../helpers/traces.ts";

const discovery = [
  "/api",
  "/api/v1",
  "/apis",
  "/apis/apps",
  "/apis/apps/v1",
  "/openapi/v2",
  "/openapi/v3/apis/apps/v1",
  "/version",
];
const notDiscovery = ["/", "/healthz", "/metrics", "/apis/apps/v1/x", "/versions", "/api/v1/pods"];
for (const path of discovery)
  test(`${path} is discovery`, () => assert.ok(isDiscovery(nonResourceTrace(path))));
for (const path of notDiscovery)
  test(`${path} is not`, () => assert.ok(!isDiscovery(nonResourceTrace(path))));
test("only a GET is discovery", () => {
  assert.ok(!isDiscovery(nonResourceTrace("/api", { roundTrip: { method: "POST" } })));
});
