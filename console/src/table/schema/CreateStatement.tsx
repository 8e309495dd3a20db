import { copy } from "../../ui/clipboard";
import { Icon } from "../../ui/Icon";

export function CreateStatement({ sql }: { sql: string }) {
  return (
    <section>
      <h2>
        Definition
        <button
          type="button"
          class="button quiet icon small"
          aria-label="Copy the definition"
          title="Copy"
          onClick={() => copy(sql, "Definition")}
        >
          <Icon name="copy" />
        </button>
      </h2>
      <div class="card schema-sql">
        <pre tabIndex={0} aria-label="Definition in SQL">
          {sql}
        </pre>
      </div>
    </section>
  );
}
