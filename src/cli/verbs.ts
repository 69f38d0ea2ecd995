import { Argument, InvalidArgumentError, Option } from "commander";
import { checkVerb } from "./check-verb.ts";
import type { Invocation } from "./invocation.ts";
import {
  collect,
  connectionOptions,
  readConnectionFlags,
  readTraceOptions,
  short,
  text,
  traceOptions,
  type Values,
} from "./options.ts";

/** One verb of our own: what it takes and how that becomes an Invocation. */
export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly arguments: () => Argument[];
  readonly options: () => Option[];
  /** Command lines with a word on each, for --help. */
  readonly examples: readonly (readonly [commandLine: string, what: string])[];
  readonly toInvocation: (words: readonly string[], values: Values) => Invocation;
}

/** The verbs, in the order in which --help shows them. None is the name of a kubectl command. */
export const verbs: readonly Verb[] = [
  {
    name: "parse",
    summary: "trace saved or piped logs of kubectl -v=6 to -v=10, helm or any client-go program",
    arguments: () => [new Argument("[file...]", "log files; - or none is standard input")],
    options: () => [...traceOptions(), ...connectionOptions()],
    examples: [
      ["kubectl get pods -v=8 2>&1 | kubectl trace", "a pipe needs no verb"],
      ["kubectl trace parse -o json --offline build.log", "a saved log, without asking a cluster"],
    ],
    toInvocation: (files, values) => ({ verb: "parse", options: { ...readTraceOptions(values), files } }),
  },
  {
    name: "resolve",
    summary: "explain URLs without sending them",
    arguments: () => [new Argument("<url...>", "URLs or paths, such as /apis/metrics.k8s.io/v1beta1/nodes")],
    options: () => [methodOption(), ...traceOptions(), ...connectionOptions()],
    examples: [
      ["kubectl trace resolve /apis/metrics.k8s.io/v1beta1/nodes", "who answers, and may I?"],
      ["kubectl trace resolve -X POST /api/v1/namespaces/web/pods --as jane", "may jane create pods there?"],
      ["kubectl trace resolve --offline '/api/v1/pods?watch=true'", "how the API server reads a URL"],
    ],
    toInvocation: (urls, values) => ({
      verb: "resolve",
      options: { ...readTraceOptions(values), urls, method: text(values["method"]) ?? "GET" },
    }),
  },
  {
    name: "request",
    summary: "send one request with the kubeconfig's credentials, and trace it with its network phases",
    arguments: () => [new Argument("<url>", "URL or path on the API server")],
    options: () => [
      methodOption(),
      new Option("-d, --data <body>", "body to send; @file reads a file, - standard input"),
      new Option("-H, --header <header>", '"Name: value" to send, may be repeated').argParser(collect),
      new Option("--show-body", "print the body of the answer: on stderr, or on stdout with --to"),
      ...traceOptions(),
      ...connectionOptions(),
    ],
    examples: [
      ["kubectl trace request /version -o wide", "one request, phase by phase"],
      [
        "kubectl trace request -X DELETE /api/v1/namespaces/web/pods/old",
        "anything but GET and HEAD needs -X",
      ],
    ],
    toInvocation: (words, values) => ({
      verb: "request",
      options: {
        ...readTraceOptions(values),
        url: words[0] ?? "",
        method: text(values["method"]) ?? "GET",
        methodGiven: values["method"] !== undefined,
        data: text(values["data"]),
        headers: (values["header"] as readonly string[] | undefined) ?? [],
        showBody: values["showBody"] === true,
      },
    }),
  },
  checkVerb,
  {
    name: "snapshot",
    summary: "write what offline tracing needs from a cluster into one YAML file, never a Secret",
    arguments: () => [],
    options: () => [
      new Option("--to <file>", "write to this file instead of stdout"),
      ...connectionOptions(),
    ],
    examples: [
      [
        "kubectl trace snapshot --to cluster.yaml",
        "then: kubectl trace parse --snapshot cluster.yaml build.log",
      ],
    ],
    toInvocation: (_, values) => ({
      verb: "snapshot",
      options: { to: text(values["to"]), flags: readConnectionFlags(values) },
    }),
  },
  {
    name: "sandbox",
    summary: "serve a snapshot as an API server on loopback, for demos and tests",
    arguments: () => [
      new Argument("[command...]", "command to run against it, behind --; none: serve until Ctrl-C"),
    ],
    options: () => [
      new Option("--snapshot <file>", "the cluster to serve; none: the demo that ships with this tool"),
      new Option("--port <number>", "port to listen on; 0 is any free one").argParser(readPort).default(0),
      new Option("--write-kubeconfig <file>", "write the kubeconfig here instead of a temporary file"),
      new Option("--access-log <file>", "append each request to this file, one JSON object a line"),
    ],
    examples: [
      ["kubectl trace sandbox", "prints a kubeconfig, serves until Ctrl-C"],
      ["kubectl trace sandbox -- kubectl trace top nodes", "run one command against it"],
    ],
    toInvocation: (command, values) => ({
      verb: "sandbox",
      options: {
        snapshot: text(values["snapshot"]) ?? undefined,
        port: values["port"] as number,
        kubeconfigPath: text(values["writeKubeconfig"]) ?? undefined,
        accessLog: text(values["accessLog"]) ?? undefined,
        command,
      },
    }),
  },
];

function methodOption(): Option {
  return short(new Option("-X, --method <method>", "HTTP method (default: GET)").argParser(readMethod));
}

/** CONNECT asks a proxy for a tunnel: it is no request to the API server. */
function readMethod(value: string): string {
  if (!/^[a-z]+$/i.test(value) || value.toUpperCase() === "CONNECT")
    throw new InvalidArgumentError("It takes an HTTP method such as GET or POST.");
  return value.toUpperCase();
}

function readPort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new InvalidArgumentError("It takes a port number.");
  return port;
}
