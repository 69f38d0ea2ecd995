import assert from "node:assert/strict";
import { dirname } from "node:path";
import { describe, test } from "node:test";
import { parseRequestInfo } from "../../src/api/request-info.ts";
import { reviewOf } from "../../src/cluster/live/review-request.ts";
import type { AccessLogEntry } from "../../src/sandbox/access-log.ts";
import { fetchKubectl } from "../helpers/kubectl.ts";
import { withSandbox } from "../helpers/sandbox.ts";
import { runTrace } from "./processes.ts";

/**
 * What tracing costs: the questions that we ask beside kubectl's own requests. Each answer to one of ours is held back
 * for so long that what could be asked at once visibly is.
 */
const heldBackMs = 500;

const list = "/apis/apiregistration.k8s.io/v1/apiservices?includeObject=None";
const review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
const apiService = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io";
const service = "/api/v1/namespaces/kube-system/services/metrics-server";
const slices = "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices?";
const pods = "/api/v1/namespaces/kube-system/pods?labelSelector";
const replicaSets = "/apis/apps/v1/namespaces/kube-system/replicasets?";
const definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com";
const web = "/api/v1/namespaces/shop/pods/web-7c9d6b5f4-8lwzn";
const node = "/api/v1/nodes/worker-1";
const proxied = "/api/v1/namespaces/shop/services/web";
const proxiedSlices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?";
const proxiedPods = "/api/v1/namespaces/shop/pods?labelSelector";
const proxiedReplicaSets = "/apis/apps/v1/namespaces/shop/replicasets?";

const flowSchemas = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas?";
const priorityLevels = "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations?";
const customApiService = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.custom.metrics.k8s.io";
const behindCustom = [
  "/api/v1/namespaces/monitoring/services/prometheus-adapter",
  "/apis/discovery.k8s.io/v1/namespaces/monitoring/endpointslices?",
  "/api/v1/namespaces/monitoring/pods?labelSelector",
  "/apis/apps/v1/namespaces/monitoring/replicasets?",
];

const webhooks = ["mutating", "validating"].map(
  (phase) => `/apis/admissionregistration.k8s.io/v1/${phase}webhookconfigurations`,
);
const policies = ["mutating", "validating"].flatMap((phase) =>
  ["policies", "policybindings"].map(
    (plural) => `/apis/admissionregistration.k8s.io/v1/${phase}admission${plural}`,
  ),
);
const namespace = "/api/v1/namespaces/shop";
const widget = "/apis/example.com/v1/namespaces/shop/widgets/gear";
const hookService = "/api/v1/namespaces/shop/services/widget-policy";
const hookSlices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices?";
const hookPods = "/api/v1/namespaces/shop/pods?labelSelector";
const hookReplicaSets = "/apis/apps/v1/namespaces/shop/replicasets?";
const behindHook = [hookService, hookSlices, hookPods, hookReplicaSets];
const admission = [...webhooks, ...policies, ...behindHook, widget, namespace];
/** What the demo's webhook is to be called at. */
const extra = [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "widget-policy", namespace: "shop" },
    spec: { selector: { app: "widget-policy" }, ports: [{ port: 443 }] },
  },
];

const ours = [
  list,
  review,
  apiService,
  service,
  slices,
  pods,
  replicaSets,
  definition,
  flowSchemas,
  priorityLevels,
  customApiService,
  ...behindCustom,
  web,
  node,
  proxied,
  proxiedSlices,
  proxiedPods,
  proxiedReplicaSets,
  ...admission,
];

