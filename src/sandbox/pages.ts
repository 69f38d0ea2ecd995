import { groupsOf } from "./catalog.ts";
import { discoverCore, discoverGroup, discoverGroups } from "./discovery.ts";
import { type Exchange, headerOf, type World } from "./exchange.ts";
import { refuseByRouter } from "./negotiation.ts";
import { answerOpenApi } from "./openapi.ts";
import { minorOf, since } from "./release.ts";
import { type Answer, json, methodNotAllowed, pathNotFound, rawJson } from "./status.ts";
import { groupVersion } from "./store.ts";

const healthPaths = /^\/(healthz|livez|readyz)(\/(ping|log|etcd))?$/;

/** Answers a path that is no resource: discovery, version, health. */
export function answerPage(world: World, { info, method, headers, query }: Exchange): Answer {
  if (healthPaths.test(info.path)) return health(info.path, query);
  const path = info.path.replace(/(?<=.)\/$/, "");
  const request = {
    accept: headerOf(headers, "accept"),
    etag: headerOf(headers, "if-none-match"),
    host: headerOf(headers, "host") || headerOf(headers, ":authority"),
    minor: minorOf(world.serverVersion),
  };
  if ((path === "/api" || path === "/version") && method !== "GET") return methodNotAllowed();
  if (path === "/api") return discoverCore(world.catalog, request);
  if (path === "/apis") return discoverGroups(world.catalog, request, info.path);
  if (path === "/version") {
    return (
      refuseByRouter(request.accept, false, ["application/json"]) ??
      rawJson(200, versionOf(world.serverVersion))
    );
  }
  if (path === "/") return json(200, { paths: rootPaths(world) });
  if (path.startsWith("/openapi/v3")) return answerOpenApi(world.catalog, path) ?? pathNotFound();
  const [, group] = /^\/apis\/([^/]+)$/.exec(path) ?? [];
  const found = group === undefined ? null : discoverGroup(world.catalog, group, request);
  return found ?? pathNotFound();
}

/** apimachinery/pkg/version/types.go */
function versionOf(gitVersion: string) {
  const [, major = "", minor = ""] = /^v(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  const emulation = {
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: String(Number(minor) - 1),
  };
  return {
    major,
    minor,
    ...(minorOf(gitVersion) >= since.emulationVersion ? emulation : {}),
    gitVersion,
    gitCommit: "0000000000000000000000000000000000000000",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "none",
    compiler: "none",
    platform: "sandbox",
  };
}

function rootPaths({ catalog }: World): string[] {
  const core = catalog.filter(({ group }) => group === "").map(({ version }) => `/api/${version}`);
  const named = [...groupsOf(catalog)].flatMap(([group, versions]) => [
    `/apis/${group}`,
    ...versions.map((served) => `/apis/${groupVersion(served)}`),
  ]);
  return [
    ...["/api", ...core, "/apis", ...named].sort(),
    "/healthz",
    "/livez",
    "/openapi/v3",
    "/readyz",
    "/version",
  ];
}

function health(path: string, query: URLSearchParams): Answer {
  const [, name, check] = path.split("/");
  const body = query.has("verbose") ? `[+]ping ok\n${name} check passed\n` : "ok";
  return {
    status: 200,
    headers: {
      "Content-Type": "text/plain; charset=utf-8",
      ...(check === undefined ? { "X-Content-Type-Options": "nosniff" } : {}),
    },
    body,
  };
}
