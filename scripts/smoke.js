/** Runs the built program with this very Node: to be run with Nodes other than the one at hand. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

const run = (...words) =>
  execFileSync(process.execPath, ["bin/kubectl-trace.js", ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

const { items } = JSON.parse(run("resolve", "--offline", "-o", "json", "/apis/metrics.k8s.io/v1beta1/nodes"));
assert.equal(items[0].apiService.name, "v1beta1.metrics.k8s.io");
const traced = run(
  "sandbox",
  "--",
  process.execPath,
  "bin/kubectl-trace.js",
  "request",
  "-o",
  "ndjson",
  "/apis/metrics.k8s.io/v1beta1/nodes",
);
assert.equal(JSON.parse(traced).target.name, "metrics-server");
console.log(`smoke test passed on Node ${process.version}`);
