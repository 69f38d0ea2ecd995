import assert from "node:assert/strict";
import { test } from "node:test";
import { journeyOf, stations } from "../../src/render/journey.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { localApiService, sampleTrace, traces } from "../helpers/traces.ts";
import { render } from "./rendering.ts";

const metrics = {
  requestInfo: traces.topNodes.requestInfo,
  apiService: traces.topNodes.apiService,
  target: traces.topNodes.target,
};
const proxied = {
  requestInfo: {
    path: "/api/v1/namespaces/shop/services/web/proxy/x",
    verb: "get",
    namespace: "shop",
    resource: "services",
    subresource: "proxy",
    name: "web",
  },
  apiService: localApiService("v1."),
};
const unknown = { decision: "unknown", reason: "", source: "none" } as const;

/** Each station by its first letter: passed, stopped, not reached, unknown. */
for (const [name, trace, expected] of [
  ["an answer", traces.list, "pppppp"],
  ["503 in no words, available by now", sampleTrace({ ...metrics, roundTrip: { status: 503 } }), "ppppuu"],
  ["403 in no words", sampleTrace({ roundTrip: { status: 403 }, verdict: unknown }), "pppuuu"],
  ["401 of whoever", sampleTrace({ ...proxied, verdict: unknown, roundTrip: { status: 401 } }), "puuuuu"],
  ["401 of a proxied program", sampleTrace({ ...proxied, roundTrip: { status: 401 } }), "pppppp"],
  [
    "503 in the backend's own words",
    sampleTrace({ ...metrics, roundTrip: { status: 503, message: "the database is away" } }),
    "ppppps",
  ],
] as const satisfies readonly (readonly [string, Trace, string])[]) {
  test(`the way of ${name}`, () => {
    const journey = journeyOf(trace);
    assert.equal(stations.map((station) => journey[station][0]).join(""), expected);
  });
}

test("a backend that answered for itself could be reached", async () => {
  const roundTrip = { status: 503, message: "the database is away" };
  const drawn = await render("flow", [sampleTrace({ ...metrics, roundTrip })], { columns: 100 });
  assert.match(drawn, /the no came from here/);
  assert.doesNotMatch(drawn, /could not be reached/);
});

test("a proxied program's no is told from kube-apiserver's in a table", async () => {
  const roundTrip = { status: 401, statusText: "Unauthorized", message: "Unauthorized" };
  const drawn = await render("table", [sampleTrace({ ...proxied, roundTrip })], { columns: 100 });
  assert.match(drawn, /what stands behind the proxied Service or Pod/);
});
