import { serviceNameText } from "../../api/service-reference.ts";
import { type ServiceChain, targetPortOf } from "../service-chain.ts";
import { counted, type Fact, listed } from "./fact.ts";

/**
 * What of a Service keeps requests from its Pods, as far as it was seen. Source of truth: kube-aggregator's
 * pkg/apiserver/resolvers.go, k/k pkg/api/v1/pod/util.go (FindPort).
 */
export function serviceFacts(chain: ServiceChain): readonly Fact[] {
  const { type, clusterIP } = chain;
  if (type === undefined) return [];
  const service = serviceNameText(chain);
  if (type === "ExternalName") {
    return [
      { sentence: `${service} is of type ExternalName: it has no Pods, only a name that leads elsewhere` },
    ];
  }
  return [
    ...(clusterIP === "None"
      ? [{ sentence: `${service} is headless (clusterIP None): kube-apiserver has no address to call` }]
      : []),
    ...selectorFact(chain),
    ...portFact(chain),
    ...targetPortFact(chain),
  ];
}

function selectorFact(chain: ServiceChain): readonly Fact[] {
  const { selector, endpoints } = chain;
  if (selector === undefined || Object.keys(selector).length > 0) return [];
  const has = endpoints.length === 0 ? "no endpoints" : counted(endpoints.length, "endpoint");
  return [
    {
      sentence: `${serviceNameText(chain)} has no selector: whoever made its endpoints must keep them right; it has ${has}`,
    },
  ];
}

function portFact(chain: ServiceChain): readonly Fact[] {
  const { port, ports } = chain;
  if (ports === undefined || ports.some((one) => one.port === port)) return [];
  if (port === 0) return [unnamedPortFact(chain, ports)];
  const has = ports.length === 0 ? "no port" : `port ${listed(ports.map((one) => String(one.port)))}`;
  return [{ sentence: `${serviceNameText(chain)} has ${has}, but port ${port} is called` }];
}

/** Of a proxied Service, whose port a request names by number or name, or by nothing where it has none. */
function unnamedPortFact(chain: ServiceChain, ports: NonNullable<ServiceChain["ports"]>): Fact {
  const names = ports.map(({ name, port }) => (name === "" ? `${port}` : `${port} (${name})`));
  const has = names.length === 0 ? "no port" : `port ${listed(names)}, and the request names none of these`;
  return { sentence: `${serviceNameText(chain)} has ${has}` };
}

/** A name has to be that of a container's port; a number need not be declared by any. */
function targetPortFact(chain: ServiceChain): readonly Fact[] {
  const { pods = [], port, endpoints } = chain;
  const target = targetPortOf(chain);
  if (target === null || pods.length === 0) return [];
  const declared = pods.flatMap((pod) => pod.ports);
  const isNumber = /^\d+$/.test(target);
  if (declared.some((one) => (isNumber ? String(one.port) : one.name) === target)) return [];
  const known = [...new Set(declared.map((one) => (isNumber ? `${one.port}` : one.name || `${one.port}`)))];
  const declare = known.length === 0 ? "they declare none" : `they declare ${listed(known)}`;
  if (!isNumber) {
    // What has an endpoint with a port has been found.
    if (endpoints.some((one) => one.port !== null)) return [];
    return [
      {
        sentence: `port ${port} leads to the port named ${target}, which no container of the Pods has: ${declare}`,
      },
    ];
  }
  if (known.length === 0) return [];
  return [
    {
      sentence: `port ${port} leads to ${target}, which no container of the Pods declares (${declare}): a container need not declare its ports, but this may be the wrong one`,
    },
  ];
}
