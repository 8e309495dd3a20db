import type { Page } from "../api/types";
import { count } from "../ui/format";
import { Icon, type IconName } from "../ui/Icon";
import { PAGE_SIZES, type TableQuery } from "./query";

interface Props {
  query: TableQuery;
  page: Page | null;
  busy: boolean;
  go: (change: Partial<TableQuery>) => void;
}

/** Which rows are shown of how many, and the way to the others. */
export function Pager({ query, page, busy, go }: Props) {
  const last = Math.max(1, page?.total_pages ?? 1);
  const sizes = PAGE_SIZES.includes(query.pageSize)
    ? PAGE_SIZES
    : [...PAGE_SIZES, query.pageSize].sort((a, b) => a - b);
  const step = (label: string, icon: IconName, to: number, on: boolean, more = "") => (
    <button
      type="button"
      class={`button quiet icon ${more}`}
      aria-label={label}
      title={label}
      disabled={!on || page === null}
      onClick={() => go({ page: to })}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <footer class="pager">
      <p class="grow clip" aria-live="polite">
        {page ? <Range page={page} /> : busy ? "Loading…" : ""}
      </p>
      <label class="pager-size">
        <span class="wide-only">Rows per page</span>
        <select
          class="select"
          aria-label="Rows per page"
          value={query.pageSize}
          onChange={(event) => go({ pageSize: Number(event.currentTarget.value) })}
        >
          {sizes.map((size) => (
            <option key={size} value={size}>
              {size}
            </option>
          ))}
        </select>
      </label>
      <nav class="pager-steps" aria-label="Pages of rows">
        {step("First page", "first", 1, query.page > 1, "wide-only")}
        {step("Previous page", "left", query.page - 1, query.page > 1)}
        <span class="pager-at">
          {count(query.page)} <span class="muted">of {count(last)}</span>
        </span>
        {step("Next page", "chevron", query.page + 1, query.page < last)}
        {step("Last page", "last", last, query.page < last, "wide-only")}
      </nav>
    </footer>
  );
}

function Range({ page }: { page: Page }) {
  if (page.total_records === 0) return <>No rows</>;
  const first = (page.page - 1) * page.page_size + 1;
  const last = first + page.records.length - 1;
  if (page.records.length === 0) return <>{count(page.total_records)} rows</>;
  return (
    <>
      {count(first)}–{count(last)} <span class="muted">of {count(page.total_records)}</span>
    </>
  );
}
