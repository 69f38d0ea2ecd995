import assert from "node:assert/strict";
import { test } from "node:test";
import type { Invocation } from "../../src/cli/invocation.ts";
import { parseArgs } from "../../src/cli/parse-args.ts";
import { verbs } from "../../src/cli/verbs.ts";
import { UsageError } from "../../src/errors.ts";

const terminal = { version: "1.2.3", stdinIsPiped: () => false };

function parse(line: string, surroundings = terminal): Invocation {
  return parseArgs(line === "" ? [] : line.split(" "), surroundings);
}

/** Verb and the options that matter for the case, as one line. */
function brief(invocation: Invocation): string {
  const options: object = "options" in invocation ? invocation.options : {};
  const shown = Object.entries(options).filter(([name, value]) => !isDefault(name, value));
  return `${invocation.verb} ${JSON.stringify(Object.fromEntries(shown))}`;
}

function isDefault(name: string, value: unknown): boolean {
  if (name === "output") return value === "table";
  if (name === "color") return value === "auto";
  if (name === "method") return value === "GET";
  return (
    value === null ||
    value === false ||
    value === 0 ||
    JSON.stringify(value) === "[]" ||
    JSON.stringify(value) === "{}"
  );
}

for (const [line, expected] of [
  ["get pods", 'run {"args":["get","pods"]}'],
  ["top nodes -n x -v=8 -o wide", 'run {"args":["top","nodes","-n","x","-v=8","-o","wide"]}'],
  ["-o json get pods -o wide", 'run {"output":"json","args":["get","pods","-o","wide"]}'],
  ["--explain get pods --explain", 'run {"explain":true,"args":["get","pods","--explain"]}'],
  ["explain pods", 'run {"args":["explain","pods"]}'],
  ["--explain resolve /api", 'resolve {"explain":true,"urls":["/api"]}'],
  ["request /version --explain", 'request {"explain":true,"url":"/version"}'],
  ["--explain check v1.", 'check {"names":["v1."],"explain":true}'],
  ["-n web get pods", 'run {"flags":{"namespace":"web"},"args":["get","pods"]}'],
  [
    "--as jane --as-group a --as-group b get pods",
    'run {"flags":{"as":"jane","asGroup":["a","b"]},"args":["get","pods"]}',
  ],
  ["exec pod -- parse x", 'run {"args":["exec","pod","--","parse","x"]}'],
  ["-- parse x", 'run {"args":["parse","x"]}'],
  ["-o json -- check", 'run {"output":"json","args":["check"]}'],
  ["get --help", 'run {"args":["get","--help"]}'],
  ["logs -f pod", 'run {"args":["logs","-f","pod"]}'],
  ["parse a b", 'parse {"files":["a","b"]}'],
  ["parse -", 'parse {"files":["-"]}'],
  ["parse", "parse {}"],
  ["-o ndjson parse a", 'parse {"output":"ndjson","files":["a"]}'],
  ["parse a -o ndjson --offline", 'parse {"output":"ndjson","offline":true,"files":["a"]}'],
  ["-o json parse -o yaml a", 'parse {"output":"yaml","files":["a"]}'],
  ["resolve /api /apis", 'resolve {"urls":["/api","/apis"]}'],
  ["resolve -X post /api", 'resolve {"urls":["/api"],"method":"POST"}'],
  ["request /version --show-body", 'request {"url":"/version","showBody":true}'],
  [
    "request -X PUT -d @f -H a:b -H c:d /x",
    'request {"url":"/x","method":"PUT","methodGiven":true,"data":"@f","headers":["a:b","c:d"]}',
  ],
  ["check v1. --wait 1m30s -f a -f b", 'check {"names":["v1."],"files":["a","b"],"waitMs":90000}'],
  ["--context c check", 'check {"contexts":["c"]}'],
  ["--context a --context b check --context c", 'check {"contexts":["a","b","c"]}'],
  ["check --all-contexts --only-service", 'check {"onlyService":true,"allContexts":true}'],
  [
    "check -o github --report junit=a=b.xml --report json=b.json --baseline k --write-baseline n",
    'check {"output":"github","reports":[{"format":"junit","file":"a=b.xml"},{"format":"json","file":"b.json"}],' +
      '"baseline":"k","writeBaseline":"n"}',
  ],
  ["--context a --context b get pods", 'run {"flags":{"context":"b"},"args":["get","pods"]}'],
  ["--context a resolve --context b /api", 'resolve {"flags":{"context":"b"},"urls":["/api"]}'],
  ["--as-group a resolve --as-group b /api", 'resolve {"flags":{"asGroup":["a","b"]},"urls":["/api"]}'],
  ["snapshot --to f --context c", 'snapshot {"to":"f","flags":{"context":"c"}}'],
  ["--to - get pods", 'run {"args":["get","pods"]}'],
  ["--to f snapshot", 'snapshot {"to":"f"}'],
  ["sandbox --port 8080 -- kubectl get pods", 'sandbox {"port":8080,"command":["kubectl","get","pods"]}'],
  [
    "--insecure-skip-tls-verify get pods",
    'run {"flags":{"insecureSkipTlsVerify":true},"args":["get","pods"]}',
  ],
] as const) {
  test(`kubectl trace ${line}`, () => assert.equal(brief(parse(line)), expected));
}

