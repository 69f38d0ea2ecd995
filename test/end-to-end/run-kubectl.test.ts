import assert from "node:assert/strict";
import { EventEmitter, on } from "node:events";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import type { AccessLogEntry } from "../../src/sandbox/access-log.ts";
import { fetchKubectl, type KubectlVersion } from "../helpers/kubectl.ts";
import { type SandboxEnv, withSandbox } from "../helpers/sandbox.ts";
import { assertQuiet, type Ended, type RunOptions, runTrace, start, startTrace } from "./processes.ts";
import { linesOf, python, traceAtTerminal } from "./terminal.ts";

/** The real kubectl on the sandbox: what it does without us is what it does with us. */

interface Kubectl {
  readonly env: SandboxEnv;
  /** kubectl without us. */
  readonly alone: (args: readonly string[], options?: RunOptions) => Promise<Ended>;
  /** Resolves when the sandbox has answered such a request. */
  readonly answers: (url: RegExp) => Promise<void>;
}

async function withKubectl(version: KubectlVersion, use: (kubectl: Kubectl) => Promise<void>): Promise<void> {
  const kubectl = (await fetchKubectl(version)) ?? "";
  const answered = new EventEmitter();
  const onRequest = ({ url }: AccessLogEntry) => void answered.emit("url", url);
  await withSandbox({ onRequest }, async ({ accessLog }, sandboxEnv) => {
    const env = { ...sandboxEnv, PATH: `${dirname(kubectl)}:/usr/bin:/bin` };
    await use({
      env,
      alone: async (args, options = {}) => await start(kubectl, args, { env, ...options }).ended,
      answers: async (url) => {
        if (accessLog.some((entry) => url.test(entry.url))) return;
        for await (const [answeredUrl] of on(answered, "url")) if (url.test(answeredUrl)) return;
      },
    });
  });
}

const kubectl = await fetchKubectl("1.35");
/** kubectl exits with 1 once it listens for Ctrl-C, and dies of it before. */
const interrupted: readonly (number | null)[] = [1, 130];
const skip = kubectl === null ? "there is no kubectl for this machine" : false;

const manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: cm, namespace: shop }\ndata: { a: b }\n";

describe("a real kubectl, with us and without", { concurrency: 3, skip }, () => {
  const cases: readonly [readonly string[], number, string?][] = [
    [["get", "pods", "-n", "shop", "-o", "json"], 0],
    [["get", "pods", "-n", "shop", "-o", "wide"], 0],
    [["get", "pod", "missing"], 1],
    [["get", "nosuchresource"], 1],
    [["get", "pods", "--no-such-flag"], 1],
    [["auth", "can-i", "get", "pods", "--as=nobody"], 1],
    [["version", "--client"], 0],
    [["config", "get-contexts"], 0],
    [["api-resources", "--api-group=apps"], 0],
    [["create", "-f", "-", "--dry-run=client", "-o", "yaml"], 0, manifest],
    [["apply", "-f", "-"], 1, manifest],
    [["no-such-command"], 1],
  ];
  for (const [args, code, input] of cases) {
    test(args.join(" "), async () => {
      await withKubectl("1.35", async ({ env, alone }) => {
        const options = input === undefined ? {} : { input };
        const without = await alone(args, options);
        const trace = join(env.HOME, "trace");
        const ended = await runTrace(["--to", trace, ...args], { env, ...options });
        assert.equal(ended.stdout, without.stdout);
        assert.equal(withoutTimes(ended.stderr), withoutTimes(without.stderr));
        assert.deepEqual([ended.code, without.code], [code, code]);
        assert.match(readFileSync(trace, "utf8"), /^\d+ requests?[,;] .*RBAC: |^no API requests: /m);
        assertQuiet(ended);
      });
    });
  }

  for (const version of ["1.24", "1.31", "1.32"] as const) {
    test(`kubectl ${version}`, async () => {
      await withKubectl(version, async ({ env, alone }) => {
        const args = ["get", "pods", "-n", "shop"];
        const without = await alone(args);
        const ended = await runTrace(args, { env });
        assert.equal(ended.stderr, without.stdout, "its output, and none of its log");
        assert.match(ended.stdout, /^list +pods\.v1 +shop\/ +200 .* True .* allowed /m);
      });
    });
  }

  test("the user's own -v=6 is kept", async () => {
    await withKubectl("1.35", async ({ env }) => {
      const { stderr, stdout } = await runTrace(["get", "pods", "-n", "shop", "-v=6"], { env });
      assert.match(
        stderr,
        /^I\d{4} .*"Response" verb="GET" url="https:.*\/pods\?limit=500" status="200 OK"/m,
      );
      assert.doesNotMatch(stderr, /Request Body|Audit-Id/, "level 6 and no more");
      assert.match(stdout, /^list +pods\.v1 +shop\/ +200 /m);
    });
  });

  test("who is impersonated is the one who is asked about", async () => {
    await withKubectl("1.35", async ({ env }) => {
      const args = ["-o", "json", "get", "nodes", "--as=developer"];
      const ended = await runTrace(args, { env });
      assert.equal(ended.code, 1);
      const { items } = JSON.parse(ended.stdout);
      const { roundTrip, verdict } = items.at(-1);
      assert.equal(roundTrip.impersonation.user, "developer");
      assert.deepEqual([roundTrip.status, verdict.decision, verdict.source], [403, "denied", "review"]);
    });
  });

  test("a watch: Ctrl-C ends it, and the trace is printed", async () => {
    await withKubectl("1.35", async ({ env, answers }) => {
      const running = startTrace(["get", "pods", "-n", "shop", "-w"], { env });
      await answers(/watch=true/);
      running.child.kill("SIGINT");
      const ended = await running.ended;
      assert.ok(interrupted.includes(ended.code), String(ended.code));
      assert.match(ended.stdout, /^watch +pods\.v1 +shop\/ /m);
      assertQuiet(ended);
    });
  });

  test("the same at a terminal", { skip: python === null }, async () => {
    await withKubectl("1.35", async ({ env, answers }) => {
      const running = traceAtTerminal(["get", "pods", "-n", "shop", "-w"], { env });
      await answers(/watch=true/);
      running.child.stdin?.write("\x03");
      const { stdout, code } = await running.ended;
      assert.ok(interrupted.includes(code), String(code));
      const lines = linesOf(stdout);
      const shown = (pattern: RegExp) => lines.findIndex((one) => pattern.test(one));
      assert.ok(shown(/^NAME +READY/) < shown(/^VERB /), "kubectl's output, then the trace");
      assert.ok(shown(/^watch +pods\.v1/) > shown(/^VERB /));
      for (const one of lines.slice(shown(/^VERB /))) assert.ok([...one].length <= 80, one);
    });
  });
});

/** What differs from one run to the next. */
function withoutTimes(stderr: string): string {
  return stderr.replace(/^([IWE])\d{4} [\d:.]+ +\d+ /gm, "$1 ");
}
