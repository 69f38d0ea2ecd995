import { webcrypto } from "node:crypto";

// @peculiar/x509 asks at load for the metadata API of reflect-metadata, but works without what it would tell.
Object.assign(Reflect, {
  getMetadata: () => undefined,
  getOwnMetadata: () => undefined,
  defineMetadata: () => {},
});
const x509 = await import("@peculiar/x509");

/** PEM texts. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  readonly issue: (options?: IssueOptions) => Promise<Certificate>;
  /** An intermediate authority below it. */
  readonly issueAuthority: (commonName: string) => Promise<Authority>;
}

export interface IssueOptions {
  /** Names and IP addresses; 127.0.0.1 and localhost by default. */
  readonly names?: readonly string[];
  /** "" for no subject at all. */
  readonly commonName?: string;
  /** A Kubernetes user's groups. */
  readonly organizations?: readonly string[];
  /** Days from now; -1 for one that has expired. */
  readonly days?: number;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const dayMs = 86_400_000;

/** An authority of one's own, for servers and clients of tests. */
export async function newAuthority(commonName = "test-ca"): Promise<Authority> {
  const keys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys,
    ...authorityOptions(),
  });
  return newIssuer(authority, keys.privateKey, { cert: authority.toString("pem"), key: await toPem(keys) });
}

function authorityOptions() {
  return {
    notBefore: new Date(Date.now() - 10 * dayMs),
    notAfter: new Date(Date.now() + 10 * dayMs),
    signingAlgorithm: algorithm,
    extensions: [new x509.BasicConstraintsExtension(true, 2, true)],
  };
}

/** The authority that these texts are of. */
export async function readAuthority({ cert, key }: Certificate): Promise<Authority> {
  const der = Buffer.from(key.replace(/-----[^-]+-----|\s/g, ""), "base64");
  const privateKey = await webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
  return newIssuer(new x509.X509Certificate(cert), privateKey, { cert, key });
}

function newIssuer(
  authority: InstanceType<typeof x509.X509Certificate>,
  signingKey: webcrypto.CryptoKey,
  texts: Certificate,
): Authority {
  const issue = async (options: IssueOptions = {}): Promise<Certificate> => {
    const own = await newKeys();
    const names = options.names ?? ["127.0.0.1", "localhost"];
    const { commonName = "server" } = options;
    const organizations = (options.organizations ?? []).map((name) => ({ O: [name] }));
    const cert = await x509.X509CertificateGenerator.create({
      subject: new x509.Name([
        ...organizations,
        ...(commonName === "" ? [] : [{ CN: [commonName] }]),
      ]).toString(),
      issuer: authority.subject,
      publicKey: own.publicKey,
      signingKey,
      notBefore: new Date(Date.now() - 5 * dayMs),
      notAfter: new Date(Date.now() + (options.days ?? 5) * dayMs),
      signingAlgorithm: algorithm,
      extensions: names.length === 0 ? [] : [alternativeNames(names)],
    });
    return { cert: cert.toString("pem"), key: await toPem(own) };
  };
  const issueAuthority = async (commonName: string): Promise<Authority> => {
    const own = await newKeys();
    const below = await x509.X509CertificateGenerator.create({
      subject: `CN=${commonName}`,
      issuer: authority.subject,
      publicKey: own.publicKey,
      signingKey,
      ...authorityOptions(),
    });
    return newIssuer(below, own.privateKey, { cert: below.toString("pem"), key: await toPem(own) });
  };
  return { ...texts, issue, issueAuthority };
}

function alternativeNames(names: readonly string[]) {
  return new x509.SubjectAlternativeNameExtension(
    names.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? "ip" : "dns", value }) as const),
  );
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as webcrypto.CryptoKeyPair;
}

async function toPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}
