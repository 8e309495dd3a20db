const VIEW =
  "M1.5 8s2.3-4 6.5-4 6.5 4 6.5 4-2.3 4-6.5 4-6.5-4-6.5-4zM8 9.7a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z";

const PATHS = {
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6",
  partitioned: "M2.5 3.5h11v3.5h-11zM2.5 9h11v3.5h-11zM6.5 3.5v3.5M6.5 9v3.5",
  foreign: "M2.5 3.5h6v9h-6zM2.5 6.5h6M8.5 8h5.5M11.5 5.5 14 8l-2.5 2.5",
  view: VIEW,
  materialized_view: `${VIEW}M4.5 14h7`,
  virtual: "M2.5 3.5h11v9h-11zM5 8h.01M8 8h.01M11 8h.01",
  database:
    "M3 4c0-1.1 2.2-2 5-2s5 .9 5 2-2.2 2-5 2-5-.9-5-2zM3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2",
  chevron: "m6 4 4 4-4 4",
  down: "m4 6 4 4 4-4",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5l3 3",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M3.4 12.6l1-1M11.6 4.4l1-1",
  moon: "M13 9.6A5.5 5.5 0 0 1 6.4 3 5.5 5.5 0 1 0 13 9.6z",
  help: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM6.3 6.2A1.8 1.8 0 0 1 8 5.2c1 0 1.8.7 1.8 1.6 0 1.2-1.8 1.4-1.8 2.5M8 11.2h.01",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  close: "m4 4 8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  key: "M9 7l4.5-4.5M11.5 4.5 13 6M6.5 12.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  link: "M6.5 9.5l3-3M7 5l1.2-1.2a2.7 2.7 0 0 1 3.9 3.9L11 9M9 11l-1.2 1.2a2.7 2.7 0 0 1-3.9-3.9L5 7",
  download: "M8 2.5v7M5 7l3 3 3-3M3 13h10",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.8h-2.8",
  up: "m4 10 4-4 4 4",
  left: "m10 4-4 4 4 4",
  first: "m11 4-4 4 4 4M5 4v8",
  last: "m5 4 4 4-4 4M11 4v8",
  play: "M5 3.2v9.6l7.5-4.8z",
  stop: "M4.5 4.5h7v7h-7z",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.2l2 1.3",
  copy: "M5.5 5.5v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1z",
  code: "m5.5 5-3 3 3 3M10.5 5l3 3-3 3",
  chart: "M2.5 13.5h11M4 11V8M8 11V3.5M12 11V6",
  warning: "M8 2.5 14.2 13H1.8zM8 6.8v2.7M8 11.3h.01",
  pause: "M5.5 4v8M10.5 4v8",
  pulse: "M1.5 8h3l2-4.5 3 9 2-4.5h3",
  steps: "M2.5 13h3.5V9.5h4V6h3.5V2.5",
  check: "m3.5 8.5 3 3 6-7",
  home: "M2.5 7.5 8 3l5.5 4.5v6h-4v-3.5h-3v3.5h-4z",
} as const;

export type IconName = keyof typeof PATHS;

/** A line icon of 16 px; it says nothing by itself, its control carries the label. */
export function Icon({ name, class: extra = "" }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon-svg ${extra}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
