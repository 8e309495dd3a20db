import { useRef } from "preact/hooks";

const MIN_PX = 90;
const MAX_PX = 640;
const STEP_PX = 24;

/** The line between editor and results; a pointer or the arrow keys move it. */
export function SplitEdge({ height, onHeight }: { height: number; onHeight: (px: number) => void }) {
  const from = useRef<{ y: number; height: number } | null>(null);
  const set = (px: number) => onHeight(Math.round(Math.min(MAX_PX, Math.max(MIN_PX, px))));
  return (
    <div
      class="split-edge"
      role="separator"
      aria-label="Height of the editor"
      aria-orientation="horizontal"
      aria-valuenow={height}
      aria-valuemin={MIN_PX}
      aria-valuemax={MAX_PX}
      tabIndex={0}
      onKeyDown={(event) => {
        if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
        event.preventDefault();
        set(height + (event.key === "ArrowUp" ? -STEP_PX : STEP_PX));
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { y: event.clientY, height };
      }}
      onPointerMove={(event) => {
        if (from.current) set(from.current.height + event.clientY - from.current.y);
      }}
      onPointerUp={() => {
        from.current = null;
      }}
    />
  );
}
