import { useMemo, useRef, useState } from "preact/hooks";
import type { Cell } from "../api/types";
import { readStored, store } from "../ui/storage";
import type { GridColumn } from "./types";
import { fit, guess, WIDTH_MIN } from "./widths";

type Chosen = Record<string, number>;

/** Widths of columns: what the user chose, else what fits the first rows that came. */
export function useWidths(columns: GridColumn[], rows: Cell[][], remember: string | undefined) {
  const name = remember ? `hypostyle.widths.${remember}` : null;
  const [chosen, setChosen] = useState<Chosen>(() => (name && readStored<Chosen>(name)) || {});
  const fitted = useRef(new Map<string, number>());
  const known = columns.map((column) => column.name).join("\n");
  const has = rows.length > 0;
  // Dependencies: later pages must not move the columns
  const widths = useMemo(() => {
    return columns.map((column, at) => {
      const mark = `${column.name}\n${column.type}\n${column.kind}`;
      const earlier = fitted.current.get(mark);
      const width = earlier ?? (has ? fit(column, at, rows) : guess(column));
      if (has) fitted.current.set(mark, width);
      return chosen[column.name] ?? width;
    });
  }, [known, has, chosen]);
  const choose = (column: string, width: number | null) => {
    const { [column]: _, ...others } = chosen;
    const next = width === null ? others : { ...others, [column]: Math.max(WIDTH_MIN, Math.round(width)) };
    setChosen(next);
    if (name) store(name, next);
  };
  return { widths, choose };
}
