import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequestInfo } from "../../../src/api/request-info.ts";
import { newRoundTrip } from "../../../src/log/round-trip.ts";
import { adviceFor } from "../../../src/trace/diagnosis/advice.ts";
import { type Cause, causes, type Party, parties } from "../../../src/trace/diagnosis/diagnosis.ts";
import type { Failed } from "../../../src/trace/diagnosis/finding.ts";

function failed(method: string, path: string): Failed {
  const url = `https://10.0.0.1:6443${path}`;
  return {
    roundTrip: newRoundTrip({ method, url, outcome: "response", source: { file: "-", line: 1 } }),
    requestInfo: parseRequestInfo(method, url),
    apiService: null,
    target: { kind: "Local", by: "built-in" },
    verdict: { decision: "unknown", reason: "", source: "none" },
  };
}

/** The same with what the answer says. */
function saying(message: string, method: string, path: string): Failed {
  const trace = failed(method, path);
  return { ...trace, roundTrip: { ...trace.roundTrip, message } };
}

function asJane(trace: Failed): Failed {
  const impersonation = { user: "jane", uid: "7", groups: ["dev"], extra: {} };
  return { ...trace, roundTrip: { ...trace.roundTrip, impersonation } };
}

function advise(party: Party, cause: Cause, trace: Failed): readonly string[] {
  return adviceFor({ party, cause, evidence: [] }, trace, []);
}

const requests = [
  failed("GET", "/api/v1/namespaces/shop/pods/web"),
  failed("GET", "/api/v1/namespaces/shop/pods/web/log"),
];

for (const cause of Object.keys(causes) as Cause[]) {
  // Nothing is known of it, and so nothing to type.
  if (cause === "Unknown") continue;
  test(`there is something to type for ${cause}`, () => {
    const all = (Object.keys(parties) as Party[]).flatMap((party) =>
      requests.flatMap((request) => advise(party, cause, request)),
    );
    assert.ok(
      all.some((line) => /^(?:kubectl|date) /.test(line)),
      all.join("\n"),
    );
  });
}

for (const [cause, method, path, expected] of [
  [
    "ObjectNotFound",
    "GET",
    "/apis/apps/v1/namespaces/shop/deployments/web",
    "kubectl get deployments.apps -n shop",
  ],
  ["ObjectNotFound", "GET", "/api/v1/namespaces/shop", "kubectl get namespaces"],
  ["ObjectNotFound", "GET", "/api/v1/nodes/$(id)", "kubectl get nodes"],
  ["AlreadyExists", "POST", "/api/v1/namespaces/shop/configmaps", "kubectl get configmaps -n shop"],
  [
    "Conflict",
    "PUT",
    "/apis/example.com/v1/namespaces/shop/widgets/gear",
    "kubectl get widgets.example.com gear -n shop -o yaml",
  ],
  ["Invalid", "POST", "/apis/batch/v1/namespaces/shop/jobs", "kubectl explain jobs.batch"],
  [
    "MethodNotAllowed",
    "DELETE",
    "/apis/metrics.k8s.io/v1beta1/nodes",
    "kubectl api-resources -o wide --api-group=metrics.k8s.io",
  ],
  ["Expired", "GET", "/api/v1/pods?continue=x", "kubectl get pods -A"],
  [
    "EscalationForbidden",
    "POST",
    "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles",
    "kubectl auth can-i --list -n shop",
  ],
] as const) {
  test(`what to type for ${cause} of ${method} ${path}`, () => {
    assert.equal(advise("APIServer", cause, failed(method, path))[0], expected);
  });
}

