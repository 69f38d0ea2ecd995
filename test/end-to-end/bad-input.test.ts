import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { temporaryFolder, writeKubeconfig } from "../helpers/kubeconfigs.ts";
import { assertQuiet, assertTold, runShell, runTrace, secretToken, startTrace } from "./processes.ts";

const url = "/api/v1/pods";

/** Files that are not what a command wants, each made in the test's folder. */
const files = {
  missing: () => {},
  folder: (path: string) => mkdirSync(path),
  binary: (path: string) =>
    writeFileSync(path, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 200, 255, 10])),
  "broken YAML": (path: string) => writeFileSync(path, `users:\n- {token: "${secretToken}\n  : [\n`),
  "plain words": (path: string) => writeFileSync(path, `${secretToken}\n`),
  "another kind": (path: string) => writeFileSync(path, `kind: Secret\ndata: {token: ${secretToken}}\n`),
} as const satisfies Record<string, (path: string) => void>;

type FileName = keyof typeof files;

async function folderWith(t: TestContext, file: FileName): Promise<string> {
  const folder = await temporaryFolder(t);
  files[file](join(folder, "file"));
  return folder;
}

describe("a kubeconfig that leads nowhere", { concurrency: 4 }, () => {
  const verbs = { request: [url], resolve: [url], check: [], snapshot: [] } as const;
  const withoutKubeconfig: Readonly<Record<string, RegExp>> = {
    request: /, or give one with --kubeconfig$/m,
    resolve: /; --offline asks no cluster$/m,
    check: /; -f FILE and --snapshot FILE need none$/m,
    snapshot: /, or give one with --kubeconfig$/m,
  };
  for (const [verb, words] of Object.entries(verbs)) {
    const rows = verb === "request" || verb === "resolve" ? verb : "";
    test(`${verb}: no kubeconfig`, async (t) => {
      const ended = await runTrace([verb, ...words], { env: { HOME: await temporaryFolder(t) } });
      assertTold(ended, /no kubeconfig|no configuration/, 3);
      assert.match(ended.stderr, withoutKubeconfig[verb] ?? /^$/);
      if (rows === "resolve") assert.match(ended.stdout, /pods\.v1/, "the whole table is printed");
    });

    test(`${verb}: unknown context`, async (t) => {
      const folder = await temporaryFolder(t);
      const kubeconfig = await writeKubeconfig(
        folder,
        { server: "http://127.0.0.1:1" },
        { token: secretToken },
      );
      const env = { HOME: folder, KUBECONFIG: kubeconfig };
      const ended = await runTrace([verb, "--context=prod", ...words], { env });
      assertTold(ended, /no context "prod" in the kubeconfig/, 3);
    });
  }

  const wrong = {
    missing: /file|kubeconfig/,
    folder: /it is a folder/,
    binary: /not/,
    "broken YAML": /is not valid YAML: line \d/,
    "plain words": /is not a kubeconfig/,
    "another kind": /is not a kubeconfig: its kind is/,
  } as const satisfies Record<FileName, RegExp>;
  for (const [file, message] of Object.entries(wrong) as [FileName, RegExp][]) {
    test(`check: a kubeconfig that is ${file}`, async (t) => {
      const folder = await folderWith(t, file);
      const ended = await runTrace(["check", `--kubeconfig=${join(folder, "file")}`], {
        env: { HOME: folder },
      });
      assertTold(ended, message, 3);
    });
  }

  test("request: a credential plugin that is not installed", async (t) => {
    const folder = await temporaryFolder(t);
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "no-such-login",
      interactiveMode: "Never",
    };
    const kubeconfig = await writeKubeconfig(folder, { server: "https://127.0.0.1:1" }, { exec });
    const ended = await runTrace(["request", url], { env: { HOME: folder, KUBECONFIG: kubeconfig } });
    assertTold(ended, /no-such-login/, 3);
  });

  test("parse: no kubeconfig is no reason to fail", async (t) => {
    const input =
      "I0101 00:00:00.000000       1 round_trippers.go:632] GET https://10.0.0.1/api/v1/pods 200 OK in 3 milliseconds\n";
    const ended = await runTrace([], { input, env: { HOME: await temporaryFolder(t) } });
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /pods\.v1 /);
    assert.match(ended.stderr, /^note: [^\n]+\n$/);
    assertQuiet(ended);
  });
});

