import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { plainText } from "../../src/sandbox/status.ts";
import { fetchKubectl } from "../helpers/kubectl.ts";
import { withSandbox } from "../helpers/sandbox.ts";
import { runTrace } from "./processes.ts";

/** Real kubectls on a sandbox that is slow in one way: is it found, and nothing else? Delays are the least that must be seen. */

interface Budget {
  readonly totalMs: number;
  readonly sharesMs: Readonly<Record<string, number | null>>;
  readonly from: string;
  readonly to: string;
  readonly findings: readonly { readonly cause: string; readonly costMs: number; readonly summary: string }[];
}

const old = await fetchKubectl("1.24");
const current = await fetchKubectl("1.35");
const skip = old === null || current === null ? "there is no kubectl for this machine" : false;
const delayMs = 1100;
const name = "v1beta1.custom.metrics.k8s.io";
const dead = {
  match: (_: string, url: string) => url.startsWith("/apis/custom.metrics.k8s.io/v1beta1"),
  answer: plainText(503, "service unavailable"),
  delayMs,
};

function budgetOf(stdout: string): Budget {
  const { timeBudget } = JSON.parse(stdout) as { timeBudget: Budget };
  const sum = Object.values(timeBudget.sharesMs).reduce<number>((total, ms) => total + (ms ?? 0), 0);
  assert.equal(sum, timeBudget.totalMs);
  assert.deepEqual([timeBudget.from, timeBudget.to], ["start", "exit"]);
  return timeBudget;
}

describe("a slow command", { concurrency: 2, skip }, () => {
  test("a dead aggregated API, which an old kubectl asks three times", async () => {
    await withSandbox({ faults: [dead] }, async (_, sandboxEnv) => {
      const env = { ...sandboxEnv, PATH: `${dirname(old ?? "")}:/usr/bin:/bin` };
      const { stdout } = await runTrace(["-o", "json", "get", "pods"], { env });
      const { findings, sharesMs } = budgetOf(stdout);
      const found = findings.find(({ cause }) => cause === "UnavailableAPIService");
      assert.equal(found?.summary, `${name} answered 3 requests with 503, and kept the command waiting`);
      assert.ok(found.costMs > 2 * delayMs && (sharesMs["discovery"] ?? 0) >= found.costMs);

      const drawn = await runTrace(["-o", "waterfall", "get", "pods", "--context", "operator"], { env });
      assert.match(drawn.stdout, /^\(before\) +- +─+ +\d+ms$/m);
      assert.match(drawn.stdout, /^get \/apis\/\S+ +503 +█+ +1\.\d\ds$/m);
      assert.match(drawn.stdout, /^slow: \S+ \(UnavailableAPIService\): v1beta1\.custom\.metrics\.k8s\.io /m);
      assert.match(drawn.stdout, new RegExp(`^try: kubectl trace check --context operator ${name}$`, "m"));
    });
  });

  test("a slow credential plugin, which runs within the first request", async () => {
    await withSandbox({}, async (sandbox, sandboxEnv) => {
      const env = { ...sandboxEnv, PATH: `${dirname(current ?? "")}:/usr/bin:/bin` };
      const token = sandbox.users.find((user) => user.name === "developer")?.token ?? "";
      const command = join(env.HOME, "slow-login");
      const credential = {
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token },
      };
      writeFileSync(command, `#!/bin/sh\nsleep 1.1\necho '${JSON.stringify(credential)}'\n`, { mode: 0o700 });
      const exec = { apiVersion: credential.apiVersion, command, interactiveMode: "Never" };
      writeFileSync(
        env.KUBECONFIG,
        JSON.stringify({
          "current-context": "slow",
          clusters: [
            {
              name: "sandbox",
              cluster: {
                server: sandbox.url,
                "certificate-authority-data": Buffer.from(sandbox.certificateAuthority).toString("base64"),
              },
            },
          ],
          users: [{ name: "developer", user: { exec } }],
          contexts: [{ name: "slow", context: { cluster: "sandbox", user: "developer" } }],
        }),
      );
      const { stdout } = await runTrace(["-o", "json", "get", "pods"], { env });
      const { findings, sharesMs } = budgetOf(stdout);
      const found = findings.find(({ cause }) => cause === "SlowCredentials");
      assert.equal(
        found?.summary,
        "the first requests waited for credentials: the credential plugin slow-login",
      );
      assert.ok(found.costMs >= 1000 && sharesMs["credentials"] === found.costMs);
    });
  });

  test("a watch counts until it begins", async () => {
    await withSandbox({}, async (_, sandboxEnv) => {
      const env = { ...sandboxEnv, PATH: `${dirname(current ?? "")}:/usr/bin:/bin` };
      const args = ["-o", "json", "get", "pods", "-n", "shop", "-w", "--request-timeout=2s"];
      const { timeBudget } = JSON.parse((await runTrace(args, { env })).stdout) as { timeBudget: Budget };
      assert.deepEqual([timeBudget.from, timeBudget.to], ["start", "stream"]);
    });
  });
});
