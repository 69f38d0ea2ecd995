import { InvalidArgumentError, Option } from "commander";
import type { ConnectionFlags } from "../cluster/connection-flags.ts";
import { parseRequestTimeout } from "../cluster/duration.ts";
import { colorModes, type TraceOptions } from "../command/trace-options.ts";
import { outputFormats } from "../render/create-renderer.ts";

/** Values as commander gives them: keyed by the long name in camel case. */
export type Values = Readonly<Record<string, unknown>>;

/** Options of every verb that prints Traces. */
export function traceOptions(): Option[] {
  return [
    short(
      new Option("-o, --output <format>", "how the trace is printed").choices(outputFormats).default("table"),
    ),
    new Option("--to <file>", "write the trace to this file; kubectl's own output then stays on stdout"),
    colorOption(),
    new Option("--ascii", "draw with ASCII characters only"),
    explainOption(),
    new Option("--snapshot <file>", "ask this snapshot instead of a cluster"),
    new Option("--offline", "ask no cluster at all"),
  ];
}

export function explainOption(): Option {
  return new Option("--explain", "for people: behind it, the story of each term that occurs");
}

export function colorOption(): Option {
  return new Option("--color <when>", "colour the output").choices(colorModes).default("auto");
}

/** kubectl's own connection flags, by kubectl's names. */
export function connectionOptions(): Option[] {
  return [
    new Option("--kubeconfig <file>", "kubeconfig file to use"),
    new Option("--context <name>", "kubeconfig context to use").argParser(collect),
    new Option("--cluster <name>", "kubeconfig cluster to use"),
    new Option("--user <name>", "kubeconfig user to use"),
    short(new Option("-n, --namespace <name>", "namespace of the kubectl command")),
    short(new Option("-s, --server <url>", "address of the API server")),
    new Option("--token <token>", "bearer token for the API server"),
    new Option("--as <user>", "user to impersonate"),
    new Option("--as-group <group>", "group to impersonate, may be repeated").argParser(collect),
    new Option("--as-uid <uid>", "UID to impersonate"),
    new Option("--as-user-extra <key=value>", "user extra to impersonate, may be repeated").argParser(
      collect,
    ),
    new Option("--certificate-authority <file>", "certificate authority of the API server"),
    new Option("--client-certificate <file>", "client certificate file for TLS"),
    new Option("--client-key <file>", "client key file for TLS"),
    new Option("--insecure-skip-tls-verify", "do not check the server's certificate"),
    new Option("--tls-server-name <name>", "name to check the server's certificate against"),
    new Option("--request-timeout <duration>", "time limit of one request, such as 10s; 0 is none").argParser(
      checkTimeout,
    ),
  ];
}

/** kubectl takes `-o=json` for `-o json`, where commander would keep the equals sign. */
export function short(option: Option): Option {
  const parse = option.parseArg;
  return option.argParser((value: string, before: unknown): unknown => {
    const plain = value.replace(/^=/, "");
    return parse === undefined ? plain : parse(plain, before);
  });
}

/** For options that may be repeated: every value, in order. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function checkTimeout(value: string): string {
  if (parseRequestTimeout(value) === null) throw new InvalidArgumentError("It takes a duration such as 10s.");
  return value;
}

const flagNames = [
  "kubeconfig",
  "context",
  "cluster",
  "user",
  "namespace",
  "server",
  "token",
  "as",
  "asGroup",
  "asUid",
  "asUserExtra",
  "certificateAuthority",
  "clientCertificate",
  "clientKey",
  "insecureSkipTlsVerify",
  "tlsServerName",
  "requestTimeout",
] as const satisfies readonly (keyof ConnectionFlags)[];

export function readConnectionFlags(values: Values): ConnectionFlags {
  // Only `check` asks several contexts; elsewhere the last one counts, as with kubectl.
  const context = (values["context"] as readonly string[] | undefined)?.at(-1);
  const given: Values = { ...values, context };
  return Object.fromEntries(
    flagNames.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );
}

export function readTraceOptions(values: Values): TraceOptions {
  return {
    output: values["output"] as TraceOptions["output"],
    to: values["to"] === "-" ? null : text(values["to"]),
    color: values["color"] as TraceOptions["color"],
    ascii: values["ascii"] === true,
    explain: values["explain"] === true,
    snapshot: text(values["snapshot"]),
    offline: values["offline"] === true,
    flags: readConnectionFlags(values),
  };
}

/** The value of an option that takes one; null when it was not given. */
export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
