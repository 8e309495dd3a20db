import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import type { ApiError } from "../api/client";
import { defaultDatabase, sqlAllowed } from "../api/store";
import { copy } from "../ui/clipboard";
import { sqlHref } from "../ui/href";
import { readStored, store } from "../ui/storage";
import { useTitle } from "../ui/useTitle";
import { EditorBox } from "./EditorBox";
import type { Editor, Mark } from "./editor";
import { Results } from "./Results";
import { SplitEdge } from "./SplitEdge";
import { Toolbar } from "./Toolbar";
import { useRun } from "./useRun";
import "./sql.css";

const HEIGHT = "hypostyle.editor-px";
const DRAFT = "hypostyle.draft";
const HEIGHT_PX = 200;

/** Read-only SQL, where the server lets its callers run any. */
export function SqlView() {
  useTitle("SQL");
  if (sqlAllowed()) return <Workbench />;
  return (
    <div class="grid-message" role="status">
      <p>This server runs no SQL of its callers.</p>
    </div>
  );
}

/** The editor above, what came back below. */
function Workbench() {
  const { url, route } = useLocation();
  const address = useMemo(() => new URLSearchParams(url.split("?")[1] ?? ""), [url]);
  const shared = address.get("q");
  const db = address.get("db") ?? defaultDatabase();
  const [initial] = useState(() => shared ?? readStored<string>(DRAFT) ?? "");
  const [height, setHeight] = useState(() => readStored<number>(HEIGHT) ?? HEIGHT_PX);
  const editor = useRef<Editor>(null);
  const shown = useRef<string | null>(null);
  const begin = useRef(0);
  const { run, cancel, ...state } = useRun();

  const runText = (sql: string, from: number) => {
    if (db === null || !sql.trim()) return;
    begin.current = from;
    run(db, sql);
  };
  const runChosen = () => {
    const chosen = editor.current?.chosen();
    if (!chosen || db === null) return;
    const text = editor.current?.text() ?? "";
    shown.current = text;
    route(sqlHref(db, text), true);
    runText(chosen.sql, chosen.from);
  };
  const open = (target: string, sql: string) => {
    shown.current = sql;
    begin.current = 0;
    editor.current?.setText(sql);
    route(sqlHref(target, sql));
    run(target, sql);
  };
  // Dependencies: an address runs once, when it is new
  useEffect(() => {
    if (shared === null || db === null || shown.current === shared) return;
    shown.current = shared;
    if (editor.current && editor.current.text() !== shared) editor.current.setText(shared);
    runText(shared, 0);
  }, [shared, db]);
  const mark = useMemo(() => placeOf(state.error, begin.current), [state.error]);
  return (
    <div class="sql">
      <h1 class="sr-only">SQL</h1>
      <Toolbar
        db={db}
        since={state.since}
        onDatabase={(name) => route(sqlHref(name), true)}
        onRun={runChosen}
        onCancel={cancel}
        onOpen={open}
        onShare={() => copy(location.origin + sqlHref(db ?? "", editor.current?.text() ?? ""), "Link")}
      />
      <div class="editor-frame" style={{ height: `${height}px` }}>
        <EditorBox
          db={db}
          initial={initial}
          editor={editor}
          mark={mark}
          onRun={runChosen}
          onChange={(text) => store(DRAFT, text)}
        />
      </div>
      <SplitEdge
        height={height}
        onHeight={(px) => {
          setHeight(px);
          store(HEIGHT, px);
        }}
      />
      <Results run={state} name={db ?? "result"} />
    </div>
  );
}

/** Where a statement failed, if its engine said so. */
function placeOf(error: ApiError | null, from: number): Mark | null {
  const { line, column } = (error?.details ?? {}) as { line?: number; column?: number };
  return error && typeof line === "number"
    ? { line, column: column ?? 1, from, message: error.message }
    : null;
}
