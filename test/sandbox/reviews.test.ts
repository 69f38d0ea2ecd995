import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { field } from "../../src/sandbox/fields.ts";
import { parseReview } from "../../src/sandbox/review-body.ts";
import { ask, withSandbox } from "../helpers/sandbox.ts";

const authorization = "/apis/authorization.k8s.io/v1";

test("access reviews answer with the reason of a real server", async (t) => {
  await withSandbox({}, async (sandbox) => {
    const podsIn = (namespace: string) => ({
      resourceAttributes: { verb: "list", resource: "pods", ...(namespace === "" ? {} : { namespace }) },
    });
    const exec = {
      resourceAttributes: { verb: "get", resource: "pods", subresource: "exec", namespace: "shop" },
    };
    const byRole = 'RBAC: allowed by RoleBinding "developers/shop" of Role "developer" to User "developer"';
    const byBinding =
      'RBAC: allowed by ClusterRoleBinding "metrics-viewers" of ClusterRole "metrics-viewer" to ServiceAccount "collector/monitoring"';
    const healthz = { nonResourceAttributes: { path: "/healthz", verb: "get" } };
    const byGroup =
      'RBAC: allowed by ClusterRoleBinding "system:discovery" of ClusterRole "system:discovery" to Group "system:authenticated"';
    for (const [user, path, spec, status] of [
      ["developer", "selfsubjectaccessreviews", podsIn("shop"), { allowed: true, reason: byRole }],
      ["developer", "selfsubjectaccessreviews", podsIn("default"), { allowed: false }],
      ["developer", "selfsubjectaccessreviews", healthz, { allowed: true, reason: byGroup }],
      ["developer", "selfsubjectaccessreviews", exec, { allowed: false }],
      ["admin", "selfsubjectaccessreviews", podsIn(""), { allowed: true }],
      ["monitoring:collector", "selfsubjectaccessreviews", podsIn(""), { allowed: true, reason: byBinding }],
      [
        "admin",
        "subjectaccessreviews",
        { ...podsIn("shop"), user: "developer" },
        { allowed: true, reason: byRole },
      ],
      [
        "admin",
        "namespaces/shop/localsubjectaccessreviews",
        { ...podsIn("shop"), user: "nobody" },
        { allowed: false },
      ],
    ] as const) {
      await t.test(`${path} of ${user}`, async () => {
        const answer = await ask(sandbox, `${authorization}/${path}`, {
          method: "POST",
          user,
          body: { spec },
        });
        assert.equal(answer.status, 201);
        assert.deepEqual(answer.json()["status"], status);
        assert.deepEqual(answer.json()["spec"], spec);
      });
    }
  });
});

test("the rules of a namespace, without the bindings that give them", async () => {
  await withSandbox({}, async (sandbox) => {
    const rules = async (user: string, namespace: string) =>
      (
        await ask(sandbox, `${authorization}/selfsubjectrulesreviews`, {
          method: "POST",
          user,
          body: { spec: { namespace } },
        })
      ).json()["status"];
    const widgets = { verbs: ["*"], apiGroups: ["example.com"], resources: ["widgets"] };
    const inShop = JSON.stringify(await rules("developer", "shop"));
    assert.ok(inShop.includes(JSON.stringify(widgets)));
    assert.ok(!JSON.stringify(await rules("developer", "default")).includes("widgets"));
    assert.equal(field(await rules("developer", "shop"), "incomplete"), false);
    assert.match(JSON.stringify(await rules("support", "shop")), /"resourceNames":\["developer"\]/);
  });
});

/** One length-delimited protobuf field. */
function part(number: number, value: string | Uint8Array): Buffer {
  const content = Buffer.from(value);
  assert.ok(content.length < 128);
  return Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
}

function protobuf(raw: Buffer): Buffer {
  return Buffer.concat([Buffer.from("k8s\0"), part(1, part(2, "SelfSubjectAccessReview")), part(2, raw)]);
}

test("a review in protobuf, as the typed clients of newer kubectls send it", async () => {
  const attributes = Buffer.concat([part(1, "shop"), part(2, "get"), part(5, "pods"), part(6, "log")]);
  const body = protobuf(Buffer.concat([part(1, ""), part(2, part(1, attributes))]));
  const resourceAttributes = { namespace: "shop", verb: "get", resource: "pods", subresource: "log" };
  assert.deepEqual(field(parseReview(body, "SelfSubjectAccessReview"), "spec"), { resourceAttributes });
  await withSandbox({}, async (sandbox) => {
    const path = `${authorization}/selfsubjectaccessreviews`;
    const answer = await ask(sandbox, path, { method: "POST", user: "developer", body });
    assert.equal(field(answer.json(), "status.allowed"), true);
  });
});

test("any bytes are a review or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, hasMagic) => {
      const body = hasMagic ? protobuf(Buffer.from(bytes.subarray(0, 100))) : bytes;
      parseReview(body, "SelfSubjectAccessReview");
    }),
  );
});