test("no words at all are parse - when something is piped in, and help when not", () => {
  assert.equal(brief(parse("", { ...terminal, stdinIsPiped: () => true })), "parse {}");
  assert.equal(parse("").verb, "print");
});

test("the completion executable's words are left as they are", () => {
  assert.deepEqual(parseArgs(["__complete", "-o", ""], terminal), { verb: "complete", words: ["-o", ""] });
});

for (const [line, message] of [
  ["--nope get pods", /unknown option '--nope'/],
  ["-o xml get pods", /'xml' is invalid/],
  ["resolve", /missing required argument 'url'/],
  ["request", /missing required argument 'url'/],
  ["request /a /b", /too many arguments/],
  ["check --wait soon", /takes a duration/],
  ["check --report junit", /takes FORMAT=FILE/],
  ["check --report junit=", /takes FORMAT=FILE/],
  ["check --report junit=-", /takes FORMAT=FILE/],
  ["check --report wide=a", /takes FORMAT=FILE/],
  ["sandbox --port 99999", /takes a port number/],
  ["-o wide check", /no output format wide/],
  ["--explain snapshot", /snapshot takes no --explain/],
  ["--offline snapshot", /snapshot takes no --offline/],
  ["--to", /argument missing/],
] as const) {
  test(`kubectl trace ${line} is refused`, () => {
    assert.throws(
      () => parse(line),
      (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        assert.match(error.hint, /kubectl trace|it takes/);
        assert.doesNotMatch(error.message, /\n/);
        return true;
      },
    );
  });
}

test("a flag of kubectl before its command: where it belongs", () => {
  assert.throws(() => parse("-v=6 get pods"), { hint: /behind its command: kubectl trace get \.\.\. -v=6;/ });
  assert.throws(() => parse("resolve --nope /x"), { hint: "see kubectl trace resolve --help" });
});

for (const { name } of verbs) {
  test(`kubectl trace ${name} --help shows flags and examples`, () => {
    const invocation = parse(`${name} --help`);
    assert.ok(invocation.verb === "print");
    assert.match(invocation.text, new RegExp(`Usage: kubectl trace ${name} `));
    assert.match(invocation.text, /Examples:\n {2}# /);
  });
}

test("--help names every verb, and --version prints the version", () => {
  const help = parse("--help");
  assert.ok(help.verb === "print");
  for (const { name } of verbs) assert.match(help.text, new RegExp(`^ {2}${name} `, "m"));
  assert.deepEqual(parse("--version"), { verb: "print", text: "1.2.3\n" });
});
