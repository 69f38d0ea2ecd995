import type { Person } from "../controlplane/people.ts";

/** Who asks: somebody of the test cluster, its ServiceAccount, nobody at all, or one whose token is none. */
export type Asker = Person | "robot" | "anonymous" | "wrong-token";

/** One request of the contract: a real API server and the sandbox must answer it alike. */
export interface Question {
  readonly as: Asker;
  readonly method: string;
  /** As it is sent: not normalised, not encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
  /** Chunks of a list: as long as an answer has a `continue`, the next is asked for, up to so many in all. */
  readonly chunks: number;
}

type Options = Partial<Omit<Question, "path" | "body">> & { readonly body?: unknown };

/** A question of the administrator's, a GET, unless told. A body that is not text is sent as JSON. */
export function ask(path: string, { body, ...rest }: Options = {}): Question {
  const isJson = body !== undefined && typeof body !== "string";
  const text = isJson ? JSON.stringify(body) : (body ?? "");
  return {
    as: "admin",
    method: "GET",
    path,
    chunks: 1,
    ...rest,
    headers: { ...(isJson ? { "Content-Type": "application/json" } : {}), ...rest.headers },
    body: String(text),
  };
}

export function post(path: string, body: unknown, options: Options = {}): Question {
  return ask(path, { method: "POST", body, ...options });
}

/** The same path with that Accept header. */
export function accepting(accept: string, path: string, options: Options = {}): Question {
  return ask(path, { ...options, headers: { Accept: accept, ...options.headers } });
}

/** Names a question in a record and in a test's report; no two have the same. */
export function titleOf({ as, method, path, headers, body, chunks }: Question): string {
  const sent = Object.entries(headers)
    .filter(([name, value]) => !(name === "Content-Type" && value === "application/json"))
    .map(([name, value]) => ` | ${name}: ${[value].flat().join(" + ")}`);
  const text = body === "" ? "" : ` | ${body}`;
  return `${as}: ${method} ${path}${sent.join("")}${text}${chunks > 1 ? ` | ${chunks} chunks` : ""}`;
}
