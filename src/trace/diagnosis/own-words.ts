/** What client-go says of a status, where the server sent no Status, and to what it adds what it asked for: "(get nodes.metrics.k8s.io)". */
const ofStatus =
  /^(the server (?:is currently unable to handle the request|could not find the requested resource|has asked for the client to provide credentials|has received too many requests and has asked us to try again later)) \([a-z]+ [^()]*\)$/;
const around =
  /^an error on the server \("(.*)"\) has prevented the request from succeeding(?: \([a-z]+ [^()]*\))?$/s;

/**
 * The server's own words out of client-go's around them; any other message as it is. Source of truth: apimachinery/pkg/api/errors/errors.go
 * (NewGenericServerResponse).
 */
export function ownWords(message: string): string {
  const quoted = around.exec(message)?.[1];
  if (quoted === undefined) return ofStatus.exec(message)?.[1] ?? message;
  return quoted === "unknown" ? message : quoted.replace(/\\(["\\nt])/g, (_, one) => unescaped[one] ?? one);
}

const unescaped: Readonly<Record<string, string>> = { n: "\n", t: "\t" };
