import { useEffect } from "preact/hooks";
import { drawerOpen, paletteOpen, shortcutsOpen } from "./state";

/** The keys that work everywhere. */
export function useGlobalKeys(): void {
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
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (ctrlKey || metaKey || altKey) return true;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
