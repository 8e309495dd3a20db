import { cellText, writeExact } from "../api/exact";
import type { Cell } from "../api/types";

/** Rows as CSV by RFC 4180: CRLF, quotes only where they are needed, NULL as nothing, empty text as `""`. */
export function csv(names: string[], rows: Cell[][]): string {
  const line = (cells: Cell[]) => cells.map(field).join(",");
  return [names.map(field).join(","), ...rows.map(line), ""].join("\r\n");
}

/** Rows as an array of JSON objects; columns of one name are told apart as `name`, `name_2`. */
export function json(names: string[], rows: Cell[][]): string {
  const keys = names.map((name, at) => {
    const earlier = names.slice(0, at).filter((other) => other === name).length;
    return earlier ? `${name}_${earlier + 1}` : name;
  });
  const records = rows.map((row) => Object.fromEntries(keys.map((name, at) => [name, row[at] ?? null])));
  return `${writeExact(records, 2)}\n`;
}

/** Hands a text to the browser as a file. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function field(value: Cell): string {
  if (value === "") return '""';
  const text = cellText(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
