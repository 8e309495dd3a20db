import { useMemo, useState } from "preact/hooks";
import type { QueryResult } from "../api/types";
import { ChartBox } from "../chart/ChartBox";
import { isChartable, kindOf } from "../chart/series";
import { Grid } from "../grid/Grid";
import { ErrorBox } from "../ui/ErrorBox";
import { ExportMenu } from "../ui/ExportMenu";
import { count, duration, plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import type { Run } from "./useRun";

/** What the last statement brought: rows, a failure, or nothing yet. */
export function Results({ run, name }: { run: Omit<Run, "sql">; name: string }) {
  const { result, error, cancelled, since } = run;
  const [chart, setChart] = useState(false);
  return (
    <section class="results" aria-label="Results" aria-busy={since !== null}>
      <div class="results-head">
        <p class="grow clip" role="status">
          {result ? <Summary result={result} /> : cancelled ? "Cancelled." : error ? "Failed." : ""}
        </p>
        {result && isChartable(result) && (
          <button type="button" class="button quiet" aria-pressed={chart} onClick={() => setChart(!chart)}>
            <Icon name={chart ? "table" : "chart"} />
            {chart ? "Rows" : "Chart"}
          </button>
        )}
        {result && (
          <ExportMenu name={name} columns={result.columns.map((column) => column.name)} rows={result.rows} />
        )}
      </div>
      {error ? (
        <div class="view-error">
          <ErrorBox error={error} />
        </div>
      ) : result && chart && isChartable(result) ? (
        <div class="results-chart">
          <ChartBox kind={kindOf(result)} title="Result" unit={null} result={result} />
        </div>
      ) : result ? (
        <ResultGrid result={result} busy={since !== null} />
      ) : (
        <Hint />
      )}
    </section>
  );
}

function Summary({ result }: { result: QueryResult }) {
  return (
    <>
      {plural(result.row_count, "row")}{" "}
      <span class="muted">in {duration(Number(result.execution_time_ms))}</span>
      {result.truncated && (
        <span class="badge warn results-cut" title="Add a LIMIT or a WHERE to see others">
          only the first {count(result.row_count)} are shown
        </span>
      )}
    </>
  );
}

function ResultGrid({ result, busy }: { result: QueryResult; busy: boolean }) {
  const columns = useMemo(
    () => result.columns.map(({ name, kind }) => ({ name, kind, type: kind })),
    [result],
  );
  if (result.row_count === 0) {
    return (
      <div class="grid-message">
        <p>The statement ran; it has no rows.</p>
      </div>
    );
  }
  return (
    <Grid
      key={columns.map(({ name }) => name).join()}
      label="Rows of the result"
      columns={columns}
      rows={result.rows}
      busy={busy}
      numbered
    />
  );
}

function Hint() {
  return (
    <div class="grid-message">
      <p>
        <kbd class="kbd">Ctrl</kbd> <kbd class="kbd">Enter</kbd> runs the statement, or the selection.
      </p>
      <p class="muted">Statements only read: the engine refuses everything that would write.</p>
    </div>
  );
}
