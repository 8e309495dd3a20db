import { useState } from "preact/hooks";
import type { Migration, PlannedMigration } from "../api/types";
import { Dialog } from "../ui/Dialog";
import { plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { name } from "./headline";
import { Warnings } from "./Warnings";
import "./run-dialog.css";

export type Assumed = "ran" | "not_run" | null;

interface Props {
  db: string;
  plan: PlannedMigration[];
  /** The file that is resumed, where one stopped. */
  stopped: Migration | undefined;
  onRun: (assumed: Assumed) => void;
  onClose: () => void;
}

/** What a run will do; where it destroys data, the name of the database is typed first. */
export function RunDialog({ db, plan, stopped, onRun, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const [assumed, setAssumed] = useState<Assumed>(null);
  const destroys = plan.some(({ warnings }) => warnings.length > 0);
  const title = stopped ? `Resume ${name(stopped)}` : `Run ${plural(plan.length, "migration")}`;
  const can = !destroys || typed === db;
  return (
    <Dialog label={title} class="run-dialog" onClose={onClose}>
      <form
        class="run-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (can) onRun(assumed);
        }}
      >
        <div class="run-body">
          <h2>{title}</h2>
          <p class="run-lead">
            On <strong>{db}</strong>, in this order. The first that fails ends the run; what came before it
            stays.
          </p>
          <ol class="run-files" tabIndex={0} aria-label="What will run">
            {plan.map(({ kind, version, filename, statement_count, is_transaction }) => (
              <li key={`${kind} ${version}`}>
                <code class="grow clip">{filename}</code>
                <span class="muted">
                  {plural(statement_count, "statement")}
                  {!is_transaction && ", no transaction"}
                </span>
              </li>
            ))}
          </ol>
          <Warnings planned={plan} named />
          {stopped && <Assume assumed={assumed} onChange={setAssumed} />}
          {destroys && (
            <label class="run-confirm">
              <span>
                This may destroy data. Type <strong>{db}</strong> to confirm
              </span>
              <input
                class="input"
                value={typed}
                autoFocus
                autoComplete="off"
                spellcheck={false}
                onInput={(event) => setTyped(event.currentTarget.value)}
              />
            </label>
          )}
        </div>
        <div class="run-buttons">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class={`button ${destroys ? "danger" : "primary"}`} disabled={!can}>
            <Icon name="play" />
            {title}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const CHOICES: [Assumed, string][] = [
  [null, "The schema tells whether it ran"],
  ["ran", "It ran"],
  ["not_run", "It did not run"],
];

/** What became of the statement that was under way when a run was killed. */
function Assume({ assumed, onChange }: { assumed: Assumed; onChange: (assumed: Assumed) => void }) {
  return (
    <fieldset class="run-assume">
      <legend>If the run was killed in the middle of its statement</legend>
      {CHOICES.map(([value, text]) => (
        <label key={text}>
          <input type="radio" name="assume" checked={assumed === value} onChange={() => onChange(value)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
