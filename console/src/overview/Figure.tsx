import { cellText, isNumber } from "../api/exact";
import type { QueryResult } from "../api/types";
import { groupDigits, withUnit } from "../ui/format";

/** The first number of the first row, as large as its digits fit. */
export function Figure({ result, unit }: { result: QueryResult; unit: string | null }) {
  const row = result.rows[0] ?? [];
  const value = row.find(isNumber) ?? row[0];
  const text = value === undefined || value === null ? "–" : withUnit(groupDigits(cellText(value)), unit);
  return (
    <p class="figure clip" style={{ "--letters": text.length }}>
      {text}
    </p>
  );
}
