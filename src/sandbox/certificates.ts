import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import {
  bits,
  type Der,
  implicit,
  integer,
  isTrue,
  octets,
  oid,
  sequence,
  set,
  tagged,
  time,
  utf8,
} from "./der.ts";

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate says. Names are Kubernetes' reading of it: CN is the user, every O one group. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  /** Host names and IPv4 addresses of a server; without them it is a client's certificate. */
  readonly hosts?: readonly string[];
  /** A year from now unless told; in the past for an expired one. */
  readonly notAfter?: Date;
}

export interface CertificateAuthority {
  /** PEM */
  readonly certificate: string;
  issue(request: CertificateRequest): KeyPair;
}

const dayMs = 24 * 60 * 60 * 1000;
const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

/** A certificate authority that lives as long as the process. P-256 keys: made in a millisecond. */
export function createCertificateAuthority(commonName: string, now = new Date()): CertificateAuthority {
  const { privateKey, publicKey } = newKeys();
  const issuer = { name: nameOf({ commonName }), key: privateKey, keyId: keyIdOf(publicKey) };
  const year = new Date(now.getTime() + 365 * dayMs);
  const caExtensions = [
    extension("2.5.29.19", sequence(isTrue()), true),
    extension("2.5.29.15", bits(Buffer.from([0x06]), 1), true), // keyCertSign, cRLSign
    extension("2.5.29.14", octets(issuer.keyId)),
  ];
  return {
    certificate: certificateOf(issuer, issuer.name, publicKey, caExtensions, now, year),
    issue(request) {
      const keys = newKeys();
      const extensions = extensionsOf(request, keys.publicKey, issuer.keyId);
      const notAfter = request.notAfter ?? year;
      const certificate = certificateOf(issuer, nameOf(request), keys.publicKey, extensions, now, notAfter);
      return { certificate, key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
    },
  };
}

interface Issuer {
  readonly name: Der;
  readonly key: KeyObject;
  readonly keyId: Der;
}

/** RFC 5280, section 4.1, as PEM. */
function certificateOf(
  issuer: Issuer,
  subject: Der,
  key: KeyObject,
  extensions: readonly Der[],
  now: Date,
  notAfter: Date,
): string {
  const notBefore = new Date(Math.min(now.getTime(), notAfter.getTime()) - dayMs);
  const unsigned = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ecdsaWithSha256,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    subject,
    publicKeyInfo(key),
    tagged(3, sequence(...extensions)),
  );
  const signature = sign("sha256", unsigned, { key: issuer.key, dsaEncoding: "der" });
  return pem(sequence(unsigned, ecdsaWithSha256, bits(signature)));
}

function extensionsOf(request: CertificateRequest, key: KeyObject, authorityKeyId: Der): Der[] {
  const serverAuth = oid("1.3.6.1.5.5.7.3.1");
  const clientAuth = oid("1.3.6.1.5.5.7.3.2");
  const common = [
    extension("2.5.29.19", sequence(), true),
    extension("2.5.29.15", bits(Buffer.from([0x80]), 7), true), // digitalSignature
    extension("2.5.29.37", sequence(request.hosts === undefined ? clientAuth : serverAuth)),
    extension("2.5.29.14", octets(keyIdOf(key))),
    extension("2.5.29.35", sequence(implicit(0, authorityKeyId))),
  ];
  if (request.hosts === undefined) return common;
  return [...common, extension("2.5.29.17", sequence(...request.hosts.map(alternativeName)))];
}

function alternativeName(host: string): Der {
  return isIPv4(host)
    ? implicit(7, Buffer.from(host.split(".").map(Number)))
    : implicit(2, Buffer.from(host));
}

function extension(id: string, value: Der, critical = false): Der {
  return critical ? sequence(oid(id), isTrue(), octets(value)) : sequence(oid(id), octets(value));
}

function nameOf({ commonName, organizations = [] }: CertificateRequest): Der {
  const attribute = (id: string, value: string): Der => set(sequence(oid(id), utf8(value)));
  return sequence(
    ...organizations.map((organization) => attribute("2.5.4.10", organization)),
    attribute("2.5.4.3", commonName),
  );
}

function newKeys() {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

function publicKeyInfo(key: KeyObject): Der {
  return key.export({ type: "spki", format: "der" });
}

function keyIdOf(key: KeyObject): Der {
  return createHash("sha1").update(publicKeyInfo(key)).digest();
}

function pem(der: Der): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
