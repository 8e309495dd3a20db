import type { Index, IndexPart } from "../../api/types";

const ORIGINS: Record<string, string> = {
  created: "",
  unique: "from UNIQUE",
  primary_key: "from the primary key",
};

/** The indexes with their parts in order. */
export function Indexes({ indexes }: { indexes: Index[] }) {
  if (indexes.length === 0) return null;
  return (
    <section>
      <h2>Indexes</h2>
      <ul class="card schema-list">
        {indexes.map(({ name, unique, origin, parts, predicate, method = "btree", include }) => (
          <li key={name}>
            <strong>{name}</strong> {unique && <span class="badge">unique</span>}{" "}
            <code>
              {method !== "btree" && `${method} `}({parts.map(part).join(", ")})
            </code>
            {include && <code class="muted"> include ({include.join(", ")})</code>}
            {predicate && <code class="muted"> where {predicate}</code>}{" "}
            <span class="muted">{ORIGINS[origin] ?? origin}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function part({ column, expression, descending, collation }: IndexPart): string {
  const collated = collation && collation !== "BINARY" ? ` collate ${collation.toLowerCase()}` : "";
  return `${column ?? expression ?? ""}${collated}${descending ? " desc" : ""}`;
}
