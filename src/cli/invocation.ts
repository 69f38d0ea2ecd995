import type { CheckOptions } from "../command/check.ts";
import type { ParseOptions } from "../command/parse.ts";
import type { RequestOptions } from "../command/request.ts";
import type { ResolveOptions } from "../command/resolve.ts";
import type { RunOptions } from "../command/run.ts";
import type { SandboxOptions } from "../command/sandbox.ts";
import type { SnapshotOptions } from "../command/snapshot.ts";

/** What the command line asks for, as a value. A file of src/command/ does it. */
export type Invocation =
  | { readonly verb: "run"; readonly options: RunOptions }
  | { readonly verb: "parse"; readonly options: ParseOptions }
  | { readonly verb: "resolve"; readonly options: ResolveOptions }
  | { readonly verb: "request"; readonly options: RequestOptions }
  | { readonly verb: "check"; readonly options: CheckOptions }
  | { readonly verb: "snapshot"; readonly options: SnapshotOptions }
  | { readonly verb: "sandbox"; readonly options: SandboxOptions }
  /** The words that kubectl hands to the completion executable, the last one unfinished. */
  | { readonly verb: "complete"; readonly words: readonly string[] }
  | { readonly verb: "print"; readonly text: string };
