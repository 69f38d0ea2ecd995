import type { ApiAnswer, Credentials, RawApi } from "../controlplane/admin-api.ts";
import { type Comparable, type Names, normaliseAnswer } from "./normalise.ts";
import type { Asker, Question } from "./question.ts";

/** A server that the contract is put to. */
export interface Asked {
  readonly api: RawApi;
  readonly names: Names;
  credentials(asker: Asker): Credentials;
}

/** The answers to a question: one, or one for every chunk of a list. */
export async function answersOf(
  question: Question,
  { api, names, credentials }: Asked,
): Promise<Comparable[]> {
  const { as, method, headers, body, chunks } = question;
  const answers: Comparable[] = [];
  let path = question.path;
  while (answers.length < chunks) {
    const answer = await api.send(credentials(as), path, {
      method,
      headers,
      ...(body === "" ? {} : { body }),
    });
    answers.push(normaliseAnswer(answer, names));
    const token = continueOf(answer);
    if (token === "") break;
    path = `${question.path}&continue=${token}`;
  }
  return answers;
}

function continueOf({ text }: ApiAnswer): string {
  return /"continue": ?"([^"]+)"/.exec(text)?.[1] ?? "";
}
