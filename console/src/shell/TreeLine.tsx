import type { ComponentChildren } from "preact";
import { count } from "../ui/format";
import { databaseHref, tableHref } from "../ui/href";
import { Icon } from "../ui/Icon";
import type { Node } from "./treeNodes";

interface Common {
  /** Whether the Tab key stops here. */
  stop: boolean;
  current: boolean;
  onFocus: () => void;
}

interface DatabaseProps extends Common {
  node: Extract<Node, { kind: "database" }>;
  onFold: () => void;
  children: ComponentChildren;
}

export function DatabaseLine({ node, stop, current, onFocus, onFold, children }: DatabaseProps) {
  const { name, engine, state, location } = node.database;
  return (
    <>
      <a
        href={databaseHref(name)}
        role="treeitem"
        class="tree-line tree-database"
        aria-level={1}
        aria-expanded={node.open}
        aria-selected={current}
        title={location}
        tabIndex={stop ? 0 : -1}
        onFocus={onFocus}
      >
        <span
          class={`tree-fold ${node.open ? "is-open" : ""}`}
          onClick={(event) => {
            event.preventDefault();
            event.stopPropagation();
            onFold();
          }}
        >
          <Icon name="chevron" />
        </span>
        <span class={`dot ${state === "failed" ? "bad" : ""}`} />
        {state === "failed" && <span class="sr-only">failed</span>}
        <span class="grow clip">{name}</span>
        <span class="tree-meta">{engine}</span>
      </a>
      {children}
    </>
  );
}

export function TableLine({
  node,
  stop,
  current,
  onFocus,
}: Common & { node: Extract<Node, { kind: "table" }> }) {
  const { name, kind, problem } = node.table;
  return (
    <a
      href={tableHref(node.db, name)}
      role="treeitem"
      class="tree-line tree-table"
      aria-level={2}
      aria-setsize={node.of}
      aria-posinset={node.at}
      aria-selected={current}
      title={problem ?? name}
      tabIndex={stop ? 0 : -1}
      onFocus={onFocus}
    >
      <Icon name={problem ? "warning" : kind} />
      <span class="grow clip">{name}</span>
      {node.rows !== null && (
        <span class="tree-meta">
          {count(node.rows)}
          <span class="sr-only"> rows</span>
        </span>
      )}
    </a>
  );
}
