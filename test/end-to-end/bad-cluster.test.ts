import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { newApiServer, statusReply } from "../helpers/api-server.ts";
import { newAuthority } from "../helpers/certificates.ts";
import { base64, temporaryFolder, writeKubeconfig } from "../helpers/kubeconfigs.ts";
import { fetchKubectl } from "../helpers/kubectl.ts";
import { closedPort, type Handle, serve, serveTcp, type TestServer } from "../helpers/servers.ts";
import { assertQuiet, assertTold, type Ended, runTrace, secretToken } from "./processes.ts";

/** What may stand behind a kubeconfig that is not what it should be. */
interface Situation {
  readonly server: string;
  readonly cluster?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

/** What is told of it, and the exit code, by verb. */
interface Expected {
  readonly reason: RegExp;
  /** What to do about it, where that is known. */
  readonly hint?: RegExp;
  /** The request got an answer that says no. */
  readonly answered?: boolean;
  /** `resolve` has its answers, if only few. */
  readonly resolves?: boolean;
  /** `request` does not read what it is sent: it says what came of sending it. */
  readonly unread?: boolean;
}

const expected = {
  refused: { reason: /connection refused/, hint: /is the cluster running/ },
  "wrong CA": { reason: /certificate signed by unknown authority/, hint: /certificate-authority-data/ },
  "expired certificate": { reason: /certificate has expired/, hint: /renew/ },
  "wrong name in the certificate": { reason: /certificate is valid only for/, hint: /--tls-server-name/ },
  "plain HTTP where TLS is expected": { reason: /plain HTTP, not TLS/ },
  "TLS where plain HTTP is expected": { reason: /https|not HTTP|TLS|closed/ },
  "never answers": { reason: /no answer within 0\.3 s/, hint: /--request-timeout/ },
  "half an answer": { reason: /closed before the answer was complete/, answered: true },
  "no HTTP at all": { reason: /the answer is not HTTP/ },
  "401": { reason: /Unauthorized/, answered: true },
  "403": { reason: /is forbidden/, answered: true, resolves: true },
  "HTML with status 200": { reason: /not a Kubernetes API answer: (200 )?text\/html/, answered: true },
  "HTML with status 502": { reason: /502/, answered: true },
  "redirect to a login page": { reason: /302/, answered: true },
  "broken JSON": { reason: /broken JSON/, unread: true },
  "an answer of 100 MB": { reason: /larger than 32 MiB/, unread: true },
} as const satisfies Record<string, Expected>;

function assertToldOf(ended: Ended, want: Expected, exitCode: number): void {
  assertTold(ended, want.reason, exitCode);
  assert.match(ended.stderr, want.hint ?? /\nhint: /);
}

type Name = keyof typeof expected;

const snapshotted: ReadonlySet<Name> = new Set(["refused", "401", "403", "half an answer", "broken JSON"]);

const situations = new Map<Name, Situation>();
const servers: TestServer[] = [];
/** What the servers were shown: the token that nobody else may see was really sent. */
const authorizations = new Set<string>();

const html = "<html><head><title>Sign in</title></head><body>Sign in</body></html>\n";

before(async () => {
  const authority = await newAuthority();
  const other = await newAuthority("other-ca");
  const good = await authority.issue();
  const expired = await authority.issue({ days: -1 });
  const named = await authority.issue({ names: ["kubernetes.default.svc"] });
  const trusting = { "certificate-authority-data": base64(authority.cert) };
  const add = async (name: Name, server: Promise<TestServer>, more: Partial<Situation> = {}) => {
    const running = await server;
    servers.push(running);
    situations.set(name, { server: running.url, ...more });
  };
  const empty: Handle = (_, response) => void response.end("{}");
  const answer = (status: number, headers: Record<string, string>, body: string) =>
    serve(
      "https",
      (request, response) => {
        authorizations.add(request.headers.authorization ?? "");
        response.writeHead(status, headers);
        response.end(body);
      },
      good,
    );
  situations.set("refused", { server: `http://127.0.0.1:${await closedPort()}` });
  await add("wrong CA", serve("https", empty, good), {
    cluster: { "certificate-authority-data": base64(other.cert) },
  });
  await add("expired certificate", serve("h2", empty, expired), { cluster: trusting });
  await add("wrong name in the certificate", serve("https", empty, named), { cluster: trusting });
  const plain = await serve("http", empty);
  servers.push(plain);
  situations.set("plain HTTP where TLS is expected", { server: plain.url.replace("http:", "https:") });
  const secure = await serve("https", empty, good);
  servers.push(secure);
  situations.set("TLS where plain HTTP is expected", { server: secure.url.replace("https:", "http:") });
  await add(
    "never answers",
    serve("http", () => {}),
    { flags: ["--request-timeout=300ms"] },
  );
  await add(
    "no HTTP at all",
    serveTcp((socket) => void socket.end("SSH-2.0-OpenSSH_9.6\r\n")),
  );
  await add(
    "half an answer",
    serveTcp((socket) => {
      socket.once("data", () => {
        const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n";
        socket.end(`${head}{"kind":"APIServiceList","items":[{"metadata":`);
      });
    }),
  );
  const json = { "content-type": "application/json" };
  const unauthorized = JSON.stringify(statusReply(401, "Unauthorized", "Unauthorized").body);
  await add("401", answer(401, json, unauthorized), { cluster: trusting });
  await add("403", serve("http", newApiServer(new Proxy({}, { get: () => forbidden })).handle));
  await add("HTML with status 200", answer(200, { "content-type": "text/html; charset=utf-8" }, html), {
    cluster: trusting,
  });
  await add("HTML with status 502", answer(502, { "content-type": "text/html" }, html), {
    cluster: trusting,
  });
  await add(
    "redirect to a login page",
    answer(302, { "content-type": "text/html", location: "https://login.example.com/" }, html),
    { cluster: trusting },
  );
  await add("broken JSON", answer(200, json, '{"kind": "APIServiceList", '), { cluster: trusting });
  await add(
    "an answer of 100 MB",
    serve("http", (_, response) => {
      response.writeHead(200, json);
      response.end(hundredMegabytes());
    }),
  );
});
after(async () => {
  await Promise.all(servers.map(async (server) => await server.close()));
});

const forbidden = statusReply(403, "Forbidden", 'it is forbidden: User "u" cannot do that');

let large: Buffer | null = null;
function hundredMegabytes(): Buffer {
  large ??= Buffer.concat([
    Buffer.from('{"kind":"APIServiceList","items":["'),
    Buffer.alloc(100_000_000, "x"),
    Buffer.from('"]}'),
  ]);
  return large;
}

async function traceIn(name: Name, t: TestContext, args: readonly string[]): Promise<Ended> {
  const { server, cluster, flags = [] } = situations.get(name) ?? { server: "" };
  const folder = await temporaryFolder(t);
  const kubeconfig = await writeKubeconfig(folder, { server, ...cluster }, { token: secretToken });
  const [verb = "", ...rest] = args;
  return await runTrace([verb, `--kubeconfig=${kubeconfig}`, ...flags, ...rest], { env: { HOME: folder } });
}

const path = "/apis/apps/v1/namespaces/shop/deployments/web";

describe("a cluster that cannot be asked", { concurrency: 4 }, () => {
  for (const [name, want] of Object.entries(expected) as [Name, Expected][]) {
    test(`request: ${name}`, async (t) => {
      const ended = await traceIn(name, t, ["request", path]);
      assert.match(ended.stdout, /deployments\.v1\.apps/, "the row is printed");
      if (want.unread) {
        assert.equal(ended.code, 0, ended.stderr);
        assertQuiet(ended);
      } else assertToldOf(ended, want, want.answered ? 1 : 3);
    });

    test(`resolve: ${name}`, async (t) => {
      const ended = await traceIn(name, t, ["resolve", path, "/api/v1/pods", "-o", "json"]);
      const { items } = JSON.parse(ended.stdout);
      assert.equal(items.length, 2, "the whole table is printed");
      for (const { apiService, verdict } of items) {
        assert.equal(apiService.available, "Unknown");
        assert.match(apiService.message, want.reason);
        assert.equal(verdict.decision, "unknown");
        assert.match(verdict.reason, /./);
      }
      if (want.resolves) assert.deepEqual([ended.code, ended.stderr], [0, ""]);
      else assertToldOf(ended, want, 3);
    });

    test(`check: ${name}`, async (t) => {
      const ended = await traceIn(name, t, ["check"]);
      assert.equal(ended.stdout, "");
      assertToldOf(ended, want, 3);
    });

    // The same reader as that of `check`.
    if (!snapshotted.has(name)) continue;
    test(`snapshot: ${name}`, async (t) => {
      const ended = await traceIn(name, t, ["snapshot"]);
      assert.equal(ended.stdout, "");
      assertToldOf(ended, want, 3);
    });
  }
});

test("the token was sent, and only that", () => {
  assert.deepEqual([...authorizations], [`Bearer ${secretToken}`]);
});

describe("a log of such a cluster is still traced", { concurrency: 4 }, () => {
  for (const name of ["refused", "401", "HTML with status 200", "half an answer"] as const) {
    test(`parse: ${name}`, async (t) => {
      const { server } = situations.get(name) ?? { server: "" };
      const folder = await temporaryFolder(t);
      const log = join(folder, "log");
      writeFileSync(
        log,
        `I0122 17:09:32.381792  360675 round_trippers.go:632] "Response" verb="GET" url="${server}${path}" status="200 OK" milliseconds=3\n`,
      );
      const ended = await traceIn(name, t, ["parse", log, "-o", "json"]);
      assert.equal(ended.code, 0, ended.stderr);
      const [trace] = JSON.parse(ended.stdout).items;
      assert.equal(trace.roundTrip.status, 200);
      assert.match(trace.apiService.message, expected[name].reason);
      // A 2xx proves that it was allowed, whoever cannot be asked now.
      assert.deepEqual([trace.verdict.decision, trace.verdict.source], ["allowed", "response"]);
      assertQuiet(ended);
    });
  }
});

describe("a run keeps kubectl's own words and exit code", { concurrency: 4 }, () => {
  for (const name of ["refused", "wrong CA", "401", "HTML with status 200", "never answers"] as const) {
    test(`run: ${name}`, async (t) => {
      const kubectl = await fetchKubectl("1.35");
      if (kubectl === null) return t.skip("there is no kubectl for this machine");
      const { server, cluster, flags = [] } = situations.get(name) ?? { server: "" };
      const folder = await temporaryFolder(t);
      const kubeconfig = await writeKubeconfig(folder, { server, ...cluster }, { token: secretToken });
      const env = {
        HOME: folder,
        KUBECONFIG: kubeconfig,
        PATH: `${join(kubectl, "..")}:/usr/bin:/bin`,
      };
      const ended = await runTrace(["get", "pods", ...flags], { env });
      assert.equal(ended.code, 1, ended.stderr);
      assert.match(ended.stderr, /^(error: |The connection|Unable to connect|E\d{4} )/m, "kubectl says why");
      assert.match(ended.stdout, /\/api/, "the requests are traced");
      assertQuiet(ended);
    });
  }
});
