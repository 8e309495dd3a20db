import { useEffect, useMemo, useRef } from "preact/hooks";
import type { QueryResult } from "../api/types";
import { theme } from "../shell/theme";
import { plural } from "../ui/format";
import type { ChartKind } from "./chart";
import { chartData } from "./series";
import "./chart.css";

interface Props {
  kind: ChartKind;
  title: string;
  unit: string | null;
  result: QueryResult;
}

/** A chart of a result; its code comes when the first chart is shown. */
export function ChartBox({ kind, title, unit, result }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const data = useMemo(() => chartData(result), [result]);
  const colours = theme();
  // Dependencies: another theme draws anew
  useEffect(() => {
    let remove: (() => void) | null = null;
    let gone = false;
    import("./chart").then(({ drawChart }) => {
      if (!gone && canvas.current) remove = drawChart(canvas.current, kind, data, unit);
    });
    return () => {
      gone = true;
      remove?.();
    };
  }, [kind, data, unit, colours]);
  const names = data.series.map(({ name }) => name).join(", ");
  const label = `${title}: ${kind} chart of ${names} over ${plural(data.categories.length, "value")}`;
  return (
    <div class="chart">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}
