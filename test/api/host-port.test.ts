import assert from "node:assert/strict";
import { test } from "node:test";
import { joinHostPort } from "../../src/api/host-port.ts";

test("an IPv6 address stands in brackets", () => {
  assert.deepEqual(
    [joinHostPort("10.0.0.1", 443), joinHostPort("web.shop.svc", "443"), joinHostPort("fd00::5", 10250)],
    ["10.0.0.1:443", "web.shop.svc:443", "[fd00::5]:10250"],
  );
});
