/**
 * Serves the demo cluster on loopback and traces a command on it: `kubectl top nodes` where there is a kubectl, the
 * same request sent by ourselves where there is none.
 */
import { spawnSync } from "node:child_process";

const self = [process.execPath, "bin/kubectl-trace.js"];
const hasKubectl = spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0;
const words = hasKubectl ? ["top", "nodes"] : ["request", "/apis/metrics.k8s.io/v1beta1/nodes"];

for (const format of ["table", "flow"]) {
  console.error(`\n$ kubectl trace -o ${format} ${words.join(" ")}\n`);
  const traced = [...self, "-o", format, ...words];
  const { status } = spawnSync(self[0] ?? "node", [...self.slice(1), "sandbox", "--", ...traced], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
