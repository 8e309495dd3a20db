import type { TableQuery } from "./query";

interface Props {
  query: TableQuery;
  total: number;
  go: (change: Partial<TableQuery>) => void;
}

/** Why there are no rows, and the way to some. */
export function Empty({ query, total, go }: Props) {
  if (total > 0) {
    return (
      <div class="grid-message is-over" role="status">
        <p>Page {query.page} lies behind the last row.</p>
        <button type="button" class="button" onClick={() => go({ page: 1 })}>
          Go to the first page
        </button>
      </div>
    );
  }
  if (query.filters.length > 0) {
    return (
      <div class="grid-message is-over" role="status">
        <p>No row meets the filters.</p>
        <button type="button" class="button" onClick={() => go({ filters: [] })}>
          Clear the filters
        </button>
      </div>
    );
  }
  return (
    <div class="grid-message is-over" role="status">
      <p>There are no rows yet.</p>
    </div>
  );
}
