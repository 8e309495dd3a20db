import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** The row number of the headings. */
export const HEAD = -1;

export interface Place {
  row: number;
  column: number;
}

interface Options {
  rows: number;
  columns: number;
  scroller: RefObject<HTMLElement | null>;
  /** Brings a cell into sight, and whatever follows the active row. */
  show: (row: number, column: number) => void;
  enter: (row: number, column: number, add: boolean) => void;
  resize: (column: number, by: number) => void;
}

/** The cell that keys act on. The grid itself keeps the focus, so that scrolling never loses it. */
export function useActiveCell({ rows, columns, scroller, show, enter, resize }: Options) {
  const [active, setActive] = useState<Place | null>(null);
  useEffect(() => {
    if (active && (active.row >= rows || active.column >= columns)) setActive(null);
  }, [rows, columns, active]);
  const go = (place: Place) => {
    setActive(place);
    show(place.row, place.column);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current || columns === 0) return;
    const at = active ?? { row: HEAD, column: 0 };
    if (at.row === HEAD && event.altKey && /^Arrow(Left|Right)$/.test(event.key)) {
      event.preventDefault();
      resize(at.column, event.key === "ArrowLeft" ? -16 : 16);
    } else if (event.key === "Enter" || (event.key === " " && active)) {
      event.preventDefault();
      enter(at.row, at.column, event.shiftKey);
    } else {
      const next = moved(event, at, active === null, rows, columns, pageOf(scroller.current));
      if (!next) return;
      event.preventDefault();
      go(next);
    }
  };
  return { active, setActive, onKeyDown };
}

function pageOf(box: HTMLElement | null): number {
  return Math.max(1, Math.floor((box?.clientHeight ?? 320) / 32) - 3);
}

/** Where a key leads, or `null` where it is none of the grid's. */
function moved(event: KeyboardEvent, at: Place, first: boolean, rows: number, columns: number, page: number) {
  const far = event.ctrlKey || event.metaKey;
  const row = (to: number) => ({ ...at, row: Math.max(HEAD, Math.min(rows - 1, to)) });
  const column = (to: number) => ({ ...at, column: Math.max(0, Math.min(columns - 1, to)) });
  if (event.altKey) return null;
  switch (event.key) {
    case "ArrowDown":
      return far ? row(rows - 1) : row(first ? 0 : at.row + 1);
    case "ArrowUp":
      return far ? row(HEAD) : row(at.row - 1);
    case "ArrowRight":
      return column(at.column + 1);
    case "ArrowLeft":
      return column(at.column - 1);
    case "PageDown":
      return row(at.row + page);
    case "PageUp":
      return row(at.row - page);
    case "Home":
      return far ? { row: Math.min(0, rows - 1), column: 0 } : column(0);
    case "End":
      return far ? { row: rows - 1, column: columns - 1 } : column(columns - 1);
    default:
      return null;
  }
}
