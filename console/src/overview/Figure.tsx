import { cellText, isNumber } from "../api/exact";
import type { QueryResult } from "../api/types";
import { groupDigits, withUnit } from "../ui/format";

/** The first number of the first row, in large. */
export function Figure({ result, unit }: { result: QueryResult; unit: string | null }) {
  const row = result.rows[0] ?? [];
  const value = row.find(isNumber) ?? row[0];
  return (
    <p class="figure clip">
      {value === undefined || value === null ? "–" : withUnit(groupDigits(cellText(value)), unit)}
    </p>
  );
}
