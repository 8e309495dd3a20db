import { useState } from "preact/hooks";
import type { Migration, MigrationDone, MigrationStatus, PlannedMigration } from "../api/types";
import { duration, plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { useNarrow } from "../ui/useNarrow";
import { SqlText } from "./SqlText";
import { Warnings } from "./Warnings";

interface Props {
  db: string;
  engine: string;
  status: MigrationStatus;
  plan: PlannedMigration[];
}

const COLUMNS = { wide: 6, narrow: 3 };

const when = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", hour12: false });

/** All migrations: what is pending first, in the order in which it would run; then the newest that ran. */
export function MigrationTable({ db, engine, status, plan }: Props) {
  const { applied, pending, running, last_run } = status;
  const done = [...(last_run?.done ?? []), ...(running?.done ?? [])];
  const all = [...pending, ...[...applied].reverse()];
  return (
    <section class="card table-scroll" tabIndex={0} aria-label={`Migrations of ${db}`}>
      <table class="data-table migrations">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Description</th>
            <th scope="col" class="wide-only">
              Set
            </th>
            <th scope="col">State</th>
            <th scope="col" class="wide-only">
              Applied
            </th>
            <th scope="col" class="num wide-only">
              Took
            </th>
          </tr>
        </thead>
        {all.map((migration) => (
          <Rows
            key={`${migration.kind} ${migration.version}`}
            migration={migration}
            planned={plan.find((one) => isOf(one, migration))}
            engine={engine}
            took={done.findLast((one) => isOf(one, migration))}
            isRunning={running?.filename === migration.filename && migration.state !== "applied"}
          />
        ))}
      </table>
    </section>
  );
}

interface RowsProps {
  migration: Migration;
  planned: PlannedMigration | undefined;
  engine: string;
  took: MigrationDone | undefined;
  isRunning: boolean;
}

/** A migration, and below it the SQL of one that is pending. */
function Rows({ migration, planned, engine, took, isRunning }: RowsProps) {
  const [open, setOpen] = useState(true);
  const columns = useNarrow() ? COLUMNS.narrow : COLUMNS.wide;
  const { version, repeatable, description, filename, kind, applied_at } = migration;
  const id = `sql-${kind}-${version}`;
  return (
    <tbody>
      <tr class={planned ? "has-sql" : ""}>
        <td class="migration-version">
          {planned ? (
            <button
              type="button"
              class="migration-fold"
              aria-expanded={open}
              aria-controls={id}
              onClick={() => setOpen(!open)}
            >
              <Icon name="chevron" class={open ? "is-open" : ""} />
              {repeatable ? "R" : version}
              <span class="sr-only"> SQL of {filename}</span>
            </button>
          ) : (
            <span>{repeatable ? "R" : version}</span>
          )}
        </td>
        <td class="migration-name">
          <span>{description}</span>
          <code>{filename}</code>
          <StateText migration={migration} />
        </td>
        <td class="wide-only muted">{kind}</td>
        <td>
          <StateBadge migration={migration} isRunning={isRunning} />
        </td>
        <td class="wide-only migration-fact">{applied_at && when.format(new Date(applied_at))}</td>
        <td class="num wide-only">{took && duration(Number(took.execution_time_ms))}</td>
      </tr>
      {planned && (
        <tr id={id} class="migration-detail" hidden={!open}>
          <td colSpan={columns}>
            <p class="migration-how">
              {plural(planned.statement_count, "statement")}
              {planned.is_transaction ? " in one transaction" : ", each for itself: no transaction"}
            </p>
            <Warnings planned={[planned]} />
            <SqlText text={sqlText(planned)} engine={engine} label={`SQL of ${filename}`} />
            {planned.truncated && <p class="migration-how">The rest is too long to be shown here.</p>}
          </td>
        </tr>
      )}
    </tbody>
  );
}

const STATES: Record<Migration["state"], [string, string]> = {
  applied: ["applied", ""],
  pending: ["pending", "accent"],
  changed: ["changed since", "warn"],
  missing: ["file is gone", "warn"],
  out_of_order: ["out of order", "warn"],
  stopped: ["stopped", "bad"],
};

function StateBadge({ migration, isRunning }: { migration: Migration; isRunning: boolean }) {
  const [text, tone] = isRunning ? ["running", "accent"] : STATES[migration.state];
  return <span class={`badge ${tone}`}>{text}</span>;
}

/** What is to be known of a state that is not as it should be. */
function StateText({ migration }: { migration: Migration }) {
  const { state, newest, text, error } = migration;
  switch (state) {
    case "changed":
      return <p class="migration-odd">Restore the file, and write the change as a new migration.</p>;
    case "missing":
      return <p class="migration-odd">Restore the file, or look in the right folder.</p>;
    case "out_of_order":
      return <p class="migration-odd">Version {newest} is applied already: give it a version above.</p>;
    case "stopped":
      return (
        <p class="migration-odd">
          <code>{text}</code>
          {error && <span>{error}</span>}
        </p>
      );
    default:
      return null;
  }
}

function sqlText({ statements }: PlannedMigration): string {
  return statements.map((statement) => `${statement};`).join("\n\n");
}

function isOf(one: { version: string; kind: string }, { version, kind }: Migration): boolean {
  return one.version === version && one.kind === kind;
}
