import { isLosslessNumber, LosslessNumber, parse, stringify } from "lossless-json";
import type { Cell } from "./types";

/** Reads JSON; a number that a double would show differently (2^53, 1.10, 1.0) keeps its own text. */
export function parseExact(text: string): unknown {
  return parse(text, undefined, (digits) => {
    const number = Number(digits);
    return String(number) === digits ? number : new LosslessNumber(digits);
  });
}

/** Writes JSON with every digit that `parseExact` kept. */
export function writeExact(value: unknown, indent?: number): string {
  return stringify(value, undefined, indent) ?? "null";
}

export function isNumber(value: Cell | undefined): value is number | LosslessNumber {
  return typeof value === "number" || isLosslessNumber(value);
}

/** The value as text for people, for copying and for CSV; NULL is the empty text. */
export function cellText(value: Cell | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (isLosslessNumber(value)) return value.value;
  return typeof value === "object" ? writeExact(value) : String(value);
}
