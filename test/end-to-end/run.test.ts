import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fake, line, run, traceWith } from "./fake-kubectl.ts";
import { assertQuiet, assertTold, fakeProgram, startTrace } from "./processes.ts";

describe("the exit code is kubectl's", { concurrency: 4 }, () => {
  for (const code of [0, 1, 2, 3, 126, 127, 255]) {
    test(`exit ${code}`, async (t) => {
      const ended = await run(t, `exit ${code}`);
      assert.equal(ended.code, code);
      assert.equal(ended.stderr, "");
    });
  }
  for (const [signal, code] of Object.entries({ TERM: 143, KILL: 137, SEGV: 139 })) {
    test(`death by SIG${signal}`, async (t) => {
      const ended = await run(t, `kill -${signal} $$`);
      assert.equal(ended.code, code);
      assertQuiet(ended);
    });
  }
});

describe("who writes where", { concurrency: 4 }, () => {
  const words = `echo output; echo words >&2; printf '%s\\n' '${line("/api/v1/pods")}' >&2; echo more`;

  test("stdout is a pipe: it takes the trace, stderr what kubectl wrote", async (t) => {
    const { stdout, stderr } = await run(t, words);
    assert.match(stdout, /^VERB[^\n]*\nlist {2}pods\.v1 /);
    assert.deepEqual(stderr.split("\n").toSorted(), ["", "more", "output", "words"]);
  });

  test("--to FILE: stdout stays kubectl's", async (t) => {
    const one = await fake(t, words);
    const { stdout, stderr } = await traceWith(one, ["--to", "trace", "get", "pods"]).ended;
    assert.equal(stdout, "output\nmore\n");
    assert.equal(stderr, "words\n");
    assert.match(readFileSync(join(one.folder, "trace"), "utf8"), /^list {2}pods\.v1 /m);
  });

  test("stdout is passed on byte for byte, with --to", async (t) => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7) % 256));
    const one = await fake(t, "cat bytes");
    writeFileSync(join(one.folder, "bytes"), bytes);
    const ended = await traceWith(one, ["--to=trace", "get", "pods"]).ended;
    assert.ok(bytes.equals(ended.bytes));
  });

  test("stdin reaches kubectl", async (t) => {
    const input = `${"x".repeat(99)}\n`.repeat(20_000);
    const { stdout } = await run(t, "wc -c", ["--to=/dev/null", "apply", "-f", "-"], { input });
    assert.equal(stdout.trim(), String(input.length));
  });

  test("a prompt without a line end comes through at once", async (t) => {
    const one = await fake(t, "printf 'Password: ' >&2; read word; echo \"got $word\" >&2");
    const running = traceWith(one, ["login"], { keepOpen: true });
    await running.says("Password: ");
    running.child.stdin?.end("sesame\n");
    assert.match((await running.ended).stderr, /^Password: got sesame\n$/);
  });

  test("words go in untouched", async (t) => {
    const args = [
      "get",
      "pods",
      "-o",
      "jsonpath={.items[0]}",
      "-l",
      "a in (b, c)",
      "",
      "x\ny",
      "--",
      "-v=3",
      "--to",
    ];
    const { stderr } = await run(t, `printf '<%s>' "$@"`, ["-o", "json", ...args]);
    const [first, ...rest] = args;
    const own = (words: readonly string[]): string => words.map((word) => `<${word}>`).join("");
    assert.equal(stderr, own([first ?? "", "--vmodule=helpers=1,*=9", ...rest]));
  });

  test("connection flags in front are kubectl's as well", async (t) => {
    const { stderr } = await run(t, 'echo "$@"', [
      "--context",
      "dev",
      "-n=web",
      "--as-group=a",
      "get",
      "pods",
    ]);
    assert.equal(stderr, "get --context=dev --namespace=web --as-group=a --vmodule=helpers=1,*=9 pods\n");
  });

  test("-- parse is a kubectl command", async (t) => {
    const { stderr, code } = await run(t, 'echo "$@"; exit 3', ["--", "parse", "file"]);
    assert.deepEqual([stderr, code], ["parse --vmodule=helpers=1,*=9 file\n", 3]);
  });

  test("a wrong --snapshot is found before kubectl runs", async (t) => {
    const one = await fake(t, "echo ran");
    const { stdout, stderr, code } = await startTrace(["--snapshot=missing", "delete", "pod", "web"], {
      env: one.env,
    }).ended;
    assert.deepEqual([stdout, code], ["", 2]);
    assert.match(stderr, /^error: cannot read missing: no such file\nhint: /);
  });

  test("a plugin is not told -v", async (t) => {
    const one = await fake(t, 'echo "$@"');
    fakeProgram(one.folder, "kubectl-my_plugin", "#!/bin/sh\n");
    const { stderr } = await traceWith(one, ["my-plugin", "-v", "x"]).ended;
    assert.equal(stderr, "my-plugin -v x\n");
    const before = await traceWith(one, ["--context=prod", "my-plugin", "x"]).ended;
    assertTold(before, /kubectl my-plugin is a plugin/, 2);
  });
});

describe("what is left of kubectl's log on stderr", { concurrency: 4 }, () => {
  const log = [
    "I0122 17:09:32.000001  360675 loader.go:402] Config loaded from file:  /home/u/.kube/config",
    'I0122 17:09:32.000002  360675 envvar.go:172] "Feature gate default state" feature="X" enabled=false',
    'I0122 17:09:32.000003  360675 round_trippers.go:527] "Request" verb="GET" url="https://h/api" headers=<',
    "\tAccept: application/json",
    " >",
    line("/api"),
    'I0122 17:09:32.000004  360675 helper.go:269] "Response Body" body="{}"',
    "W0122 17:09:32.000005  360675 warnings.go:70] v1 Thing is deprecated",
    'E0122 17:09:32.000006  360675 memcache.go:287] "Unhandled Error" err="couldn\'t get resource list"',
    "Warning: v1 Thing is deprecated",
    'Error from server (NotFound): pods "x" not found',
  ];
  const problems = log.slice(7);
  // The first is of level 6, as is what the transport says.
  const infos = [...log.slice(1, 2), ...problems];
  const cases: readonly [readonly string[], readonly string[]][] = [
    [[], problems],
    [["-v=0"], problems],
    [["-v=1"], infos],
    [["-v", "5"], infos],
    [["-v=6"], log],
    [["--v=8"], log],
  ];
  for (const [flags, lines] of cases) {
    test(`with ${flags.join(" ") || "no -v"} of the user's own`, async (t) => {
      const one = await fake(t, "cat log >&2");
      writeFileSync(join(one.folder, "log"), `${log.join("\n")}\n`);
      const { stdout, stderr } = await traceWith(one, ["get", "pods", ...flags]).ended;
      assert.deepEqual(stderr.split("\n"), [...lines, ""]);
      assert.match(stdout, /^get {3}\/api {4}.* 200 /m);
    });
  }
});
