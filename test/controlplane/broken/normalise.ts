/**
 * Takes out of recorded text what differs from run to run: times, durations, identifiers, addresses of pods, ports of clients, paths of this
 * machine. All else is as the real server and kubectl wrote it.
 */
export function normalise(text: string): string {
  return replacements.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

const replacements: readonly (readonly [RegExp, string])[] = [
  // klog's header: level, date, time, process. All lines have one time, so a request takes none.
  [/^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ /gm, "$10102 03:04:05.000000    1000 "],
  [/current time \d{4}-\d\d-\d\dT[\d:.]+Z/g, "current time 2000-01-02T00:00:00Z"],
  [/\b(?!2000-01-02)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, "2000-01-01T00:00:00Z"],
  [/\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, "Sat, 01 Jan 2000 00:00:00 GMT"],
  [
    /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g,
    "00000000-0000-4000-8000-000000000000",
  ],
  [/("?resourceVersion"?: ?)"\d+"/g, '$1"1"'],
  [/in \d+ milliseconds/g, "in 0 milliseconds"],
  [/milliseconds=\d+/gi, "milliseconds=0"],
  [/(Etag: ).*/g, '$1"0"'],
  [/Config loaded from file: .*/g, "Config loaded from file:  /home/user/.kube/config"],
  [
    /^.*(?:Waited for \S+ due to client-side throttling|due to client-side throttling, not priority).*\n/gm,
    "",
  ],
  // the pod of a Deployment, and the hash of its template, in which there are paths of this machine
  [/\bmetrics-server-[0-9a-z]{5,10}-[0-9a-z]{5}\b/g, "metrics-server-5d8f4c7b9d-x2x7k"],
  [/\b10\.244\.[12]\.\d+\b/g, "10.244.2.10"],
  [/(\b(?:read|write) tcp (?:[\d.]+)):\d+/g, "$1:50000"],
  [/lookup (\S+) on [^\s]+:53: .*?(?=["\\]|$)/gm, "lookup $1 on 10.96.0.10:53: no such host"],
];

/** The same for a log of kubectl, whose lines of headers and of feature gates come in any order. */
export function normaliseLog(text: string): string {
  const lines = normalise(text).split("\n");
  const sorted: string[] = [];
  let headers: string[] = [];
  for (const line of lines) {
    if (/^\S+ \S+ +\d+ (?:\S+\] {5}\S+: |envvar\.go:)/.test(line)) headers.push(line);
    else {
      sorted.push(...headers.sort(), line);
      headers = [];
    }
  }
  return [...sorted, ...headers.sort()].join("\n");
}

/**
 * What two records are compared as. Of the five probes that kube-apiserver sends at once the first to fail is in the message: where
 * they run out of time, it says so in one of several ways. Requests in parallel take any of their streams. Usage of nodes differs, and with it the length of bodies; the length of
 * discovery differs with whatever else there is in the cluster.
 */
export function comparable(text: string): string {
  return differing.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

const timeout =
  /(?:context deadline exceeded|net\/http: (?:request canceled(?: while waiting for connection)?|TLS handshake timeout))(?: \(Client\.Timeout exceeded while awaiting headers\))?/g;

const differing: readonly (readonly [RegExp, string])[] = [
  [timeout, "<timeout>"],
  [/stream ID \d+/g, "stream ID <n>"],
  [/\[truncated \d+ chars\]/g, "[truncated]"],
  [/Content-Length: \d+/g, "Content-Length: <n>"],
  [/"(cpu|memory|window)":"[\d.]+\w*"/g, '"$1":"<usage>"'],
  [/"cells\\?":\[.*$/gm, '"cells"'],
  [/^( *worker-\d) +.*$/gm, "$1 <usage>"],
];
