import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { type ConnectionOptions, createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { ClusterError } from "../../errors.ts";
import type { ConnectionSettings } from "../kubeconfig/kubeconfig.ts";
import { type ClientCertificate, readPem } from "./credentials.ts";

/** Where Go looks for the system's authorities on Linux: the first that exists (crypto/x509/root_linux.go). */
const systemBundles: readonly string[] = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** PEM of the authorities that the kubeconfig names for its cluster; "" for the system's. @throws ClusterError */
export async function readClusterAuthority(settings: ConnectionSettings): Promise<string> {
  const { cluster } = settings;
  return await readPem(
    cluster.certificateAuthorityData,
    cluster.certificateAuthority,
    "certificate-authority",
  );
}

/**
 * Options for a TLS connection to the server itself, as Go's crypto/tls would make it: no server name is sent for
 * an IP address, any certificate of the authorities may end the chain, `tls-server-name` is sent and verified.
 * @throws ClusterError when a certificate or key cannot be used.
 */
export async function tlsOptionsFor(
  settings: ConnectionSettings,
  authority: string,
  client: ClientCertificate | null,
): Promise<ConnectionOptions> {
  const { cluster } = settings;
  const ca = cluster.insecureSkipTlsVerify ? [] : await readAuthorities(authority, settings.env);
  const host = hostOf(new URL(settings.server));
  const serverName = cluster.tlsServerName || host;
  return {
    secureContext: secureContext(ca, client),
    host: serverName,
    servername: isIP(serverName) === 0 ? serverName : "",
    rejectUnauthorized: !cluster.insecureSkipTlsVerify,
  };
}

/** The URL's host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** PEM texts of all that is trusted: the kubeconfig's `authority`, or the system's when that is "". */
export async function readAuthorities(
  authority: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  if (authority !== "") return [authority];
  const named = env["SSL_CERT_FILE"] ?? "";
  for (const path of named === "" ? systemBundles : [named]) {
    const bundle = await readFile(path, "latin1").catch(() => "");
    if (bundle !== "") return named === "" ? [...rootCertificates, bundle] : [bundle];
  }
  return rootCertificates;
}

function secureContext(ca: readonly string[], client: ClientCertificate | null): SecureContext {
  try {
    return createSecureContext({
      ...(ca.length === 0 ? {} : { ca: [...ca] }),
      ...(client === null ? {} : { cert: client.certificate, key: client.key }),
      allowPartialTrustChain: true,
      minVersion: "TLSv1.2",
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    const what =
      client === null ? "certificate authority" : "client certificate, its key or the certificate authority";
    const why =
      code === "ERR_OSSL_X509_KEY_VALUES_MISMATCH"
        ? "the client key is not that of the client certificate"
        : `the ${what} of the kubeconfig cannot be used`;
    throw new ClusterError(
      why,
      "check certificate-authority, client-certificate and client-key: kubectl config view",
      {
        cause: error,
      },
    );
  }
}
