import { signal } from "@preact/signals";
import { readStored, store } from "../ui/storage";

export const drawerOpen = signal(false);
export const paletteOpen = signal(false);
export const shortcutsOpen = signal(false);

const NAME = "hypostyle.collapsed";

/** The databases whose tables are folded away. */
export const collapsed = signal<string[]>(readStored<string[]>(NAME) ?? []);

export function setCollapsed(db: string, fold: boolean): void {
  const others = collapsed.value.filter((name) => name !== db);
  collapsed.value = fold ? [...others, db] : others;
  store(NAME, collapsed.value);
}
