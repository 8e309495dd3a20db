import type { Table } from "../../api/types";
import { incomingKeys } from "../columns";
import { Columns } from "./Columns";
import { CreateStatement } from "./CreateStatement";
import { Indexes } from "./Indexes";
import { KeysIn, KeysOut } from "./Keys";
import { Relations } from "./Relations";
import "../../ui/page.css";
import "./schema.css";

interface Props {
  db: string;
  table: Table;
}

/** What a table is made of, and how it hangs together with others. */
export function Schema({ db, table }: Props) {
  const incoming = incomingKeys(db, table.name);
  const traits = [table.strict && "strict", table.without_rowid && "without rowid"].filter(
    (trait) => trait !== false,
  );
  return (
    <div class="page">
      <div class="page-inner schema">
        {table.problem && <p class="error-box">{table.problem}</p>}
        {table.comment && <p class="muted">{table.comment}</p>}
        <section>
          <h2>
            Columns <span class="schema-count">{table.columns.length}</span>
            {traits.map((trait) => (
              <span key={trait} class="badge">
                {trait}
              </span>
            ))}
          </h2>
          <Columns table={table} />
        </section>
        {(table.foreign_keys.length > 0 || incoming.length > 0) && (
          <section class="wide-only">
            <h2>Relations</h2>
            <Relations db={db} table={table} incoming={incoming} />
          </section>
        )}
        <div class="schema-pair">
          <KeysOut db={db} table={table} />
          <KeysIn db={db} incoming={incoming} />
        </div>
        <Indexes indexes={table.indexes} />
        {table.checks.length > 0 && (
          <section>
            <h2>Checks</h2>
            <ul class="card schema-list">
              {table.checks.map(({ name, expression }) => (
                <li key={expression}>
                  <code>{expression}</code> {name && <span class="muted">{name}</span>}
                </li>
              ))}
            </ul>
          </section>
        )}
        {table.beyond && (
          <section>
            <h2>More</h2>
            <ul class="card schema-list">
              {table.beyond.map((text) => (
                <li key={text}>
                  <code>{text}</code>
                </li>
              ))}
            </ul>
          </section>
        )}
        {table.sql && <CreateStatement sql={table.sql} />}
      </div>
    </div>
  );
}
