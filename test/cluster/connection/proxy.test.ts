import assert from "node:assert/strict";
import { test } from "node:test";
import { proxyFromEnvironment } from "../../../src/cluster/connection/proxy.ts";

const proxied = "http://proxy:3128/";

const cases: readonly [string, Readonly<Record<string, string>>, string | null][] = [
  ["https://api:6443", {}, null],
  ["https://api:6443", { HTTPS_PROXY: "proxy:3128" }, proxied],
  ["https://api:6443", { https_proxy: "http://proxy:3128" }, proxied],
  ["https://api:6443", { HTTPS_PROXY: "", https_proxy: "proxy:3128" }, proxied],
  ["https://api:6443", { HTTP_PROXY: "proxy:3128" }, null],
  ["http://api:8080", { HTTP_PROXY: "proxy:3128" }, proxied],
  ["https://localhost:6443", { HTTPS_PROXY: "proxy:3128" }, null],
  ["https://127.0.0.9:6443", { HTTPS_PROXY: "proxy:3128" }, null],
  ["https://[::1]:6443", { HTTPS_PROXY: "proxy:3128" }, null],
  ["https://api:6443", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "*" }, null],
  ["https://api.example.com", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "x, example.com" }, null],
  ["https://example.com", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "example.com" }, null],
  ["https://notexample.com", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "example.com" }, proxied],
  ["https://example.com", { HTTPS_PROXY: "proxy:3128", NO_PROXY: ".example.com" }, proxied],
  ["https://a.example.com", { HTTPS_PROXY: "proxy:3128", NO_PROXY: ".example.com" }, null],
  ["https://a.example.com", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "*.example.com" }, null],
  ["https://api:6443", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "api:6443" }, null],
  ["https://api:6443", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "api:443" }, proxied],
  ["https://api", { HTTPS_PROXY: "proxy:3128", NO_PROXY: "api:443" }, null],
  ["https://10.1.2.3:6443", { HTTPS_PROXY: "proxy:3128", no_proxy: "10.0.0.0/8" }, null],
  ["https://11.1.2.3:6443", { HTTPS_PROXY: "proxy:3128", no_proxy: "10.0.0.0/8" }, proxied],
  ["https://[fd00::1]:6443", { HTTPS_PROXY: "proxy:3128", no_proxy: "fd00::/8" }, null],
  ["https://10.1.2.3:6443", { HTTPS_PROXY: "proxy:3128", no_proxy: "10.1.2.3" }, null],
  ["https://10.1.2.3:6443", { HTTPS_PROXY: "proxy:3128", no_proxy: "10.0.0.0/99,nonsense/x,:,[" }, proxied],
];

for (const [target, env, expected] of cases) {
  test(`${target} with ${JSON.stringify(env)}`, () => {
    assert.equal(proxyFromEnvironment(new URL(target), env)?.href ?? null, expected);
  });
}

test("what is no proxy URL is an error that does not repeat it", () => {
  const env = { HTTPS_PROXY: "ftp://user:secret@proxy" };
  assert.throws(
    () => proxyFromEnvironment(new URL("https://api"), env),
    /^ClusterError: HTTPS_PROXY is not a proxy URL$/,
  );
});
