import { spawn } from "node:child_process";
import { ClusterError } from "../../errors.ts";
import type { ConnectionSettings } from "../kubeconfig/kubeconfig.ts";
import type { ExecConfig } from "../kubeconfig/kubeconfig-entries.ts";
import { oneLine, oneSafeLine } from "../safe-text.ts";

/** What a credential plugin answered. "" in a field: not given. PEM texts. */
export interface ExecCredential {
  readonly token: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
  /** Milliseconds since 1970; null: valid until the server refuses it. */
  readonly expiresAt: number | null;
}

export interface ExecOptions {
  /** Is standard input a terminal that the plugin may ask questions on? */
  readonly interactive: boolean;
  readonly signal: AbortSignal;
  /** PEM of the cluster's authorities, for plugins that ask for cluster information. */
  readonly certificateAuthority: string;
  /** What the plugin writes to stderr, as it comes: it may tell the user where to log in. */
  readonly onStderr?: (chunk: Uint8Array) => void;
}

interface Finished {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const group = "client.authentication.k8s.io";
const versions: readonly string[] = [`${group}/v1`, `${group}/v1beta1`, `${group}/v1alpha1`];
const maxOutput = 1 << 20;
/** Long enough for a login in a browser. */
const limitMs = 300_000;

/**
 * Runs a kubeconfig's credential plugin. Source of truth: client-go/plugin/pkg/client/auth/exec/exec.go.
 * @throws ClusterError in one line, with the last line of its stderr and the kubeconfig's installHint.
 */
export async function runExecPlugin(
  exec: ExecConfig,
  settings: ConnectionSettings,
  options: ExecOptions,
): Promise<ExecCredential> {
  const name = oneLine(exec.command, 80);
  const interactive = checkConfig(exec, name, options.interactive);
  const finished = await run(exec, environment(exec, settings, options, interactive), interactive, options);
  if (finished.code !== 0) throw failed(name, exec, finished);
  return parseCredential(finished.stdout, exec.apiVersion, name);
}

function checkConfig(exec: ExecConfig, name: string, terminal: boolean): boolean {
  const hint = "see users[].user.exec: kubectl config view";
  if (exec.command === "") throw new ClusterError("the kubeconfig's credential plugin has no command", hint);
  if (!versions.includes(exec.apiVersion)) {
    throw new ClusterError(`credential plugin "${name}" has an unknown apiVersion`, `use ${versions[0]}`);
  }
  const mode = exec.interactiveMode || "IfAvailable";
  if (mode === "Always" && !terminal) {
    throw new ClusterError(
      `credential plugin "${name}" needs standard input, which is not a terminal`,
      "run it in a terminal, or log in with kubectl first",
    );
  }
  return mode !== "Never" && terminal;
}

function environment(
  exec: ExecConfig,
  settings: ConnectionSettings,
  options: ExecOptions,
  interactive: boolean,
): NodeJS.ProcessEnv {
  const { cluster } = settings;
  const info = {
    server: settings.server,
    "tls-server-name": cluster.tlsServerName || undefined,
    "insecure-skip-tls-verify": cluster.insecureSkipTlsVerify || undefined,
    "certificate-authority-data":
      options.certificateAuthority === ""
        ? undefined
        : Buffer.from(options.certificateAuthority).toString("base64"),
    "proxy-url": cluster.proxyUrl || undefined,
    "disable-compression": cluster.disableCompression || undefined,
    config: cluster.execConfig ?? undefined,
  };
  const spec = { ...(exec.provideClusterInfo ? { cluster: info } : {}), interactive };
  const credential = { kind: "ExecCredential", apiVersion: exec.apiVersion, spec };
  const own = Object.fromEntries(exec.env.map(({ name, value }) => [name, value]));
  return { ...settings.env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(credential) };
}

async function run(
  exec: ExecConfig,
  env: NodeJS.ProcessEnv,
  interactive: boolean,
  options: ExecOptions,
): Promise<Finished> {
  return await new Promise((resolve, reject) => {
    const child = spawn(exec.command, exec.args, {
      env,
      stdio: [interactive ? "inherit" : "ignore", "pipe", "pipe"],
      signal: options.signal,
      windowsHide: true,
    });
    // spawn's own timeout would keep the process alive for its length when the command is not found.
    const timer = setTimeout(() => child.kill(), limitMs).unref();
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.length > maxOutput) child.kill();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      options.onStderr?.(chunk);
      stderr = (stderr + chunk.toString("utf8")).slice(-8192);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(notStarted(exec, error));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

function notStarted(exec: ExecConfig, error: NodeJS.ErrnoException): ClusterError {
  const name = oneLine(exec.command, 80);
  if (error.name === "AbortError") {
    return new ClusterError(
      `credential plugin "${name}" was stopped before it answered`,
      "run it by hand to see why",
    );
  }
  const why = error.code === "ENOENT" ? "was not found" : `cannot be run: ${error.code ?? "unknown error"}`;
  return new ClusterError(`credential plugin "${name}" ${why}`, installHint(exec), { cause: error });
}

function failed(name: string, exec: ExecConfig, finished: Finished): ClusterError {
  const how =
    finished.code === null ? `was killed (${finished.signal})` : `failed with exit code ${finished.code}`;
  const lines = finished.stderr.split("\n").map((line) => oneSafeLine(line));
  const last = lines.findLast((line) => line !== "");
  return new ClusterError(
    `credential plugin "${name}" ${how}${last === undefined ? "" : `: ${last}`}`,
    installHint(exec),
  );
}

function installHint(exec: ExecConfig): string {
  return oneSafeLine(exec.installHint) || "run it by hand, or see users[].user.exec: kubectl config view";
}

function parseCredential(stdout: string, apiVersion: string, name: string): ExecCredential {
  const wrong = (what: string): ClusterError =>
    new ClusterError(`credential plugin "${name}" ${what}`, "run it by hand to see what it prints");
  const credential = asFields(parseJson(stdout));
  if (credential === null) throw wrong("did not print an ExecCredential as JSON");
  if (credential["kind"] !== "ExecCredential") throw wrong("did not print an ExecCredential");
  if (credential["apiVersion"] !== apiVersion) throw wrong(`did not answer in ${apiVersion}`);
  const status = asFields(credential["status"]);
  const token = asText(status?.["token"]);
  const clientCertificate = asText(status?.["clientCertificateData"]);
  const clientKey = asText(status?.["clientKeyData"]);
  if ((clientCertificate === "") !== (clientKey === ""))
    throw wrong("printed a certificate or a key, not both");
  if (token === "" && clientKey === "") throw wrong("printed neither a token nor a certificate");
  const expires = Date.parse(asText(status?.["expirationTimestamp"]));
  return { token, clientCertificate, clientKey, expiresAt: Number.isNaN(expires) ? null : expires };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function asFields(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
