import assert from "node:assert/strict";
import { test } from "node:test";
import { conditionCause } from "../../../src/trace/diagnosis/condition-cause.ts";

const url = "https://10.96.0.9:443/apis/metrics.k8s.io/v1beta1";

/** The conditions of kube-aggregator's controllers, old and new wording. */
for (const [available, reason, message, cause] of [
  ["True", "Passed", "all checks passed", null],
  ["True", "Local", "Local APIServices are always available", null],
  ["False", "ServiceNotFound", 'service/m in "kube-system" is not present', "ServiceNotFound"],
  [
    "Unknown",
    "ServiceAccessError",
    'service/m in "kube-system" cannot be checked due to: x',
    "ServiceAccessError",
  ],
  [
    "False",
    "ServicePortError",
    'service/m in "kube-system" is not listening on port 443',
    "ServicePortError",
  ],
  ["False", "EndpointsNotFound", 'cannot find endpoints for service/m in "kube-system"', "EndpointsNotFound"],
  [
    "False",
    "EndpointsNotFound",
    'cannot find endpointslices for service/m in "kube-system"',
    "EndpointsNotFound",
  ],
  [
    "Unknown",
    "EndpointsAccessError",
    'service/m in "kube-system" cannot be checked due to: x',
    "EndpointsAccessError",
  ],
  [
    "False",
    "MissingEndpoints",
    'endpoints for service/m in "kube-system" have no addresses with port name "https"',
    "MissingEndpoints",
  ],
  [
    "False",
    "FailedDiscoveryCheck",
    `failing or missing response from ${url}: bad status from ${url}: 401`,
    "DiscoveryUnauthorized",
  ],
  [
    "False",
    "FailedDiscoveryCheck",
    `failing or missing response from ${url}: bad status from ${url}: 403`,
    "DiscoveryForbidden",
  ],
  [
    "False",
    "FailedDiscoveryCheck",
    `failing or missing response from ${url}: bad status from ${url}: 404`,
    "DiscoveryNotFound",
  ],
  [
    "False",
    "FailedDiscoveryCheck",
    `failing or missing response from ${url}: bad status from ${url}: 500`,
    "DiscoveryFailed",
  ],
  [
    "False",
    "FailedDiscoveryCheck",
    `failing or missing response from ${url}: Get "${url}": dial tcp 10.96.0.9:443: connect: connection refused`,
    "ConnectionRefused",
  ],
  [
    "False",
    "FailedDiscoveryCheck",
    `failing or missing response from ${url}: Get "${url}": context deadline exceeded`,
    "RequestTimedOut",
  ],
  ["False", "FailedDiscoveryCheck", `timed out waiting for ${url}`, "RequestTimedOut"],
  [
    "False",
    "FailedDiscoveryCheck",
    `failing or missing response from ${url}: Get "${url}": Forbidden`,
    "ProxyInTheWay",
  ],
  ["False", "FailedDiscoveryCheck", 'cannot route to service with ClusterIP "None"', "HeadlessService"],
  ["False", "FailedDiscoveryCheck", 'no service port 443 found for service "m"', "ServicePortError"],
  ["False", "FailedDiscoveryCheck", "something new", "Unknown"],
  ["False", "SomethingNew", "all is lost", "Unknown"],
  ["Unknown", "", "", "ConditionMissing"],
  ["Unknown", "NotAsked", "no cluster was asked (--offline)", null],
  ["Unknown", "NotKnown", "forbidden", null],
] as const) {
  test(`${available} ${reason}: ${message.slice(-60)} is ${cause}`, () => {
    assert.equal(conditionCause({ available, reason, message }), cause);
  });
}
