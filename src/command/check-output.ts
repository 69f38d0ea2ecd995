import { resolve } from "node:path";
import type { Io } from "../io.ts";
import { type CheckRenderOptions, renderCheck } from "../render/check.ts";
import type { CheckFormat } from "../render/check-formats.ts";
import type { CheckReport } from "../render/check-report.ts";
import { renderJson } from "../render/json.ts";
import { openFileSink, openTextSink } from "./text-sink.ts";
import type { ColorMode } from "./trace-options.ts";
import { wantsColor } from "./trace-output.ts";
import { withoutPlainCommands } from "./workflow-commands.ts";

/** A report that is written to a file, beside the one on stdout. */
export interface ReportFile {
  readonly format: CheckFormat;
  readonly file: string;
}

export interface CheckOutputOptions {
  readonly output: CheckFormat;
  readonly reports: readonly ReportFile[];
  /** Also list the Local ones that are available. */
  readonly all: boolean;
  readonly color: ColorMode;
  /** Tell the story of each term that occurs, behind the table. */
  readonly explain: boolean;
}

/** Prints the report and writes it to the files. Throws UsageError for a file that cannot be written. */
export async function writeReport(report: CheckReport, options: CheckOutputOptions, io: Io): Promise<void> {
  const { all, color, explain, output, reports } = options;
  const stdout = openTextSink(io.stdout, true);
  const printed = await renderAs(output, report, io.version, {
    columns: io.stdoutIsTerminal ? io.columns : null,
    color: wantsColor(color, io.stdoutIsTerminal, io.env),
    all,
    explain,
  });
  stdout.write(io.env["GITHUB_ACTIONS"] === "true" ? withoutCommands(printed, output) : printed);
  await stdout.end();
  for (const { format, file } of reports) {
    const text = await renderAs(format, report, io.version, {
      columns: null,
      color: color === "always",
      all,
      explain,
    });
    const sink = openFileSink(resolve(io.cwd, file), "--report takes FORMAT=FILE, in a folder that exists");
    sink.write(text);
    await sink.end();
  }
}

/**
 * GitHub Actions reads commands out of every line that a step prints: of one that begins with two colons, and of `##[` wherever it
 * stands. What a cluster says must be none; only the annotations are meant to be.
 * Source of truth: actions/runner/src/Runner.Common/ActionCommand.cs.
 */
function withoutCommands(text: string, format: CheckFormat): string {
  switch (format) {
    case "github":
    case "markdown":
      // Theirs are escaped, or meant.
      return text;
    case "json":
    case "yaml":
    case "sarif":
      // Only a string can hold these: there an escape says the same.
      return text.replaceAll("##[", "##\\u005b");
    case "junit":
      return text.replaceAll("##[", "##&#91;").replaceAll(/^([^\S\n]*):(?=:)/gm, "$1&#58;");
    case "table":
      return withoutPlainCommands(text);
    default:
      return format satisfies never;
  }
}

async function renderAs(
  format: CheckFormat,
  report: CheckReport,
  version: string,
  options: CheckRenderOptions & Pick<CheckOutputOptions, "explain">,
): Promise<string> {
  switch (format) {
    case "table":
      return renderCheck(report, options) + (options.explain ? await stories(report, options) : "");
    case "json":
      return `${renderJson(report)}\n`;
    case "yaml":
      return (await import("../render/yaml.ts")).renderYaml(report);
    case "junit":
      return (await import("../render/check-junit.ts")).renderCheckJunit(report);
    case "github":
      return (await import("../render/check-github.ts")).renderCheckGithub(report);
    case "sarif":
      return (await import("../render/check-sarif.ts")).renderCheckSarif(report, version);
    case "markdown":
      return (await import("../render/check-markdown.ts")).renderCheckMarkdown(report, options);
    default:
      return format satisfies never;
  }
}

async function stories({ items, webhooks = [] }: CheckReport, options: CheckRenderOptions): Promise<string> {
  const diagnoses = [...items, ...webhooks].flatMap(({ ok, diagnosis }) =>
    ok === true || diagnosis === undefined ? [] : [diagnosis],
  );
  return (await import("../render/explain.ts")).explainDiagnoses(diagnoses, options);
}
