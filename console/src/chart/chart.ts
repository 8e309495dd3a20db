import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";
import { compact, groupDigits, withUnit } from "../ui/format";
import { type Colours, colours } from "./colours";
import type { ChartData, Series } from "./series";

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

export type ChartKind = "line" | "bar";

const LABEL_MAX = 22;

/** Draws a chart; the answer takes it away again. */
export function drawChart(
  canvas: HTMLCanvasElement,
  kind: ChartKind,
  data: ChartData,
  unit: string | null,
): () => void {
  const chart = new Chart(canvas, configuration(kind, data, unit, colours()));
  return () => chart.destroy();
}

function configuration(
  kind: ChartKind,
  data: ChartData,
  unit: string | null,
  colour: Colours,
): ChartConfiguration {
  const flat = kind === "bar";
  const values = {
    beginAtZero: true,
    border: { display: false },
    grid: { color: colour.line, drawTicks: false },
    ticks: {
      color: colour.text,
      padding: 8,
      maxTicksLimit: 6,
      callback: (at: number | string) => compact(Number(at), unit),
    },
  };
  const categories = {
    border: { color: colour.line },
    grid: { display: false },
    ticks: {
      color: flat ? colour.strong : colour.text,
      padding: 6,
      maxRotation: 0,
      autoSkip: !flat || data.categories.length > 20,
      autoSkipPadding: 16,
      callback: (_: unknown, at: number) => clip(data.categories[at] ?? ""),
    },
  };
  return {
    type: kind,
    data: {
      labels: data.categories,
      datasets: data.series.map((series, at) => dataset(kind, series, at, colour)),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: flat ? "y" : "x",
      interaction: { mode: "index", intersect: false, axis: flat ? "y" : "x" },
      font: { family: colour.font, size: 11 },
      scales: flat ? { x: values, y: categories } : { x: categories, y: values },
      plugins: {
        legend: {
          display: data.series.length > 1,
          align: "start",
          labels: { color: colour.text, boxWidth: 6, boxHeight: 6, usePointStyle: true },
        },
        tooltip: {
          backgroundColor: colour.tooltip,
          titleColor: colour.onTooltip,
          bodyColor: colour.onTooltip,
          padding: 10,
          cornerRadius: 6,
          displayColors: data.series.length > 1,
          callbacks: {
            label: (item) => `${item.dataset.label}: ${withUnit(groupDigits(String(item.raw)), unit)}`,
          },
        },
      },
    },
  } as ChartConfiguration;
}

function dataset(kind: ChartKind, { name, values }: Series, at: number, { series }: Colours) {
  const colour = series[at % series.length] ?? "gray";
  if (kind === "bar") {
    return {
      label: name,
      data: values,
      backgroundColor: colour,
      borderRadius: 3,
      maxBarThickness: 22,
      categoryPercentage: 0.8,
    };
  }
  return {
    label: name,
    data: values,
    borderColor: colour,
    backgroundColor: `color-mix(in srgb, ${colour} 10%, transparent)`,
    borderWidth: 2,
    fill: at === 0,
    pointRadius: values.length > 40 ? 0 : 2.5,
    pointHoverRadius: 5,
    pointBackgroundColor: colour,
    cubicInterpolationMode: "monotone",
  };
}

function clip(text: string): string {
  return text.length > LABEL_MAX ? `${text.slice(0, LABEL_MAX - 1)}…` : text;
}
