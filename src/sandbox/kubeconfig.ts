import type { SandboxUser } from "./users.ts";

/**
 * A kubeconfig with one cluster and a context for every user, the first of them current. YAML whose values are
 * JSON strings, which every reader of YAML takes.
 * @param server URL with its base path
 * @param certificateAuthority PEM
 */
export function renderKubeconfig(
  server: string,
  certificateAuthority: string,
  users: readonly SandboxUser[],
): string {
  const contexts = users.flatMap(({ name, namespace }) => [
    `- name: ${JSON.stringify(name)}`,
    "  context:",
    "    cluster: sandbox",
    `    user: ${JSON.stringify(name)}`,
    `    namespace: ${JSON.stringify(namespace)}`,
  ]);
  return [
    "apiVersion: v1",
    "kind: Config",
    `current-context: ${JSON.stringify(users[0]?.name ?? "")}`,
    "clusters:",
    "- name: sandbox",
    "  cluster:",
    `    server: ${JSON.stringify(server)}`,
    `    certificate-authority-data: ${base64(certificateAuthority)}`,
    "contexts:",
    ...contexts,
    "users:",
    ...users.flatMap(userLines),
    "",
  ].join("\n");
}

function userLines({ name, token, clientCertificate }: SandboxUser): string[] {
  const head = `- name: ${JSON.stringify(name)}`;
  if (clientCertificate !== undefined) {
    return [
      head,
      "  user:",
      `    client-certificate-data: ${base64(clientCertificate.certificate)}`,
      `    client-key-data: ${base64(clientCertificate.key)}`,
    ];
  }
  if (token !== "") return [head, "  user:", `    token: ${JSON.stringify(token)}`];
  // kubectl asks at the terminal when it has no credentials at all; the API server ignores these.
  return [head, "  user:", `    username: ${JSON.stringify(name)}`, `    password: ${JSON.stringify(name)}`];
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
