import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { site, wantCatalog } from "../api/store";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { type Item, paletteItems } from "./paletteItems";
import { paletteOpen } from "./state";
import "./palette.css";

export function Palette() {
  return paletteOpen.value ? <OpenPalette close={() => (paletteOpen.value = false)} /> : null;
}

function OpenPalette({ close }: { close: () => void }) {
  const { route } = useLocation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const items = paletteItems(text);
  useEffect(() => {
    for (const { name, state } of site.value.data?.databases ?? []) if (state === "ready") wantCatalog(name);
  }, []);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const choose = (item: Item | undefined) => {
    if (!item) return;
    close();
    if (typeof item.target === "string") route(item.target);
    else item.target();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(items.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") choose(items[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Search" class="palette" onClose={close}>
      <div class="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={items[at] ? `palette-${at}` : undefined}
          aria-label="Search tables, views and pages"
          placeholder="Search tables, views and pages"
          autocomplete="off"
          spellcheck={false}
          autoFocus
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div id="palette-list" class="palette-list" role="listbox" aria-label="Results" ref={list}>
        {items.map((item, index) => (
          <div
            key={`${item.hint}/${item.label}`}
            id={`palette-${index}`}
            role="option"
            class="palette-item"
            aria-selected={index === at}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(item)}
          >
            <Icon name={item.icon} />
            <span class="grow clip">{item.label}</span>
            <span class="muted">{item.hint}</span>
          </div>
        ))}
      </div>
      {items.length === 0 && (
        <p class="palette-empty" role="status">
          Nothing has such a name.
        </p>
      )}
    </Dialog>
  );
}
