import { parseExact, writeExact } from "../../api/exact";
import type { Cell } from "../../api/types";
import { full, look } from "../../grid/cells";
import type { GridColumn } from "../../grid/types";
import { byteCount, byteSize, hex } from "../../ui/bytes";
import { Icon } from "../../ui/Icon";

const HEX_BYTES_MAX = 256;

/** A column of the record with its whole value. */
export function Field({ column, value, href }: { column: GridColumn; value: Cell; href: string | null }) {
  return (
    <div class="field">
      <dt>
        <span class="clip">{column.name}</span>
        {column.badge === "key" && <Icon name="key" />}
        <span class="grow" />
        {column.type && <span class="muted clip">{column.type.toLowerCase()}</span>}
      </dt>
      <dd class={look(value, column.kind)}>
        <Value column={column} value={value} href={href} />
      </dd>
    </div>
  );
}

function Value({ column, value, href }: { column: GridColumn; value: Cell; href: string | null }) {
  if (value === null) return <>NULL</>;
  if (value === "") return <>empty text</>;
  if (column.kind === "bytes" && typeof value === "string") return <Bytes base64={value} />;
  const text =
    column.kind === "json" && typeof value === "string" ? laidOut(value) : full(value, column.kind);
  return href ? <a href={href}>{text}</a> : text;
}

function Bytes({ base64 }: { base64: string }) {
  const size = byteCount(base64);
  return (
    <>
      <span class="muted">{byteSize(size)}</span>
      {size > 0 && <pre>{hex(base64, HEX_BYTES_MAX) + (size > HEX_BYTES_MAX ? " …" : "")}</pre>}
    </>
  );
}

/** JSON that came as text, on lines of its own where it can be read. */
function laidOut(text: string): string {
  try {
    return writeExact(parseExact(text), 2);
  } catch {
    return text;
  }
}
