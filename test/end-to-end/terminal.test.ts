import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { temporaryFolder } from "../helpers/kubeconfigs.ts";
import { fake, line, until } from "./fake-kubectl.ts";
import { binary, nodePath } from "./processes.ts";
import { colours, linesOf, python, shellAtTerminal, traceAtTerminal } from "./terminal.ts";

const logged = `echo '${line("/api/v1/namespaces/shop/pods")}' >&2`;
const snapshot = resolve("fixtures/snapshots/demo.yaml");
const urls = [
  "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods?labelSelector=app%3Dweb",
  "/apis/custom.metrics.k8s.io/v1beta2/namespaces/shop/services/web/requests_per_second",
  "/apis/example.com/v1/namespaces/shop/widgets/a-widget-with-a-name-that-is-as-long-as-names-may-be-in-kubernetes",
  "/api/v1/namespaces/shop/pods/web-7c9d6b5f4-8lwzn/exec?command=sh",
  "/healthz",
];
const skip = python === null ? "there is no python3 to make a terminal with" : false;

describe("at a terminal", { concurrency: 4, skip }, () => {
  test("kubectl has it: its output comes first, then the trace", async (t) => {
    const one = await fake(t, `${logged}; test -t 0 && test -t 1 && echo 'NAME  READY'; exit 3`);
    const { stdout, code } = await traceAtTerminal(["--offline", "get", "pods"], {
      cwd: one.folder,
      env: one.env,
    }).ended;
    assert.equal(code, 3);
    const [first, second, third = ""] = linesOf(stdout);
    assert.deepEqual([first, second], ["NAME  READY", ""]);
    assert.match(third, /^VERB /);
  });

  test("with --to kubectl still has it, and nothing else is shown", async (t) => {
    const one = await fake(t, `${logged}; test -t 1 && echo NAME`);
    const { stdout } = await traceAtTerminal(["--offline", "--to=trace", "get", "pods"], {
      cwd: one.folder,
      env: one.env,
    }).ended;
    assert.equal(stdout, "NAME\r\n");
    assert.match(readFileSync(join(one.folder, "trace"), "utf8"), /^list {2}pods\.v1/m);
  });

  test("what is typed reaches kubectl", async (t) => {
    const loaded = "I0122 17:09:32.000001  360675 loader.go:402] Config loaded from file:  /c";
    const one = await fake(
      t,
      `echo '${loaded}' >&2; printf 'Password: ' >&2; read word; echo "got $word"; ${logged}`,
    );
    const running = traceAtTerminal(["--offline", "exec", "-it", "web", "--", "sh"], {
      cwd: one.folder,
      env: one.env,
    });
    await running.says("Password: ", "stdout");
    running.child.stdin?.write("sesame\r");
    const { stdout } = await running.ended;
    assert.match(stdout, /got sesame\r\n/);
    assert.match(stdout, /\r\nlist /);
  });

  test("Ctrl-C reaches kubectl once, and the trace is printed", async (t) => {
    // A shell would run its trap once for two signals in a row.
    const count =
      'process.on("SIGINT", () => { fs.appendFileSync("signals", "INT\\n"); console.log("got"); });';
    const wait = 'console.log("ready"); setInterval(() => fs.existsSync("done") && process.exit(7), 20);';
    const one = await fake(t, `${logged}; exec ${process.execPath} -e '${count}${wait}'`);
    const running = traceAtTerminal(["--offline", "get", "pods", "-w"], { cwd: one.folder, env: one.env });
    await running.says("ready", "stdout");
    running.child.stdin?.write("\x03");
    await running.says("got", "stdout");
    // A second one, handed on by us, would be here by now.
    await delay(200);
    writeFileSync(join(one.folder, "done"), "");
    const { stdout, code } = await running.ended;
    assert.equal(code, 7);
    assert.match(stdout, /\r\n.*list {2}pods\.v1/);
    assert.equal(readFileSync(join(one.folder, "signals"), "utf8"), "INT\n");
  });

  test("kubectl killed by Ctrl-C: 130, and the trace is printed", async (t) => {
    const one = await fake(t, `${logged}; echo ready; exec sleep 20`);
    const running = traceAtTerminal(["--offline", "logs", "-f", "web"], { cwd: one.folder, env: one.env });
    await running.says("ready", "stdout");
    running.child.stdin?.write("\x03");
    const { stdout, code } = await running.ended;
    assert.equal(code, 130);
    assert.match(stdout, /\r\n.*list {2}pods\.v1/);
  });

  test("who presses it again and again gets out", async (t) => {
    const one = await fake(t, `trap '' INT; echo ready; ${until("done")}`);
    const running = traceAtTerminal(["--offline", "get", "pods", "-w"], { cwd: one.folder, env: one.env });
    await running.says("ready", "stdout");
    const insist = setInterval(() => running.child.stdin?.write("\x03"), 50);
    const { code } = await running.ended;
    clearInterval(insist);
    writeFileSync(join(one.folder, "done"), "");
    assert.equal(code, 130);
  });

  for (const columns of [60, 80, 120]) {
    const commands: readonly (readonly string[])[] = [
      ["resolve", `--snapshot=${snapshot}`, ...urls],
      ["resolve", `--snapshot=${snapshot}`, "-o", "flow", ...urls],
      ["check", `--snapshot=${snapshot}`, "--all"],
      ["check", `--snapshot=${snapshot}`],
    ];
    for (const args of commands) {
      const name = args.filter((word) => !/^\/|--snapshot/.test(word)).join(" ");
      test(`${name}: no line is wider than ${columns} columns`, async (t) => {
        const env = { HOME: await temporaryFolder(t) };
        const { stdout } = await traceAtTerminal(args, { columns, env }).ended;
        const lines = linesOf(stdout);
        assert.ok(lines.length > 4, stdout);
        for (const shown of lines) assert.ok([...shown].length <= columns, `${shown.length}: ${shown}`);
      });
    }
  }

  const colourCases: readonly [string, Record<string, string>, readonly string[], boolean][] = [
    ["colours by default", {}, [], true],
    ["no colours with NO_COLOR", { NO_COLOR: "1" }, [], false],
    ["an empty NO_COLOR says nothing", { NO_COLOR: "" }, [], true],
    ["no colours on a dumb terminal", { TERM: "dumb" }, [], false],
    ["--color always is stronger", { NO_COLOR: "1", TERM: "dumb" }, ["--color", "always"], true],
    ["--color never", {}, ["--color=never"], false],
  ];
  for (const [name, env, args, has] of colourCases) {
    test(name, async () => {
      const { stdout } = await traceAtTerminal(["resolve", "--offline", ...args, "/api/v1/pods"], { env })
        .ended;
      assert.equal(colours.test(stdout), has, JSON.stringify(stdout));
      colours.lastIndex = 0;
    });
  }

  test("a pasted log does nothing to the screen", async (t) => {
    const folder = await temporaryFolder(t);
    const hostile = "\x1b]0;title\x07\x1b[2J\x1b[31m\x9b5m\b\b\x00\u202e";
    const text = `before ${hostile} after\n${line(`/api/v1/namespaces/a/pods/x${hostile}`)}\n${line("/api")}\n`;
    writeFileSync(join(folder, "log"), text);
    const shell = `cat log | ${process.execPath} ${binary} --offline --color=never`;
    const env = { HOME: folder, PATH: nodePath };
    const { stdout, code } = await shellAtTerminal(["/bin/sh", "-c", shell], { cwd: folder, env }).ended;
    assert.equal(code, 0);
    assert.match(stdout, /before .* after\r\n/);
    assert.match(stdout, /get {3}pods\.v1/);
    const controls = [...stdout.replaceAll("\r\n", "")].filter((char) => /[\p{Cc}\p{Cf}]/u.test(char));
    assert.deepEqual(controls, []);
  });
});
