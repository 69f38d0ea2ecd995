import assert from "node:assert/strict";
import { request } from "node:https";
import { test } from "node:test";
import { parseAccept } from "../../src/sandbox/accept.ts";
import { renderAge } from "../../src/sandbox/age.ts";
import { field, list, text } from "../../src/sandbox/fields.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { ask, withSandbox } from "../helpers/sandbox.ts";

const shop = "/api/v1/namespaces/shop/pods";

async function names(sandbox: Sandbox, path: string): Promise<string[]> {
  return list((await ask(sandbox, path)).json(), "items").map((item) => text(item, "metadata.name"));
}

test("lists select by label and field", async (t) => {
  await withSandbox({}, async (sandbox) => {
    for (const [selector, expected] of [
      ["labelSelector=app%3Dcart", ["cart-0"]],
      ["labelSelector=app+in+(cart,other)", ["cart-0"]],
      ["labelSelector=tier+notin+(front),app", ["cart-0"]],
      ["labelSelector=!tier", []],
      ["labelSelector=app!%3Dweb", ["cart-0"]],
      ["fieldSelector=metadata.name%3Dcart-0", ["cart-0"]],
      ["fieldSelector=metadata.namespace%3Dother", []],
      [
        "fieldSelector=status.phase%3DRunning,spec.nodeName!%3Dworker-2,metadata.name!%3Dcart-0",
        ["web-7c9d6b5f4-8lwzn"],
      ],
    ] as const) {
      await t.test(selector, async () =>
        assert.deepEqual(await names(sandbox, `${shop}?${selector}`), expected),
      );
    }
  });
});

test("a list in chunks is the whole list", async () => {
  await withSandbox({}, async (sandbox) => {
    const all = await names(sandbox, "/api/v1/pods");
    const seen: string[] = [];
    let token = "";
    do {
      const page = (await ask(sandbox, `/api/v1/pods?limit=2&continue=${token}`)).json();
      seen.push(...list(page, "items").map((item) => text(item, "metadata.name")));
      token = text(page, "metadata.continue");
      if (token !== "") assert.equal(field(page, "metadata.remainingItemCount"), all.length - seen.length);
    } while (token !== "");
    assert.deepEqual(seen, all);
    assert.equal((await ask(sandbox, "/api/v1/pods?continue=nonsense")).status, 400);
  });
});

test("a list of a built-in kind has no types on its items, one of a custom resource has", async () => {
  await withSandbox({}, async (sandbox) => {
    const pods = (await ask(sandbox, shop)).json();
    assert.equal(pods["kind"], "PodList");
    assert.equal(field(list(pods, "items")[0], "kind"), undefined);
    const widgets = (await ask(sandbox, "/apis/example.com/v1alpha1/widgets")).json();
    assert.equal(text(list(widgets, "items")[0], "apiVersion"), "example.com/v1alpha1");
  });
});

