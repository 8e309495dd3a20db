import type { ComponentChildren } from "preact";
import type { MigrationEnd, MigrationRun, MigrationStatus } from "../api/types";
import { duration, plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { headline } from "./headline";

interface Props {
  status: MigrationStatus;
  isRunning: boolean;
  /** Whether how the last run ended is news. */
  hasRun: boolean;
  /** What can be done. */
  children: ComponentChildren;
}

/** How the migrations stand in one line, or how far a run has come. */
export function Banner({ status, isRunning, hasRun, children }: Props) {
  const { tone, icon, text, more } = headline(status);
  return (
    <section
      class="card migrate-banner"
      data-tone={isRunning ? "wait" : tone}
      aria-label="State of the migrations"
      aria-busy={isRunning}
    >
      <span class="migrate-mark">
        <Icon name={isRunning ? "play" : icon} />
      </span>
      <div class="grow" role="status">
        {isRunning ? (
          <Progress run={status.running} />
        ) : (
          <>
            <p class="migrate-text">{text}</p>
            <p class="migrate-more">{(hasRun && status.last_run && ended(status.last_run)) || more}</p>
          </>
        )}
      </div>
      {children}
    </section>
  );
}

function Progress({ run }: { run: MigrationRun | null }) {
  const number = Number(run?.number ?? 0);
  const total = Number(run?.total ?? 0);
  const text = number > 0 ? `Running ${number} of ${total}` : "Running";
  return (
    <>
      <p class="migrate-text">{text}</p>
      <p class="migrate-more">
        <code class="clip">{run?.filename ?? "Looking at what is pending"}</code>
      </p>
      <progress
        class="migrate-progress"
        aria-label="Migrations that are done"
        max={Math.max(1, total)}
        value={Math.max(0, number - 1)}
      />
    </>
  );
}

/** What the last run did; nothing where it failed, which is told elsewhere. */
function ended({ work, done, error }: MigrationEnd): string | null {
  if (error || (work !== "run" && work !== "resume")) return null;
  const ms = done.reduce((sum, { execution_time_ms }) => sum + Number(execution_time_ms), 0);
  return `Applied ${plural(done.length, "migration")} in ${duration(ms)}.`;
}
