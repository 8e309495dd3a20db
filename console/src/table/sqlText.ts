import type { Table } from "../api/types";

/** A name as SQL takes it. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The statement to begin with on a table, of which its name alone may be known. */
export function selectAll(name: string, table: Table | null): string {
  const parts = table?.relation ? [table.schema, table.relation] : [name];
  return `SELECT *\nFROM ${parts.map(quoteIdentifier).join(".")}\nLIMIT 100`;
}
