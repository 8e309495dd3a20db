import { useState } from "preact/hooks";
import { site } from "../api/store";
import { Icon } from "../ui/Icon";
import { BrokenModules } from "./BrokenModules";
import { PageLinks } from "./PageLinks";
import { Tree } from "./Tree";
import "./side.css";

/** The databases with their tables, a filter above them, and what is broken below. */
export function Sidebar() {
  const [filter, setFilter] = useState("");
  const { data } = site.value;
  return (
    <aside class="side" aria-label="Databases and tables">
      <PageLinks />
      <div class="side-filter">
        <Icon name="search" />
        <input
          id="tree-filter"
          class="input"
          type="search"
          placeholder="Filter tables"
          aria-label="Filter tables"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setFilter("");
            if (event.key !== "ArrowDown") return;
            event.preventDefault();
            document.querySelector<HTMLElement>('.tree [role="treeitem"][tabindex="0"]')?.focus();
          }}
        />
        {!filter && <kbd class="kbd wide-only">/</kbd>}
      </div>
      <Tree databases={data?.databases ?? null} filter={filter.trim().toLowerCase()} />
      <BrokenModules />
    </aside>
  );
}
