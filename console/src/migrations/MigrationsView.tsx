import { useState } from "preact/hooks";
import type { ApiError } from "../api/client";
import { failureOf } from "../api/client";
import { resumeMigrations, runMigrations } from "../api/endpoints";
import { site } from "../api/store";
import type { DatabaseInfo, MigrationStatus, PlannedMigration } from "../api/types";
import { NotFound } from "../shell/NotFound";
import { ErrorBox } from "../ui/ErrorBox";
import { plural } from "../ui/format";
import { databaseHref } from "../ui/href";
import { Icon } from "../ui/Icon";
import { Page } from "../ui/Page";
import { Banner } from "./Banner";
import { MigrationTable } from "./MigrationTable";
import { type Assumed, RunDialog } from "./RunDialog";
import { type Migrations, useMigrations } from "./useMigrations";
import "./migrations.css";

/** The migrations of a database: how they stand, what is pending, and running it. */
export function MigrationsView({ db }: { db: string }) {
  const databases = site.value.data?.databases;
  const database = databases?.find(({ name }) => name === db);
  const migrations = useMigrations(db);
  if (databases && !database) return <NotFound />;
  const { found, error, isRunning, reload } = migrations;
  return (
    <Page
      title={`Migrations of ${db}`}
      aside={
        <button
          type="button"
          class="button quiet icon"
          aria-label="Look again"
          title="Look again"
          disabled={isRunning}
          onClick={reload}
        >
          <Icon name="refresh" />
        </button>
      }
    >
      <p class="database-facts">
        {database && <span class="badge">{database.engine}</span>}
        <a href={databaseHref(db)}>{database?.location ?? db}</a>
      </p>
      {error && <ErrorBox error={error} retry={reload} />}
      {!found && !error && <div class="card migrate-wait" aria-hidden="true" />}
      {database && found && <Content database={database} migrations={migrations} found={found} />}
    </Page>
  );
}

interface ContentProps {
  database: DatabaseInfo;
  migrations: Migrations;
  found: NonNullable<Migrations["found"]>;
}

function Content({ database, migrations, found }: ContentProps) {
  const { status, plan, refusal } = found;
  const { isRunning, hasRun, reload, begin } = migrations;
  const [asked, setAsked] = useState(false);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const db = database.name;
  if (!status.configured) return <Unknown />;
  const stopped = status.pending.find(({ state }) => state === "stopped");
  const run = async (assumed: Assumed) => {
    setAsked(false);
    setFailure(null);
    const target = targetOf(plan);
    setFailure(await begin(() => (stopped ? resumeMigrations(db, assumed) : runMigrations(db, target))));
  };
  const told = failure ?? lastFailure(status);
  const can = status.changeable && plan.length > 0;
  return (
    <>
      <Banner status={status} isRunning={isRunning} hasRun={hasRun}>
        {can && (
          <button
            type="button"
            class="button primary"
            // It keeps the focus, which it got back from the dialog.
            aria-disabled={isRunning}
            aria-haspopup="dialog"
            onClick={() => setAsked(!isRunning)}
          >
            <Icon name="play" />
            {isRunning ? "Running…" : stopped ? "Resume…" : `Run ${plural(plan.length, "migration")}…`}
          </button>
        )}
      </Banner>
      {!status.changeable && <NeedsKey />}
      {!isRunning && told && <ErrorBox error={told} retry={failure ? reload : undefined} />}
      {!isRunning && refusal && refusal.message !== told?.message && <ErrorBox error={refusal} />}
      {(status.pending.length > 0 || status.applied.length > 0) && (
        <MigrationTable db={db} engine={database.engine} status={status} plan={plan} />
      )}
      {asked && (
        <RunDialog db={db} plan={plan} stopped={stopped} onRun={run} onClose={() => setAsked(false)} />
      )}
    </>
  );
}

/** Why the last run failed, whoever began it. */
function lastFailure({ last_run }: MigrationStatus): ApiError | null {
  if (!last_run?.error || last_run.work === "generate") return null;
  return failureOf(last_run.error, 422);
}

/** What was shown is run, and nothing that was added since. */
function targetOf(plan: PlannedMigration[]): string {
  const last = plan.at(-1)?.version;
  return last === undefined || last.startsWith("R__") ? "head" : last;
}

function NeedsKey() {
  return (
    <p class="migrate-note">
      <Icon name="key" />
      <span>
        This server shows migrations and runs none: it has no key. Set <code>api_key</code> under{" "}
        <code>[server]</code> in <code>hypostyle.toml</code>, or <code>HYPOSTYLE_API_KEY</code>, to run them
        from here. On the command line <code>hypostyle migrate up</code> does it now.
      </span>
    </p>
  );
}

function Unknown() {
  return (
    <p class="muted">
      The server knows no migrations of this database. Those of an application stand in{" "}
      <code>modules/NAME/migrations</code>.
    </p>
  );
}