/** Beside the list and the reviews. The last is kubectl's exit code. */
const cases: readonly (readonly [readonly string[], readonly string[], number?])[] = [
  [["get", "pods"], []],
  [
    ["-o", "flow", "get", "pods"],
    [flowSchemas, priorityLevels],
  ],
  [["top", "nodes"], [apiService]],
  [
    ["-o", "flow", "top", "nodes"],
    [apiService, service, slices, pods, replicaSets, flowSchemas, priorityLevels],
  ],
  [["get", "widgets"], [definition]],
  // kubectl gets the pod twice.
  [["describe", "pod", "-n", "shop", "cart-0"], []],
  [
    ["-o", "flow", "get", "widgets"],
    [definition, flowSchemas, priorityLevels],
  ],
  // It is down: what stands behind it is asked for, whatever is shown.
  [
    ["get", "--raw", "/apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/pods/cart-0/load"],
    [customApiService, ...behindCustom],
    1,
  ],
  // It is up, and kube-apiserver has no such resource.
  [["get", "--raw", "/apis/apps/v1/gadgets"], [], 1],
  [["logs", "-n", "shop", "web-7c9d6b5f4-8lwzn", "-c", "web"], []],
  [
    ["-o", "flow", "logs", "-n", "shop", "web-7c9d6b5f4-8lwzn", "-c", "web"],
    [web, node, flowSchemas, priorityLevels],
  ],
  // What fails is looked at whatever the format.
  [["get", "--raw", `${web}/log?container=nope`], [web, node], 1],
  [["get", "--raw", "/apis/example.com/v1/namespaces/shop/widgets/nope"], [definition], 1],
  [["get", "--raw", `${proxied}/proxy/`], [proxied, proxiedSlices, proxiedPods, proxiedReplicaSets], 1],
  // The sandbox changes nothing: the PUT is refused, in words that name no webhook.
  [["replace", "--raw", widget, "-f", "/dev/null"], [definition], 1],
  [
    ["-o", "flow", "replace", "--raw", widget, "-f", "/dev/null"],
    [definition, flowSchemas, priorityLevels, ...admission],
    1,
  ],
];

const kubectl = await fetchKubectl("1.35");
const skip = kubectl === null ? "there is no kubectl for this machine" : false;

describe("the questions we ask", { concurrency: 3, skip }, () => {
  for (const [args, wanted, code = 0] of cases) {
    test(args.join(" "), async () => {
      const faults = [
        {
          match: (_: string, url: string) => ours.some((own) => url.startsWith(own)),
          delayMs: heldBackMs,
        },
      ];
      await withSandbox({ faults, extra }, async ({ accessLog }, env) => {
        const ended = await runTrace(args, {
          env: { ...env, PATH: `${dirname(kubectl ?? "")}:/usr/bin:/bin` },
        });
        assert.equal(ended.code, code, ended.stderr);
        const asked = accessLog.filter(({ userAgent }) => userAgent.startsWith("kubectl-trace/"));
        const kubectls = accessLog.filter(({ userAgent }) => userAgent.startsWith("kubectl/"));
        assert.equal(asked.length + kubectls.length, accessLog.length);

        const reviews = asked.filter(({ url }) => url === review);
        const questions = kubectls.map(({ method, url }) =>
          JSON.stringify(reviewOf(parseRequestInfo(method, url, ""))),
        );
        assert.equal(reviews.length, new Set(questions).size, "one review for each distinct question");
        if (args[0] === "describe") assert.ok(questions.length > reviews.length);

        const others = asked.filter(({ url }) => url !== review).map(({ url }) => url);
        assert.equal(new Set(others).size, others.length, "nothing is asked twice");
        assert.deepEqual(
          others.map((url) => ours.find((own) => url.startsWith(own) && own !== list) ?? url).toSorted(),
          [list, ...wanted].toSorted(),
        );

        // What was asked before kubectl had its last answer keeps nobody waiting for what is asked about that: the list,
        // which goes out while kubectl starts. Some of kubectl's own requests are held back as ours are.
        const last = Math.max(...kubectls.map(endOf));
        const inSequence = asked.filter(({ startedAt }) => Date.parse(startedAt) >= last);
        const most = wanted.some((url) => url.includes("/pods?") || url === node) ? 3 : 2;
        assert.ok(
          longestChain(inSequence) <= most,
          `at most two in sequence, three down to the Pods or the Node:\n${asked.map((one) => JSON.stringify(one)).join("\n")}`,
        );
        assert.deepEqual([...new Set(asked.map(({ httpVersion }) => httpVersion))], ["2.0"]);
        assert.equal(new Set(asked.map(({ clientPort }) => clientPort)).size, 1, "one connection");
      });
    });
  }
});

/** How many of these came one after another: each began when the one before it was over. */
function longestChain(entries: readonly AccessLogEntry[]): number {
  const spans = entries
    .map(({ startedAt, durationMs }) => ({
      start: Date.parse(startedAt),
      end: endOf({ startedAt, durationMs }),
    }))
    .toSorted((left, right) => left.end - right.end);
  let count = 0;
  let over = Number.NEGATIVE_INFINITY;
  for (const { start, end } of spans) {
    if (start < over) continue;
    count += 1;
    over = end;
  }
  return count;
}

function endOf({ startedAt, durationMs }: Pick<AccessLogEntry, "startedAt" | "durationMs">): number {
  return Date.parse(startedAt) + durationMs;
}
