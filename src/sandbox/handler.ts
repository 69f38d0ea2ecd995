import { parseRequestInfo, type RequestInfo } from "../api/request-info.ts";
import { route } from "./aggregation.ts";
import { authenticate, bearerWarnings, type Credentials } from "./authentication.ts";
import { refuse } from "./authorization.ts";
import { type Exchange, headerOf, type World } from "./exchange.ts";
import { delay, type Failure, type Fault, findFault } from "./faults.ts";
import type { FlowClassifier } from "./flow-control.ts";
import type { HeaderList, Impersonator } from "./impersonation.ts";
import { acceptsPlain, wantsIndented } from "./negotiation.ts";
import { minorOf, since } from "./release.ts";
import { type Answer, plainText, unauthorized, withWarnings } from "./status.ts";
import type { Identity, SandboxUser } from "./users.ts";

/** A request as it came over the wire. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query as sent, without the base path. */
  readonly url: string;
  readonly headers: HeaderList;
  readonly credentials: Credentials;
  readonly readBody: () => Promise<Uint8Array>;
}

/** What came of it, with the two users that the access log names ("" and null until they are known). */
export interface Outcome {
  readonly answer: Answer | Failure;
  readonly username: string;
  readonly impersonated: string | null;
}

export interface Chain {
  readonly world: World;
  readonly users: readonly SandboxUser[];
  readonly impersonate: Impersonator;
  readonly classify: FlowClassifier;
  readonly faults: readonly Fault[];
}

/**
 * The filters of kube-apiserver, in its order: RequestInfo, authentication (401), impersonation (403), priority and
 * fairness (429), authorization (403), then the aggregator (503) and the resources.
 * Source of truth: DefaultBuildHandlerChain in apiserver/pkg/server/config.go.
 */
export async function handle(chain: Chain, request: IncomingRequest): Promise<Outcome> {
  const info = parseRequestInfo(request.method, request.url, "");
  if (info.error !== undefined) return { answer: requestInfoError(request, info.error), ...nobody };
  const outcome = await authenticated(chain, request, info);
  const { answer } = outcome;
  return typeof answer === "string" ? outcome : { ...outcome, answer: dress(answer, request) };
}

async function authenticated(chain: Chain, request: IncomingRequest, info: RequestInfo): Promise<Outcome> {
  const real = authenticate(chain.users, request.credentials, minorOf(chain.world.serverVersion));
  if (real === null) return { answer: unauthorized(), ...nobody };
  const acting = chain.impersonate(real, request.headers, info);
  const username = real.username;
  if (acting !== null && "refusal" in acting) return { answer: acting.refusal, username, impersonated: null };
  const user = acting?.identity ?? real;
  const answer = await answerAs(chain, request, info, user);
  return { answer, username, impersonated: acting === null ? null : user.username };
}

/** Cache-Control, and JSON laid out for whoever reads it. */
function dress(answer: Answer, { url, headers }: IncomingRequest): Answer {
  const accept = headerOf(headers, "accept");
  const isJson = String(answer.headers["Content-Type"]).startsWith("application/json");
  const indented =
    isJson &&
    (wantsIndented(accept, queryOf(url), headerOf(headers, "user-agent")) ||
      (answer.status >= 400 && !acceptsPlain(accept)));
  const body =
    indented && typeof answer.body === "string" && answer.body !== ""
      ? JSON.stringify(JSON.parse(answer.body), null, 2)
      : answer.body;
  const dressed = { ...answer, headers: { ...answer.headers, ...cacheControl(answer) }, body };
  const warnings = bearerWarnings(headerOf(headers, "authorization"));
  return warnings.length === 0 ? dressed : withWarnings(dressed, warnings);
}

function queryOf(url: string): URLSearchParams {
  return new URL(url, "https://sandbox").searchParams;
}

const nobody = { username: "", impersonated: null };

function requestInfoError({ url }: IncomingRequest, error: string): Answer {
  const message = `failed to create RequestInfo: ${error}, ${url}`;
  return plainText(500, `Internal Server Error: ${JSON.stringify(url)}: ${message}`);
}

async function answerAs(
  chain: Chain,
  request: IncomingRequest,
  info: RequestInfo,
  user: Identity,
): Promise<Answer | Failure> {
  const flow = chain.classify(user, info);
  const { method, url } = request;
  const fault = findFault(chain.faults, method, url, user.username, flow?.flowSchema ?? "");
  if (fault?.delayMs !== undefined) await delay(fault.delayMs);
  const answer = await authorizedAnswer(chain, request, info, user, fault);
  if (typeof answer === "string") return answer;
  return isLongRunning(info) ? answer : { ...answer, headers: { ...answer.headers, ...flow?.headers } };
}

/**
 * What lasts as long as somebody wants is no affair of priority and fairness; a watch is, as long as it begins.
 * Source of truth: BasicLongRunningRequestCheck in apiserver/pkg/server/filters/longrunning.go, as k/k sets it up.
 */
function isLongRunning({ isResourceRequest, verb, subresource }: RequestInfo): boolean {
  if (!isResourceRequest || verb === "watch") return false;
  return verb === "proxy" || ["attach", "exec", "proxy", "log", "portforward"].includes(subresource);
}

async function authorizedAnswer(
  { world }: Chain,
  request: IncomingRequest,
  info: RequestInfo,
  user: Identity,
  fault: Fault | undefined,
): Promise<Answer | Failure> {
  const planned = fault?.answer;
  if (typeof planned === "object" && planned.status === 429) return planned;
  const refusal = refuse(world.policy, user, info) ?? refuseUpgradeCreate(world, user, info, request.headers);
  if (refusal !== null) return refusal;
  if (planned !== undefined) return planned;
  const query = queryOf(request.url);
  const exchange: Exchange = {
    method: request.method,
    info,
    query,
    headers: request.headers,
    user,
    body: await request.readBody(),
  };
  return route(world, exchange);
}

/** From 1.35 on a WebSocket to a pod needs `create` as well as `get`. */
function refuseUpgradeCreate(
  { policy, serverVersion }: World,
  user: Identity,
  info: RequestInfo,
  headers: HeaderList,
): Answer | null {
  const isUpgrade =
    info.resource === "pods" &&
    info.apiGroup === "" &&
    ["exec", "attach", "portforward"].includes(info.subresource) &&
    headerOf(headers, "upgrade").toLowerCase() === "websocket";
  return minorOf(serverVersion) >= since.upgradeNeedsCreate && isUpgrade
    ? refuse(policy, user, { ...info, verb: "create" })
    : null;
}

/** Authenticated answers are nobody else's: apiserver/pkg/endpoints/filters/cachecontrol.go. */
function cacheControl(answer: Answer): Readonly<Record<string, string>> {
  return answer.headers["Cache-Control"] === undefined ? { "Cache-Control": "no-cache, private" } : {};
}
