import { setTimeout as sleep } from "node:timers/promises";
import type { AdminApi, ApiAnswer } from "./admin-api.ts";
import { until } from "./processes.ts";

const path = "/apis/apiregistration.k8s.io/v1/apiservices";
const name = "v1.down.example.com";

/** An aggregated API without a Service, which is therefore down. It is there for as long as the contract asks. */
export async function createDownApiService(api: AdminApi): Promise<void> {
  const body = JSON.stringify({
    apiVersion: "apiregistration.k8s.io/v1",
    kind: "APIService",
    metadata: { name },
    spec: {
      group: "down.example.com",
      version: "v1",
      insecureSkipTLSVerify: true,
      service: { namespace: "other", name: "down" },
      groupPriorityMinimum: 10,
      versionPriority: 10,
    },
  });
  await api.send({ certificate: "admin" }, path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  await until("the aggregator knows that it is down", 30, async () => {
    const { text } = await api.get(`${path}/${name}`);
    const { text: discovered } = await api.send({ certificate: "admin" }, "/apis", {
      headers: { Accept: "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList" },
    });
    return text.includes("ServiceNotFound") && discovered.includes("down.example.com");
  });
}

/** metrics-server looks at pods every ten seconds, and reports those that it has seen twice. */
export async function waitForMetrics(api: AdminApi): Promise<void> {
  const count = async (from: string): Promise<number> => {
    const { items } = (await api.get(from)).json() as { readonly items?: readonly unknown[] };
    return items?.length ?? 0;
  };
  await until("every pod has metrics", 60, async () => {
    const measured = await count("/apis/metrics.k8s.io/v1beta1/pods");
    return measured > 0 && measured === (await count("/api/v1/pods?fieldSelector=status.phase%3DRunning"));
  });
}

export async function deleteDownApiService(api: AdminApi): Promise<void> {
  await api.send({ certificate: "admin" }, `${path}/${name}`, { method: "DELETE" });
}

/**
 * Runs it while the one place that trickle has is taken: by a request that a webhook is asked to take its time for. Another suite may
 * have taken the place before; then it is tried again.
 */
export async function whileBusy<T>(api: AdminApi, run: () => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const slow = takePlace(api);
    let isBusy = false;
    for (let look = 0; look < 20 && !isBusy; look += 1) {
      await sleep(50);
      isBusy = (await api.send(trickle, "/version")).status === 429;
    }
    const result = await run();
    if (isBusy && (await slow).status === 201) return result;
    await slow;
    await sleep(1000);
  }
  throw new Error("the place of trickle is always taken");
}

const trickle = { certificate: "trickle" };

/** For three seconds, and nothing comes of it. */
async function takePlace(api: AdminApi): Promise<ApiAnswer> {
  const metadata = { name: "takes-the-place", labels: { "delay-seconds": "3" } };
  return await api.send(trickle, "/api/v1/namespaces/guarded/configmaps?dryRun=All", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata }),
  });
}
