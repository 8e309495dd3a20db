import { useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { getRows } from "../api/endpoints";
import type { Table } from "../api/types";
import { useLoad } from "../api/useLoad";
import { Grid } from "../grid/Grid";
import { GridSkeleton } from "../grid/GridSkeleton";
import { ErrorBox } from "../ui/ErrorBox";
import { ExportMenu } from "../ui/ExportMenu";
import { tableHref } from "../ui/href";
import { Icon } from "../ui/Icon";
import { gridColumns, linkOf } from "./columns";
import { Empty } from "./Empty";
import { FilterBar } from "./FilterBar";
import { Pager } from "./Pager";
import { nextSort, parameters, readQuery, type TableQuery, writeQuery } from "./query";
import { RecordPanel } from "./record/RecordPanel";

/** The rows of a table as the address asks for them. */
export function Rows({ db, name, table }: { db: string; name: string; table: Table | null }) {
  const { url, route } = useLocation();
  const search = url.split("?")[1]?.split("#")[0] ?? "";
  const query = useMemo(() => readQuery(search), [search]);
  const { data, error, busy, reload } = useLoad(`${db}/${name}?${search}`, (signal) =>
    getRows(db, name, parameters(query, true), signal),
  );
  const [open, setOpen] = useState<number | null>(null);
  const columns = useMemo(() => gridColumns(table), [table]);
  const rows = useMemo(
    () => (data?.records ?? []).map((record) => columns.map((column) => record[column.name] ?? null)),
    [data, columns],
  );
  const go = (change: Partial<TableQuery>) => {
    setOpen(null);
    route(tableHref(db, name, writeQuery({ ...query, page: 1, ...change })));
  };
  const closeRecord = () => {
    setOpen(null);
    document.querySelector<HTMLElement>(".grid")?.focus();
  };
  const opened = open === null ? undefined : data?.records[open];
  return (
    <div class="rows">
      <div class="toolbar">
        <FilterBar
          columns={table?.columns ?? []}
          filters={query.filters}
          onChange={(filters) => go({ filters })}
        />
        <button
          type="button"
          class="button quiet icon"
          aria-label="Load again"
          title="Load again"
          onClick={reload}
        >
          <Icon name="refresh" />
        </button>
        <ExportMenu name={name} columns={columns.map((column) => column.name)} rows={rows} />
      </div>
      <div
        class="rows-body"
        onKeyDown={(event) => {
          if (event.key === "Escape" && opened) closeRecord();
        }}
      >
        <div class="rows-main">
          {error ? (
            <div class="view-error grow">
              <ErrorBox error={error} retry={reload} />
            </div>
          ) : data === null || table === null ? (
            <GridSkeleton columns={table && columns} rows={20} />
          ) : (
            <Grid
              label={`Rows of ${name}`}
              columns={columns}
              rows={rows}
              offset={(data.page - 1) * data.page_size}
              total={data.total_records}
              sort={query.sort}
              onSort={(column, add) => go({ sort: nextSort(query.sort, column, add) })}
              onOpen={setOpen}
              open={opened ? open : null}
              link={(row, column) => linkOf(db, table, data.records[row], columns[column]?.name)}
              busy={busy}
              remember={`${db}/${name}`}
            />
          )}
          {data && table && rows.length === 0 && <Empty query={query} total={data.total_records} go={go} />}
        </div>
        {opened && open !== null && (
          <RecordPanel
            db={db}
            name={name}
            table={table}
            columns={columns}
            record={opened}
            at={open}
            count={rows.length}
            onStep={setOpen}
            onClose={closeRecord}
          />
        )}
      </div>
      <Pager query={query} page={data} busy={busy} go={go} />
    </div>
  );
}
