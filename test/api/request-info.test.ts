import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseRequestInfo } from "../../src/api/request-info.ts";

type Row = [
  method: string,
  url: string,
  verb: string,
  group: string,
  version: string,
  namespace: string,
  resource: string,
  subresource: string,
  name: string,
  parts?: string,
];

// Every input form that the API server's own table covers, and the odd ones beyond it.
const resources: Row[] = [
  ["GET", "/api/v1/namespaces", "list", "", "v1", "", "namespaces", "", ""],
  ["GET", "/api/v1/namespaces/other", "get", "", "v1", "other", "namespaces", "", "other"],
  ["GET", "/api/v1/namespaces/other/pods", "list", "", "v1", "other", "pods", "", ""],
  ["GET", "/api/v1/namespaces/other/pods/foo", "get", "", "v1", "other", "pods", "", "foo"],
  ["HEAD", "/api/v1/namespaces/other/pods/foo", "get", "", "v1", "other", "pods", "", "foo"],
  ["GET", "/api/v1/pods", "list", "", "v1", "", "pods", "", ""],
  ["HEAD", "/api/v1/pods", "list", "", "v1", "", "pods", "", ""],
  ["GET", "/api/v1/proxy/namespaces/other/pods/foo", "proxy", "", "v1", "other", "pods", "", "foo"],
  [
    "GET",
    "/api/v1/proxy/namespaces/other/pods/foo/subpath/not/a/subresource",
    "proxy",
    "",
    "v1",
    "other",
    "pods",
    "",
    "foo",
    "pods/foo/subpath/not/a/subresource",
  ],
  ["GET", "/api/v1/watch/pods", "watch", "", "v1", "", "pods", "", ""],
  ["GET", "/api/v1/pods?watch=true", "watch", "", "v1", "", "pods", "", ""],
  ["GET", "/api/v1/pods?watch=false", "list", "", "v1", "", "pods", "", ""],
  ["GET", "/api/v1/pods?watch=FALSE", "list", "", "v1", "", "pods", "", ""],
  ["GET", "/api/v1/pods?watch", "watch", "", "v1", "", "pods", "", ""],
  ["GET", "/api/v1/pods?watch=no", "watch", "", "v1", "", "pods", "", ""],
  ["GET", "/api/v1/watch/namespaces/other/pods", "watch", "", "v1", "other", "pods", "", ""],
  ["GET", "/api/v1/namespaces/other/pods?watch=1", "watch", "", "v1", "other", "pods", "", ""],
  ["GET", "/api/v1/namespaces/other/pods?watch=0", "list", "", "v1", "other", "pods", "", ""],
  ["GET", "/api/v1/namespaces/other/pods/foo/status", "get", "", "v1", "other", "pods", "status", "foo"],
  [
    "GET",
    "/api/v1/namespaces/other/pods/foo/proxy/subpath",
    "get",
    "",
    "v1",
    "other",
    "pods",
    "proxy",
    "foo",
    "pods/foo/proxy/subpath",
  ],
  [
    "PUT",
    "/api/v1/namespaces/other/finalize",
    "update",
    "",
    "v1",
    "other",
    "namespaces",
    "finalize",
    "other",
    "namespaces/other/finalize",
  ],
  [
    "PUT",
    "/api/v1/namespaces/other/status",
    "update",
    "",
    "v1",
    "other",
    "namespaces",
    "status",
    "other",
    "namespaces/other/status",
  ],
  ["PATCH", "/api/v1/namespaces/other/pods/foo", "patch", "", "v1", "other", "pods", "", "foo"],
  ["DELETE", "/api/v1/namespaces/other/pods/foo", "delete", "", "v1", "other", "pods", "", "foo"],
  ["POST", "/api/v1/namespaces/other/pods", "create", "", "v1", "other", "pods", "", ""],
  ["DELETE", "/api/v1/nodes", "deletecollection", "", "v1", "", "nodes", "", ""],
  ["DELETE", "/api/v1/namespaces", "deletecollection", "", "v1", "", "namespaces", "", ""],
  ["DELETE", "/api/v1/namespaces/other/pods", "deletecollection", "", "v1", "other", "pods", "", ""],
  [
    "DELETE",
    "/apis/extensions/v1/namespaces/other/pods",
    "deletecollection",
    "extensions",
    "v1",
    "other",
    "pods",
    "",
    "",
  ],
  [
    "POST",
    "/apis/extensions/v1/namespaces/other/pods",
    "create",
    "extensions",
    "v1",
    "other",
    "pods",
    "",
    "",
  ],
  [
    "POST",
    "/apis/extensions/v1beta3/namespaces/other/pods",
    "create",
    "extensions",
    "v1beta3",
    "other",
    "pods",
    "",
    "",
  ],
  ["OPTIONS", "/api/v1/pods", "", "", "v1", "", "pods", "", ""],
  ["GET", "/apis/metrics.k8s.io/v1beta1/nodes", "list", "metrics.k8s.io", "v1beta1", "", "nodes", "", ""],
  [
    "POST",
    "/api/v1/namespaces/a/serviceaccounts/b/token",
    "create",
    "",
    "v1",
    "a",
    "serviceaccounts",
    "token",
    "b",
  ],
  ["GET", "//api/v1/pods//", "list", "", "v1", "", "pods", "", ""],
];

