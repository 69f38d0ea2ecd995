import { readFile } from "node:fs/promises";
import { ClusterError } from "../../errors.ts";
import type { Answer } from "../cluster.ts";
import { type CredentialFacts, parseCertificateFacts, parseTokenClaims } from "../credential-facts.ts";
import { type ConnectionSettings, usesExecPlugin } from "../kubeconfig/kubeconfig.ts";
import { oneLine } from "../safe-text.ts";
import { readPem } from "./credentials.ts";

const nothing = { kind: "none", name: "", token: null, certificate: null } as const;

/**
 * The credentials of a connection, in the order of openCredentials. No server is asked and no credential plugin is run: what a plugin
 * gave is its secret.
 */
export async function describeCredentials(settings: ConnectionSettings): Promise<Answer<CredentialFacts>> {
  try {
    return { ok: true, value: await factsOf(settings, Date.now()) };
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    return { ok: false, reason: error.message, status: null };
  }
}

async function factsOf(settings: ConnectionSettings, asOf: number): Promise<CredentialFacts> {
  const { user, server } = settings;
  if (!server.startsWith("https:")) return { ...nothing, kind: "notSent", asOf };
  if (usesExecPlugin(settings)) {
    return { ...nothing, kind: "credentialPlugin", name: oneLine(user.exec?.command ?? "", 80), asOf };
  }
  const certificate = parseCertificateFacts(
    await readPem(user.clientCertificateData, user.clientCertificate, "client-certificate"),
  );
  const facts = { ...nothing, certificate, asOf };
  const token = await readToken(settings);
  if (token !== "") return { ...facts, kind: "token", token: parseTokenClaims(token) };
  if (user.username !== "" || user.password !== "") return { ...facts, kind: "password" };
  if (user.authProvider !== null) {
    // kubectl may have written a new one meanwhile.
    const idToken = (await settings.reloadUser()).authProvider?.config["id-token"] ?? "";
    const name = oneLine(user.authProvider.name, 80);
    return { ...facts, kind: "authProvider", name, token: parseTokenClaims(idToken) };
  }
  return certificate === null ? facts : { ...facts, kind: "clientCertificate" };
}

/** A token file comes before a token, which is what it was when the file cannot be read. */
async function readToken({ user }: ConnectionSettings): Promise<string> {
  const text = user.tokenFile === "" ? "" : await readFile(user.tokenFile, "utf8").catch(() => "");
  return text.trim() || user.token.trim();
}
