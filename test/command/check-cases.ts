import { after } from "node:test";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { type CheckDeps, type CheckOptions, run } from "../../src/command/check.ts";
import { apiService } from "../cluster/objects.ts";
import {
  createReader,
  type ObjectsServerOptions,
  startObjectsServer,
} from "../cluster/snapshot/objects-server.ts";
import { createTestIo, type TestIo } from "./test-io.ts";

/* APIServices, a server that has them, and `check` run on it. */

export const path = "/apis/apiregistration.k8s.io/v1/apiservices";
export const automanaged = "kube-aggregator.kubernetes.io/automanaged";
export const metricsServer = { namespace: "kube-system", name: "metrics-server", port: 4443 };
export const down = { status: "False", reason: "MissingEndpoints", message: "no addresses" };

export const core = apiService("v1.", null, undefined, { [automanaged]: "onstart" });
export const apps = apiService("v1.apps");
export const things = apiService("v1.example.com", null, undefined, { [automanaged]: "true" });
export const unlabelled = apiService("v1.other.example.com");
export const metrics = apiService("v1beta1.metrics.k8s.io", metricsServer, {
  status: "True",
  reason: "Passed",
});
export const metricsDown = apiService("v1beta1.metrics.k8s.io", metricsServer, down);
export const custom = apiService(
  "v1beta1.custom.metrics.k8s.io",
  { namespace: "monitoring", name: "adapter" },
  down,
);
export const fine = [core, apps, things, unlabelled, metrics];

export const defaults: CheckOptions = {
  names: [],
  output: "table",
  reports: [],
  files: [],
  snapshot: null,
  waitMs: null,
  probe: false,
  webhooks: false,
  certExpiryMs: null,
  onlyService: false,
  contexts: [],
  allContexts: false,
  baseline: null,
  writeBaseline: null,
  all: false,
  color: "never",
  explain: false,
  flags: {},
};

export const noContexts = async () => [];

export async function start(options: Partial<ObjectsServerOptions> & { items?: KubeObject[] } = {}) {
  const server = await startObjectsServer({ lists: { [path]: options.items ?? fine }, ...options });
  after(server.close);
  return server;
}

export async function check(
  given: Partial<CheckOptions>,
  url = "",
  io: TestIo = createTestIo(),
  openReader: CheckDeps["openReader"] = async () => createReader(url),
) {
  const exitCode = await run(
    { ...defaults, ...given },
    { io, openReader, listContexts: noContexts, firstPauseMs: 2 },
  );
  return { exitCode, stdout: io.stdoutText(), stderr: io.stderrText() };
}
