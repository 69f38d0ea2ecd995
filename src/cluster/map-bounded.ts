/** Like Promise.all over a map, with no more than `limit` under way at once. Results keep the order of the items. */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  limit: number,
  run: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  // One iterator for all workers: each takes the next item that nobody has.
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) {
      results[index] = await run(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return results;
}
