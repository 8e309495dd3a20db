import type { Cell } from "../api/types";

export interface GridColumn {
  name: string;
  /** The declared type, shown under the name. */
  type?: string;
  kind: string;
  badge?: "key" | "link" | undefined;
}

export interface SortKey {
  column: string;
  descending: boolean;
}

export interface GridProps {
  label: string;
  columns: GridColumn[];
  /** Row-major, in the order of `columns`. */
  rows: Cell[][];
  /** How many rows stand before the first one. */
  offset?: number;
  /** How many rows there are in all. */
  total?: number;
  sort?: SortKey[];
  onSort?: (column: string, add: boolean) => void;
  onOpen?: (row: number) => void;
  /** The row that is open beside the grid. */
  open?: number | null;
  /** Where a cell leads to, for foreign keys. */
  link?: (row: number, column: number) => string | null;
  busy?: boolean;
  /** Whether rows carry their number. */
  numbered?: boolean;
  /** Under which name widths are remembered. */
  remember?: string;
}
