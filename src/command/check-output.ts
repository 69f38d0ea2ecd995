import { resolve } from "node:path";
import type { Io } from "../io.ts";
import { type CheckRenderOptions, type CheckReport, renderCheck } from "../render/check.ts";
import type { CheckFormat } from "../render/check-formats.ts";
import { renderJson } from "../render/json.ts";
import { openFileSink, openTextSink } from "./text-sink.ts";
import type { ColorMode } from "./trace-options.ts";
import { wantsColor } from "./trace-output.ts";

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
  stdout.write(
    await renderAs(output, report, io.version, {
      columns: io.stdoutIsTerminal ? io.columns : null,
      color: wantsColor(color, io.stdoutIsTerminal, io.env),
      all,
      explain,
    }),
  );
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

async function stories({ items }: CheckReport, options: CheckRenderOptions): Promise<string> {
  const diagnoses = items.flatMap(({ ok, diagnosis }) => (ok || diagnosis === undefined ? [] : [diagnosis]));
  return (await import("../render/explain.ts")).explainDiagnoses(diagnoses, options);
}
