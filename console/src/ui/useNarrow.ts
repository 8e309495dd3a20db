import { useEffect, useState } from "preact/hooks";

const NARROW = matchMedia("(max-width: 720px)");

/** Whether the window is so narrow that `.wide-only` is not shown. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(NARROW.matches);
  useEffect(() => {
    const changed = () => setNarrow(NARROW.matches);
    NARROW.addEventListener("change", changed);
    return () => NARROW.removeEventListener("change", changed);
  }, []);
  return narrow;
}
