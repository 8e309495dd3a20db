import type { Cell } from "../api/types";
import { copy } from "./clipboard";
import { csv, json, save } from "./download";
import { Icon } from "./Icon";
import { Popover } from "./Popover";

interface Props {
  /** The name of the file without its end. */
  name: string;
  columns: string[];
  rows: Cell[][];
}

/** Saves the rows at hand as CSV or JSON. */
export function ExportMenu({ name, columns, rows }: Props) {
  const items: [string, () => void][] = [
    ["Download CSV", () => save(`${name}.csv`, "text/csv;charset=utf-8", csv(columns, rows))],
    ["Download JSON", () => save(`${name}.json`, "application/json", json(columns, rows))],
    ["Copy as CSV", () => copy(csv(columns, rows), "CSV")],
    ["Copy as JSON", () => copy(json(columns, rows), "JSON")],
  ];
  const button = (
    <>
      <Icon name="download" />
      <span class="wide-only">Export</span>
    </>
  );
  return (
    <Popover button={button} label="Export" align="end" menu disabled={columns.length === 0}>
      {(close) =>
        items.map(([label, act]) => (
          <button
            key={label}
            type="button"
            role="menuitem"
            class="menu-item"
            onClick={() => {
              act();
              close();
            }}
          >
            {label}
          </button>
        ))
      }
    </Popover>
  );
}
