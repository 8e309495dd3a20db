import { useEffect, useState } from "preact/hooks";
import { site } from "../api/store";
import { Icon } from "../ui/Icon";
import { HistoryMenu } from "./HistoryMenu";

interface Props {
  db: string | null;
  since: number | null;
  onDatabase: (name: string) => void;
  onRun: () => void;
  onCancel: () => void;
  onOpen: (db: string, sql: string) => void;
  onShare: () => void;
}

/** The database, running and stopping, what ran before, and the link to share. */
export function Toolbar({ db, since, onDatabase, onRun, onCancel, onOpen, onShare }: Props) {
  const databases = site.value.data?.databases.filter(({ state }) => state === "ready") ?? [];
  return (
    <div class="toolbar sql-toolbar">
      <select
        class="select"
        aria-label="Database"
        value={db ?? ""}
        onChange={(event) => onDatabase(event.currentTarget.value)}
      >
        {databases.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {since === null ? (
        <button
          type="button"
          class="button primary run"
          title="Run (Ctrl+Enter)"
          disabled={db === null}
          onClick={onRun}
        >
          <Icon name="play" /> Run
        </button>
      ) : (
        <button type="button" class="button run" onClick={onCancel}>
          <Icon name="stop" /> Cancel
        </button>
      )}
      {since !== null && <Elapsed since={since} />}
      <span class="grow" />
      <span class="badge" title="The engine itself refuses every statement that would write">
        read-only
      </span>
      <HistoryMenu onOpen={onOpen} />
      <button
        type="button"
        class="button quiet"
        title="Copy a link to this statement"
        aria-label="Share"
        onClick={onShare}
      >
        <Icon name="link" />
        <span class="wide-only">Share</span>
      </button>
    </div>
  );
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return <span class="elapsed">{(Math.max(0, now - since) / 1000).toFixed(1)} s</span>;
}
