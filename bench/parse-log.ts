import { closeSync, openSync, writeSync } from "node:fs";

/**
 * Writes a log of about `megabytes` as people have them: kubectl at -v=6, -v=8 and -v=9 in the old and the new format, with
 * bodies, between the lines of an application. Deterministic: the same size gives the same bytes.
 */
export function writeMixedLog(path: string, megabytes: number): void {
  const file = openSync(path, "w");
  const block = Buffer.from(mixedBlock());
  for (let written = 0; written < megabytes * 1e6; written += block.length) writeSync(file, block);
  closeSync(file);
}

const server = "https://10.0.0.1:6443";
const pods = JSON.stringify({
  kind: "PodList",
  apiVersion: "v1",
  items: Array.from({ length: 40 }, (_, i) => ({
    metadata: {
      name: `web-7d4b9c-${i}`,
      namespace: "default",
      labels: { app: "web", "pod-template-hash": "7d4b9c" },
    },
    spec: {
      containers: [
        { name: "c", image: "registry.example.com/team/web:v1.2.3", env: [{ name: "A", value: "b" }] },
      ],
    },
    status: { phase: "Running", podIP: `10.1.0.${i}`, startTime: "2026-01-01T00:00:00Z", hostIP: "10.0.0.7" },
  })),
});

/** About 1 MB: by bytes one half application text, the rest verbose logs. */
function mixedBlock(): string {
  const parts: string[] = [];
  for (let i = 0; i < 40; i++) {
    parts.push(application(i, 90));
    parts.push(versionSix(i));
    if (i % 4 === 0) parts.push(oldVersionNine(i), newVersionNine(i), oldVersionEight(i), newVersionEight(i));
    parts.push(oldVersionTen(i));
  }
  return parts.join("");
}

function application(seed: number, lines: number): string {
  return Array.from(
    { length: lines },
    (_, i) =>
      `2026-11-21T01:08:${String(i % 60).padStart(2, "0")}.123Z INFO  http.server handled request method=GET path=/api/orders/${seed * i} status=200 duration=${i % 17}ms client=10.2.3.4 trace=4bf92f3577b34da6\n`,
  ).join("");
}

function klog(line: string, i: number): string {
  return `I1121 01:08:36.${String(100_000 + i).slice(0, 6)}    7355 ${line}\n`;
}

function versionSix(i: number): string {
  return klog(
    `round_trippers.go:553] GET ${server}/api/v1/namespaces/default/pods/web-${i} 200 OK in ${i % 9} milliseconds`,
    i,
  );
}

const responseHeaders = [
  "Audit-Id: 70e26430-ff1d-4f79-813c-75cc16ebac95",
  "Cache-Control: no-cache, private",
  "Content-Type: application/json",
  "Date: Sat, 21 Nov 2026 03:01:56 GMT",
  "X-Kubernetes-Pf-Flowschema-Uid: 4a1b6b39-3d32-4f6c-9d7f-95aa7d4a6f7b",
  "X-Kubernetes-Pf-Prioritylevel-Uid: 0f6c1c9e-52c0-4c3a-8a53-2e1b0a3c1f11",
];
const accept = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

function oldHeaders(i: number): string {
  return responseHeaders.map((header) => klog(`round_trippers.go:580]     ${header}`, i)).join("");
}

function oldVersionNine(i: number): string {
  return (
    klog(
      `round_trippers.go:466] curl -v -XGET  -H "${accept}" -H "User-Agent: kubectl/v1.31.9" '${server}/api/v1/pods?limit=500'`,
      i,
    ) +
    klog(`round_trippers.go:553] GET ${server}/api/v1/pods?limit=500 200 OK in 8 milliseconds`, i) +
    klog(
      "round_trippers.go:570] HTTP Statistics: GetConnection 0 ms ServerProcessing 7 ms Duration 8 ms",
      i,
    ) +
    klog("round_trippers.go:577] Response Headers:", i) +
    oldHeaders(i) +
    klog(`request.go:1351] Response Body: ${pods}`, i)
  );
}

function oldVersionEight(i: number): string {
  return (
    klog(`round_trippers.go:463] GET ${server}/api/v1/pods?limit=500`, i) +
    klog("round_trippers.go:469] Request Headers:", i) +
    klog(`round_trippers.go:473]     ${accept}`, i) +
    klog("round_trippers.go:473]     User-Agent: kubectl/v1.31.9 (linux/amd64) kubernetes/8f38003", i) +
    klog("round_trippers.go:574] Response Status: 200 OK in 0 milliseconds", i) +
    klog("round_trippers.go:577] Response Headers:", i) +
    oldHeaders(i) +
    klog(`request.go:1351] Response Body: ${pods.slice(0, 1024)} [truncated ${pods.length - 1024} chars]`, i)
  );
}

function block(lines: readonly string[]): string {
  return `<\n${lines.map((line) => `\t${line}\n`).join("")} >`;
}

function newVersionNine(i: number): string {
  const curl = `curl -v -XGET  -H "${accept}" '${server}/api/v1/pods?limit=500'`;
  return (
    klog('helper.go:105] "Request Body" body=""', i) +
    klog(`round_trippers.go:527] "Request" curlCommand=${block([curl])}`, i) +
    klog(
      `round_trippers.go:632] "Response" verb="GET" url="${server}/api/v1/pods?limit=500" status="200 OK" headers=${block(responseHeaders)} milliseconds=8 getConnectionMilliseconds=0 serverProcessingMilliseconds=8`,
      i,
    ) +
    klog(`helper.go:105] "Response Body" body=${block([pods])}`, i)
  );
}

function newVersionEight(i: number): string {
  return (
    klog('helper.go:105] "Request Body" body=""', i) +
    klog(
      `round_trippers.go:527] "Request" verb="GET" url="${server}/api/v1/pods?limit=500" headers=${block([accept, "User-Agent: kubectl/v1.35.2"])}`,
      i,
    ) +
    klog(
      `round_trippers.go:632] "Response" status="200 OK" headers=${block(responseHeaders)} milliseconds=0`,
      i,
    ) +
    klog(
      `helper.go:105] "Response Body" body=${JSON.stringify(`${pods.slice(0, 1024)} [truncated 9 chars]`)}`,
      i,
    )
  );
}

function oldVersionTen(i: number): string {
  return klog(`request.go:1351] Response Body: ${pods}`, i);
}
