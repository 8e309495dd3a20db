import type { QueryResult } from "../api/types";
import { brief, look } from "../grid/cells";
import { isNumeric } from "../grid/widths";
import { evenly } from "../ui/format";

const ROWS_MAX = 100;

/** A small result as a plain table. */
export function ResultTable({ title, result }: { title: string; result: QueryResult }) {
  const rows = result.rows.slice(0, ROWS_MAX);
  const numeric = result.columns.map(({ kind }, at) =>
    isNumeric(
      kind,
      rows.map((row) => row[at]),
    ),
  );
  const texts = result.columns.map(({ kind }, at) => {
    const plain = rows.map((row) => brief(row[at], kind));
    return numeric[at] && plain.some((text) => text.includes(".")) ? evenly(plain) : plain;
  });
  return (
    <section class="table-scroll panel-table" tabIndex={0} aria-label={title}>
      <table class="data-table">
        <thead>
          <tr>
            {result.columns.map(({ name }, at) => (
              <th key={at} scope="col" class={numeric[at] ? "num" : ""}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {result.columns.map(({ kind }, at) => (
                <td key={at} class={`clip ${numeric[at] ? "num" : ""} ${look(row[at], kind)}`}>
                  {texts[at]?.[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
