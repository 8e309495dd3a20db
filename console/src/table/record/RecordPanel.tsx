import { useEffect, useRef } from "preact/hooks";
import { cellText, writeExact } from "../../api/exact";
import type { Cell, Table } from "../../api/types";
import type { GridColumn } from "../../grid/types";
import { copy } from "../../ui/clipboard";
import { tableHref } from "../../ui/href";
import { Icon } from "../../ui/Icon";
import { incomingKeys, linkOf, referencedColumns } from "../columns";
import { equalSearch } from "../query";
import { Field } from "./Field";
import "./record.css";

interface Props {
  db: string;
  name: string;
  table: Table | null;
  columns: GridColumn[];
  record: Record<string, Cell>;
  at: number;
  count: number;
  onStep: (at: number) => void;
  onClose: () => void;
}

/** The whole record beside the grid: values in full, what it refers to and what refers to it. */
export function RecordPanel({ db, name, table, columns, record, at, count, onStep, onClose }: Props) {
  const closeButton = useRef<HTMLButtonElement>(null);
  // On a narrow screen the panel covers the grid, so the focus goes with it.
  useEffect(() => {
    if (matchMedia("(max-width: 860px)").matches) closeButton.current?.focus();
  }, []);
  const key = table?.primary_key.map((column) => cellText(record[column])).join(", ");
  return (
    <aside class="record" aria-label={`Record of ${name}`}>
      <p class="sr-only" role="status">
        Record {key} is open beside the rows
      </p>
      <header class="record-head">
        <h2 class="grow clip">
          {name} <span class="muted">{key}</span>
        </h2>
        <Step label="Previous record" icon="up" to={at - 1} count={count} onStep={onStep} />
        <Step label="Next record" icon="down" to={at + 1} count={count} onStep={onStep} />
        <button
          type="button"
          class="button quiet icon small"
          aria-label="Copy the record as JSON"
          title="Copy as JSON"
          onClick={() => copy(writeExact(record, 2), "Record")}
        >
          <Icon name="copy" />
        </button>
        <button
          type="button"
          class="button quiet icon small"
          aria-label="Close the record"
          ref={closeButton}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="record-body">
        <dl>
          {columns.map((column) => (
            <Field
              key={column.name}
              column={column}
              value={record[column.name] ?? null}
              href={linkOf(db, table, record, column.name)}
            />
          ))}
        </dl>
        <Incoming db={db} name={name} record={record} />
      </div>
    </aside>
  );
}

interface StepProps {
  label: string;
  icon: "up" | "down";
  to: number;
  count: number;
  onStep: (at: number) => void;
}

function Step({ label, icon, to, count, onStep }: StepProps) {
  return (
    <button
      type="button"
      class="button quiet icon small"
      aria-label={label}
      title={label}
      disabled={to < 0 || to >= count}
      onClick={() => onStep(to)}
    >
      <Icon name={icon} />
    </button>
  );
}

function Incoming({ db, name, record }: Pick<Props, "db" | "name" | "record">) {
  const keys = incomingKeys(db, name);
  if (keys.length === 0) return null;
  return (
    <section class="record-incoming">
      <h3>Referenced by</h3>
      <ul>
        {keys.map(({ table, key }) => {
          const values = referencedColumns(db, key).map((column) => cellText(record[column]));
          return (
            <li key={`${table.name}/${key.columns}`}>
              <a href={tableHref(db, table.name, equalSearch(key.columns, values))}>{table.name}</a>{" "}
              <span class="muted">by {key.columns.join(", ")}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
