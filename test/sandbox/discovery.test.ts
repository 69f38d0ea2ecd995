import assert from "node:assert/strict";
import { test } from "node:test";
import { field, list, text } from "../../src/sandbox/fields.ts";
import { ask, demoSnapshot, withSandbox } from "../helpers/sandbox.ts";

const accepts = {
  "1.25": "application/json, */*",
  "1.26": "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json",
  "1.30":
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json",
};

test("each kubectl gets the newest discovery that it asks for", async () => {
  const snapshot = { ...demoSnapshot(), serverVersion: "v1.32.4" };
  await withSandbox({ snapshot }, async (sandbox) => {
    for (const [version, apiVersion] of [
      ["1.25", "v1"],
      ["1.26", "apidiscovery.k8s.io/v2beta1"],
      ["1.30", "apidiscovery.k8s.io/v2"],
    ] as const) {
      const answer = await ask(sandbox, "/apis", { headers: { Accept: accepts[version] } });
      assert.equal(answer.json()["apiVersion"], apiVersion);
    }
  });
});

test("aggregated discovery has the groups in order, kinds, scopes and what is stale", async () => {
  await withSandbox({}, async (sandbox) => {
    const answer = await ask(sandbox, "/apis", { headers: { Accept: accepts["1.30"] } });
    assert.equal(
      answer.headers["content-type"],
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    );
    const groups = list(answer.json(), "items");
    const names = groups.map((group) => text(group, "metadata.name"));
    assert.deepEqual(names.slice(0, 3), ["apiregistration.k8s.io", "apps", "events.k8s.io"]);
    assert.deepEqual(names.slice(-3), ["example.com", "custom.metrics.k8s.io", "metrics.k8s.io"]);
    const group = (name: string) => groups.find((one) => text(one, "metadata.name") === name);
    const freshness = (name: string) => list(group(name), "versions").map((one) => text(one, "freshness"));
    assert.deepEqual(freshness("custom.metrics.k8s.io"), ["Stale"]);
    assert.deepEqual(freshness("example.com"), ["Current", "Current"]);
    assert.deepEqual(
      list(group("autoscaling"), "versions").map((one) => text(one, "version")),
      ["v2", "v1"],
    );
    const [deployments] = list(list(group("apps"), "versions")[0], "resources").filter(
      (one) => text(one, "resource") === "deployments",
    );
    assert.deepEqual(field(deployments, "responseKind"), { group: "", version: "", kind: "Deployment" });
    assert.equal(text(deployments, "scope"), "Namespaced");
    assert.deepEqual(field(deployments, "shortNames"), ["deploy"]);
    assert.deepEqual(
      list(deployments, "subresources").map((one) => [
        text(one, "subresource"),
        text(one, "responseKind.kind"),
      ]),
      [
        ["scale", "Scale"],
        ["status", "Deployment"],
      ],
    );
  });
});

test("whoever has the newest discovery already gets a 304", async () => {
  await withSandbox({}, async (sandbox) => {
    const headers = { Accept: accepts["1.30"] };
    const first = await ask(sandbox, "/api", { headers });
    const etag = first.headers.etag ?? "";
    assert.match(etag, /^"[0-9A-F]{128}"$/);
    const again = await ask(sandbox, "/api", { headers: { ...headers, "If-None-Match": etag } });
    assert.equal(again.status, 304);
    assert.equal(again.text, "");
    const other = await ask(sandbox, "/apis", { headers: { ...headers, "If-None-Match": etag } });
    assert.equal(other.status, 200);
  });
});

test("discovery of old: a document for each group and version", async () => {
  await withSandbox({}, async (sandbox) => {
    const get = async (path: string) => (await ask(sandbox, path)).json();
    assert.deepEqual(field(await get("/api"), "versions"), ["v1"]);
    const groups = list(await get("/apis"), "groups").map((group) => text(group, "name"));
    assert.ok(groups.includes("custom.metrics.k8s.io"), "a group that is down is listed");
    assert.equal(text(await get("/apis/example.com"), "preferredVersion.groupVersion"), "example.com/v1");
    const core = list(await get("/api/v1"), "resources").map((one) => text(one, "name"));
    assert.ok(core.includes("pods") && core.includes("pods/log") && core.includes("serviceaccounts/token"));
    const widgets = await get("/apis/example.com/v1");
    assert.deepEqual(list(widgets, "resources")[0], {
      name: "widgets",
      singularName: "widget",
      namespaced: true,
      kind: "Widget",
      verbs: ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"],
      shortNames: ["wd"],
      categories: ["all"],
      storageVersionHash: "gIwvi5rymmg=",
    });
    assert.equal(text(await get("/apis/metrics.k8s.io/v1beta1"), "groupVersion"), "metrics.k8s.io/v1beta1");
  });
});
