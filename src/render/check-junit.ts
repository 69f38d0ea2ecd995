import type { CheckItem, CheckReport } from "./check.ts";
import { type CheckState, causeOf, detailOf, messageOf, sentenceOf, stateOf } from "./check-words.ts";
import { sanitize } from "./sanitize.ts";
import { backendText } from "./words.ts";

/**
 * The report as JUnit XML: a test suite for each context, a test case for each APIService. One that is accepted is
 * skipped, a context that cannot be asked is an error.
 * Source of truth: jenkinsci/xunit-plugin/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd,
 * and Surefire's own schema, which wants a time of each.
 */
export function renderCheckJunit({ items }: CheckReport): string {
  const contexts = [...new Set(items.map(({ context }) => context))];
  const suites = contexts.map((context) =>
    renderSuite(
      context,
      items.filter((item) => item.context === context),
    ),
  );
  const { tests, failures, errors } = countsOf(items);
  const head = attributes({ name: "kubectl trace check", tests, failures, errors, time: "0" });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function renderSuite(context: string | undefined, items: readonly CheckItem[]): string {
  const name = context === undefined ? "APIServices" : `APIServices of context ${context}`;
  return [
    `  <testsuite${attributes({ name, ...countsOf(items), time: "0" })}>`,
    ...items.map(renderCase),
    "  </testsuite>",
  ].join("\n");
}

function countsOf(items: readonly CheckItem[]) {
  const count = (state: CheckState) => String(items.filter((item) => stateOf(item) === state).length);
  return {
    tests: String(items.length),
    failures: count("unavailable"),
    errors: count("unasked"),
    skipped: count("accepted"),
  };
}

/** Which element says that a test case did not pass. */
const outcomes = { unavailable: "failure", accepted: "skipped", unasked: "error" } as const;

function renderCase(item: CheckItem): string {
  const { apiService, context } = item;
  const classname = context === undefined ? "APIService" : `${context}.APIService`;
  const name = item.asked === false ? "the context can be asked" : apiService.name;
  const head = `    <testcase${attributes({ name, classname, time: "0" })}`;
  const state = stateOf(item);
  if (state === "available") return `${head}/>`;
  const outcome = outcomes[state];
  const message = state === "unasked" ? messageOf(item) : acceptedOr(item, detailOf(item));
  const text = [sentenceOf(item), `backend: ${sanitize(backendText(item.target))}`].join("\n");
  return [
    `${head}>`,
    `      <${outcome}${attributes({ type: causeOf(item), message })}>${escapeXml(text)}</${outcome}>`,
    "    </testcase>",
  ].join("\n");
}

function acceptedOr({ accepted, acceptedReason }: CheckItem, detail: string): string {
  if (accepted !== true) return detail;
  return `accepted: ${sanitize(acceptedReason ?? "") || detail}`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(sanitize(value))}"`)
    .join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 cannot say U+FFFE and U+FFFF, not even as a reference; sanitize has dealt with the other such characters. */
function escapeXml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? "").replaceAll(/[\ufffe\uffff]/g, "\ufffd");
}
