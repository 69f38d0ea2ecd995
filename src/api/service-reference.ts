/**
 * The Service that an APIService or a webhook names.
 * Source of truth: ServiceReference in kube-aggregator's and apiextensions' types.go, and in k8s.io/api/admissionregistration/v1.
 */
export interface ServiceReference {
  readonly namespace: string;
  readonly name: string;
  /** 0: not known. */
  readonly port: number;
}

type Named = Pick<ServiceReference, "namespace" | "name">;

/** The API's own default of spec.service.port and clientConfig.service.port. */
const defaultPort = 443;

/** The Service with the port that is called. `port` null: none is named. */
export function withDefaultPort({
  namespace,
  name,
  port,
}: Named & { readonly port: number | null }): ServiceReference {
  return { namespace, name, port: port ?? defaultPort };
}

/* None of these texts is sanitized: names are what the cluster says they are. */

/** "Service shop/web". */
export function serviceNameText({ namespace, name }: Named): string {
  return `Service ${namespace}/${name}`;
}

/** "Service shop/web:443"; without a port that is not known. */
export function serviceText(service: ServiceReference): string {
  return `${serviceNameText(service)}${service.port === 0 ? "" : `:${service.port}`}`;
}

/** "Service shop/web:443", or the URL that a webhook has instead of a Service; "" is one that cannot be read. */
export function calledAtText(service: ServiceReference | undefined, url = ""): string {
  if (service !== undefined) return serviceText(service);
  return url === "" ? "a URL that is not readable" : url;
}

/** "web.shop.svc": the name that the certificate has to be for, whatever address is called. */
export function serviceHost({ namespace, name }: Named): string {
  return `${name}.${namespace}.svc`;
}
