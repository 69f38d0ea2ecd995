import { goQuote } from "../rbac/go-quote.ts";

/**
 * What the API server says of a label selector that it cannot read; "" for one that it can.
 * Source of truth: the parser of apimachinery/pkg/labels/selector.go, message for message.
 */
export function labelSelectorError(text: string): string {
  const tokens = [...scan(text), ""];
  let at = 0;
  for (;;) {
    const token = tokens[at] ?? "";
    if (token === "") return "";
    if (symbols.has(token) && token !== "!") {
      return `found '${token}', expected: !, identifier, or 'end of string'`;
    }
    const read = readRequirement(tokens, at);
    if (typeof read === "string") return `unable to parse requirement: ${read}`;
    at = read;
    const end = tokens[at] ?? "";
    if (end === "") return "";
    if (end !== ",") return `found '${end}', expected: ',' or 'end of string'`;
    at += 1;
    const next = tokens[at] ?? "";
    if (next === "" || (symbols.has(next) && next !== "!")) {
      return `found '${next}', expected: identifier after ','`;
    }
  }
}

const symbols = new Set(["=", "==", "!=", "!", ">", "<", "(", ")", ","]);
const operators = ["in", "notin", "=", "==", "!=", "gt", "lt"];

function scan(text: string): string[] {
  const tokens = text.matchAll(/==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+/g);
  return [...tokens].map(([token]) => token);
}

/** Where the requirement ends, or what is wrong with it. */
function readRequirement(tokens: readonly string[], start: number): number | string {
  const negated = tokens[start] === "!";
  let at = negated ? start + 1 : start;
  const key = tokens[at] ?? "";
  if (key === "" || symbols.has(key)) return `found '${key}', expected: identifier`;
  const keyError = labelKeyError(key);
  if (keyError !== "") return `<nil>: Invalid value: ${goQuote(key)}: ${keyError}`;
  at += 1;
  const sign = tokens[at] ?? "";
  if (negated || sign === "" || sign === ",") return at;
  at += 1;
  if (sign === "in" || sign === "notin") return readSet(tokens, at, key);
  if (!["=", "==", "!=", ">", "<"].includes(sign)) {
    return `found '${sign}', expected: ${operators.join(", ")}`;
  }
  const value = tokens[at] ?? "";
  if (value === "" || value === ",") return sign === ">" || sign === "<" ? notInteger("") : at;
  if (symbols.has(value)) return `found '${value}', expected: identifier`;
  if ((sign === ">" || sign === "<") && !/^[+-]?\d+$/.test(value)) return notInteger(value);
  return labelValueError(key, [value]) || at + 1;
}

function notInteger(value: string): string {
  return `values[0]: Invalid value: ${goQuote(value)}: for 'Gt', 'Lt' operators, the value must be an integer`;
}

function readSet(tokens: readonly string[], start: number, key: string): number | string {
  if (tokens[start] !== "(") return `found '${tokens[start] ?? ""}' expected: '('`;
  const values: string[] = [];
  let at = start + 1;
  while (tokens[at] !== ")") {
    const token = tokens[at] ?? "";
    if (token === "," || !(token === "" || symbols.has(token))) {
      if (token !== ",") values.push(token);
      at += 1;
      const next = tokens[at] ?? "";
      if (token !== "," && next !== "," && next !== ")") return `found '${next}', expected: ',' or ')'`;
      continue;
    }
    return at === start + 1
      ? `found '${token}', expected: ',', ')' or identifier`
      : `found '${token}', expected: ',', or identifier`;
  }
  return labelValueError(key, values.sort()) || at + 1;
}

const namePart =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const prefixPart =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with " +
  "an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const valuePart =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an " +
  "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const nameForm = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const prefixForm = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Source of truth: IsLabelKey in apimachinery/pkg/api/validate/content/kube.go. */
function labelKeyError(key: string): string {
  const parts = key.split("/");
  if (parts.length > 2) {
    return `a valid label key ${namePart.slice("must ".length)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  }
  const name = parts.at(-1) ?? "";
  const errors = [
    ...(parts.length === 2 && parts[0] === "" ? ["prefix part must be non-empty"] : []),
    ...(parts.length === 2 && parts[0] !== "" && !prefixForm.test(parts[0] ?? "")
      ? [`prefix part ${prefixPart}`]
      : []),
    ...(name === "" ? ["name part must be non-empty"] : []),
    ...(name.length > 63 ? ["name part must be no more than 63 bytes"] : []),
    ...(nameForm.test(name) ? [] : [`name part ${namePart}`]),
  ];
  return errors.join("; ");
}

function labelValueError(key: string, values: readonly string[]): string {
  const wrong = values.findIndex((value) => value !== "" && (value.length > 63 || !nameForm.test(value)));
  if (wrong < 0) return "";
  const value = values[wrong] ?? "";
  const reason = value.length > 63 ? "must be no more than 63 bytes" : valuePart;
  return `values[${wrong}][${key}]: Invalid value: ${goQuote(value)}: ${reason}`;
}
