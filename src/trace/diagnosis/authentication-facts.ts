import type { Answer, ExtensionAuthentication } from "../../cluster/cluster.ts";
import type { Fact } from "./fact.ts";
import { certificateText } from "./trust-facts.ts";

const configMap = "ConfigMap kube-system/extension-apiserver-authentication";

/**
 * By what an extension API server that read the ConfigMap tells kube-apiserver from anybody else. Source of truth:
 * apiserver/pkg/server/options/authentication.go, pkg/authentication/request/headerrequest.
 */
export function authenticationFacts(
  answer: Answer<ExtensionAuthentication | null>,
  now: number,
): readonly Fact[] {
  if (!answer.ok) return [{ sentence: `${configMap} could not be read: ${answer.reason}` }];
  if (answer.value === null) {
    return [{ sentence: `there is no ${configMap}, where extension servers read whom to trust` }];
  }
  const { authorities, allowedNames } = answer.value;
  if (authorities === null) {
    return [
      {
        sentence: `${configMap} has no requestheader-client-ca-file: extension servers believe nobody who speaks for a user`,
      },
    ];
  }
  if (authorities.length === 0) {
    return [{ sentence: `requestheader-client-ca-file of ${configMap} holds no certificate` }];
  }
  const trusted = authorities.map((one) => certificateText(one, now)).join("; ");
  return [
    { sentence: `extension servers are to trust ${trusted} (requestheader-client-ca-file of ${configMap})` },
    ...namesFact(allowedNames),
  ];
}

function namesFact(names: readonly string[] | null): readonly Fact[] {
  if (names === null) return [];
  const sentence =
    names.length === 0
      ? "requestheader-allowed-names is empty: kube-apiserver's client certificate may have any name"
      : `requestheader-allowed-names is ${names.join(", ")}: kube-apiserver's client certificate must have such a name`;
  return [{ sentence }];
}
