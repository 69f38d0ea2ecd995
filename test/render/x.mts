import { traces, sampleTrace } from "../helpers/traces.ts";
import { render } from "./rendering.ts";
const top=[traces.discoveryApi,traces.discoveryApis,traces.topNodes,traces.list];
const title='context "kind-dev" (https://10.0.0.1:6443)';
const bad=[traces.denied,traces.unavailable,traces.unauthorized,traces.failedDial,traces.failedDial,traces.unattributed,traces.throttled, traces.warnings, traces.unresolved];
for (const c of [80,120,200,null]) { console.log("### top",c); console.log(await render("table",top,{columns:c,title})); }
console.log("### bad 80"); console.log(await render("table",bad,{columns:80,title:"offline"}));
console.log("### bad 120"); console.log(await render("table",bad,{columns:120}));
console.log("### offline 80");
const off="no cluster was asked (--offline)";
console.log(await render("table",[1,2,3].map(()=>({...traces.topNodes,apiService:{name:"v1beta1.metrics.k8s.io",available:"Unknown" as const,reason:"NotAsked",message:off},target:{kind:"Unresolved" as const,reason:off},verdict:{decision:"allowed" as const,reason:"the server answered 200",source:"response" as const}})),{columns:80,title:"offline"}));
console.log("### planned 120");
console.log(await render("table",[traces.planned, traces.watch, traces.crd],{columns:120}));
console.log(await render("table",[],{columns:120}));
console.log(await render("table",[],{columns:120,command:["kubectl","version","--client"]}));
console.log("### wide"); console.log(await render("wide",[traces.topNodes,traces.denied,traces.unattributed,traces.unavailable],{columns:80}));
console.log("### flow"); console.log(await render("flow",[traces.topNodes,traces.topNodes,traces.denied,traces.unauthorized, traces.failedDial],{columns:80,command:["kubectl","top","nodes"],title}));
