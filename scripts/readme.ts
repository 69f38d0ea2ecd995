/**
 * Writes the flags, the parties and causes of a diagnosis, and what makes a command slow into README.md, as the code knows them:
 * `npm run docs`. With --check it only compares, and exits 1 when they differ.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Option } from "commander";
import { connectionOptions, traceOptions } from "../src/cli/options.ts";
import { verbCommand } from "../src/cli/parse-args.ts";
import { verbs } from "../src/cli/verbs.ts";
import { causes, parties } from "../src/trace/diagnosis/diagnosis.ts";
import { shareNames } from "../src/trace/time/shares.ts";
import { slowCauses } from "../src/trace/time/slow.ts";

/** Flags that are shown once, for all the verbs that take them. */
const shared = new Set([...traceOptions(), ...connectionOptions()].map(({ description }) => description));

function table(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices, defaultValue }) => {
    const choices = argChoices?.map((choice) => `\`${choice}\``).join(", ");
    const fallback = defaultValue === undefined ? "" : ` (default \`${defaultValue}\`)`;
    return `| \`${flags}\` | ${description}${choices === undefined ? "" : `: ${choices}`}${fallback} |`;
  });
  return rows.length === 0 ? "" : `\n| flag | what it does |\n|---|---|\n${rows.join("\n")}\n`;
}

const verbSections = verbs.map((verb) => {
  const command = verbCommand(verb);
  const own = command.options.filter(({ description }) => !shared.has(description));
  return `#### \`kubectl ${command.name()}\`\n\n${command.description()}\n${table(own)}`;
});
const flags = [
  `#### Before a kubectl command, and of \`parse\`, \`resolve\` and \`request\`\n${table(traceOptions())}`,
  ...verbSections,
  `#### Connection flags, of all but \`sandbox\`\n${table(connectionOptions())}`,
].join("\n");

const rows = (table: Readonly<Record<string, string>>): string =>
  Object.entries(table)
    .map(([code, sentence]) => `| \`${code}\` | ${sentence} |`)
    .join("\n");
const diagnoses = [
  `| party | who that is |\n|---|---|\n${rows(parties)}\n`,
  `| cause | what is the matter |\n|---|---|\n${rows(causes)}\n`,
].join("\n");

const slow = [
  `| share | what it is |\n|---|---|\n${rows(shareNames)}\n`,
  `| cause | what is the matter |\n|---|---|\n${rows(slowCauses)}\n`,
].join("\n");

const readme = readFileSync("README.md", "utf8");
const wanted = readme
  .replace(/(<!-- flags -->\n)[\s\S]*?(<!-- \/flags -->)/, `$1\n${flags}\n$2`)
  .replace(
    /(<!-- diagnoses -->\n)[\s\S]*?(<!-- \/diagnoses -->)/,
    (_, start, end) => `${start}\n${diagnoses}\n${end}`,
  )
  .replace(/(<!-- slow -->\n)[\s\S]*?(<!-- \/slow -->)/, (_, start, end) => `${start}\n${slow}\n${end}`);
if (wanted !== readme && process.argv.includes("--check")) {
  console.error("README.md does not show the flags and causes as they are: run `npm run docs`");
  process.exit(1);
}
writeFileSync("README.md", wanted);
