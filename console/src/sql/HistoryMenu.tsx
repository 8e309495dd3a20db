import { plural } from "../ui/format";
import { Icon } from "../ui/Icon";
import { Popover } from "../ui/Popover";
import { forgetAll, history } from "./history";

const when = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** The statements that ran in this browser; a click brings one back and runs it. */
export function HistoryMenu({ onOpen }: { onOpen: (db: string, sql: string) => void }) {
  const button = (
    <>
      <Icon name="clock" />
      <span class="wide-only">History</span>
    </>
  );
  return (
    <Popover
      label="History"
      button={button}
      buttonClass="button quiet"
      align="end"
      class="history"
      menu={history.value.length > 0}
    >
      {(close) => (
        <>
          {history.value.length === 0 && <p class="history-empty">Nothing ran yet.</p>}
          {history.value.map(({ db, sql, at, rows }) => (
            <button
              key={`${db} ${sql}`}
              type="button"
              role="menuitem"
              class="menu-item history-item"
              onClick={() => {
                close();
                onOpen(db, sql);
              }}
            >
              <code class="clip">{sql.replace(/\s+/g, " ").trim()}</code>
              <span class="history-meta">
                {db} · {rows === null ? <span class="is-bad">failed</span> : plural(rows, "row")} ·{" "}
                {when.format(at)}
              </span>
            </button>
          ))}
          {history.value.length > 0 && (
            <button type="button" role="menuitem" class="menu-item history-forget" onClick={forgetAll}>
              Forget all
            </button>
          )}
        </>
      )}
    </Popover>
  );
}
