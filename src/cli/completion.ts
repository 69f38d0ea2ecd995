import type { Command, Option } from "commander";
import type { CompletionPlan } from "../command/complete.ts";
import { checkFormats } from "../render/check-formats.ts";
import { connectionOptions } from "./options.ts";
import { rootCommand, verbCommand } from "./parse-args.ts";
import { verbs } from "./verbs.ts";

/**
 * What to offer for a half-typed command line. kubectl's own part of it is left to kubectl, which knows its commands,
 * its resources and the cluster.
 * Source of truth for how kubectl asks: kubectl/pkg/cmd/plugin_completion.go.
 *
 * @param words what stands behind `kubectl trace`, the last one unfinished and perhaps empty
 */
export function planCompletion(words: readonly string[]): CompletionPlan {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const root = rootCommand("");
  const first = firstWord(before, root);
  if (first === before.length) return completeFirst(root, before, current);
  const verb = verbs.find(({ name }) => name === before[first]);
  if (verb === undefined || before[first - 1] === "--") {
    return {
      candidates: [],
      kubectl: [...connectionWords(before.slice(0, first), root), ...words.slice(first)],
    };
  }
  const command = verbCommand(verb);
  const own = completeFlag(command, before.at(-1) ?? "", current);
  if (own !== null) return { candidates: own, kubectl: connectionValue(before, current, command) };
  if (verb.name === "check") {
    return { candidates: [], kubectl: [...connectionWords(before, command), "get", "apiservices", current] };
  }
  return { candidates: [], kubectl: null };
}

function completeFirst(root: Command, before: readonly string[], current: string): CompletionPlan {
  const own = before.at(-1) === "--" ? null : completeFlag(root, before.at(-1) ?? "", current);
  if (own !== null) return { candidates: own, kubectl: connectionValue(before, current, root) };
  const named = before.at(-1) === "--" ? [] : verbs.filter(({ name }) => name.startsWith(current));
  return { candidates: named.map(({ name, summary }) => `${name}\t${summary}`), kubectl: [current] };
}

/** Index of the first word that is neither a flag of ours nor its value; the words' number when there is none. */
function firstWord(words: readonly string[], root: Command): number {
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? "";
    if (word === "--") return at + 1;
    if (!word.startsWith("-")) return at;
    at += takesValue(root, word) ? 2 : 1;
  }
  return words.length;
}

/** kubectl knows the contexts and namespaces; null when the last flag is none of its own. */
function connectionValue(before: readonly string[], current: string, command: Command): string[] | null {
  const [flag = ""] = before.slice(-1);
  const words = takesValue(command, flag) ? connectionWords([...before, current], command) : [];
  return words.at(-2) === flag ? words : null;
}

/** Those of the words that say which cluster and namespace kubectl is to look into. */
function connectionWords(words: readonly string[], command: Command): string[] {
  const names = new Set(connectionOptions().flatMap(({ short, long }) => [short, long]));
  return words.flatMap((word, at) => {
    const name = word.startsWith("--") ? (word.split("=", 1)[0] ?? "") : word.slice(0, 2);
    if (!word.startsWith("-") || !names.has(name)) return [];
    const value = words[at + 1];
    return takesValue(command, word) && value !== undefined ? [word, value] : [word];
  });
}

function takesValue(command: Command, word: string): boolean {
  return !word.includes("=") && findOption(command, word)?.required === true;
}

function findOption(command: Command, word: string): Option | undefined {
  return command.options.find(({ short, long }) => word === short || word === long);
}

/** What is before a file's name is a choice of ours, too: `--report junit=`. */
function choicesOf(option: Option | undefined): readonly string[] {
  if (option?.flags.endsWith("<format=file>")) return checkFormats.map((format) => `${format}=`);
  return option?.argChoices ?? [];
}

/** Values behind a flag that has a choice of them, or flags; null when neither is being typed. */
function completeFlag(command: Command, previous: string, current: string): readonly string[] | null {
  const option = findOption(command, previous);
  if (option?.required === true) {
    return choicesOf(option).filter((value) => value.startsWith(current));
  }
  const [flag = "", value] = current.split("=", 2);
  if (value !== undefined) {
    return choicesOf(findOption(command, flag))
      .filter((choice) => choice.startsWith(value))
      .map((choice) => `${flag}=${choice}`);
  }
  if (!current.startsWith("-")) return null;
  return command.options
    .filter(({ long }) => long?.startsWith(current))
    .map(({ long, description }) => `${long}\t${description}`);
}
