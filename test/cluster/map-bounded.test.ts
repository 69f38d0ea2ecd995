import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { mapBounded } from "../../src/cluster/map-bounded.ts";

test("keeps the order, and no more than the limit are under way", async () => {
  const small = fc.nat({ max: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(small, { maxLength: 20 }),
      fc.integer({ min: 1, max: 6 }),
      async (items, limit) => {
        let running = 0;
        let most = 0;
        const results = await mapBounded(items, limit, async (turns) => {
          running += 1;
          most = Math.max(most, running);
          for (let turn = 0; turn < turns; turn += 1) await setImmediate();
          running -= 1;
          return turns * 2;
        });
        assert.deepEqual(
          results,
          items.map((item) => item * 2),
        );
        assert.equal(most, Math.min(most, limit));
        assert.ok(items.length === 0 || most > 0);
      },
    ),
    { numRuns: 50 },
  );
});

test("an error is the caller's", async () => {
  const failing = mapBounded([1, 2, 3], 2, async (item) => {
    if (item === 2) throw new Error("two");
    return item;
  });
  await assert.rejects(failing, /two/);
});
