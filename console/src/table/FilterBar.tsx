import type { Column } from "../api/types";
import { Icon } from "../ui/Icon";
import { Popover } from "../ui/Popover";
import { FilterForm } from "./FilterForm";
import { readTest } from "./operators";
import type { Filter } from "./query";

interface Props {
  columns: Column[];
  filters: Filter[];
  onChange: (filters: Filter[]) => void;
}

/** The conditions on the rows: a click edits one, its cross takes it away. */
export function FilterBar({ columns, filters, onChange }: Props) {
  return (
    <div class="filters grow" role="group" aria-label="Filters">
      {filters.map((filter, at) => (
        <div class="chip" key={at}>
          <Popover
            label={`Edit the filter on ${filter.column}`}
            button={<ChipText filter={filter} />}
            buttonClass="chip-text"
            spoken
          >
            {(close) => (
              <FilterForm
                columns={columns}
                initial={filter}
                onApply={(next) => {
                  close();
                  onChange(filters.with(at, next));
                }}
              />
            )}
          </Popover>
          <button
            type="button"
            class="chip-remove"
            aria-label={`Remove the filter on ${filter.column}`}
            onClick={() => onChange(filters.toSpliced(at, 1))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <Popover
        label="Add a filter"
        button={<AddText />}
        buttonClass="button quiet small"
        disabled={columns.length === 0}
      >
        {(close) => (
          <FilterForm
            columns={columns}
            onApply={(filter) => {
              close();
              onChange([...filters, filter]);
            }}
          />
        )}
      </Popover>
      {filters.length > 1 && (
        <button type="button" class="button quiet small" onClick={() => onChange([])}>
          Clear all
        </button>
      )}
    </div>
  );
}

function ChipText({ filter }: { filter: Filter }) {
  const { operator, value } = readTest(filter.test);
  return (
    <>
      <strong>{filter.column}</strong> <span>{operator}</span> <span class="chip-value">{value}</span>
    </>
  );
}

function AddText() {
  return (
    <>
      <Icon name="plus" /> Filter
    </>
  );
}
