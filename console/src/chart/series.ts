import { cellText, isNumber } from "../api/exact";
import type { Cell, QueryResult } from "../api/types";
import { category } from "../ui/format";

export interface Series {
  name: string;
  values: (number | null)[];
}

export interface ChartData {
  categories: string[];
  series: Series[];
}

const POINTS_MAX = 500;
const SERIES_MAX = 5;
const BARS_MAX = 24;

/** The first column as categories, the numeric columns after it as series. */
export function chartData({ columns, rows }: QueryResult): ChartData {
  const shown = rows.slice(0, POINTS_MAX);
  const series = columns
    .map(({ name }, at) => ({ name, at }))
    .slice(1)
    .filter(({ at }) => isNumericColumn(shown, at))
    .slice(0, SERIES_MAX)
    .map(({ name, at }) => ({ name, values: shown.map((row) => number(row[at])) }));
  return { categories: shown.map((row) => category(row[0] ?? null)), series };
}

/** Whether a result has a category, a number, and more than one point. */
export function isChartable({ columns, rows }: QueryResult): boolean {
  return (
    rows.length > 1 && columns.slice(1).some((_, at) => isNumericColumn(rows.slice(0, POINTS_MAX), at + 1))
  );
}

/** Months and days make a line, names make bars. */
export function kindOf({ rows }: QueryResult): "line" | "bar" {
  const moments = rows.every((row) => /^\d{4}-\d{2}(-\d{2}|$)/.test(cellText(row[0])));
  return moments || rows.length > BARS_MAX ? "line" : "bar";
}

function isNumericColumn(rows: Cell[][], at: number): boolean {
  return rows.some((row) => isNumber(row[at])) && rows.every((row) => row[at] === null || isNumber(row[at]));
}

function number(value: Cell | undefined): number | null {
  return isNumber(value) ? Number(value) : null;
}
