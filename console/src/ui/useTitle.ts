import { useEffect } from "preact/hooks";
import { site } from "../api/store";

/** Names the document after its view. */
export function useTitle(title: string): void {
  const name = site.value.data?.title ?? "Hypostyle";
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
}
