import type { Cell } from "../api/types";
import { brief, look } from "./cells";
import type { GridColumn, GridProps } from "./types";

interface Props {
  id: string;
  index: number;
  top: number;
  number: number;
  numbered: boolean;
  columns: GridColumn[];
  cells: Cell[];
  numeric: boolean[];
  activeColumn: number | null;
  open: boolean;
  link: GridProps["link"];
  onCell: (column: number) => void;
}

/** A row at its place in the scrolled body. */
export function GridRow(props: Props) {
  const { id, index, top, number, numbered, columns, cells, numeric, activeColumn, open, link, onCell } =
    props;
  return (
    <div
      class={`grid-row ${open ? "is-open" : ""}`}
      role="row"
      aria-rowindex={number + 1}
      aria-selected={open}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div class="grid-gutter" role="presentation">
        {numbered && number}
      </div>
      {columns.map((column, at) => {
        const text = brief(cells[at], column.kind);
        const href = link?.(index, at);
        return (
          <div
            key={at}
            id={`${id}-${index}-${at}`}
            role="gridcell"
            aria-colindex={at + 1}
            class={`grid-cell ${numeric[at] ? "num" : ""} ${look(cells[at], column.kind)} ${activeColumn === at ? "is-active" : ""}`}
            onClick={(event) => {
              if (!(event.target as Element).closest("a")) onCell(at);
            }}
          >
            {href ? (
              <a href={href} tabIndex={-1} class="clip">
                {text}
              </a>
            ) : (
              <span class="clip">{text}</span>
            )}
          </div>
        );
      })}
    </div>
  );
}
