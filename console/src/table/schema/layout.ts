import type { Table } from "../../api/types";
import type { Incoming } from "../columns";

export interface Box {
  name: string;
  label: string;
  x: number;
  y: number;
  width: number;
  height: number;
  centre: boolean;
}

export interface Edge {
  path: string;
  label: string;
  x: number;
  y: number;
  anchor: "start" | "end";
}

const BOX_WIDTH = 184;
const BOX_HEIGHT = 36;
const ROW = 56;
const GAP = 190;
const MARGIN = 24;
const LABEL_MAX = 24;

/** Places for the diagram: who refers here on the left, the table in the middle, what it refers to on the right. */
export function layout(table: Table, incoming: Incoming[]) {
  const left = incoming
    .filter((one) => one.table.name !== table.name)
    .map(({ table: other, key }) => ({ name: other.name, label: key.columns.join(", ") }));
  const right = table.foreign_keys.map((key) => ({
    name: key.referenced_table,
    label: key.columns.join(", "),
  }));
  const height = Math.max(left.length, right.length, 1) * ROW + MARGIN * 2 - (ROW - BOX_HEIGHT);
  const leftX = MARGIN;
  const centreX = left.length > 0 ? MARGIN + BOX_WIDTH + GAP : MARGIN;
  const rightX = centreX + BOX_WIDTH + GAP;
  const width = (right.length > 0 ? rightX : centreX) + BOX_WIDTH + MARGIN;
  const middle = height / 2;
  const rowY = (at: number, of: number) => middle + (at - (of - 1) / 2) * ROW - BOX_HEIGHT / 2;
  const boxes = [
    box(table.name, centreX, middle - BOX_HEIGHT / 2, true),
    ...left.map(({ name }, at) => box(name, leftX, rowY(at, left.length), false)),
    ...right.map(({ name }, at) => box(name, rightX, rowY(at, right.length), false)),
  ];
  const edges = [
    ...left.map(({ label }, at) =>
      edge(leftX + BOX_WIDTH, rowY(at, left.length), centreX, middle, label, false),
    ),
    ...right.map(({ label }, at) =>
      edge(centreX + BOX_WIDTH, rowY(at, right.length), rightX, middle, label, true),
    ),
  ];
  return { boxes, edges, width, height };
}

function box(name: string, x: number, y: number, centre: boolean): Box {
  return { name, label: clip(name), x, y, width: BOX_WIDTH, height: BOX_HEIGHT, centre };
}

/** A curve between the middle of the diagram and a box; its label stands at the end of that box. */
function edge(
  fromX: number,
  boxY: number,
  toX: number,
  middle: number,
  label: string,
  outward: boolean,
): Edge {
  const y = boxY + BOX_HEIGHT / 2;
  const [startY, endY] = outward ? [middle, y] : [y, middle];
  const bend = (fromX + toX) / 2;
  const path = `M${fromX} ${startY}C${bend} ${startY} ${bend} ${endY} ${toX} ${endY}`;
  return {
    path,
    label: clip(label),
    x: outward ? toX - 10 : fromX + 10,
    y: y > middle ? y + 15 : y - 7,
    anchor: outward ? "end" : "start",
  };
}

function clip(text: string): string {
  return text.length > LABEL_MAX ? `${text.slice(0, LABEL_MAX - 1)}…` : text;
}
