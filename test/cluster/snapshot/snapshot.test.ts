import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readSnapshot, type Snapshot } from "../../../src/cluster/snapshot/snapshot.ts";
import { newSnapshotDocument } from "../../../src/cluster/snapshot/snapshot-document.ts";
import { UsageError } from "../../../src/errors.ts";
import { renderYaml } from "../../../src/render/yaml.ts";

const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "ns" } };
const json = JSON.stringify({ ...service, note: 'a "string" with } ] and \\' });
const yaml = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: ns}\n";
const list = (items: readonly unknown[]) => ({ apiVersion: "v1", kind: "List", items });

const readable: readonly [what: string, text: string, names: readonly string[]][] = [
  ["one object as YAML", yaml, ["web"]],
  ["one object as JSON", JSON.stringify(service), ["web"]],
  ["a List as JSON", JSON.stringify(list([service, service])), ["web", "web"]],
  ["a List as YAML", `apiVersion: v1\nkind: List\nitems:\n- ${yaml.replaceAll("\n", "\n  ")}`, ["web"]],
  ["JSON objects after one another", `${json}\n${json}`, ["web", "web"]],
  ["several documents", `${yaml}---\n${yaml}---\n`, ["web", "web"]],
  ["a comment and a byte order mark", `\uFEFF# hello\n---\n${yaml}`, ["web"]],
  ["JSON after a byte order mark", `\uFEFF${JSON.stringify(service)}`, ["web"]],
  ["carriage returns", yaml.replaceAll("\n", "\r\n"), ["web"]],
  ["a List in a List", JSON.stringify(list([list([service])])), ["web"]],
  [
    "a typed list whose items have no kind",
    JSON.stringify({ apiVersion: "v1", kind: "ServiceList", items: [{ metadata: { name: "a" } }] }),
    ["a"],
  ],
  ["an empty List", JSON.stringify(list([])), []],
  ["objects beside things that are none", `${yaml}---\njust text\n---\nkind: Config\n---\n- 1\n`, ["web"]],
];

for (const [what, text, names] of readable) {
  test(`reads ${what}`, () => {
    const snapshot = readSnapshot(text, "f.yaml");
    assert.deepEqual(
      snapshot.items.map((item) => item.metadata.name),
      names,
    );
    assert.ok(snapshot.items.every((item) => item.kind === "Service" && item.apiVersion === "v1"));
    assert.deepEqual([snapshot.complete, snapshot.user, snapshot.file], [false, null, "f.yaml"]);
  });
}

const unreadable: readonly [what: string, text: string, message: string | RegExp][] = [
  ["broken YAML", "a: b\nc: d: e\n", /^f\.yaml:2: invalid YAML: nested mappings/],
  ["half a JSON file", '{\n  "kind": "List",\n  "items": [', /^f\.yaml:\d: invalid YAML: /],
  ["a broken second document", `${yaml}---\na: [\n`, /^f\.yaml:\d: invalid YAML: /],
  ["an alias without anchor", "a: *b\n", /^f\.yaml(:\d)?: invalid YAML: unresolved alias/],
  ["nothing", " \n", "f.yaml is empty"],
  ["plain text", "hello\n", "f.yaml holds no Kubernetes objects"],
  [
    "a kubeconfig",
    "apiVersion: v1\nkind: Config\ncurrent-context: x\n",
    "f.yaml holds no Kubernetes objects",
  ],
  ["a page of HTML", "<html><body>502 Bad Gateway</body></html>", "f.yaml holds no Kubernetes objects"],
  ["a binary file", "\x7fELF\0\0\0", "f.yaml is a binary file"],
  ["JSON and more", '{"kind": "List"} and more', /^f\.yaml:1: invalid YAML: /],
  ["JSON whose second object does not end", '{"kind": "List"}\n{"kind": "Li', /^f\.yaml:2: invalid YAML: /],
  ["a deep nesting", "[".repeat(200_000), /^f\.yaml(:\d)?: invalid YAML: /],
];

for (const [what, text, message] of unreadable) {
  test(`refuses ${what} with one line`, () => {
    assert.throws(
      () => readSnapshot(text, "f.yaml"),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.doesNotMatch(error.message, /\n/);
        if (typeof message === "string") assert.equal(error.message, message);
        else assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("a message does not repeat the text, which may be secret", () => {
  assert.throws(
    () => readSnapshot("password: s3cr3t\n  token: s3cr3t: s3cr3t\n", "f"),
    (error) => error instanceof Error && !error.message.includes("s3cr3t"),
  );
});

test("aliases that would fill the memory are refused", () => {
  const bomb = [
    "a: &a [x,x,x,x,x,x,x,x,x,x]",
    ..."bcdefghi".split("").map((key, index) => {
      const previous = "abcdefgh"[index];
      return `${key}: &${key} [${Array(10).fill(`*${previous}`).join(",")}]`;
    }),
  ].join("\n");
  assert.throws(() => readSnapshot(bomb, "f.yaml"), UsageError);
});

const snapshot: Snapshot = {
  file: "f.yaml",
  complete: true,
  server: "https://10.0.0.1:6443/k8s/clusters/c-x",
  serverVersion: "v1.33.2",
  user: { username: "jane", uid: "", groups: ["dev", "yes"] },
  missing: [
    { resource: "roles.rbac.authorization.k8s.io", reason: "403 Forbidden" },
    { resource: "pods", namespace: "ns", service: "web", reason: "403 Forbidden" },
  ],
  items: [service],
};

test("what is written is read again", () => {
  assert.deepEqual(readSnapshot(renderYaml(newSnapshotDocument(snapshot)), "f.yaml"), snapshot);
  assert.deepEqual(readSnapshot(JSON.stringify(newSnapshotDocument(snapshot)), "f.yaml"), snapshot);
});

test("objects after the snapshot belong to it", () => {
  const text = `${renderYaml(newSnapshotDocument(snapshot))}---\n${yaml}`;
  assert.deepEqual(readSnapshot(text, "f.yaml").items, [service, service]);
});

test("a snapshot of another version is not read as one", () => {
  const other = { ...(newSnapshotDocument(snapshot) as object), apiVersion: "kubectl-trace/v9" };
  assert.throws(
    () => readSnapshot(JSON.stringify(other), "f.yaml"),
    /f\.yaml is a snapshot of version kubectl-trace\/v9/,
  );
});

test("objects are written by kind, namespace and name, whatever their order", () => {
  const object = (kind: string, namespace: string, name: string) => ({
    apiVersion: "v1",
    kind,
    metadata: { namespace, name },
  });
  const sorted = [
    object("Pod", "a", "z"),
    object("Pod", "b", "B"),
    object("Pod", "b", "a"),
    object("Service", "a", "a"),
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(sorted, { minLength: 4 }), (items) => {
      const document = newSnapshotDocument({ ...snapshot, items }) as { items: unknown };
      assert.deepEqual(document.items, sorted);
    }),
  );
});

test("any labels survive writing and reading", () => {
  const words = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "yes",
      "no",
      "on",
      "null",
      "~",
      "0o14",
      "0x1f",
      "1e3",
      "1:30",
      "2024-01-01",
      "=",
      "<<",
      ".inf",
      "- a",
      "a: b",
      "# x",
      "|",
      "%x",
      "'",
    ),
  );
  fc.assert(
    fc.property(fc.dictionary(words, words, { noNullPrototype: true }), (labels) => {
      const item = { ...service, metadata: { ...service.metadata, labels } };
      const text = renderYaml(newSnapshotDocument({ ...snapshot, items: [item] }));
      assert.deepEqual(readSnapshot(text, "f.yaml").items, [item]);
    }),
  );
});
