import assert from "node:assert/strict";
import { test } from "node:test";
import {
  newAdmissionWebhooks,
  newCustomResourceDefinitionInfo,
  newWebhookClient,
} from "../../src/cluster/webhook-info.ts";
import { customResourceDefinition, webhookConfiguration } from "./objects.ts";

test("a webhook has the defaults that the API fills in, and no secret", () => {
  const [webhook] = newAdmissionWebhooks({
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "ValidatingWebhookConfiguration",
    metadata: { name: "deny" },
    webhooks: [
      {
        name: "deny.example.com",
        clientConfig: { url: "https://user:password@hooks.example.com:8443/token?key=1" },
        rules: [{ apiGroups: [""], apiVersions: ["*"], operations: ["CREATE"], resources: ["pods"] }],
      },
    ],
  });
  assert.ok(webhook);
  const { client, failurePolicy, matchPolicy, timeoutSeconds, rules, namespaceSelector } = webhook;
  assert.deepEqual([client.service, client.url], [null, "https://hooks.example.com:8443"]);
  assert.deepEqual([failurePolicy, matchPolicy, timeoutSeconds], ["Fail", "Equivalent", 10]);
  assert.deepEqual(rules[0]?.scope, "*");
  assert.deepEqual(namespaceSelector, { matchLabels: {}, matchExpressions: [] });
});

test("a configuration of several webhooks keeps their order; another kind has none", () => {
  assert.ok(newAdmissionWebhooks(webhookConfiguration()).length > 0);
  assert.deepEqual(newAdmissionWebhooks(customResourceDefinition("things", "example.com")), []);
});

test("a CRD: its versions, and what converts between them", () => {
  const info = newCustomResourceDefinitionInfo(customResourceDefinition("things", "example.com"));
  assert.equal(info.name, "things.example.com");
  assert.deepEqual(info.versions, [{ name: "v1", served: true, stored: true, deprecated: false }]);
  assert.deepEqual(info.conversion?.service, { namespace: "things", name: "converter", port: 443 });
  const plain = newCustomResourceDefinitionInfo({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "plain.example.com" },
    spec: { conversion: { strategy: "None" } },
  });
  assert.deepEqual([plain.conversion, plain.versions], [null, []]);
});

test("a clientConfig that names nothing", () => {
  assert.deepEqual(newWebhookClient({ url: "not a url", service: 7 }), {
    service: null,
    url: "",
    trust: { skipsVerification: false, authorities: [], error: "" },
  });
});
