import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answered, startAnsweringServer } from "../helpers/answering-server.ts";
import { fetchKubectl, type KubectlVersion } from "../helpers/kubectl.ts";
import { parseText } from "./parse-text.ts";
import { commandLines, runKubectl } from "./run-kubectl.ts";

/** One of each era; KUBECTL_VERSIONS="1.20 1.24 …" asks for others. */
const versions = (process.env["KUBECTL_VERSIONS"] ?? "1.20 1.31 1.32 1.35").split(" ") as KubectlVersion[];
const names = ["get", "forbidden", "missing", "create", "top", "logs"] as const;

for (const version of versions) {
  const kubectl = await fetchKubectl(version).catch(() => null);
  for (const level of ["6", "7", "8", "9", "10"]) {
    test(`kubectl ${version} -v=${level}: every request once, no status wrong`, {
      skip: kubectl === null,
    }, async () => {
      for (const name of names) await compare(kubectl ?? "", level, name);
    });
  }
}

async function compare(kubectl: string, level: string, name: (typeof names)[number]): Promise<void> {
  const server = await startAnsweringServer();
  try {
    const log = await runKubectl(kubectl, ["-s", server.url, `-v=${level}`, ...commandLines[name]]);
    const { roundTrips } = parseText(log);
    assert.equal(roundTrips.length, server.answered.length, `${name}: requests`);
    const left: Answered[] = [...server.answered];
    for (const { method, url, status, auditId } of roundTrips) {
      const at = left.findIndex(
        (one) =>
          one.method === method &&
          `${server.url}${one.path}` === url &&
          (status === null || one.status === status) &&
          (auditId === null || one.auditId === auditId),
      );
      assert.notEqual(at, -1, `${name}: ${method} ${url} ${status} ${auditId}`);
      left.splice(at, 1);
    }
  } finally {
    await server.close();
  }
}
