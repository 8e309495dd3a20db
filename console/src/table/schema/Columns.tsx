import type { Column, Table } from "../../api/types";

/** The columns in their order, with what each may hold. */
export function Columns({ table }: { table: Table }) {
  return (
    <section class="card table-scroll" tabIndex={0} aria-label={`Columns of ${table.name}`}>
      <table class="data-table schema-columns">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">NULL</th>
            <th scope="col">Default</th>
            <th scope="col">Keys</th>
          </tr>
        </thead>
        <tbody>
          {table.columns.map((column) => (
            <tr key={column.name}>
              <td class="schema-name" title={column.comment}>
                {column.name}
              </td>
              <td>
                <code>{column.type || "any"}</code>
              </td>
              <td class={column.nullable ? "" : "muted"}>{column.nullable ? "allowed" : "no"}</td>
              <td>
                <Default column={column} />
              </td>
              <td>
                <Keys table={table} column={column} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Default({ column }: { column: Column }) {
  if (column.generated) {
    return (
      <>
        <span class="badge">{column.generated.storage}</span> <code>{column.generated.expression}</code>
      </>
    );
  }
  if (column.identity) return <span class="badge">identity</span>;
  return column.default === null ? <span class="muted">–</span> : <code>{column.default}</code>;
}

function Keys({ table, column }: { table: Table; column: Column }) {
  const composite = table.primary_key.length > 1;
  const unique = table.indexes.some(
    ({ unique, origin, parts }) =>
      unique && origin !== "primary_key" && parts.length === 1 && parts[0]?.column === column.name,
  );
  return (
    <span class="row schema-badges">
      {column.primary_key !== null && (
        <span class="badge accent">primary key{composite ? ` ${column.primary_key}` : ""}</span>
      )}
      {unique && <span class="badge">unique</span>}
      {table.foreign_keys
        .filter(({ columns }) => columns.includes(column.name))
        .map(({ referenced_table }) => (
          <span key={referenced_table} class="badge">
            → {referenced_table}
          </span>
        ))}
      {column.hidden && <span class="badge">hidden</span>}
    </span>
  );
}
