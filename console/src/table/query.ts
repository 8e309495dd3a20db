import type { SortKey } from "../grid/types";

/** A condition in the words of the REST API: `op.value`, after `not.` or not. */
export interface Filter {
  column: string;
  test: string;
}

/** What the address of a table asks for; its parameters are those of the REST API. */
export interface TableQuery {
  page: number;
  pageSize: number;
  sort: SortKey[];
  filters: Filter[];
}

export const PAGE_SIZES = [20, 50, 100];
const PAGE_SIZE = 50;
const RESERVED = new Set(["page", "page_size", "sort", "select", "db"]);

export function readQuery(search: string): TableQuery {
  const query: TableQuery = { page: 1, pageSize: PAGE_SIZE, sort: [], filters: [] };
  for (const [name, value] of new URLSearchParams(search)) {
    if (name === "page") query.page = positive(value, 1);
    else if (name === "page_size") query.pageSize = Math.min(1000, positive(value, PAGE_SIZE));
    else if (name === "sort") query.sort = splitNames(value).map(sortKey);
    else if (!RESERVED.has(name)) query.filters.push({ column: name.replace(/^filter\./, ""), test: value });
  }
  return query;
}

/** The parameters for the API; what is usual is left out unless `all` is wanted. */
export function parameters(query: TableQuery, all = false): [string, string][] {
  const { page, pageSize, sort, filters } = query;
  const list: [string, string][] = [];
  if (all || page !== 1) list.push(["page", String(page)]);
  if (all || pageSize !== PAGE_SIZE) list.push(["page_size", String(pageSize)]);
  if (sort.length > 0) {
    list.push(["sort", sort.map((key) => (key.descending ? "-" : "") + quoteName(key.column)).join(",")]);
  }
  for (const { column, test } of filters) list.push([parameterName(column), test]);
  return list;
}

/** The part of an address after `?`, kept readable. */
export function writeQuery(query: TableQuery): string {
  return new URLSearchParams(parameters(query)).toString();
}

/** The address part that asks for rows with these values. */
export function equalSearch(columns: string[], values: string[]): string {
  const filters = columns.map((column, at) => ({ column, test: `eq.${values[at] ?? ""}` }));
  return writeQuery({ page: 1, pageSize: PAGE_SIZE, sort: [], filters });
}

/** The order after a click on a heading: ascending, descending, none; `add` keeps the other columns. */
export function nextSort(sort: SortKey[], column: string, add: boolean): SortKey[] {
  const known = sort.find((key) => key.column === column);
  const next = known
    ? known.descending
      ? []
      : [{ column, descending: true }]
    : [{ column, descending: false }];
  if (!add) return next;
  if (!known) return [...sort, ...next];
  return sort.flatMap((key) => (key === known ? next : [key]));
}

function parameterName(column: string): string {
  return RESERVED.has(column) || column.startsWith("filter.") ? `filter.${column}` : column;
}

function quoteName(name: string): string {
  return /^[^,"\\-][^,"\\]*$/.test(name) ? name : `"${name.replace(/["\\]/g, "\\$&")}"`;
}

function sortKey(text: string): SortKey {
  const descending = text.startsWith("-");
  return { column: unquote(descending ? text.slice(1) : text), descending };
}

function splitNames(text: string): string[] {
  return text.match(/-?"(?:\\.|[^"\\])*"|[^,]+/g) ?? [];
}

/** Takes the quotes off a name or a value of a list. */
export function unquote(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}

function positive(text: string, otherwise: number): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : otherwise;
}
