import { isNumber } from "../api/exact";
import type { Cell } from "../api/types";
import { brief } from "./cells";
import type { GridColumn } from "./types";

export const WIDTH_MIN = 56;
const WIDTH_MAX = 360;
const SAMPLE = 60;
const CHAR_PX = 7.1;
const SMALL_CHAR_PX = 6.4;
const BOLD_CHAR_PX = 7.8;
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

/** The width that shows the heading and most of the values, in px. */
export function fit(column: GridColumn, at: number, rows: Cell[][]): number {
  const badge = column.badge ? BADGE_PX : 0;
  const heading = Math.max(
    column.name.length * BOLD_CHAR_PX + badge + (badge ? 0 : 14),
    (column.type?.length ?? 0) * SMALL_CHAR_PX,
  );
  const lengths = rows.slice(0, SAMPLE).map((row) => brief(row[at], column.kind).length);
  const longest = Math.max(0, ...lengths);
  return clamp(Math.max(heading, longest * CHAR_PX) + PADDING_PX);
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
