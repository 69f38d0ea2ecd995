/** How long does it take until a URL is explained, against a Node that does nothing? */
import { compare } from "./measure.ts";

const node = process.execPath;
await compare(
  "start-up: resolve --offline against node -e 0",
  { name: "resolve", command: node, args: ["bin/kubectl-trace.js", "resolve", "--offline", "/api/v1/pods"] },
  { name: "node -e 0", command: node, args: ["-e", "0"] },
  1.4,
  21,
);
