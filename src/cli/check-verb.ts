import { Argument, InvalidArgumentError, Option } from "commander";
import { parseDuration, parseGoDuration } from "../cluster/duration.ts";
import type { CheckOptions } from "../command/check.ts";
import { type CheckFormat, checkFormats } from "../render/check-formats.ts";
import {
  collect,
  colorOption,
  connectionOptions,
  explainOption,
  readConnectionFlags,
  short,
  text,
} from "./options.ts";
import type { Verb } from "./verbs.ts";

/** The CI gate: `kubectl trace check`. */
export const checkVerb: Verb = {
  name: "check",
  summary: "for CI: is every APIService Available? exits 1 when not",
  arguments: () => [new Argument("[apiservice...]", "APIServices or API groups; none: all")],
  options: () => [
    short(
      new Option("-o, --output <format>", "how the report is printed").choices(checkFormats).default("table"),
    ),
    new Option(
      "--report <format=file>",
      "also write the report to this file, in any of these formats; may be repeated",
    ).argParser(readReport),
    short(
      new Option(
        "-f, --filename <file>",
        "read APIServices from this file, may be repeated; - is standard input",
      ).argParser(collect),
    ),
    new Option("--snapshot <file>", "ask this snapshot instead of a cluster"),
    new Option("--wait <duration>", "wait so long, such as 60s, for all to be Available").argParser(
      readDuration,
    ),
    new Option(
      "--probe",
      "also ask each API with a Service for its resources, and one of them for its objects",
    ),
    new Option(
      "--webhooks",
      "also look whether admission and conversion webhooks have a backend that is ready",
    ),
    new Option(
      "--cert-expiry <duration>",
      "warn of certificates that expire within this time, such as 14d: in caBundles, and of the connection",
    ).argParser(readDays),
    new Option("--only-service", "leave out the Local ones, which have no Service behind them"),
    new Option(
      "--baseline <file>",
      "accept what this file says is broken: a report as JSON, or a list of names",
    ),
    new Option("--write-baseline <file>", "write what is broken now to this file, as a baseline"),
    new Option("-A, --all", "also list the Local ones, which are always available"),
    colorOption(),
    explainOption(),
    new Option(
      "--context <name>",
      "kubeconfig context to use; may be repeated: one report of all, asked in parallel",
    ).argParser(collect),
    new Option("--all-contexts", "ask every context of the kubeconfig"),
    ...connectionOptions().filter(({ long }) => long !== "--context"),
  ],
  examples: [
    ["kubectl trace check", "every APIService of the cluster"],
    ["kubectl trace check v1beta1.metrics.k8s.io --wait 60s", "wait for one, with a deadline"],
    [
      "kubectl trace check --probe --webhooks --cert-expiry 14d",
      "also what is Available yet broken, webhooks without a backend, and certificates that end soon",
    ],
    [
      "kubectl get apiservices -o yaml | kubectl trace check -f -",
      "from a file or a pipe, without a cluster",
    ],
    [
      "kubectl trace check -o github --report junit=apiservices.xml",
      "in GitHub Actions: annotations, and a file for the test report",
    ],
    [
      "kubectl trace check --all-contexts --only-service",
      "every cluster of the kubeconfig, only what has a Service behind it",
    ],
    ["kubectl trace check --baseline known.json --write-baseline known.json", "fail only for what is new"],
  ],
  toInvocation: (names, values) => {
    const { context: _, ...flags } = readConnectionFlags(values);
    return {
      verb: "check",
      options: {
        names,
        output: values["output"] as CheckFormat,
        reports: (values["report"] as CheckOptions["reports"] | undefined) ?? [],
        files: (values["filename"] as readonly string[] | undefined) ?? [],
        snapshot: text(values["snapshot"]),
        probe: values["probe"] === true,
        webhooks: values["webhooks"] === true,
        certExpiryMs: (values["certExpiry"] as number | undefined) ?? null,
        waitMs: (values["wait"] as number | undefined) ?? null,
        onlyService: values["onlyService"] === true,
        baseline: text(values["baseline"]),
        writeBaseline: text(values["writeBaseline"]),
        all: values["all"] === true,
        color: values["color"] as CheckOptions["color"],
        explain: values["explain"] === true,
        contexts: (values["context"] as readonly string[] | undefined) ?? [],
        allContexts: values["allContexts"] === true,
        flags,
      },
    };
  },
};

function readDuration(value: string): number {
  const milliseconds = parseGoDuration(value);
  if (milliseconds === null || milliseconds < 0)
    throw new InvalidArgumentError("It takes a duration such as 60s or 2m.");
  return milliseconds;
}

function readDays(value: string): number {
  const milliseconds = parseDuration(value);
  if (milliseconds === null) throw new InvalidArgumentError("It takes a duration such as 14d or 336h.");
  return milliseconds;
}

function readReport(value: string, before: CheckOptions["reports"] | undefined): CheckOptions["reports"] {
  const [name, ...rest] = value.split("=");
  const [format, file] = [checkFormats.find((one) => one === name), rest.join("=")];
  if (format === undefined || file === "" || file === "-")
    throw new InvalidArgumentError(`It takes FORMAT=FILE, with a format of ${checkFormats.join(", ")}.`);
  return [...(before ?? []), { format, file }];
}