for (const [method, url, verb, group, version, namespace, resource, subresource, name, parts] of resources) {
  test(`${method} ${url} is ${verb || "no verb"} ${resource}`, () => {
    const info = parseRequestInfo(method, url);
    assert.deepEqual(
      { ...info, parts: info.parts.join("/"), isResourceRequest: info.isResourceRequest },
      {
        isResourceRequest: true,
        path: url.split("?")[0],
        verb,
        apiPrefix: group === "" ? "api" : "apis",
        apiGroup: group,
        apiVersion: version,
        namespace,
        resource,
        subresource,
        name,
        fieldSelector: "",
        labelSelector: "",
        parts: parts ?? [resource, name, subresource].filter((part) => part !== "").join("/"),
      },
    );
  });
}

test("escapes are decoded before the path is split", () => {
  const info = parseRequestInfo("GET", "/api/v1/namespaces/a/pods/b%2Fc");
  assert.deepEqual([info.name, info.subresource, info.path], ["b", "c", "/api/v1/namespaces/a/pods/b/c"]);
  assert.equal(parseRequestInfo("GET", "/api/v1/nodes/n%C3%BC").name, "nü");
  assert.equal(parseRequestInfo("GET", "/api/v1/nodes/a+b").name, "a+b", "a plus is no space in a path");
});

test("a double slash makes an empty segment", () => {
  const info = parseRequestInfo("GET", "/api/v1//pods");
  assert.deepEqual([info.verb, info.resource, info.name], ["get", "", "pods"]);
});

for (const [what, url] of Object.entries({
  "no resource path": "/",
  empty: "",
  "one step": "/api",
  "just version": "/api/version/",
  "just prefix, group, version": "/apis/group/version/",
  "group without enough steps": "/apis/extensions/v1beta1",
  "missing group": "/apis/version/resource",
  "bad prefix": "/badprefix/version/resource",
  "bad root": "/not-api/version/resource",
  version: "/version",
})) {
  test(`not a resource request: ${what}`, () => {
    const info = parseRequestInfo("GET", url);
    assert.deepEqual([info.isResourceRequest, info.verb, info.path, info.resource], [false, "get", url, ""]);
  });
}

for (const url of [
  "/api/version/resource",
  "/apis/group/version/resource/name/subresource",
  "/api/version/resource/name/subresource",
  "/apis/batch/v1/job",
  "/apis/batch/v1/job/foo",
  "/apis/batch/v1/job/foo/scale",
]) {
  test(`a resource request: ${url}`, () =>
    assert.equal(parseRequestInfo("GET", url).isResourceRequest, true));
}

