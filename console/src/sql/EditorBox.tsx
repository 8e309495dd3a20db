import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { catalogs, site, wantCatalog } from "../api/store";
import type { Editor, Mark, Names } from "./editor";

interface Props {
  db: string | null;
  /** The text to begin with. */
  initial: string;
  editor: RefObject<Editor | null>;
  /** The place of a failure. */
  mark: Mark | null;
  onRun: () => void;
  onChange: (text: string) => void;
}

/** The editor; its code comes later than the page, so the text stands in its place until then. */
export function EditorBox({ db, initial, editor, mark, onRun, onChange }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const latest = useRef({ onRun, onChange });
  useLayoutEffect(() => {
    latest.current = { onRun, onChange };
  });
  // Dependencies: the editor is made once
  useEffect(() => {
    let gone = false;
    import("./editor").then(({ createEditor }) => {
      if (gone || !box.current) return;
      editor.current = createEditor({
        parent: box.current,
        text: initial,
        onRun: () => latest.current.onRun(),
        onChange: (text) => latest.current.onChange(text),
      });
      editor.current.focus();
      setReady(true);
    });
    return () => {
      gone = true;
      editor.current?.destroy();
      editor.current = null;
    };
  }, []);
  const catalog = db === null ? null : (catalogs.value[db]?.data ?? null);
  const engine = site.value.data?.databases.find(({ name }) => name === db)?.engine ?? "sqlite";
  useEffect(() => {
    if (db !== null) wantCatalog(db);
  }, [db]);
  useEffect(() => {
    if (!ready || !catalog) return;
    const names: Names = {};
    for (const table of catalog.tables) names[table.name] = table.columns.map(({ name }) => name);
    editor.current?.setNames(engine, names);
  }, [ready, catalog, engine, editor]);
  useEffect(() => {
    if (ready) editor.current?.mark(mark);
  }, [ready, mark, editor]);
  return (
    <div class="editor" ref={box}>
      {!ready && <pre class="editor-wait">{initial}</pre>}
    </div>
  );
}
