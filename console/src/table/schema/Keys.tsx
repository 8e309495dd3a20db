import type { ForeignKey, Table } from "../../api/types";
import { schemaHref } from "../../ui/href";
import { type Incoming, referencedColumns } from "../columns";

/** The foreign keys of the table. */
export function KeysOut({ db, table }: { db: string; table: Table }) {
  if (table.foreign_keys.length === 0) return null;
  return (
    <section>
      <h2>Foreign keys</h2>
      <ul class="card schema-list">
        {table.foreign_keys.map((key) => (
          <li key={`${key.columns}/${key.referenced_table}`}>
            <code>{key.columns.join(", ")}</code> →{" "}
            <a href={schemaHref(db, key.referenced_table)}>{key.referenced_table}</a>{" "}
            <code class="muted">({referencedColumns(db, key).join(", ")})</code>
            <Rules of={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The foreign keys of other tables that lead here. */
export function KeysIn({ db, incoming }: { db: string; incoming: Incoming[] }) {
  if (incoming.length === 0) return null;
  return (
    <section>
      <h2>Referenced by</h2>
      <ul class="card schema-list">
        {incoming.map(({ table, key }) => (
          <li key={`${table.name}/${key.columns}`}>
            <a href={schemaHref(db, table.name)}>{table.name}</a>{" "}
            <code class="muted">({key.columns.join(", ")})</code>
            <Rules of={key} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rules({ of: { on_update, on_delete } }: { of: ForeignKey }) {
  const rules = [
    ["update", on_update],
    ["delete", on_delete],
  ].filter(([, rule]) => rule !== "no_action");
  return (
    <>
      {rules.map(([event, rule]) => (
        <span key={event} class="badge schema-rule">
          on {event} {rule?.replace("_", " ")}
        </span>
      ))}
    </>
  );
}
