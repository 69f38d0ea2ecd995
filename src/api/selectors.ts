/**
 * Field and label selectors, read as the API server reads them.
 * Sources of truth: apimachinery/pkg/fields/selector.go, apimachinery/pkg/labels/selector.go.
 */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** Every requirement, in the server's (byte-wise sorted) order; null when the server would refuse the selector. */
export function parseFieldSelector(text: string): readonly FieldRequirement[] | null {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort(compareBytes)) {
    const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term);
    const value = match === null ? null : unescapeValue(match[3] ?? "");
    if (match === null || value === null) return null;
    requirements.push({ field: match[1] ?? "", operator: match[2] === "!=" ? "!=" : "=", value });
  }
  return requirements;
}

/** At commas that no backslash escapes. Empty terms count for nothing, so they are left out. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^\\,])+|\\$/gs) ?? [];
}

function unescapeValue(value: string): string | null {
  if (!/[\\,=]/.test(value)) return value;
  const wellFormed = /^(?:[^\\,=]|\\[\\,=])*$/s.test(value);
  return wellFormed ? value.replace(/\\([\\,=])/g, "$1") : null;
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: "exists" | "!" | "in" | "notin" | "=" | "!=" | "gt" | "lt";
  readonly values: readonly string[];
}

/** Every requirement in the order written; null when the server would refuse the selector. */
export function parseLabelSelector(text: string): readonly LabelRequirement[] | null {
  const tokens = scanLabelSelector(text);
  if (tokens === null) return null;
  const requirements: LabelRequirement[] = [];
  let at = 0;
  while (at < tokens.length) {
    const next = readRequirement(tokens, at);
    if (next === null || !isValidRequirement(next.requirement)) return null;
    requirements.push(next.requirement);
    at = next.end;
    if (at === tokens.length) return requirements;
    if (tokens[at] !== "," || at + 1 === tokens.length) return null;
    at += 1;
  }
  return requirements;
}

const operators = new Set(["=", "==", "!=", "!", ">", "<", "(", ")", ","]);

function scanLabelSelector(text: string): string[] | null {
  const tokens: string[] = [];
  const [before = ""] = text.split("\0", 1); // the server's lexer takes a NUL for the end
  for (const [token] of before.matchAll(/[=!(),<>]+|[^ \t\r\n=!(),<>]+/g)) {
    if (!/[=!(),<>]/.test(token[0] ?? "")) tokens.push(token);
    else {
      const symbols = token.match(/==|!=|[=!(),<>]/g);
      if (symbols === null) return null;
      tokens.push(...symbols);
    }
  }
  return tokens;
}

interface Read {
  readonly requirement: LabelRequirement;
  readonly end: number;
}

const binary: Readonly<Record<string, LabelRequirement["operator"]>> = {
  "=": "=",
  "==": "=",
  "!=": "!=",
  ">": "gt",
  "<": "lt",
  in: "in",
  notin: "notin",
};

function readRequirement(tokens: readonly string[], start: number): Read | null {
  const negated = tokens[start] === "!";
  const at = negated ? start + 1 : start;
  const key = tokens[at];
  if (key === undefined || operators.has(key)) return null;
  const sign = tokens[at + 1];
  if (sign === undefined || sign === ",") {
    return { requirement: { key, operator: negated ? "!" : "exists", values: [] }, end: at + 1 };
  }
  const operator = binary[sign];
  if (negated || operator === undefined) return null;
  if (operator === "in" || operator === "notin") return readSet(tokens, at + 2, key, operator);
  const value = tokens[at + 2];
  if (value === undefined || value === ",")
    return { requirement: { key, operator, values: [""] }, end: at + 2 };
  return operators.has(value) ? null : { requirement: { key, operator, values: [value] }, end: at + 3 };
}

/** `(a,b,)`: commas part the values, an empty place is the empty value. */
function readSet(
  tokens: readonly string[],
  start: number,
  key: string,
  operator: "in" | "notin",
): Read | null {
  if (tokens[start] !== "(") return null;
  const close = tokens.indexOf(")", start);
  if (close < 0) return null;
  const values: string[] = [];
  let expectsValue = true;
  for (const token of tokens.slice(start + 1, close)) {
    if (token === ",") {
      if (expectsValue) values.push("");
      expectsValue = true;
    } else if (operators.has(token) || !expectsValue) return null;
    else {
      values.push(token);
      expectsValue = false;
    }
  }
  if (expectsValue) values.push("");
  return { requirement: { key, operator, values: [...new Set(values)] }, end: close + 1 };
}

const labelName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const dnsSubdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function isValidRequirement({ key, operator, values }: LabelRequirement): boolean {
  if (!isLabelKey(key) || !values.every((value) => value === "" || labelName.test(value))) return false;
  if (operator === "gt" || operator === "lt") return values.every((value) => /^[+-]?\d+$/.test(value));
  return true;
}

function isLabelKey(key: string): boolean {
  const parts = key.split("/");
  if (parts.length > 2 || !labelName.test(parts.at(-1) ?? "")) return false;
  const prefix = parts[0] ?? "";
  return parts.length === 1 || (prefix.length <= 253 && dnsSubdomain.test(prefix));
}
