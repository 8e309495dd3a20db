import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { cellText } from "../api/exact";
import { say } from "../ui/toast";
import { GridRow } from "./GridRow";
import { Heading } from "./Heading";
import type { GridProps } from "./types";
import { HEAD, useActiveCell } from "./useActiveCell";
import { useVirtualRows } from "./useVirtualRows";
import { useWidths } from "./useWidths";
import { isNumeric } from "./widths";
import "./grid.css";

const ROW_PX = 32;
const HEAD_PX = 46;
const GUTTER_PX = 52;
const MARGIN_PX = 4;

/** A grid of any number of rows: walked by keys, sorted by its headings, with columns that can be resized. */
export function Grid(props: GridProps) {
  const { columns, rows, offset = 0, total = rows.length, sort = [], busy, open } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualRows(scroller, rows.length, ROW_PX, HEAD_PX);
  const { widths, choose } = useWidths(columns, rows, props.remember);
  const numeric = useMemo(
    () =>
      columns.map((column, at) =>
        isNumeric(
          column.kind,
          rows.slice(0, 60).map((row) => row[at]),
        ),
      ),
    [columns, rows],
  );
  const { active, setActive, onKeyDown } = useActiveCell({
    rows: rows.length,
    columns: columns.length,
    scroller,
    show: (row, column) => {
      if (row !== HEAD) {
        virtual.scrollToIndex(row);
        if (typeof open === "number") props.onOpen?.(row);
      }
      showColumn(scroller.current, widths, column);
    },
    enter: (row, column, add) => {
      const target = columns[column];
      if (row !== HEAD) props.onOpen?.(row);
      else if (target) props.onSort?.(target.name, add);
    },
    resize: (column, by) => {
      const target = columns[column];
      if (target) choose(target.name, (widths[column] ?? 0) + by);
    },
  });
  useEffect(() => {
    if (typeof open !== "number") return;
    virtual.scrollToIndex(open);
    setActive((at) => ({ row: open, column: at?.column ?? 0 }));
  }, [open, virtual, setActive]);
  const onCopy = (event: ClipboardEvent) => {
    if (!active || getSelection()?.toString()) return;
    const value = active.row === HEAD ? columns[active.column]?.name : rows[active.row]?.[active.column];
    event.clipboardData?.setData("text/plain", cellText(value));
    event.preventDefault();
    say("Cell copied");
  };
  const gutter = props.numbered ? GUTTER_PX : MARGIN_PX;
  const template = `${gutter}px ${widths.map((width) => `${width}px`).join(" ")} minmax(0, 1fr)`;
  const minWidth = gutter + widths.reduce((sum, width) => sum + width, 0);
  return (
    <div
      ref={scroller}
      class={`grid ${busy ? "is-busy" : ""}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={total + 1}
      aria-colcount={columns.length}
      aria-busy={busy}
      aria-activedescendant={active ? `${id}-${active.row}-${active.column}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onCopy={onCopy}
      style={{ "--columns": template, "--row-min": `${minWidth}px` }}
    >
      <div class="grid-head" role="rowgroup">
        <div class="grid-row" role="row" aria-rowindex={1}>
          <div class="grid-gutter" role="presentation" />
          {columns.map((column, at) => (
            <Heading
              key={at}
              id={`${id}-${HEAD}-${at}`}
              at={at}
              column={column}
              numeric={numeric[at] ?? false}
              active={active?.row === HEAD && active.column === at}
              sort={sort}
              onSort={props.onSort}
              width={widths[at] ?? 0}
              onWidth={(width) => choose(column.name, width)}
            />
          ))}
        </div>
      </div>
      <div class="grid-body" role="rowgroup" style={{ height: `${virtual.getTotalSize()}px` }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <GridRow
            key={index}
            id={id}
            index={index}
            top={start}
            number={offset + index + 1}
            numbered={props.numbered ?? false}
            columns={columns}
            cells={rows[index] ?? []}
            numeric={numeric}
            activeColumn={active?.row === index ? active.column : null}
            open={open === index}
            link={props.link}
            onCell={(column) => {
              setActive({ row: index, column });
              if (!getSelection()?.toString()) props.onOpen?.(index);
            }}
          />
        ))}
      </div>
    </div>
  );
}

/** Scrolls sideways as far as a column needs. */
function showColumn(box: HTMLElement | null, widths: number[], column: number): void {
  if (!box) return;
  const left = widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  const right = GUTTER_PX + left + (widths[column] ?? 0);
  if (left < box.scrollLeft) box.scrollLeft = left;
  else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
}
