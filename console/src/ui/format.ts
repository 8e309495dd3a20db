import { cellText } from "../api/exact";
import type { Cell } from "../api/types";

const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const month = new Intl.DateTimeFormat("en", { month: "short", year: "numeric", timeZone: "UTC" });
const day = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

const FRACTION_MAX = 4;

/** `12,345` */
export function count(value: number): string {
  return grouped.format(value);
}

/** `1 row`, `2 rows` */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? "" : "s"}`;
}

/** `1.2M`, with the unit in its place. */
export function compact(value: number, unit: string | null = null): string {
  return withUnit(short.format(value), unit);
}

/** Groups the digits of an exact number and leaves its fraction alone. */
export function groupDigits(text: string): string {
  const [, sign = "", whole = "", rest = ""] = /^(-?)(\d+)(.*)$/.exec(text) ?? [];
  return whole ? sign + whole.replace(/\B(?=(\d{3})+$)/g, ",") + rest : text;
}

/** Fractions of one length and grouped digits, for a column of doubles that people read. */
export function evenly(texts: string[]): string[] {
  const figures = texts.filter((text) => text !== "NULL");
  if (!figures.every((text) => /^-?\d+(\.\d+)?$/.test(text))) return texts;
  const fractions = figures.map((text) => (text.split(".")[1] ?? "").replace(/^0+$/, "").length);
  const digits = Math.max(0, ...fractions);
  if (digits > FRACTION_MAX) return texts.map(groupDigits);
  return texts.map((text) => {
    if (text === "NULL") return text;
    const [whole = "", fraction = ""] = text.split(".");
    const padded = fraction.slice(0, digits).padEnd(digits, "0");
    return groupDigits(whole) + (digits > 0 ? `.${padded}` : "");
  });
}

/** A currency stands before its figure, any other unit after it. */
export function withUnit(text: string, unit: string | null): string {
  if (!unit) return text;
  if (/^[€$£¥]$/.test(unit)) return text.startsWith("-") ? `-${unit}${text.slice(1)}` : `${unit}${text}`;
  return unit === "%" ? `${text}%` : `${text} ${unit}`;
}

/** `0.4 ms`, `132 ms`, `1.31 s` */
export function duration(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** `45 s`, `12 min`, `3 h 20 min`, `5 d 4 h` */
export function uptime(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A category of an axis: months and days become words, everything else stays. */
export function category(value: Cell): string {
  const text = cellText(value);
  if (/^\d{4}-\d{2}$/.test(text)) return month.format(new Date(`${text}-01T00:00:00Z`));
  if (/^\d{4}-\d{2}-01(T00:00:00(\.0+)?Z?)?$/.test(text)) return month.format(new Date(text.slice(0, 10)));
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return day.format(new Date(text));
  return text === "" ? "NULL" : text;
}
