import { isNumber } from "../api/exact";
import type { Cell } from "../api/types";
import { brief } from "./cells";
import type { GridColumn } from "./types";

export const WIDTH_MIN = 56;
const WIDTH_MAX = 360;
const PADDING_PX = 28;
const BADGE_PX = 20;

const NUMBERS = new Set([
  "i8",
  "i16",
  "i32",
  "i64",
  "i128",
  "u8",
  "u16",
  "u32",
  "u64",
  "u128",
  "f32",
  "f64",
  "decimal",
]);

/** Whether a column reads from the right; a column of kind `any` is judged by its values. */
export function isNumeric(kind: string, values: Iterable<Cell | undefined>): boolean {
  if (NUMBERS.has(kind)) return true;
  if (kind !== "any") return false;
  let seen = false;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    if (!isNumber(value)) return false;
    seen = true;
  }
  return seen;
}

/** The width that shows the heading and the longest of the values, up to a limit, in px. */
export function fit(column: GridColumn, at: number, rows: Cell[][]): number {
  const badge = column.badge ? BADGE_PX : 0;
  const heading = Math.max(
    measure(column.name, "600 13px") + badge + (badge ? 0 : 14),
    measure(column.type?.toLowerCase() ?? "", "11px"),
  );
  let longest = "";
  for (const row of rows) {
    const text = brief(row[at], column.kind);
    if (text.length > longest.length) longest = text;
  }
  // Digits stand in columns, each as wide as the widest.
  const widest = measure(longest.replace(/\d/g, "0"), "13px");
  return clamp(Math.max(heading, widest) + PADDING_PX);
}

let pen: { context: CanvasRenderingContext2D; family: string } | null = null;

/** How wide a text is in the font of the page, in px. */
function measure(text: string, style: string): number {
  pen ??= newPen();
  if (!pen) return text.length * 8;
  pen.context.font = `${style} ${pen.family}`;
  return Math.ceil(pen.context.measureText(text).width);
}

function newPen() {
  const context = document.createElement("canvas").getContext("2d");
  return context && { context, family: getComputedStyle(document.body).fontFamily };
}

/** The width before any value is known, in px. */
export function guess(column: GridColumn): number {
  const usual = NUMBERS.has(column.kind)
    ? 96
    : ({ timestamp: 176, timestamp_tz: 184, uuid: 290 }[column.kind] ?? 200);
  return clamp(Math.max(usual, fit(column, 0, [])));
}

function clamp(width: number): number {
  return Math.round(Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, width)));
}
