import { sql } from "@codemirror/lang-sql";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { dialectOf } from "./dialects";
import { look } from "./editorTheme";
import { nonce } from "./nonce";

interface Options {
  parent: HTMLElement;
  text: string;
  engine: string;
  label: string;
}

/** Puts SQL that is only read into an element; answers what takes it away. */
export function createViewer({ parent, text, engine, label }: Options): () => void {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce()),
        lineNumbers(),
        EditorView.lineWrapping,
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        // The keyboard scrolls what it can stand on.
        EditorView.contentAttributes.of({ "aria-label": label, "aria-readonly": "true", tabindex: "0" }),
        sql({ dialect: dialectOf(engine) }),
        look,
      ],
    }),
  });
  return () => view.destroy();
}
