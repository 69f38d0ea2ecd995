import type { Answer } from "../cluster.ts";

/** A log repeats its few questions, but may name any number of objects. */
const maxRemembered = 2000;

/** Gives the first call's answer to all calls with one key: a snapshot does not change. */
export function createMemory(): <T>(key: string, find: () => Answer<T>) => Promise<Answer<T>> {
  const answers = new Map<string, Promise<Answer<unknown>>>();
  return <T>(key: string, find: () => Answer<T>): Promise<Answer<T>> => {
    const known = answers.get(key);
    if (known !== undefined) return known as Promise<Answer<T>>;
    const found = Promise.resolve(find());
    answers.set(key, found);
    const [oldest] = answers.keys();
    if (answers.size > maxRemembered && oldest !== undefined) answers.delete(oldest);
    return found;
  };
}
