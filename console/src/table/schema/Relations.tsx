import { useEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { Table } from "../../api/types";
import { schemaHref } from "../../ui/href";
import type { Incoming } from "../columns";
import { type Box, layout } from "./layout";

/** Which tables refer to this one, and which it refers to; a click leads to their schema. */
export function Relations({ db, table, incoming }: { db: string; table: Table; incoming: Incoming[] }) {
  const { boxes, edges, width, height } = layout(table, incoming);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollLeft = (box.current.scrollWidth - box.current.clientWidth) / 2;
  }, [width]);
  return (
    <section
      ref={box}
      class="card table-scroll relations"
      tabIndex={0}
      aria-label={`Relations of ${table.name}`}
    >
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="group" aria-label="Diagram">
        {edges.map(({ path, label, x, y, anchor }) => (
          <g key={path + label}>
            <path class="relation-line" d={path} />
            <text class="relation-label" x={x} y={y} text-anchor={anchor}>
              {label}
            </text>
          </g>
        ))}
        {boxes.map((box) => (
          <TableBox key={`${box.x}/${box.name}`} db={db} box={box} />
        ))}
      </svg>
    </section>
  );
}

function TableBox({ db, box }: { db: string; box: Box }) {
  const { route } = useLocation();
  const href = schemaHref(db, box.name);
  const shape = (
    <>
      <rect x={box.x} y={box.y} width={box.width} height={box.height} rx="6" />
      <text x={box.x + box.width / 2} y={box.y + box.height / 2} dy="0.35em">
        {box.label}
      </text>
    </>
  );
  if (box.centre) return <g class="relation-box is-centre">{shape}</g>;
  return (
    <a
      class="relation-box"
      href={href}
      aria-label={`Schema of ${box.name}`}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        route(href);
      }}
    >
      <title>{box.name}</title>
      {shape}
    </a>
  );
}
