import { parseRequestInfo, type RequestInfo } from "../api/request-info.ts";
import { route } from "./aggregation.ts";
import { authenticate, type Credentials } from "./authentication.ts";
import { refuse } from "./authorization.ts";
import { type Exchange, headerOf, type World } from "./exchange.ts";
import { delay, type Failure, type Fault, findFault } from "./faults.ts";
import type { FlowClassifier } from "./flow-control.ts";
import { type HeaderList, impersonate } from "./impersonation.ts";
import { type Answer, plainText, unauthorized } from "./status.ts";
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
  const real = authenticate(chain.users, request.credentials);
  if (real === null) return { answer: unauthorized(), ...nobody };
  const acting = impersonate(chain.world.policy, real, request.headers);
  const username = real.username;
  if (acting !== null && "refusal" in acting) return { answer: acting.refusal, username, impersonated: null };
  const user = acting?.identity ?? real;
  const answer = await answerAs(chain, request, info, user);
  return { answer, username, impersonated: acting === null ? null : user.username };
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
  return { ...answer, headers: { ...answer.headers, ...flow?.headers, ...cacheControl(answer) } };
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
  const query = new URL(request.url, "https://sandbox").searchParams;
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
  const minor = Number(/^v1\.(\d+)/.exec(serverVersion)?.[1] ?? 0);
  const isUpgrade =
    info.resource === "pods" &&
    info.apiGroup === "" &&
    ["exec", "attach", "portforward"].includes(info.subresource) &&
    headerOf(headers, "upgrade").toLowerCase() === "websocket";
  return minor >= 35 && isUpgrade ? refuse(policy, user, { ...info, verb: "create" }) : null;
}

/** Authenticated answers are nobody else's: apiserver/pkg/endpoints/filters/cachecontrol.go. */
function cacheControl(answer: Answer): Readonly<Record<string, string>> {
  return answer.headers["Cache-Control"] === undefined ? { "Cache-Control": "no-cache, private" } : {};
}
