import { unquote } from "./query";

/** An operator of the filter form. */
export interface Operator {
  id: string;
  label: string;
  /** Whether it takes a value, and of what form. */
  value: "one" | "list" | "none";
  write: (value: string) => string;
}

const compare = (id: string, label: string): Operator => ({
  id,
  label,
  value: "one",
  write: (v) => `${id}.${v}`,
});
const state = (id: string, label: string): Operator => ({ id, label, value: "none", write: () => id });

const EQUAL = [compare("eq", "="), compare("neq", "≠")];
const ORDER = [compare("gt", ">"), compare("gte", "≥"), compare("lt", "<"), compare("lte", "≤")];
const LIST: Operator = { id: "in", label: "is one of", value: "list", write: (v) => `in.(${listItems(v)})` };
const NULLS = [state("is.null", "is NULL"), state("is.notnull", "is not NULL")];
const WORDS: Operator[] = [
  { id: "contains", label: "contains", value: "one", write: (v) => `ilike.*${literal(v)}*` },
  { id: "starts", label: "starts with", value: "one", write: (v) => `ilike.${literal(v)}*` },
];
const PATTERN = [compare("like", "like"), compare("ilike", "ilike")];
const TRUTH = [state("is.true", "is true"), state("is.false", "is false")];

/** The operators that make sense for a kind of column. */
export function operatorsOf(kind: string): Operator[] {
  switch (kind) {
    case "bool":
      return [...TRUTH, ...NULLS];
    case "bytes":
    case "json":
      return NULLS;
    case "text":
      return [...WORDS, ...EQUAL, ...ORDER, LIST, ...PATTERN, ...NULLS];
    case "any":
      return [...EQUAL, ...ORDER, ...WORDS, LIST, ...PATTERN, ...NULLS];
    default:
      return [...EQUAL, ...ORDER, LIST, ...NULLS];
  }
}

/** A test of an address as the form shows it; one that the form cannot write is shown as it stands. */
export function readTest(test: string): { operator: string; value: string; id: string } {
  const negated = test.startsWith("not.");
  const [, op = "", value = ""] = /^(\w+)\.([\s\S]*)$/.exec(negated ? test.slice(4) : test) ?? [];
  const not = negated ? "not " : "";
  if (op === "is")
    return { operator: `${not}is`, value: value === "notnull" ? "not NULL" : is(value), id: `is.${value}` };
  if (op === "in") return { operator: `${not}in`, value: readList(value).join(", "), id: "in" };
  const words = op === "ilike" ? /^(\*?)([^*]+)\*$/.exec(value) : null;
  if (words) {
    const id = words[1] ? "contains" : "starts";
    return {
      operator: not + (words[1] ? "contains" : "starts with"),
      value: (words[2] ?? "").replace(/\\(.)/g, "$1"),
      id,
    };
  }
  const known = [...EQUAL, ...ORDER, ...PATTERN].find(({ id }) => id === op);
  return known ? { operator: not + known.label, value, id: op } : { operator: "", value: test, id: "" };
}

/** Text whose `%`, `_` and `\` mean themselves; `*` stays a wildcard. */
function literal(text: string): string {
  return text.replace(/[%_\\]/g, "\\$&");
}

function is(value: string): string {
  return value === "null" ? "NULL" : value;
}

function readList(text: string): string[] {
  return (text.replace(/^\(|\)$/g, "").match(/"(?:\\.|[^"\\])*"|[^,]+/g) ?? []).map(unquote);
}

/** Values that people separate by commas, each quoted where it must be. */
function listItems(text: string): string {
  const items = text.split(",").map((item) => item.trim());
  return items
    .filter(Boolean)
    .map((item) => (/^[\w.:-]+$/.test(item) ? item : `"${item.replace(/["\\]/g, "\\$&")}"`))
    .join(",");
}
