import assert from "node:assert/strict";
import { test } from "node:test";
import { kubectlFlagsOf } from "../../src/command/kubectl-flags.ts";

for (const [name, flags, expected] of [
  ["kubectl's own default", {}, ""],
  ["a context", { context: "kind-dev" }, "--context kind-dev"],
  [
    "a file and an address",
    { kubeconfig: "/tmp/a.yaml", server: "https://10.0.0.1:6443" },
    "--kubeconfig /tmp/a.yaml --server https://10.0.0.1:6443",
  ],
  [
    "what a shell would not take as it is",
    { kubeconfig: "/home/jane/my clusters/a.yaml", context: "a $(b)" },
    "--kubeconfig '/home/jane/my clusters/a.yaml' --context 'a $(b)'",
  ],
  [
    "a server that is believed by flags",
    { server: "https://10.0.0.1:6443", certificateAuthority: "/tmp/ca.crt", tlsServerName: "kubernetes" },
    "--server https://10.0.0.1:6443 --certificate-authority /tmp/ca.crt --tls-server-name kubernetes",
  ],
  [
    "a server that nobody has to vouch for",
    { server: "https://10.0.0.1:6443", insecureSkipTlsVerify: true },
    "--server https://10.0.0.1:6443 --insecure-skip-tls-verify",
  ],
  ["a quote", { context: "jane's" }, "--context 'jane'\\''s'"],
  ["what would not stay on its line", { context: "a\nb" }, "--context CONTEXT"],
  ["what a terminal would not show", { context: "a\u202eb" }, "--context CONTEXT"],
  ["nothing secret, and nothing of the request", { token: "t", as: "jane", namespace: "shop" }, ""],
] as const) {
  test(`the flags that lead to the same cluster: ${name}`, () => {
    assert.equal(kubectlFlagsOf(flags), expected);
  });
}
