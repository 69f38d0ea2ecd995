import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { helmOrSkip, kubectlVersions } from "../helpers/kubectl.ts";
import { type MatrixServer, withMatrixServer } from "./matrix-server.ts";
import { runCase } from "./run-case.ts";

/** helm has klog's -v, which its help does not show; `--debug` logs no request. */
const commands = [
  "list",
  "list -A",
  "status nope",
  "--kube-context developer list",
  "--kube-context support --kube-as-user developer list",
  "install demo chart",
  "upgrade --install demo chart",
  "template demo chart --validate",
  "uninstall nope",
];

/** Their packages hold the same helm as another's, or nearly so. */
const same = ["1.22", "1.23", "1.31", "1.33", "1.34"];

/** The helms beside these kubectls: 3.8 (client-go 0.23, which logs no status at -v=9) to 4.1. */
for (const version of kubectlVersions(["1.24", "1.35"]).filter((one) => !same.includes(one))) {
  test(`every request of the helm beside kubectl ${version} is found once, with its own status`, async (t) => {
    const program = await helmOrSkip(t, version);
    if (program === null) return;
    await withMatrixServer(true, async (server) => {
      writeChart(server);
      for (const [index, command] of commands.entries()) {
        for (const level of [6, 7, 8, 9]) {
          const joined = (index + level) % 2 === 0;
          const args = command.split(" ");
          const one = { client: `helm beside ${version}`, program, args, level, joined };
          const result = await runCase({ ...one, until: null, unreachable: false }, server);
          assert.deepEqual(result.problems, []);
          assert.ok(result.requests > 0);
          if (level === 6) assert.equal(result.attributed, result.requests);
        }
      }
    });
  });
}

function writeChart({ env }: MatrixServer): void {
  const folder = join(env.HOME, "chart");
  mkdirSync(join(folder, "templates"), { recursive: true });
  writeFileSync(join(folder, "Chart.yaml"), "apiVersion: v2\nname: chart\nversion: 0.1.0\n");
  writeFileSync(
    join(folder, "templates", "settings.yaml"),
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: chart-settings}\ndata: {a: b}\n",
  );
}
