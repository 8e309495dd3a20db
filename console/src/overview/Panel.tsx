import { useState } from "preact/hooks";
import type { ApiError } from "../api/client";
import { getPanel } from "../api/endpoints";
import { sqlAllowed } from "../api/store";
import type { PanelInfo, QueryResult } from "../api/types";
import { useLoad } from "../api/useLoad";
import { ChartBox } from "../chart/ChartBox";
import { ErrorBox } from "../ui/ErrorBox";
import { sqlHref } from "../ui/href";
import { Icon } from "../ui/Icon";
import { Figure } from "./Figure";
import { ResultTable } from "./ResultTable";

/** One statement of the server, shown as it was meant to be. */
export function Panel({ panel }: { panel: PanelInfo }) {
  const { data, error, reload } = useLoad(`panel/${panel.id}`, (signal) => getPanel(panel.id, signal));
  const [asTable, setAsTable] = useState(false);
  const drawn = panel.chart === "line" || panel.chart === "bar";
  const Failure = panel.chart === "number" ? Failed : ErrorBox;
  return (
    <article class={`panel card is-${panel.chart}`} aria-labelledby={`panel-${panel.id}`}>
      <header class="panel-head">
        <h2 id={`panel-${panel.id}`} class="clip">
          {panel.title}
        </h2>
        {panel.unit && <span class="muted panel-unit">{panel.unit}</span>}
        <span class="grow" />
        {drawn && (
          <button
            type="button"
            class="button quiet icon small"
            aria-pressed={asTable}
            aria-label={`Show ${panel.title} as a ${asTable ? "chart" : "table"}`}
            title={asTable ? "Show as chart" : "Show as table"}
            onClick={() => setAsTable(!asTable)}
          >
            <Icon name={asTable ? "chart" : "table"} />
          </button>
        )}
        {sqlAllowed() && (
          <a
            class="button quiet icon small"
            href={sqlHref(panel.database, panel.sql)}
            aria-label={`Open ${panel.title} in the editor`}
            title="Open in the editor"
          >
            <Icon name="code" />
          </a>
        )}
      </header>
      <div class="panel-body" aria-busy={data === null && !error}>
        {error && <Failure error={error} retry={reload} />}
        {data && <Content panel={panel} result={data} asTable={asTable || !drawn} />}
      </div>
    </article>
  );
}

/** A failure on one line, where there is no room for more. */
function Failed({ error, retry }: { error: ApiError; retry: () => void }) {
  return (
    <p class="figure-failed" role="alert">
      <Icon name="warning" />
      <span class="grow clip" title={error.message}>
        {error.message}
      </span>
      <button
        type="button"
        class="button quiet icon small"
        aria-label="Try again"
        title="Try again"
        onClick={retry}
      >
        <Icon name="refresh" />
      </button>
    </p>
  );
}

function Content({ panel, result, asTable }: { panel: PanelInfo; result: QueryResult; asTable: boolean }) {
  if (panel.chart === "number") return <Figure result={result} unit={panel.unit} />;
  if (result.rows.length === 0) return <p class="panel-empty">There is nothing to show yet.</p>;
  if (asTable || panel.chart === "table") return <ResultTable title={panel.title} result={result} />;
  return <ChartBox kind={panel.chart} title={panel.title} unit={panel.unit} result={result} />;
}
