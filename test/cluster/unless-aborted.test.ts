import assert from "node:assert/strict";
import { test } from "node:test";
import { unlessAborted } from "../../src/cluster/unless-aborted.ts";

const never = new Promise<never>(() => {});

test("work that ends, well or not, is what it is", async () => {
  const { signal } = new AbortController();
  assert.equal(await unlessAborted(Promise.resolve("done"), signal), "done");
  await assert.rejects(unlessAborted(Promise.reject(new Error("no")), signal), /^Error: no$/);
});

test("who is aborted before or meanwhile gets the reason", async () => {
  await assert.rejects(unlessAborted(never, AbortSignal.abort(new Error("before"))), /before/);
  const controller = new AbortController();
  const waiting = unlessAborted(never, controller.signal);
  controller.abort(new Error("meanwhile"));
  await assert.rejects(waiting, /meanwhile/);
});
