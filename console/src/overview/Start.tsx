import { site } from "../api/store";
import { DatabaseTables } from "../database/DatabaseTables";
import { BrokenModules } from "../shell/BrokenModules";
import { databaseHref } from "../ui/href";
import { Page } from "../ui/Page";

/** What a server without panels shows: its databases and their tables. */
export function Start() {
  const databases = site.value.data?.databases ?? [];
  return (
    <Page
      title="Databases"
      aside={
        <a class="button" href="/sql">
          Open the SQL editor
        </a>
      }
    >
      <BrokenModules class="overview-broken narrow-only" />
      <p class="start-hint">
        Pick a table, or press <kbd class="kbd">Ctrl</kbd> <kbd class="kbd">K</kbd> to jump to one.
      </p>
      {databases.map((database) => (
        <section key={database.name} class="section">
          <div class="start-head">
            <span class={`dot ${database.state === "failed" ? "bad" : ""}`} />
            <h2>
              <a href={databaseHref(database.name)}>{database.name}</a>
            </h2>
            <span class="muted">{database.location}</span>
          </div>
          <DatabaseTables database={database} />
        </section>
      ))}
    </Page>
  );
}
