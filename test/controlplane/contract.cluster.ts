import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "../../src/cluster/kube-object.ts";
import { type AllowedDifference, allowedDifferences } from "../contract/allowed-differences.ts";
import { type Answers, askAll } from "../contract/ask-all.ts";
import type { Asked } from "../contract/asking.ts";
import { namesOf } from "../contract/names.ts";
import { type Question, titleOf } from "../contract/question.ts";
import { questions } from "../contract/questions.ts";
import { readRecord, writeRecord } from "../contract/record.ts";
import { credentialsOf, withSandboxAsked } from "../contract/sandbox-asked.ts";
import { connectPlane } from "./connect.ts";
import { readCluster } from "./contract-snapshot.ts";
import { createDownApiService, deleteDownApiService, waitForMetrics, whileBusy } from "./contract-world.ts";
import { robot } from "./people.ts";
import { controlPlanes } from "./versions.ts";

const plane = connectPlane();
const serverVersion = `v${controlPlanes[plane.version].release}`;
const { throttled = [], ...calm } = questions;

before(async () => {
  await createDownApiService(plane.api);
  await waitForMetrics(plane.api);
});
after(() => deleteDownApiService(plane.api));

test("the sandbox answers as the real server does", async (t) => {
  const rounds = await agree(Object.values(calm).flat());
  const real: Answers = { ...rounds.real, ...(await busyAnswers(rounds.items)) };
  const sandbox: Answers = {
    ...rounds.sandbox,
    ...(await withSandboxAsked({ items: rounds.items, serverVersion }, (asked) => askAll(throttled, asked))),
  };
  const isNewest = plane.version === "1.37";
  if (isNewest && process.env["UPDATE_GOLDEN"] === "1") {
    writeRecord({ serverVersion, items: rounds.items, answers: real });
  }
  const newest = isNewest ? {} : readRecord().answers;
  const seen = new Set<AllowedDifference>();
  for (const [subject, list] of Object.entries(questions)) {
    await t.test(subject, () => {
      for (const title of list.map(titleOf)) {
        if (isDeepStrictEqual(sandbox[title], real[title])) continue;
        const allowed = allowedDifferences[plane.version]?.find(({ titles }) => titles.test(title));
        // Only where the two real servers differ themselves.
        if (allowed === undefined || isDeepStrictEqual(real[title], newest[title])) {
          assert.deepEqual(sandbox[title], real[title], title);
        } else seen.add(allowed);
      }
    });
  }
  await t.test("every difference that is allowed is there", () => {
    const unseen = (allowedDifferences[plane.version] ?? []).filter((one) => !seen.has(one));
    assert.deepEqual(
      unseen.map(({ reason }) => reason),
      [],
    );
  });
});

/**
 * Asks both servers the same, with the objects that the real one has now. Where they differ it does so again, twice at most: other
 * suites use the cluster at the same time, and may have changed an object in between.
 */
async function agree(all: readonly Question[]): Promise<{
  readonly items: readonly KubeObject[];
  readonly real: Answers;
  readonly sandbox: Answers;
}> {
  let items = await readCluster(plane.api);
  let real = await askAll(all, realAsked(items));
  let sandbox = await withSandboxAsked({ items, serverVersion }, (asked) => askAll(all, asked));
  for (let round = 0; round < 2; round += 1) {
    const open = all.filter((one) => !isDeepStrictEqual(real[titleOf(one)], sandbox[titleOf(one)]));
    if (open.length === 0) break;
    items = await readCluster(plane.api);
    real = { ...real, ...(await askAll(open, realAsked(items))) };
    const again = await withSandboxAsked({ items, serverVersion }, (asked) => askAll(open, asked));
    sandbox = { ...sandbox, ...again };
  }
  return { items, real, sandbox };
}

async function busyAnswers(items: readonly KubeObject[]): Promise<Answers> {
  return await whileBusy(plane.api, () => askAll(throttled, realAsked(items)));
}

function realAsked(items: readonly KubeObject[]): Asked {
  const { users } = JSON.parse(readFileSync(plane.kubeconfig, "utf8")) as {
    readonly users: readonly { readonly name: string; readonly user: { readonly token?: string } }[];
  };
  const token = users.find(({ name }) => name === robot.context)?.user.token ?? "";
  return {
    api: plane.api,
    names: namesOf(items),
    credentials: (asker) => credentialsOf(asker, token),
  };
}
