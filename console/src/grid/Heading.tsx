import { useRef } from "preact/hooks";
import { Icon } from "../ui/Icon";
import type { GridColumn, SortKey } from "./types";

interface Props {
  id: string;
  at: number;
  column: GridColumn;
  numeric: boolean;
  active: boolean;
  sort: SortKey[];
  onSort: ((column: string, add: boolean) => void) | undefined;
  width: number;
  /** Sets the width in px; `null` gives it back to the grid. */
  onWidth: (width: number | null) => void;
}

/** A column's name and type; a click sorts, its right edge resizes. */
export function Heading({ id, at, column, numeric, active, sort, onSort, width, onWidth }: Props) {
  const place = sort.findIndex((key) => key.column === column.name);
  const key = sort[place];
  const order = key ? (key.descending ? "descending" : "ascending") : undefined;
  const content = (
    <>
      <span class="grid-name">
        {column.badge && !key && <Icon name={column.badge} />}
        <span class="clip">{column.name}</span>
        {key && <Icon name={key.descending ? "down" : "up"} class="grid-order" />}
        {key && sort.length > 1 && <span class="grid-place">{place + 1}</span>}
      </span>
      {column.type !== undefined && <span class="grid-type clip">{column.type || "any"}</span>}
    </>
  );
  return (
    <div
      id={id}
      role="columnheader"
      aria-colindex={at + 1}
      aria-sort={onSort ? (order ?? "none") : undefined}
      class={`grid-heading ${numeric ? "num" : ""} ${active ? "is-active" : ""}`}
      title={`${column.name}${column.type ? ` · ${column.type}` : ""}`}
    >
      {onSort ? (
        <button
          type="button"
          tabIndex={-1}
          class="grid-sort"
          onClick={(event) => onSort(column.name, event.shiftKey)}
        >
          {content}
        </button>
      ) : (
        <div class="grid-sort">{content}</div>
      )}
      <Edge width={width} onWidth={onWidth} />
    </div>
  );
}

function Edge({ width, onWidth }: Pick<Props, "width" | "onWidth">) {
  const from = useRef<{ x: number; width: number } | null>(null);
  return (
    <div
      class="grid-edge"
      aria-hidden="true"
      onDblClick={() => onWidth(null)}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (from.current) onWidth(from.current.width + event.clientX - from.current.x);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
    />
  );
}
