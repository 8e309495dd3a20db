import { cellText, writeExact } from "../api/exact";
import type { Cell } from "../api/types";
import { byteCount, byteSize } from "../ui/bytes";

const BRIEF_MAX = 240;

/** One line for a cell of the grid: clipped, without line ends. */
export function brief(value: Cell | undefined, kind: string): string {
  if (value === null || value === undefined) return "NULL";
  if (kind === "bytes" && typeof value === "string") return byteSize(byteCount(value));
  const text = moment(cellText(value), kind);
  const head = text.length > BRIEF_MAX ? `${text.slice(0, BRIEF_MAX)}…` : text;
  return head.replace(/[\r\n\t]+/g, " ⏎ ");
}

/** The whole value for the record panel; JSON is laid out. */
export function full(value: Cell, kind: string): string {
  if (typeof value === "object" && value !== null && kind === "json") return writeExact(value, 2);
  return moment(cellText(value), kind);
}

/** The class that gives a value its look. */
export function look(value: Cell | undefined, kind: string): string {
  if (value === null || value === undefined) return "is-null";
  if (kind === "bytes" || kind === "json" || kind === "uuid") return `is-${kind}`;
  if (value === "") return "is-empty";
  return typeof value === "boolean" ? `is-${value}` : "";
}

function moment(text: string, kind: string): string {
  if (kind !== "timestamp" && kind !== "timestamp_tz") return text;
  return text.replace("T", " ").replace(/(:\d\d)\.0+(?=Z|$)/, "$1");
}
