import type { GridColumn } from "./types";
import { guess } from "./widths";
import "./grid.css";

const UNKNOWN: GridColumn[] = Array.from({ length: 5 }, (_, at) => ({ name: `column ${at}`, kind: "text" }));

/** Holds a grid's place with its geometry until the rows are there; it stays unseen for 150 ms. */
export function GridSkeleton({ columns, rows }: { columns: GridColumn[] | null; rows: number }) {
  const shown = columns ?? UNKNOWN;
  const template = `4px ${shown.map((column) => `${guess(column)}px`).join(" ")} minmax(0, 1fr)`;
  return (
    <div class="grid grid-skeleton" role="status" aria-label="Loading" style={{ "--columns": template }}>
      <div class="grid-head" />
      <div class="grid-body" aria-hidden="true" style={{ height: `${rows * 32}px` }}>
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} class="grid-row" style={{ transform: `translateY(${row * 32}px)` }}>
            <div class="grid-gutter" />
            {shown.map((column) => (
              <div key={column.name} class="grid-cell" />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}
