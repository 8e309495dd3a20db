const WIDTH = 300;
const HEIGHT = 44;
const SLOTS_MIN = 12;
const SLOTS_MAX = 60;

/** The newest values as a line; the right end is now. */
export function Sparkline({ values, label }: { values: number[]; label: string }) {
  const shown = values.slice(-SLOTS_MAX);
  const slots = Math.max(SLOTS_MIN, shown.length);
  const last = shown.at(-1);
  const top = Math.max(1, ...shown);
  const x = (at: number) => WIDTH - (shown.length - 1 - at) * (WIDTH / (slots - 1));
  const y = (value: number) => HEIGHT - 2 - (value / top) * (HEIGHT - 6);
  const line = shown.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  return (
    <div class="spark">
      <p class="spark-figure">
        {last === undefined ? "–" : last.toFixed(last < 10 ? 1 : 0)} <span class="muted">queries/s</span>
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        <line class="spark-base" x1="0" y1={HEIGHT - 1} x2={WIDTH} y2={HEIGHT - 1} />
        {shown.length > 1 && (
          <>
            <polygon class="spark-area" points={`${x(0).toFixed(1)},${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
            <polyline class="spark-line" points={line} />
          </>
        )}
      </svg>
    </div>
  );
}