describe("files that are not what they should be", { concurrency: 4 }, () => {
  const wants: readonly [readonly string[], Partial<Record<FileName, RegExp>>][] = [
    [
      ["parse", "file"],
      {
        missing: /cannot read file: no such file/,
        folder: /cannot read file: it is a folder/,
        binary: /not a text log/,
      },
    ],
    [
      ["resolve", url, "--snapshot=file"],
      {
        missing: /cannot read file: no such file/,
        folder: /directory|folder/,
        binary: /file/,
        "broken YAML": /file/,
        "plain words": /file/,
      },
    ],
    [
      ["check", "--snapshot=file"],
      {
        missing: /no such file/,
        folder: /directory|folder/,
        binary: /file/,
        "broken YAML": /file/,
        "plain words": /file/,
        "another kind": /file/,
      },
    ],
    [
      ["check", "-f", "file"],
      {
        missing: /no such file/,
        folder: /directory|folder/,
        binary: /file/,
        "broken YAML": /file/,
        "plain words": /file/,
      },
    ],
    [
      ["sandbox", "--snapshot=file"],
      {
        missing: /cannot read file: no such file/,
        folder: /directory|folder/,
        binary: /file/,
        "plain words": /file/,
      },
    ],
    [
      ["request", url, "-X", "POST", "--data=@file", "--server=http://127.0.0.1:1"],
      { missing: /cannot read file: no such file/, folder: /folder/ },
    ],
  ];
  for (const [args, cases] of wants) {
    for (const [file, message] of Object.entries(cases) as [FileName, RegExp][]) {
      test(`${args.join(" ")}: ${file}`, async (t) => {
        const folder = await folderWith(t, file);
        const ended = await runTrace(args, { cwd: folder, env: { HOME: folder } });
        assertTold(ended, message, 2);
        if (args[0] !== "parse") assert.equal(ended.stdout, "");
      });
    }
  }

  test("parse: a file that may not be read", async (t) => {
    if (process.getuid?.() === 0) return t.skip("root may read everything");
    const folder = await folderWith(t, "binary");
    chmodSync(join(folder, "file"), 0);
    assertTold(await runTrace(["parse", "file"], { cwd: folder }), /cannot read file: permission denied/, 2);
  });

  for (const args of [["resolve", "--offline", url], ["parse"], ["snapshot"]]) {
    test(`${args.join(" ")} --to a folder that does not exist`, async (t) => {
      const folder = await temporaryFolder(t);
      const ended = await runTrace([...args, "--to=no/such/file"], { cwd: folder, env: { HOME: folder } });
      if (args[0] === "snapshot") assert.equal(ended.code, 3, "it is the cluster that it asks first");
      else assertTold(ended, /cannot write no\/such\/file: /, 2);
    });
  }
});

describe("a working folder that has been removed", () => {
  const gone = async (t: TestContext, args: string, input: string) =>
    await runShell(`cd gone && rmdir ../gone && exec $TRACE ${args}`, {
      cwd: await folderWithGone(t),
      input,
    });
  const folderWithGone = async (t: TestContext): Promise<string> => {
    const folder = await temporaryFolder(t);
    mkdirSync(join(folder, "gone"));
    return folder;
  };

  for (const args of ["--version", `resolve --offline ${url}`, "parse --offline -", "sandbox -- true"]) {
    test(`${args}: it is not needed`, async (t) => {
      const ended = await gone(t, args, "");
      assert.equal(ended.code, 0, ended.stderr);
      assertQuiet(ended);
    });
  }

  for (const args of ["parse --offline file", "check -f file", `resolve --snapshot=file ${url}`]) {
    test(`${args}: the file is in it`, async (t) => {
      const ended = await gone(t, args, "");
      assertTold({ ...ended, args: args.split(" ") }, /the working folder has been removed/, 2);
    });
  }
});

test("sandbox: no folder for what is temporary", async () => {
  const ended = await runTrace(["sandbox", "--", "true"], { env: { TMPDIR: "/no/such" } });
  assertTold(ended, /^cannot make a folder in \/no\/such: ENOENT$/, 2);
});

test("a line of 200 MB costs no memory", async (t) => {
  if (process.platform !== "linux") return t.skip("the peak is read from /proc");
  const { child, ended } = startTrace(["parse", "--offline", "-o", "json"], {
    keepOpen: true,
  });
  const piece = Buffer.alloc(1 << 20, "x");
  for (let at = 0; at < 200; at += 1) {
    await new Promise<void>((done) => void child.stdin?.write(piece, () => done()));
  }
  await new Promise<void>(
    (done) => void child.stdin?.write("\nGET https://h/x 200 OK in 1 milliseconds\n", () => done()),
  );
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
  child.stdin?.end();
  const { code, stdout } = await ended;
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).items.length, 1, "the line behind it is read");
  assert.ok(Number(peak) < 150 * 1024, `${peak} kB`);
});
