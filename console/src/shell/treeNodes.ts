import type { Catalog, DatabaseInfo, Table } from "../api/types";

export type Node =
  | { kind: "database"; id: string; database: DatabaseInfo; open: boolean }
  | { kind: "table"; id: string; db: string; table: Table; rows: number | null; at: number; of: number };

/** The lines of the tree from top to bottom; a filter opens every database that holds a hit. */
export function treeNodes(
  databases: DatabaseInfo[],
  catalogs: Record<string, { data: Catalog | null }>,
  folded: string[],
  filter: string,
): Node[] {
  return databases.flatMap((database) => {
    const catalog = catalogs[database.name]?.data ?? null;
    const all = [...(catalog?.tables ?? [])].sort(byKind);
    const tables = filter ? all.filter(({ name }) => name.toLowerCase().includes(filter)) : all;
    if (filter && tables.length === 0 && !database.name.toLowerCase().includes(filter)) return [];
    const open = filter !== "" || !folded.includes(database.name);
    const head: Node = { kind: "database", id: database.name, database, open };
    if (!open) return [head];
    return [
      head,
      ...tables.map((table, at): Node => {
        const rows = catalog?.row_counts[table.name] ?? null;
        const id = `${database.name}/${table.name}`;
        return { kind: "table", id, db: database.name, table, rows, at: at + 1, of: tables.length };
      }),
    ];
  });
}

/** Tables before views, each in the order of the server. */
function byKind(a: Table, b: Table): number {
  return Number(isView(a)) - Number(isView(b));
}

function isView({ kind }: Table): boolean {
  return kind === "view" || kind === "materialized_view";
}
