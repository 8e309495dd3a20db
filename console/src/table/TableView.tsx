import { useEffect } from "preact/hooks";
import { catalogs, findTable, sqlAllowed, wantCatalog } from "../api/store";
import type { Table } from "../api/types";
import { ErrorBox } from "../ui/ErrorBox";
import { databaseHref, schemaHref, sqlHref, tableHref } from "../ui/href";
import { Icon } from "../ui/Icon";
import { useTitle } from "../ui/useTitle";
import { Rows } from "./Rows";
import { Schema } from "./schema/Schema";
import { selectAll } from "./sqlText";
import { useTable } from "./useTable";
import "./table.css";

interface Props {
  db: string;
  table: string;
  tab: "rows" | "schema";
}

/** A table or view: its rows, or what it is made of. */
export function TableView({ db, table, tab }: Props) {
  useTitle(tab === "schema" ? `${table} schema · ${db}` : `${table} · ${db}`);
  useEffect(() => wantCatalog(db), [db]);
  const { data, error } = catalogs.value[db] ?? { data: null, error: null };
  const found = useTable(db, table);
  return (
    <>
      <Head db={db} table={table} tab={tab} found={found} />
      {error && (
        <div class="view-error">
          <ErrorBox error={error} retry={() => wantCatalog(db)} />
        </div>
      )}
      {data && !findTable(db, table) ? (
        <Missing db={db} table={table} />
      ) : tab === "rows" ? (
        <Rows db={db} name={table} table={found} />
      ) : (
        found && data && <Schema db={db} table={found} />
      )}
    </>
  );
}

function Head({ db, table, tab, found }: Props & { found: Table | null }) {
  return (
    <header class="table-head">
      <nav class="crumbs clip" aria-label="Path">
        <a class="wide-only" href={databaseHref(db)}>
          {db}
        </a>
        <span class="wide-only" aria-hidden="true">
          /
        </span>
        <h1 class="clip">{table}</h1>
        {found && found.kind !== "table" && <span class="badge">{found.kind.replaceAll("_", " ")}</span>}
      </nav>
      <nav class="tabs" aria-label="Parts of the table">
        <a class="tab" href={tableHref(db, table)} aria-current={tab === "rows" ? "page" : undefined}>
          Rows
        </a>
        <a class="tab" href={schemaHref(db, table)} aria-current={tab === "schema" ? "page" : undefined}>
          Schema
        </a>
      </nav>
      {sqlAllowed() && (
        <a
          class="button quiet table-sql"
          href={sqlHref(db, selectAll(table, found))}
          aria-label="Open in SQL"
          title="Open in SQL"
        >
          <Icon name="code" />
          <span class="wide-only">Open in SQL</span>
        </a>
      )}
    </header>
  );
}

function Missing({ db, table }: { db: string; table: string }) {
  return (
    <div class="grid-message" role="alert">
      <p>
        There is no table <strong>{table}</strong> in {db}.
      </p>
      <a class="button" href={databaseHref(db)}>
        Tables of {db}
      </a>
    </div>
  );
}
