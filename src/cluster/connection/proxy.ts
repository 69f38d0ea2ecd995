import { BlockList, isIP } from "node:net";
import { ClusterError } from "../../errors.ts";
import type { ConnectionSettings } from "../kubeconfig/kubeconfig.ts";
import { hostOf } from "./tls.ts";

/** Schemes that client-go accepts; socks5h is what Go's net/http adds. */
const schemes: readonly string[] = ["http:", "https:", "socks5:", "socks5h:"];

/**
 * The proxy on the way to the server, null for none: the cluster's own `proxy-url`, which knows no exceptions,
 * else that of the environment. @throws ClusterError when it is not a URL that can be used.
 */
export function proxyFor(settings: ConnectionSettings): URL | null {
  const own = settings.cluster.proxyUrl;
  if (own !== "") return parseProxy(own, "proxy-url of the kubeconfig");
  return proxyFromEnvironment(new URL(settings.server), settings.env);
}

/**
 * HTTP_PROXY, HTTPS_PROXY and NO_PROXY, upper case first.
 * Source of truth: golang.org/x/net/http/httpproxy (FromEnvironment, useProxy).
 */
export function proxyFromEnvironment(
  target: URL,
  env: Readonly<Record<string, string | undefined>>,
): URL | null {
  const name = target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const proxy = env[name] || env[name.toLowerCase()] || "";
  if (proxy === "" || isExempt(target, env["NO_PROXY"] || env["no_proxy"] || "")) return null;
  return parseProxy(/^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`, name);
}

/** The host is never put into the error: a proxy URL may hold a password. */
function parseProxy(text: string, from: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && url.hostname !== "" && schemes.includes(url.protocol)) return url;
  throw new ClusterError(
    `${from} is not a proxy URL`,
    "it looks like http://host:3128, https://… or socks5://…",
  );
}

function isExempt(target: URL, noProxy: string): boolean {
  const host = hostOf(target).toLowerCase().replace(/\.$/, "");
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  if (host === "localhost" || isLoopback(host)) return true;
  return noProxy.split(",").some((entry) => matches(entry.trim().toLowerCase(), host, port));
}

function isLoopback(host: string): boolean {
  return (isIP(host) === 4 && host.startsWith("127.")) || host === "::1";
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  const [network, bits] = entry.split("/");
  if (bits !== undefined) return isInNetwork(host, network ?? "", Number(bits));
  const withPort = /^(\[[^\]]*\]|[^:]+):(\d+)$/.exec(entry);
  const name = (withPort?.[1] ?? entry).replace(/^\[|\]$/g, "");
  if (withPort?.[2] !== undefined && withPort[2] !== port) return false;
  if (isIP(name) !== 0) return name === host;
  // "foo.com" means the name and all below it, ".foo.com" and "*.foo.com" only those below.
  const suffix = name.startsWith("*.") ? name.slice(1) : name;
  return suffix.startsWith(".") ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function isInNetwork(host: string, network: string, bits: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || !(bits >= 0 && bits <= (family === 4 ? 32 : 128)))
    return false;
  const list = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}
