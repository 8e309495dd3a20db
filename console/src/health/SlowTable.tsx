import type { DatabaseHealth } from "../api/types";
import { duration } from "../ui/format";
import { sqlHref } from "../ui/href";

const when = new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "medium", hour12: false });

/** The statements that took too long, the newest first. */
export function SlowTable({ databases }: { databases: DatabaseHealth[] }) {
  const statements = databases
    .flatMap((database) => database.slow_statements.map((statement) => ({ ...statement, db: database.name })))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  return (
    <section class="section">
      <h2>Slow statements</h2>
      {statements.length === 0 ? (
        <p class="muted health-none">No statement was slow since the server started.</p>
      ) : (
        <section class="card table-scroll" tabIndex={0} aria-label="Slow statements">
          <table class="data-table slow-table">
            <thead>
              <tr>
                <th scope="col" class="num">
                  Took
                </th>
                <th scope="col">Statement</th>
                <th scope="col">Database</th>
                <th scope="col">When</th>
                <th scope="col">Origin</th>
              </tr>
            </thead>
            <tbody>
              {statements.map(({ db, sql, elapsed_ms, at, origin, correlation_id }, index) => (
                <tr key={index}>
                  <td class="num">{duration(Number(elapsed_ms))}</td>
                  <td class="slow-sql">
                    <a href={sqlHref(db, sql)} title="Open in the editor">
                      <code>{sql}</code>
                    </a>
                  </td>
                  <td>{db}</td>
                  <td class="slow-fact">{when.format(new Date(at))}</td>
                  <td class="slow-fact muted" title={correlation_id ?? undefined}>
                    {origin ?? "–"}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}
