/**
 * Serves the demo cluster on loopback and traces a command on it: `kubectl top nodes` where there is a kubectl, the
 * same request sent by ourselves where there is none. Once as a table, once step by step.
 */
import { spawnSync } from "node:child_process";

const [program, ...self] = [process.execPath, "bin/kubectl-trace.js"];
const hasKubectl = spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
const words = hasKubectl ? ["top", "nodes"] : ["request", "/apis/metrics.k8s.io/v1beta1/nodes"];

for (const format of ["table", "flow"]) {
  const traced = ["--context", "operator", "-o", format, ...words];
  console.error(`\n$ kubectl trace ${traced.join(" ")}\n`);
  const { status } = spawnSync(program, [...self, "sandbox", "--", program, ...self, ...traced], {
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}
