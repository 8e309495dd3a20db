import { getTable } from "../api/endpoints";
import { findTable } from "../api/store";
import type { Table } from "../api/types";
import { useLoad } from "../api/useLoad";

/** A table as the catalogue has it; asked for alone where the catalogue, which counts rows, is still on its way. */
export function useTable(db: string, name: string): Table | null {
  const known = findTable(db, name);
  const { data } = useLoad(
    `${db}/${name}/schema`,
    async (signal) => known ?? (await getTable(db, name, signal)),
  );
  return known ?? data;
}
