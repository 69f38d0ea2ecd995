import { parseCertificates } from "./certificates.ts";
import type { ExtensionAuthentication } from "./cluster.ts";
import type { KubeObject } from "./kube-object.ts";
import { asArray, asObject, asText } from "./narrow.ts";

/**
 * What the ConfigMap kube-system/extension-apiserver-authentication says, without its PEM texts. Source of truth: k/k
 * pkg/controlplane/controller/clusterauthenticationtrust, which writes it; apiserver/pkg/authentication/request/headerrequest.
 */
export function newExtensionAuthentication(configMap: KubeObject): ExtensionAuthentication {
  const data = asObject(configMap["data"]);
  const authority = asText(data["requestheader-client-ca-file"]);
  return {
    authorities: authority === "" ? null : parseCertificates(authority),
    allowedNames: parseNames(data["requestheader-allowed-names"]),
  };
}

/** A JSON list in a text: `["front-proxy-client"]`. */
function parseNames(value: unknown): readonly string[] | null {
  if (typeof value !== "string") return null;
  try {
    const names: unknown = JSON.parse(value);
    return Array.isArray(names) ? asArray(names).map(asText) : null;
  } catch {
    return null;
  }
}
