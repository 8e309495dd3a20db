import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { SQLite, sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { dialectOf } from "./dialects";
import { look } from "./editorTheme";
import { nonce } from "./nonce";
import { typeOver } from "./typeOver";

/** Tables with their columns, for completion. */
export type Names = Record<string, string[]>;

/** A line and column, both from 1, counted from the character `from`. */
export interface Mark {
  line: number;
  column: number;
  from: number;
  message: string;
}

export interface Editor {
  text: () => string;
  /** The selection, or all where nothing is selected; with the place where it begins. */
  chosen: () => { sql: string; from: number };
  setText: (text: string) => void;
  setNames: (engine: string, names: Names) => void;
  /** Marks the place of a failure; `null` takes the mark away. */
  mark: (place: Mark | null) => void;
  focus: () => void;
  destroy: () => void;
}

interface Options {
  parent: HTMLElement;
  text: string;
  onRun: () => void;
  onChange: (text: string) => void;
}

/** Puts a SQL editor into an element. */
export function createEditor({ parent, text, onRun, onChange }: Options): Editor {
  const language = new Compartment();
  const run = () => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce()),
        Prec.highest(
          keymap.of([
            { key: "Mod-Enter", run },
            { key: "Tab", run: acceptCompletion },
          ]),
        ),
        lineNumbers(),
        history(),
        typeOver,
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        placeholder("SELECT …"),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": "SQL statement" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        language.of(sql({ dialect: SQLite, upperCaseKeywords: true })),
        look,
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    chosen: () => {
      const { from, to } = view.state.selection.main;
      return from === to
        ? { sql: view.state.doc.toString(), from: 0 }
        : { sql: view.state.sliceDoc(from, to), from };
    },
    setText: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    setNames: (engine, names) => {
      const dialect = dialectOf(engine);
      view.dispatch({
        effects: language.reconfigure(sql({ dialect, schema: names, upperCaseKeywords: true })),
      });
    },
    mark: (place) => view.dispatch(setDiagnostics(view.state, place ? [diagnostic(view, place)] : [])),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function diagnostic({ state }: EditorView, { line, column, from, message }: Mark): Diagnostic {
  const first = state.doc.lineAt(Math.min(from, state.doc.length));
  const target = state.doc.line(Math.min(state.doc.lines, first.number + line - 1));
  const start = (line === 1 ? from : target.from) + column - 1;
  const at = Math.max(0, Math.min(start, target.to));
  const word = state.wordAt(at);
  const end = word && word.to > at ? word.to : Math.min(target.to, at + 1);
  return { from: Math.min(at, Math.max(target.from, end - 1)), to: end, severity: "error", message };
}
