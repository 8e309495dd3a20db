import { site } from "../api/store";
import { NotFound } from "../shell/NotFound";
import { migrationsHref, sqlHref } from "../ui/href";
import { Icon } from "../ui/Icon";
import { Page } from "../ui/Page";
import { DatabaseTables } from "./DatabaseTables";

/** A database: where it is, and its tables. */
export function DatabaseView({ db }: { db: string }) {
  const databases = site.value.data?.databases;
  const database = databases?.find(({ name }) => name === db);
  if (databases && !database) return <NotFound />;
  return (
    <Page
      title={db}
      aside={
        <>
          {database?.migrations && (
            <a class="button" href={migrationsHref(db)}>
              <Icon name="steps" />
              Migrations
            </a>
          )}
          <a class="button" href={sqlHref(db)}>
            <Icon name="code" />
            SQL
          </a>
        </>
      }
    >
      {database && (
        <>
          <p class="database-facts">
            <span class="badge">{database.engine}</span>
            <code>{database.location}</code>
            {database.module && <span>module {database.module}</span>}
          </p>
          <DatabaseTables database={database} />
        </>
      )}
    </Page>
  );
}
