import { type Asked, answersOf } from "./asking.ts";
import type { Comparable } from "./normalise.ts";
import { type Question, titleOf } from "./question.ts";

export type Answers = Readonly<Record<string, readonly Comparable[]>>;

/** The answers by the questions' titles. Several at a time, and all watches at once, since each lasts a second. */
export async function askAll(questions: readonly Question[], asked: Asked): Promise<Answers> {
  const isWatch = ({ path }: Question): boolean => path.includes("timeoutSeconds=1");
  const watches = questions.filter(isWatch).map(async (question) => await answersOf(question, asked));
  const waiting = questions.filter((question) => !isWatch(question));
  const answers = new Map<Question, readonly Comparable[]>();
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      answers.set(next, await answersOf(next, asked));
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  const ofWatches = await Promise.all(watches);
  questions.filter(isWatch).forEach((question, index) => {
    answers.set(question, ofWatches[index] ?? []);
  });
  return Object.fromEntries(questions.map((question) => [titleOf(question), answers.get(question) ?? []]));
}
