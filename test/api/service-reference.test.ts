import assert from "node:assert/strict";
import { test } from "node:test";
import {
  calledAtText,
  serviceHost,
  serviceNameText,
  serviceText,
  withDefaultPort,
} from "../../src/api/service-reference.ts";

const web = { namespace: "shop", name: "web", port: 443 };

test("a port that is not named is the API's own default", () => {
  assert.deepEqual(withDefaultPort({ ...web, port: null }), web);
  assert.deepEqual(withDefaultPort({ ...web, port: 8443 }), { ...web, port: 8443 });
});

for (const [what, text, expected] of [
  ["a Service", serviceNameText(web), "Service shop/web"],
  ["its port", serviceText(web), "Service shop/web:443"],
  ["a port that is not known", serviceText({ ...web, port: 0 }), "Service shop/web"],
  ["the host in its certificate", serviceHost(web), "web.shop.svc"],
  ["a webhook at a Service", calledAtText(web), "Service shop/web:443"],
  ["a webhook at a URL", calledAtText(undefined, "https://a.example"), "https://a.example"],
  ["a webhook at a URL that cannot be read", calledAtText(undefined), "a URL that is not readable"],
] as const) {
  test(`in words: ${what}`, () => assert.equal(text, expected));
}
