import { cellText } from "../api/exact";
import { catalogOf, findTable } from "../api/store";
import type { Cell, ForeignKey, Table } from "../api/types";
import type { GridColumn } from "../grid/types";
import { tableHref } from "../ui/href";
import { equalSearch } from "./query";

type Record_ = Record<string, Cell>;

/** The columns of the grid; none as long as the table is not known. */
export function gridColumns(table: Table | null): GridColumn[] {
  if (!table) return [];
  return table.columns
    .filter(({ hidden }) => !hidden)
    .map(({ name, type, kind, primary_key }) => {
      const linked = table.foreign_keys.some(({ columns }) => columns.includes(name));
      return { name, type, kind, badge: primary_key !== null ? "key" : linked ? "link" : undefined };
    });
}

/** Where the foreign key of a column leads for this record, or `null`. */
export function linkOf(
  db: string,
  table: Table | null,
  record: Record_ | undefined,
  column: string | undefined,
) {
  const key = column && table?.foreign_keys.find(({ columns }) => columns.includes(column));
  if (!key || !record) return null;
  const values = key.columns.map((name) => record[name] ?? null);
  if (values.includes(null)) return null;
  return tableHref(db, key.referenced_table, equalSearch(referencedColumns(db, key), values.map(cellText)));
}

/** A key that names no columns means the primary key of its table. */
export function referencedColumns(db: string, key: ForeignKey): string[] {
  if (key.referenced_columns.length > 0) return key.referenced_columns;
  return findTable(db, key.referenced_table)?.primary_key ?? [];
}

/** A foreign key of another table that leads here. */
export interface Incoming {
  table: Table;
  key: ForeignKey;
}

export function incomingKeys(db: string, table: string): Incoming[] {
  return (catalogOf(db)?.tables ?? []).flatMap((other) =>
    other.foreign_keys.filter((key) => key.referenced_table === table).map((key) => ({ table: other, key })),
  );
}
