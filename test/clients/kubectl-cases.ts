/** A kubectl command line of the matrix. */
export interface KubectlCase {
  readonly args: string;
  /** First and last minor version that knows it. */
  readonly from?: number;
  readonly to?: number;
  /** It waits most of its time: it runs beside the others. */
  readonly waits?: true;
  /** The levels it runs at, when not all. */
  readonly levels?: readonly number[];
  /** Output at which it is interrupted. */
  readonly until?: RegExp;
  /** One of the aggregated APIs is down: old versions ask it for its resources, together with all the others. */
  readonly apiDown?: true;
  /** It asks another address, where nobody listens. */
  readonly unreachable?: true;
}

const pod = "/api/v1/namespaces/shop/pods/cart-0";

/** The answer to a watch has been logged; kubectl 1.23 logs no more than its statistics at some levels. */
const isWatching = /watch=true[\s\S]*?(?:200 OK|HTTP Statistics)/;

export const kubectlCases: readonly KubectlCase[] = [
  { args: "--context delayed get --raw /api/v1/namespaces/shop/pods", waits: true, levels: [7, 8, 9] },
  { args: "--context dropped get --raw /api/v1/namespaces/shop/pods", waits: true },
  { args: "--context dropped get pods -n shop", waits: true, levels: [6, 8, 9] },
  { args: "get pods -n shop -w", waits: true, until: isWatching },
  { args: "get pod cart-0 -n shop -w", waits: true, levels: [6, 7, 9], until: isWatching },
  { args: "get pods -n shop" },
  { args: "get pods -A" },
  { args: "get pods -n shop --chunk-size=1" },
  { args: "get pod cart-0 -n shop" },
  { args: "get pod nope -n shop" },
  { args: "get pod cart-0 nope -n shop -o yaml" },
  { args: "--context developer get nodes" },
  { args: "--context developer get pods,nodes,widgets" },
  { args: "--context anonymous get --raw /api/v1/nodes" },
  { args: "--token=wrong --username= get pods -n shop", levels: [6, 9] },
  { args: "top nodes" },
  { args: "top pods -A" },
  { args: "api-resources" },
  { args: "api-versions" },
  { args: "--context legacy api-resources" },
  { args: "--context legacy api-versions" },
  { args: "--context legacy get all -n shop" },
  { args: "get apiservices" },
  { args: "get widgets -n shop" },
  { args: "get widgets.v1alpha1.example.com -n shop" },
  { args: "get --raw /version" },
  { args: `get --raw ${pod}` },
  { args: "get --raw /nope" },
  { args: "version" },
  { args: "explain pods" },
  { args: "auth can-i list nodes" },
  { args: "--context developer auth can-i --list" },
  { args: "alpha auth whoami", from: 26, to: 27 },
  { args: "auth whoami", from: 28 },
  { args: "--as developer auth whoami", from: 28 },
  { args: "--context support --as developer get pods -n shop" },
  { args: "--context support --as developer --as-group qa get --raw /version" },
  { args: "describe pod cart-0 -n shop" },
  { args: "logs cart-0 -n shop" },
  { args: "--context reader logs cart-0 -n shop" },
  { args: "delete pod cart-0 -n shop" },
  { args: "apply -f settings.yaml" },
  { args: "apply --validate=false -f settings.yaml", to: 28 },
  { args: "apply --server-side -f settings.yaml" },
  { args: 'patch deploy web -n shop -p {"spec":{"replicas":1}}' },
  { args: "scale deploy/web -n shop --replicas=3" },
  { args: "create configmap x -n shop" },
  { args: "rollout status deploy/web -n shop --timeout=5s" },
  { args: "exec cart-0 -n shop -- ls" },
  { args: "port-forward pod/cart-0 8080:80 -n shop", levels: [6, 8, 9] },
  { args: "--context throttled get pods -n shop" },
  { args: "--context throttled api-resources" },
  { args: "api-resources --verbs=list", apiDown: true },
  { args: "--context legacy api-resources --verbs=list", apiDown: true },
  { args: "get pods -n shop -o name", apiDown: true },
  { args: "get widgets -n shop -o name", apiDown: true },
  { args: "get --raw /apis/custom.metrics.k8s.io/v1beta1", apiDown: true },
  { args: "--server https://127.0.0.1:1 get pods -n shop", unreachable: true },
  { args: "--server https://127.0.0.1:1 get --raw /version", unreachable: true },
];
