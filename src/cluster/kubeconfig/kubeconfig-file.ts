import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ClusterError } from "../../errors.ts";
import {
  asFields,
  asText,
  execExtensionName,
  type Fields,
  type Kubeconfig,
  toKubeconfig,
} from "./kubeconfig-entries.ts";

/**
 * The kubeconfig in a file; null when there is no such file. Relative paths in it are taken from its own folder.
 * Of entries with one name the first counts.
 * @throws ClusterError when it cannot be read or is no kubeconfig; never with a piece of its text, which holds secrets.
 */
export async function readKubeconfig(path: string): Promise<Kubeconfig | null> {
  const text = await readText(path);
  if (text === null) return null;
  const root = await parseKubeconfig(path, text, "failsafe");
  // What is handed on to a credential plugin keeps its numbers and booleans.
  const isTyped = text.includes(execExtensionName);
  const typed = isTyped ? await parseKubeconfig(path, text, "core") : root;
  return toKubeconfig(root, typed, dirname(resolve(path)));
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const why = code === "EISDIR" ? "it is a folder" : code === "EACCES" ? "permission denied" : `${code}`;
    throw new ClusterError(
      `cannot read kubeconfig ${path}: ${why}`,
      "give a kubeconfig file with --kubeconfig or KUBECONFIG",
      { cause: error },
    );
  }
}

/** With "failsafe" scalars stay text: a token of digits or a context named "on" is what the file says. */
async function parseKubeconfig(path: string, text: string, schema: "failsafe" | "core"): Promise<Fields> {
  const { LineCounter, parseAllDocuments } = await import("yaml");
  const hint = "look at the file, or give another one with --kubeconfig";
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    schema,
    customTags: schema === "failsafe" ? ["null"] : [],
    prettyErrors: false,
    uniqueKeys: false,
    lineCounter,
  });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (document === undefined) return {};
  const error = document.errors[0];
  if (error !== undefined) {
    // The parser's own sentence may quote the file: its code says enough.
    const { line } = lineCounter.linePos(error.pos[0]);
    const what = error.code.toLowerCase().replaceAll("_", " ");
    throw new ClusterError(`kubeconfig ${path} is not valid YAML: line ${line}: ${what}`, hint);
  }
  const root = toPlain(document, path, hint);
  if (root === null || root === "") return {};
  const kind = asText(asFields(root)?.["kind"]);
  const fields = asFields(root);
  if (fields === null || (kind !== "" && kind !== "Config")) {
    const what = fields === null ? "it is not a YAML mapping" : `its kind is ${JSON.stringify(kind)}`;
    throw new ClusterError(`${path} is not a kubeconfig: ${what}`, hint);
  }
  return fields;
}

function toPlain(document: { toJS(): unknown }, path: string, hint: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new ClusterError(`kubeconfig ${path} is not valid YAML: it has too many aliases`, hint, {
      cause: error,
    });
  }
}
