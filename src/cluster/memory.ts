import type { Answer } from "./cluster.ts";

export interface MemoryOptions {
  /** So many different questions; then the oldest is forgotten, so that memory stays flat. */
  readonly most: number;
  /** Does the answer hold for later calls as well? One that does not is given to those that wait for it. */
  readonly lasts: (answer: Answer<unknown>) => boolean;
}

export type Remember = <T>(key: string, ask: () => Answer<T> | Promise<Answer<T>>) => Promise<Answer<T>>;

/** Gives the first call's answer to all calls with one key. */
export function createMemory({ most, lasts }: MemoryOptions): Remember {
  const answers = new Map<string, Promise<Answer<unknown>>>();
  return <T>(key: string, ask: () => Answer<T> | Promise<Answer<T>>): Promise<Answer<T>> => {
    const known = answers.get(key);
    if (known !== undefined) return known as Promise<Answer<T>>;
    const asked = Promise.resolve(ask());
    answers.set(key, asked);
    const [oldest] = answers.keys();
    if (answers.size > most && oldest !== undefined) answers.delete(oldest);
    asked.then((answer) => {
      if (!lasts(answer) && answers.get(key) === asked) answers.delete(key);
    });
    return asked;
  };
}
