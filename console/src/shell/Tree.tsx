import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { catalogs, wantCatalog } from "../api/store";
import type { DatabaseInfo } from "../api/types";
import { ProblemText } from "./BrokenModules";
import { collapsed, setCollapsed } from "./state";
import { DatabaseLine, TableLine } from "./TreeLine";
import { type Node, treeNodes } from "./treeNodes";
import "./tree.css";

/** Databases and their tables, walked by arrow keys. */
export function Tree({ databases, filter }: { databases: DatabaseInfo[] | null; filter: string }) {
  const { path } = useLocation();
  const box = useRef<HTMLDivElement>(null);
  const [last, setLast] = useState<string | null>(null);
  const nodes = treeNodes(databases ?? [], catalogs.value, collapsed.value, filter);
  const current = nodes.find((node) => hrefPath(node) === path)?.id ?? null;
  const stop = [last, current].find((id) => nodes.some((node) => node.id === id)) ?? nodes[0]?.id;

  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const focus = (at: number) => {
    const node = nodes[Math.max(0, Math.min(nodes.length - 1, at))];
    if (!node) return;
    setLast(node.id);
    box.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[nodes.indexOf(node)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = nodes.findIndex((node) => node.id === stop);
    const node = nodes[at];
    const act = node && keyAction(event.key, at, node, nodes);
    if (!act) return;
    event.preventDefault();
    if (typeof act === "number") focus(act);
    else setCollapsed(act.db, act.fold);
  };
  if (!databases) return <Waiting />;
  return (
    <div class="tree" role="tree" aria-label="Databases and tables" ref={box} onKeyDown={onKeyDown}>
      {nodes.map((node) => {
        const common = {
          stop: node.id === stop,
          current: node.id === current,
          onFocus: () => setLast(node.id),
        };
        if (node.kind === "table") return <TableLine key={node.id} node={node} {...common} />;
        return (
          <DatabaseLine key={node.id} node={node} {...common} onFold={() => setCollapsed(node.id, node.open)}>
            {node.open && <Below database={node.database} />}
          </DatabaseLine>
        );
      })}
      {nodes.length === 0 && (
        <p class="tree-empty">{filter ? "No table has such a name." : "No database."}</p>
      )}
    </div>
  );
}

/** What stands in the place of tables. */
function Below({ database }: { database: DatabaseInfo }) {
  const { data, error } = catalogs.value[database.name] ?? { data: null, error: null };
  if (database.problem) return <ProblemText problem={database.problem} />;
  if (!error) return data ? null : <Waiting />;
  return (
    <p class="problem">
      {error.message}{" "}
      <button type="button" class="link" onClick={() => wantCatalog(database.name)}>
        Try again
      </button>
    </p>
  );
}

/** Stands for tables that are on their way. */
function Waiting() {
  return <div class="tree-wait" aria-hidden="true" />;
}

/** The line to go to, or a database to fold or unfold. */
function keyAction(
  key: string,
  at: number,
  node: Node,
  nodes: Node[],
): number | { db: string; fold: boolean } | null {
  switch (key) {
    case "ArrowDown":
      return at + 1;
    case "ArrowUp":
      return at - 1;
    case "Home":
      return 0;
    case "End":
      return nodes.length - 1;
    case "ArrowRight":
      if (node.kind === "table") return null;
      return node.open ? at + 1 : { db: node.id, fold: false };
    case "ArrowLeft":
      if (node.kind === "table") return nodes.findIndex(({ id }) => id === node.db);
      return node.open ? { db: node.id, fold: true } : null;
    default:
      return null;
  }
}

function hrefPath(node: Node): string {
  const db = encodeURIComponent(node.kind === "table" ? node.db : node.id);
  return node.kind === "table" ? `/d/${db}/t/${encodeURIComponent(node.table.name)}` : `/d/${db}`;
}
