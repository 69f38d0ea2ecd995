/**
 * Writes the flags into README.md, as the code knows them: `npm run docs`. With --check it only compares, and exits 1
 * when they differ.
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { connectionOptions } from "../src/cli/options.ts";
import { rootCommand, verbCommand } from "../src/cli/parse-args.ts";
import { verbs } from "../src/cli/verbs.ts";

const shared = new Set(connectionOptions().map(({ flags }) => flags));

function flagsOf(command: Command): string {
  const rows = command.options
    .filter(({ flags, long }) => !shared.has(flags) && long !== "--version")
    .map(({ flags, description, argChoices, defaultValue }) => {
      const choices =
        argChoices === undefined ? "" : `: ${argChoices.map((choice) => `\`${choice}\``).join(", ")}`;
      const fallback = defaultValue === undefined ? "" : ` (default \`${defaultValue}\`)`;
      return `| \`${flags}\` | ${description}${choices}${fallback} |`;
    });
  return rows.length === 0 ? "" : `\n| flag | what it does |\n|---|---|\n${rows.join("\n")}\n`;
}

const verbSections = verbs.map((verb) => {
  const command = verbCommand(verb);
  return `#### \`kubectl ${command.name()}\`\n\n${command.description()}\n${flagsOf(command)}`;
});
const connection = connectionOptions().map(({ flags, description }) => `| \`${flags}\` | ${description} |`);
const flags = [
  `#### \`kubectl trace KUBECTL-COMMAND…\`\n${flagsOf(rootCommand("0.0.0"))}`,
  ...verbSections,
  `#### Connection flags, of all but \`sandbox\`\n\n| flag | what it does |\n|---|---|\n${connection.join("\n")}\n`,
].join("\n");

const readme = readFileSync("README.md", "utf8");
const wanted = readme.replace(/(<!-- flags -->\n)[\s\S]*?(<!-- \/flags -->)/, `$1\n${flags}\n$2`);
if (wanted !== readme && process.argv.includes("--check")) {
  console.error("README.md does not show the flags as they are: run `npm run docs`");
  process.exit(1);
}
writeFileSync("README.md", wanted);
