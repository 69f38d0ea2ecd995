/** What does tracing add to a kubectl command? Both talk to the same sandbox. */
import { delimiter, dirname } from "node:path";
import { fetchKubectl } from "../test/helpers/kubectl.ts";
import { withSandbox } from "../test/helpers/sandbox.ts";
import { compare } from "./measure.ts";

const kubectl = await fetchKubectl("1.35");
if (kubectl === null) console.log("run: no kubectl for this platform, nothing measured");
else {
  await withSandbox({}, async (_, env) => {
    const own = { ...env, PATH: `${dirname(kubectl)}${delimiter}${env.PATH}` };
    const words = ["get", "pods", "-n", "shop"];
    await compare(
      "run: kubectl trace get pods against kubectl get pods",
      { name: "traced", command: process.execPath, args: ["bin/kubectl-trace.js", ...words], env: own },
      { name: "kubectl", command: kubectl, args: words, env: own },
      null,
      21,
    );
  });
}