type SelectorRow = [
  url: string,
  method: string,
  verb: string,
  name: string,
  fieldSelector: string,
  labelSelector: string,
];
const base = "/apis/group/version/resource";
const selectors: SelectorRow[] = [
  [base, "GET", "list", "", "", ""],
  [`${base}?fieldSelector=metadata.name=name1`, "GET", "list", "name1", "metadata.name=name1", ""],
  [`${base}?fieldSelector=metadata.name%3Dname1`, "GET", "list", "name1", "metadata.name=name1", ""],
  [`${base}?fieldSelector=metadata.name==name1`, "GET", "list", "name1", "metadata.name==name1", ""],
  [`${base}?fieldSelector=metadata.name!=name1`, "GET", "list", "", "metadata.name!=name1", ""],
  [`${base}?fieldSelector=metadata.name=a%2Fb`, "GET", "list", "", "metadata.name=a/b", ""],
  [`${base}?fieldSelector=metadata.name=..`, "GET", "list", "", "metadata.name=..", ""],
  [
    `${base}?watch=true&fieldSelector=metadata.name=name1`,
    "GET",
    "watch",
    "name1",
    "metadata.name=name1",
    "",
  ],
  [`${base}?fieldSelector=foo=bar&labelSelector=baz=qux`, "GET", "list", "", "foo=bar", "baz=qux"],
  [`${base}?fieldSelector=metadata.name=name1,foo`, "GET", "list", "", "metadata.name=name1,foo", ""],
  [
    `${base}?fieldSelector=metadata.name=name1,foo&watch=true`,
    "GET",
    "watch",
    "",
    "metadata.name=name1,foo",
    "",
  ],
  [
    `${base}?fieldSelector=metadata.name=name1,foo&watch=false`,
    "GET",
    "list",
    "",
    "metadata.name=name1,foo",
    "",
  ],
  [`${base}?fieldSelector=metadata.name=n&limit=x&watch=FaLsE`, "GET", "list", "", "metadata.name=n", ""],
  [`${base}?fieldSelector=metadata.name=n&timeoutSeconds=`, "GET", "list", "", "metadata.name=n", ""],
  [`${base}?fieldSelector=metadata.name=n&labelSelector=a%20b`, "GET", "list", "", "metadata.name=n", "a b"],
  [
    `${base}?fieldSelector=foo=bar&labelSelector=baz=qux`,
    "DELETE",
    "deletecollection",
    "",
    "foo=bar",
    "baz=qux",
  ],
  [
    `${base}?fieldSelector=metadata.name=foo&fieldSelector=metadata.name=bar&labelSelector=foo=bar&labelSelector=foo=baz`,
    "GET",
    "list",
    "foo",
    "metadata.name=foo",
    "foo=bar",
  ],
  [`${base}/name?fieldSelector=foo=bar&labelSelector=foo=bar`, "GET", "get", "name", "", ""],
  [
    "/apis/group/version/watch/resource?fieldSelector=metadata.name=foo&labelSelector=foo=bar",
    "GET",
    "watch",
    "",
    "",
    "",
  ],
  [
    "/apis/group/version/watch/resource/name?fieldSelector=metadata.name=foo&labelSelector=foo=bar",
    "GET",
    "watch",
    "name",
    "",
    "",
  ],
  [`${base}?fieldSelector=a=b;c=d`, "GET", "list", "", "", ""],
];
for (const [url, method, verb, name, fieldSelector, labelSelector] of selectors) {
  test(`selectors of ${method} ${url}`, () => {
    const info = parseRequestInfo(method, url);
    assert.deepEqual(
      [info.verb, info.name, info.fieldSelector, info.labelSelector],
      [verb, name, fieldSelector, labelSelector],
    );
  });
}

test("a special verb with nothing behind it is refused by the server", () => {
  assert.match(
    parseRequestInfo("GET", "/api/v1/watch").error ?? "",
    /unable to determine kind and namespace/,
  );
});

for (const [url, basePath, path] of [
  ["https://r/k8s/clusters/c-x/api/v1/pods", undefined, "/api/v1/pods"],
  ["https://r/k8s/clusters/c-x/version", undefined, "/version"],
  ["https://[::1]:6443/api/v1/pods", undefined, "/api/v1/pods"],
  ["https://h/v1/projects/1/locations/global/gkeMemberships/m/api/v1/pods", undefined, "/api/v1/pods"],
  ["https://h/clusters/root:org/apis/example.com/v1/widgets", undefined, "/apis/example.com/v1/widgets"],
  ["https://h/base/apis", undefined, "/apis"],
  ["https://h/my/base/healthz", "/my/base", "/healthz"],
  ["https://h/my/base/", "/my/base/", "/"],
  ["https://h/my/basement/x", "/my/base", "/my/basement/x"],
  ["10.0.0.1:6443/api/v1/pods?limit=5", undefined, "/api/v1/pods"],
  ["api/v1/pods", undefined, "/api/v1/pods"],
  ["https://u:secret@h/api/v1/pods", undefined, "/api/v1/pods"],
  [
    "/api/v1/namespaces/a/services/b/proxy/x/api/v1/y",
    undefined,
    "/api/v1/namespaces/a/services/b/proxy/x/api/v1/y",
  ],
] as const) {
  test(`path of ${url}`, () => assert.equal(parseRequestInfo("GET", url, basePath).path, path));
}

test("any text is read without throwing, and the name of a list is a path segment", () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: "binary" }), (method, url) => {
      const info = parseRequestInfo(method, url);
      assert.equal(typeof info.path, "string");
      if (info.verb === "list") assert.ok(!info.name.includes("/"));
    }),
  );
});

test("what is built from parts is read back", () => {
  const segment = fc
    .stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
    .filter((text) => !["proxy", "watch", "namespaces", "status", "finalize"].includes(text));
  fc.assert(
    fc.property(
      segment,
      segment,
      segment,
      segment,
      segment,
      (group, namespace, resource, name, subresource) => {
        const url = `/apis/${group}.io/v1/namespaces/${namespace}/${resource}/${encodeURIComponent(name)}/${subresource}`;
        const info = parseRequestInfo("PUT", url);
        assert.deepEqual(
          [
            info.apiGroup,
            info.apiVersion,
            info.namespace,
            info.resource,
            info.name,
            info.subresource,
            info.verb,
          ],
          [`${group}.io`, "v1", namespace, resource, name, subresource, "update"],
        );
      },
    ),
  );
});
