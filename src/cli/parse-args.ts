import { Command, CommanderError } from "commander";
import { UsageError } from "../errors.ts";
import type { Invocation } from "./invocation.ts";
import { connectionOptions, readTraceOptions, traceOptions, type Values } from "./options.ts";
import { type Verb, verbs } from "./verbs.ts";

/** What the command line depends on beside its words. */
export interface Surroundings {
  readonly version: string;
  /** Something is piped in: then no words at all mean `parse -`. */
  readonly stdinIsPiped: () => boolean;
}

/**
 * The words behind `kubectl trace`, as an Invocation. The first word that is not a flag decides: one of our verbs, or
 * else a kubectl command, whose words are left as they are. Flags before it are ours. Throws UsageError.
 */
export function parseArgs(words: readonly string[], surroundings: Surroundings): Invocation {
  if (words[0] === "__complete") return { verb: "complete", words: words.slice(1) };
  const root = parseWith(rootCommand(surroundings.version), words);
  if (root.printed !== null) return { verb: "print", text: root.printed };
  const rest = root.words;
  const isKubectl = words[words.length - rest.length - 1] === "--";
  const [first] = rest;
  if (first === undefined) return withoutWords(root.values, surroundings);
  const verb = isKubectl ? undefined : verbs.find(({ name }) => name === first);
  if (verb === undefined) return { verb: "run", options: { ...readTraceOptions(root.values), args: rest } };
  return parseVerb(verb, rest.slice(1), root.given);
}

function withoutWords(values: Values, { stdinIsPiped, version }: Surroundings): Invocation {
  if (stdinIsPiped()) return { verb: "parse", options: { ...readTraceOptions(values), files: [] } };
  return { verb: "print", text: rootCommand(version).helpInformation() };
}

/** Flags that stood before the verb count as if they stood behind it. */
function parseVerb(verb: Verb, words: readonly string[], before: Values): Invocation {
  const command = verbCommand(verb);
  const { printed, words: operands, values, given } = parseWith(command, words);
  if (printed !== null) return { verb: "print", text: printed };
  const known = new Set(command.options.map((option) => option.attributeName()));
  const misplaced = Object.keys(before).find((name) => !known.has(name));
  if (misplaced !== undefined) {
    throw new UsageError(
      `${verb.name} takes no ${flagOf(misplaced)}`,
      `see kubectl trace ${verb.name} --help`,
    );
  }
  const merged = { ...values, ...before, ...given, ...repeated(before, given) };
  const format = command.options.find((option) => option.attributeName() === "output")?.argChoices;
  if (format !== undefined && !format.includes(String(merged["output"]))) {
    throw new UsageError(
      `${verb.name} takes no output format ${merged["output"]}`,
      `it takes ${format.join(", ")}`,
    );
  }
  return verb.toInvocation(operands, merged);
}

/** Values of flags that may be repeated, given on both sides of the verb: all of them. */
function repeated(before: Values, given: Values): Values {
  const both = Object.entries(before).flatMap(([name, first]) => {
    const second = given[name];
    return Array.isArray(first) && Array.isArray(second) ? [[name, [...first, ...second]]] : [];
  });
  return Object.fromEntries(both);
}

function flagOf(attribute: string): string {
  return `--${attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

interface Parsed {
  readonly words: readonly string[];
  readonly values: Values;
  /** The values without defaults. */
  readonly given: Values;
  /** Help or version text that was asked for instead. */
  readonly printed: string | null;
}

function parseWith(command: Command, words: readonly string[]): Parsed {
  let printed = "";
  command.exitOverride().configureOutput({
    writeOut: (text) => {
      printed += text;
    },
    writeErr: () => {},
  });
  try {
    command.parse([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(command, error, words);
    return { words: [], values: {}, given: {}, printed };
  }
  const values: Values = command.opts();
  const given = Object.entries(values).filter(([name]) => command.getOptionValueSource(name) === "cli");
  return { words: command.args, values, given: Object.fromEntries(given), printed: null };
}

function usageError(command: Command, error: CommanderError, words: readonly string[]): UsageError {
  const message = error.message
    .replace(/^error: /, "")
    .replace(/\.$/, "")
    .replaceAll("\n", " ");
  const flag = /^unknown option '(-[^']*)'$/.exec(message)?.[1];
  const isBeforeKubectl = flag !== undefined && command.name() === "trace";
  return new UsageError(
    message,
    isBeforeKubectl ? hintAbout(flag, words) : `see kubectl ${command.name()} --help`,
  );
}

/** Whoever knows kubectl may put its flags anywhere. */
function hintAbout(flag: string, words: readonly string[]): string {
  const at = words.indexOf(flag);
  const behind = words.slice(at + 1).find((word) => /^[a-z]/.test(word));
  if (verbs.some(({ name }) => name === behind)) return "see kubectl trace --help";
  const example = `kubectl trace ${behind ?? "get"} ... ${flag}`;
  return `a flag of kubectl stands behind its command: ${example}; ours: kubectl trace --help`;
}

/** The command without a verb: our flags, then a kubectl command line that is passed through untouched. */
export function rootCommand(version: string): Command {
  const command = new Command("trace")
    .usage("[flags] KUBECTL-COMMAND... | VERB ...")
    .description(
      "Shows what stands behind a kubectl command: every API request, who answers it, and may you do it.",
    )
    .argument("[words...]")
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .passThroughOptions()
    .action(() => {});
  for (const option of [...traceOptions(), ...connectionOptions()]) command.addOption(option);
  const width = Math.max(...verbs.map(({ name }) => name.length));
  const verbLines = verbs.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  command.addHelpText(
    "after",
    `\nVerbs (anything else is a kubectl command; -- COMMAND always is):\n${verbLines.join("\n")}\n`,
  );
  return withExamples(command, [
    ["kubectl trace top nodes", "run kubectl top nodes and trace what it did"],
    ["kubectl trace -o flow get pods -n web", "step by step: path, RBAC, APIService, backend"],
    ["kubectl get pods -v=8 2>&1 | kubectl trace", "trace a log"],
    ["kubectl trace check", "for CI: are all APIServices Available?"],
  ]);
}

export function verbCommand(verb: Verb): Command {
  const command = new Command(`trace ${verb.name}`)
    .description(`${verb.summary[0]?.toUpperCase()}${verb.summary.slice(1)}.`)
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    .action(() => {});
  for (const argument of verb.arguments()) command.addArgument(argument);
  for (const option of verb.options()) command.addOption(option);
  return withExamples(command, verb.examples);
}

function withExamples(command: Command, examples: Verb["examples"]): Command {
  command.configureHelp({ commandUsage: (self) => `kubectl ${self.name()} ${self.usage()}` });
  const lines = examples.map(([commandLine, what]) => `  # ${what}\n  ${commandLine}`);
  return command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
