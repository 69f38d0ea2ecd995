import { asNumber, asObject, asText } from "./narrow.ts";

/** The Service that an object names. */
export interface NamedService {
  readonly namespace: string;
  readonly name: string;
  /** null: not known, or not named, and then the API's own default. */
  readonly port: number | null;
}

/** What `spec.service` of an APIService or `clientConfig.service` of a webhook says; null where it names none. */
export function newNamedService(value: unknown): NamedService | null {
  const service = asObject(value);
  const name = asText(service["name"]);
  if (name === "") return null;
  return { namespace: asText(service["namespace"]), name, port: asNumber(service["port"]) };
}