test("a Table of one object and of many, with what it was told to include", async () => {
  await withSandbox({}, async (sandbox) => {
    const headers = { Accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json" };
    const one = (await ask(sandbox, `${shop}/cart-0`, { headers })).json();
    assert.equal(one["apiVersion"], "meta.k8s.io/v1");
    const [row] = list(one, "rows");
    assert.deepEqual(list(row, "cells").slice(0, 4), ["cart-0", "1/1", "Running", "0"]);
    assert.equal(text(row, "object.kind"), "PartialObjectMetadata");
    const none = (await ask(sandbox, `${shop}?includeObject=None`, { headers })).json();
    assert.deepEqual(
      list(none, "rows").map((item) => field(item, "object")),
      [null, null, null],
    );
    const whole = (await ask(sandbox, `${shop}?includeObject=Object`, { headers })).json();
    assert.equal(text(list(whole, "rows")[0], "object.status.phase"), "Running");
  });
});

test("metadata only, of one object and of many", async () => {
  await withSandbox({}, async (sandbox) => {
    const accept = (as: string) => ({ headers: { Accept: `application/json;as=${as};v=v1;g=meta.k8s.io` } });
    const one = (await ask(sandbox, `${shop}/cart-0`, accept("PartialObjectMetadata"))).json();
    assert.equal(one["kind"], "PartialObjectMetadata");
    assert.equal(one["status"], undefined);
    const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const many = (await ask(sandbox, crds, accept("PartialObjectMetadataList"))).json();
    assert.equal(many["kind"], "PartialObjectMetadataList");
    assert.equal(text(list(many, "items")[0], "metadata.name"), "widgets.example.com");
    assert.equal((await ask(sandbox, `${shop}/cart-0`, accept("PartialObjectMetadataList"))).status, 406);
  });
});

/** The events of a watch until there are so many, and whether it was still open then. */
async function watch(
  sandbox: Sandbox,
  path: string,
  count: number,
): Promise<{ events: unknown[]; open: boolean }> {
  const token = sandbox.users.find(({ name }) => name === "admin")?.token ?? "";
  return await new Promise((resolve, reject) => {
    const options = {
      agent: false,
      ca: sandbox.certificateAuthority,
      headers: { Authorization: `Bearer ${token}` },
    };
    const sent = request(`${sandbox.url}${path}`, options, (response) => {
      let received = "";
      const done = (open: boolean): void => {
        sent.destroy();
        const lines = received.split("\n").filter((line) => line !== "");
        resolve({ events: lines.map((line) => JSON.parse(line)), open });
      };
      const look = (): void => {
        if (received.split("\n").length > count) done(true);
      };
      response.on("data", (chunk) => {
        received += chunk;
        look();
      });
      response.on("end", () => done(false));
      look();
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a watch tells what is there, unless the client knows, and stays open until its time is over", async () => {
  await withSandbox({}, async (sandbox) => {
    const fresh = await watch(sandbox, `${shop}?watch=true`, 3);
    assert.deepEqual(
      fresh.events.map((event) => [text(event, "type"), text(event, "object.metadata.name")]),
      [
        ["ADDED", "cart-0"],
        ["ADDED", "web-7c9d6b5f4-8lwzn"],
        ["ADDED", "web-7c9d6b5f4-vx6kd"],
      ],
    );
    assert.ok(fresh.open);
    assert.deepEqual(await watch(sandbox, `${shop}?watch=true&resourceVersion=1`, 0), {
      events: [],
      open: true,
    });
    const named = await watch(sandbox, `/api/v1/watch/namespaces/shop/pods/cart-0`, 1);
    assert.equal(text(named.events[0], "object.kind"), "Pod");
    const short = await watch(sandbox, `${shop}?watch=1&resourceVersion=1&timeoutSeconds=1`, 1);
    assert.deepEqual(short, { events: [], open: false });
  });
});

test("a streaming list ends with its bookmark", async () => {
  await withSandbox({}, async (sandbox) => {
    const query =
      "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const { events } = await watch(sandbox, `${shop}?${query}`, 4);
    const last = events.at(-1);
    assert.equal(text(last, "type"), "BOOKMARK");
    assert.deepEqual(field(last, "object.metadata.annotations"), { "k8s.io/initial-events-end": "true" });
  });
});

test("what is below an object", async (t) => {
  await withSandbox({}, async (sandbox) => {
    const deployment = "/apis/apps/v1/namespaces/shop/deployments/web";
    const scale = (await ask(sandbox, `${deployment}/scale`)).json();
    assert.deepEqual(
      [scale["kind"], field(scale, "spec.replicas"), field(scale, "status.selector")],
      ["Scale", 2, "app=web"],
    );
    for (const [path, status] of [
      [`${deployment}/status`, 200],
      [`${deployment}/nonsense`, 404],
      [`${shop}/cart-0/log`, 200],
      [`${shop}/cart-0/log?container=other`, 400],
      [`${shop}/nope/log`, 404],
      ["/api/v1/namespaces/default/pods/cart-0", 404],
      [`${shop}/cart-0/proxy/any/path`, 503],
      [`${shop}/http:cart-0:8080/proxy/`, 503],
      ["/api/v1/namespaces/shop", 200],
      ["/api/v1/namespaces/shop/status", 200],
      ["/api/v1/nodes/worker-1", 200],
      ["/api/v1/namespaces/shop/nodes", 404],
      ["/apis/apps/v1/namespaces/shop/deployments/", 200],
    ] as const) {
      await t.test(path, async () => assert.equal((await ask(sandbox, path)).status, status));
    }
  });
});

test("a proxy leads to the Pod or node that is named, or to an endpoint behind the Service's port", async (t) => {
  const service = "/api/v1/namespaces/shop/services";
  const cases: readonly (readonly [path: string, message: RegExp])[] = [
    [`${service}/web:80/proxy/`, / dial tcp 10\.244\.[12]\.2[01]:8080: connect: connection refused$/],
    [`${service}/https:web:http/proxy/a/b`, / dial tcp 10\.244\.[12]\.2[01]:8080: /],
    [`${service}/web/proxy/`, /^no endpoints available for service "web"$/],
    [`${service}/web:81/proxy/`, /^no service port 81 found for service "web"$/],
    [`${shop}/cart-0/proxy/`, / dial tcp 10\.[\d.]+:80: /],
    [`${shop}/cart-0:8080/proxy/`, / dial tcp 10\.[\d.]+:8080: /],
    ["/api/v1/nodes/worker-1/proxy/metrics", / dial tcp [\d.]+:10250: /],
  ];
  await withSandbox({}, async (sandbox) => {
    for (const [path, message] of cases) {
      await t.test(path, async () => {
        const { status, json } = await ask(sandbox, path);
        assert.equal(status, 503);
        assert.match(text(json(), "message"), message);
      });
    }
  });
});

test("metrics are measured of what runs", async () => {
  await withSandbox({}, async (sandbox) => {
    const pods = (await ask(sandbox, "/apis/metrics.k8s.io/v1beta1/pods")).json();
    const measured = list(pods, "items").map((item) => text(item, "metadata.name"));
    assert.ok(measured.includes("cart-0"));
    assert.ok(!measured.some((name) => name.startsWith("prometheus-adapter")), "it does not start");
    const [cart] = list(pods, "items").filter((item) => text(item, "metadata.name") === "cart-0");
    assert.match(text(list(cart, "containers")[0], "usage.cpu"), /^\d+n$/);
  });
});

test("ages as kubectl writes them", () => {
  const now = new Date("2026-01-10T00:00:00Z");
  for (const [seconds, age] of [
    [0, "0s"],
    [119, "119s"],
    [120, "2m"],
    [599, "9m59s"],
    [600, "10m"],
    [3 * 3600, "3h"],
    [7 * 3600 + 60, "7h1m"],
    [47 * 3600, "47h"],
    [49 * 3600, "2d1h"],
    [9 * 86400, "9d"],
    [800 * 86400, "2y70d"],
    [-60, "<invalid>"],
  ] as const) {
    assert.equal(renderAge(new Date(now.getTime() - seconds * 1000).toISOString(), now), age);
  }
  assert.equal(renderAge("", now), "<unknown>");
});

test("the clauses of an Accept header", () => {
  assert.deepEqual(parseAccept("application/json;as=Table;v=v1, */*"), [
    { type: "application/json", parameters: { as: "Table", v: "v1" } },
    { type: "*/*", parameters: {} },
  ]);
  assert.deepEqual(parseAccept(""), [{ type: "*/*", parameters: {} }]);
});
