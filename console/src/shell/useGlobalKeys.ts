import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { migratedDatabase } from "../api/store";
import { migrationsHref } from "../ui/href";
import { drawerOpen, paletteOpen, shortcutsOpen } from "./state";

/** The keys that work everywhere. */
export function useGlobalKeys(): void {
  const { path, route } = useLocation();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        paletteOpen.value = !paletteOpen.value;
      } else if (event.key === "Escape" && drawerOpen.value) {
        drawerOpen.value = false;
      } else if (!isTyping(event) && event.key === "/") {
        event.preventDefault();
        drawerOpen.value = matchMedia("(max-width: 860px)").matches;
        requestAnimationFrame(() => document.getElementById("tree-filter")?.focus());
      } else if (!isTyping(event) && event.key === "?") {
        event.preventDefault();
        shortcutsOpen.value = true;
      } else if (!isTyping(event) && event.key === "m" && !document.querySelector("dialog[open]")) {
        const db = migratedDatabase(path);
        if (db !== null) route(migrationsHref(db));
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [path, route]);
}

function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
