import { useId, useState } from "preact/hooks";
import type { Column } from "../api/types";
import { operatorsOf, readTest } from "./operators";
import type { Filter } from "./query";

interface Props {
  columns: Column[];
  initial?: Filter;
  onApply: (filter: Filter) => void;
}

/** One condition: a column, an operator of its kind, a value. */
export function FilterForm({ columns, initial, onApply }: Props) {
  const id = useId();
  const known = initial && readTest(initial.test);
  const [column, setColumn] = useState(initial?.column ?? columns[0]?.name ?? "");
  const [operatorId, setOperatorId] = useState(known?.id ?? "");
  const [value, setValue] = useState(known && !known.id.startsWith("is.") ? known.value : "");
  const kind = columns.find(({ name }) => name === column)?.kind ?? "any";
  const operators = operatorsOf(kind);
  const operator = operators.find((one) => one.id === operatorId) ?? operators[0];
  if (!operator) return null;
  return (
    <form
      class="filter-form"
      onSubmit={(event) => {
        event.preventDefault();
        onApply({ column, test: operator.write(value) });
      }}
    >
      <label for={`${id}-column`}>Column</label>
      <select
        id={`${id}-column`}
        class="select"
        data-autofocus
        value={column}
        onChange={(event) => setColumn(event.currentTarget.value)}
      >
        {columns.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <label for={`${id}-operator`}>Operator</label>
      <select
        id={`${id}-operator`}
        class="select"
        value={operator.id}
        onChange={(event) => setOperatorId(event.currentTarget.value)}
      >
        {operators.map(({ id: one, label }) => (
          <option key={one} value={one}>
            {label}
          </option>
        ))}
      </select>
      {operator.value !== "none" && (
        <>
          <label for={`${id}-value`}>Value</label>
          <input
            id={`${id}-value`}
            class="input"
            type="text"
            autocomplete="off"
            placeholder={operator.value === "list" ? "a, b, c" : ""}
            value={value}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        </>
      )}
      <button type="submit" class="button primary">
        Apply
      </button>
    </form>
  );
}
