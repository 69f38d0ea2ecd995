import type { CheckItem, CheckReport } from "./check.ts";
import { causeOf, sentenceOf, stateOf, titleOf } from "./check-words.ts";
import { renderJson } from "./json.ts";
import { sanitize } from "./sanitize.ts";

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/**
 * The report as a SARIF log: a rule for each cause, a result for each APIService that is not available, at the logical
 * location of its name. What is accepted is a result that is suppressed.
 * Source of truth: SARIF 2.1.0 errata 01, sections 3.13 (log), 3.27 (result), 3.33 (logical location).
 */
export function renderCheckSarif(report: CheckReport, version: string): string {
  const broken = report.items.filter((item) => stateOf(item) !== "available");
  const causes = [...new Set(broken.map(causeOf))];
  return `${renderJson({
    version: "2.1.0",
    $schema: schema,
    runs: [
      {
        tool: {
          driver: { name: "kubectl-trace", version, rules: causes.map((cause) => newRule(cause, broken)) },
        },
        invocations: [{ executionSuccessful: broken.every((item) => stateOf(item) !== "unasked") }],
        results: broken.map((item) => newResult(item, causes.indexOf(causeOf(item)))),
      },
    ],
  })}\n`;
}

function newRule(id: string, broken: readonly CheckItem[]): unknown {
  const isOfContexts = broken.every((item) => causeOf(item) !== id || stateOf(item) === "unasked");
  const what = isOfContexts ? "a context cannot be asked" : `an APIService is not available: ${id}`;
  return { id, shortDescription: { text: textOf(what) } };
}

function newResult(item: CheckItem, ruleIndex: number): unknown {
  const why = sanitize(item.acceptedReason ?? "");
  return {
    ruleId: causeOf(item),
    ruleIndex,
    level: "error",
    message: { text: textOf(sentenceOf(item)) },
    locations: [{ logicalLocations: [newLocation(item)] }],
    partialFingerprints: { "apiService/v1": titleOf(item) },
    ...(item.accepted === true
      ? { suppressions: [{ kind: "external", status: "accepted", ...(why && { justification: why }) }] }
      : {}),
  };
}

function newLocation({ apiService, context, asked }: CheckItem): unknown {
  const [name, of] = [sanitize(apiService.name), sanitize(context ?? "")];
  if (asked === false) return { name: of, fullyQualifiedName: of };
  const path = `apiservices.apiregistration.k8s.io/${name}`;
  return { name, fullyQualifiedName: of === "" ? path : `${of}/${path}`, kind: "resource" };
}

/** In SARIF's texts `{0}` is a placeholder and `[text](target)` a link. What a cluster says is neither. */
function textOf(text: string): string {
  return text
    .replaceAll(/\{(?=\d+\})/g, "{{")
    .replaceAll(/(?<=\{\{\d+)\}/g, "}}")
    .replaceAll("](", "] (");
}
