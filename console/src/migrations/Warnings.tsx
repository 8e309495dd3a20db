import type { MigrationWarning, PlannedMigration } from "../api/types";
import { Icon } from "../ui/Icon";

const SAID: Record<MigrationWarning["destroys"], string> = {
  drops: "drops",
  deletes_all: "deletes every row",
  truncates: "empties a table",
};

/** The statements that destroy data, where there are any. */
export function Warnings({ planned, named }: { planned: PlannedMigration[]; named?: boolean }) {
  const all = planned.flatMap(({ filename, warnings }) =>
    warnings.map((warning) => ({ filename, ...warning })),
  );
  if (all.length === 0) return null;
  return (
    <ul class="migration-warnings" aria-label="Statements that destroy data">
      {all.map(({ filename, statement, destroys, sql }) => (
        <li key={`${filename} ${statement}`}>
          <Icon name="warning" />
          <span>
            {named ? `${filename}, statement` : "Statement"} {statement} {SAID[destroys]}: <code>{sql}</code>
          </span>
        </li>
      ))}
    </ul>
  );
}