const podMetrics = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web";
for (const [party, cause, trace, expected] of [
  // Not what was not found, but where it was looked for.
  [
    "APIServer",
    "ObjectNotFound",
    saying('namespaces "gone" not found', "POST", "/apis/apps/v1/namespaces/gone/deployments"),
    "kubectl get namespaces",
  ],
  [
    "APIServer",
    "AlreadyExists",
    saying('namespaces "shop" already exists', "POST", "/api/v1/namespaces"),
    "kubectl get namespaces shop",
  ],
  [
    "APIServer",
    "AlreadyExists",
    saying('configmaps "$(id)" already exists', "POST", "/api/v1/namespaces/shop/configmaps"),
    "kubectl get configmaps NAME -n shop",
  ],
  [
    "Impersonation",
    "ImpersonationForbidden",
    saying(
      'groups "qa" is forbidden: User "support" cannot impersonate resource "groups" in API group "" at the cluster scope',
      "GET",
      "/api/v1/pods",
    ),
    "kubectl auth can-i impersonate groups/qa -A",
  ],
  [
    "Impersonation",
    "ImpersonationForbidden",
    saying(
      'userextras.authentication.k8s.io "a" is forbidden: User "support" cannot impersonate resource "userextras/scopes" in API group "authentication.k8s.io" at the cluster scope',
      "GET",
      "/api/v1/pods",
    ),
    "kubectl auth can-i impersonate userextras.authentication.k8s.io/a --subresource=scopes -A",
  ],
  [
    "Impersonation",
    "ImpersonationForbidden",
    saying(
      'serviceaccounts "web" is forbidden: User "support" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "shop"',
      "GET",
      "/api/v1/pods",
    ),
    "kubectl auth can-i impersonate serviceaccounts/web -n shop",
  ],
  [
    "Impersonation",
    "ImpersonationForbidden",
    saying('forbidden: User "jane" cannot impersonate-on:user-info:get path "/version"', "GET", "/version"),
    "kubectl auth can-i impersonate-on:user-info:get /version",
  ],
  [
    "Authorization",
    "UpgradeNeedsCreate",
    failed("GET", "/api/v1/namespaces/shop/pods/web/portforward"),
    "kubectl auth can-i create pods/web --subresource=portforward -n shop",
  ],
  [
    "Authorization",
    "UpgradeNeedsCreate",
    asJane(failed("GET", "/api/v1/namespaces/shop/pods/web/exec")),
    "kubectl auth can-i create pods/web --subresource=exec -n shop --as=jane --as-group=dev --as-uid=7",
  ],
  [
    "APIServer",
    "EscalationForbidden",
    asJane(failed("POST", "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles")),
    "kubectl auth can-i --list -n shop --as=jane --as-group=dev --as-uid=7",
  ],
  [
    "APIServer",
    "ObjectNotFound",
    saying('nodes "worker-9" not found', "POST", "/api/v1/namespaces/shop/pods/web/binding"),
    "kubectl get nodes -n shop",
  ],
  [
    "APIServer",
    "FieldOwnedByAnother",
    failed("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=kubectl&force=false"),
    "kubectl get deployments.apps web -n shop -o yaml --show-managed-fields",
  ],
  // An extension server that says so works.
  ["ExtensionServer", "ObjectNotFound", failed("GET", podMetrics), "kubectl get pods -n shop"],
  [
    "ExtensionServer",
    "ObjectNotFound",
    failed("GET", "/apis/metrics.k8s.io/v1beta1/nodes/worker-1"),
    "kubectl get nodes",
  ],
  [
    "ExtensionServer",
    "ObjectNotFound",
    failed("GET", "/apis/custom.metrics.k8s.io/v1beta1/namespaces/shop/pods/web/requests"),
    "kubectl get --raw /apis/custom.metrics.k8s.io/v1beta1",
  ],
  // A webhook would say its name.
  [
    "Admission",
    "DeniedByAdmission",
    saying(
      'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
      "POST",
      "/api/v1/namespaces/shop/pods",
    ),
    "kubectl get namespace shop -o yaml",
  ],
  [
    "Admission",
    "DeniedByAdmission",
    saying(
      'pods "web" is forbidden: failed quota: all: must specify limits.cpu for: web',
      "POST",
      "/api/v1/namespaces/shop/pods",
    ),
    "kubectl describe resourcequota -n shop",
  ],
  [
    "Admission",
    "DeniedByAdmission",
    saying(
      'namespaces "default" is forbidden: this namespace may not be deleted',
      "DELETE",
      "/api/v1/namespaces/default",
    ),
    "kubectl explain namespaces",
  ],
  [
    "ExtensionServer",
    "ResourceNotServed",
    failed("GET", "/apis/metrics.k8s.io/v1beta1/things"),
    "kubectl api-resources --api-group=metrics.k8s.io",
  ],
] as const satisfies readonly (readonly [Party, Cause, Failed, string])[]) {
  test(`what to type for ${cause} of ${party}: ${expected}`, () => {
    assert.equal(advise(party, cause, trace)[0], expected);
  });
}

test("a sentence is no command: none begins with a verb that kubectl does not have", () => {
  const verbs =
    /^kubectl (?:api-resources|api-versions|auth|config|create|describe|explain|get|logs|rollout|trace)(?: |$)/;
  for (const cause of Object.keys(causes) as Cause[]) {
    for (const party of Object.keys(parties) as Party[]) {
      for (const line of requests.flatMap((request) => advise(party, cause, request))) {
        if (line.startsWith("kubectl ")) assert.match(line, verbs);
      }
    }
  }
});

test("a conflict that is no outdated object is not mended by reading it again", () => {
  const mendOf = (message: string) =>
    advise("APIServer", "Conflict", saying(message, "DELETE", "/api/v1/namespaces/shop"))[1] ?? "";
  const going =
    'Operation cannot be fulfilled on namespaces "shop": The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system.';
  const modified =
    'Operation cannot be fulfilled on namespaces "shop": the object has been modified; please apply your changes to the latest version and try again';
  assert.match(mendOf(modified), /^read it again/);
  assert.match(mendOf(going), /status and conditions/);
});
