import { useEffect } from "preact/hooks";
import { catalogs, wantCatalog } from "../api/store";
import type { DatabaseInfo } from "../api/types";
import { ProblemText } from "../shell/BrokenModules";
import { ErrorBox } from "../ui/ErrorBox";
import { count, plural } from "../ui/format";
import { schemaHref, tableHref } from "../ui/href";
import { Icon } from "../ui/Icon";
import "./database.css";

/** The tables and views of a database with their size. */
export function DatabaseTables({ database }: { database: DatabaseInfo }) {
  const { name, state, problem } = database;
  useEffect(() => {
    if (state === "ready") wantCatalog(name);
  }, [name, state]);
  const { data, error } = catalogs.value[name] ?? { data: null, error: null };
  if (problem) return <ProblemText problem={problem} />;
  if (error) return <ErrorBox error={error} retry={() => wantCatalog(name)} />;
  if (data?.tables.length === 0) return <p class="muted">This database has no tables yet.</p>;
  return (
    <section class="card table-scroll" tabIndex={0} aria-label={`Tables of ${name}`}>
      <table class="data-table database-tables">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="num">
              Rows
            </th>
            <th scope="col" class="num">
              Columns
            </th>
            <th scope="col" class="wide-only">
              Refers to
            </th>
          </tr>
        </thead>
        <tbody>
          {data?.tables.map((table) => (
            <tr key={table.name}>
              <td>
                <a class="table-name" href={tableHref(name, table.name)}>
                  <Icon name={table.kind} />
                  {table.name}
                </a>
              </td>
              <td class="num">{rowCount(data.row_counts[table.name])}</td>
              <td class="num">
                <a
                  href={schemaHref(name, table.name)}
                  aria-label={`${plural(table.columns.length, "column")} of ${table.name}`}
                >
                  {table.columns.length}
                </a>
              </td>
              <td class="muted wide-only">
                {[...new Set(table.foreign_keys.map((key) => key.referenced_table))].join(", ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function rowCount(rows: number | null | undefined) {
  return rows === null || rows === undefined ? <span class="muted">–</span> : count(rows);
}
