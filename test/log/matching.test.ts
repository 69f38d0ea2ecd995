import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { possibleAnswers } from "../../src/log/matching.ts";

test("examples", () => {
  assert.deepEqual(possibleAnswers([[0]], 1), [[0]]);
  assert.deepEqual(possibleAnswers([[0, 1], [1]], 2), [[0], [1]]);
  assert.deepEqual(
    possibleAnswers(
      [
        [0, 1],
        [0, 1],
      ],
      2,
    ),
    [
      [0, 1],
      [0, 1],
    ],
  );
  assert.equal(possibleAnswers([[0], [0]], 2), null);
  assert.equal(possibleAnswers([[0]], 2), null);
});

test("the same as trying every assignment", () => {
  const size = 5;
  const edges = fc.array(fc.subarray([0, 1, 2, 3, 4]), { minLength: size, maxLength: size });
  fc.assert(
    fc.property(edges, (lists) => {
      assert.deepEqual(possibleAnswers(lists, size), byTrying(lists));
    }),
    { numRuns: 500 },
  );
});

function byTrying(lists: readonly (readonly number[])[]): number[][] | null {
  const found = lists.map(() => new Set<number>());
  const place = (q: number, taken: readonly number[]): void => {
    if (q === lists.length) for (const [i, a] of taken.entries()) found[i]?.add(a);
    else for (const a of lists[q] ?? []) if (!taken.includes(a)) place(q + 1, [...taken, a]);
  };
  place(0, []);
  const lengths = found.map((set) => set.size);
  return Math.min(...lengths) === 0 ? null : found.map((set) => [...set].sort((a, b) => a - b));
}
