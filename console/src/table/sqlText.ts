/** A name as SQL takes it. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The statement to begin with on a table. */
export function selectAll(table: string): string {
  return `SELECT *\nFROM ${quoteIdentifier(table)}\nLIMIT 100`;
}
