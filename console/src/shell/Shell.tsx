import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { keyEpoch } from "../api/session";
import { loadSite, site, wantCatalog } from "../api/store";
import { ErrorBox } from "../ui/ErrorBox";
import { Palette } from "./Palette";
import { Shortcuts } from "./Shortcuts";
import { Sidebar } from "./Sidebar";
import { collapsed, drawerOpen } from "./state";
import { TopBar } from "./TopBar";
import { useGlobalKeys } from "./useGlobalKeys";
import "./shell.css";

/** Top bar, tree and the view beside it. */
export function Shell({ children }: { children: ComponentChildren }) {
  const { url } = useLocation();
  const epoch = keyEpoch.value;
  useGlobalKeys();
  // Dependencies: a new key asks anew
  useEffect(() => {
    loadSite();
  }, [epoch]);
  const { data, error } = site.value;
  const folded = collapsed.value;
  useEffect(() => {
    for (const { name, state } of data?.databases ?? []) {
      if (state === "ready" && !folded.includes(name)) wantCatalog(name);
    }
  }, [data, folded]);
  // Dependencies: the drawer closes with every step
  useEffect(() => {
    drawerOpen.value = false;
  }, [url]);
  return (
    <div class={`shell ${drawerOpen.value ? "drawer-open" : ""}`}>
      <a class="skip" href="#view">
        Skip to the content
      </a>
      <TopBar />
      <Sidebar />
      {drawerOpen.value && (
        <button
          type="button"
          class="scrim"
          aria-label="Close the sidebar"
          onClick={() => (drawerOpen.value = false)}
        />
      )}
      <main id="view" class="view" tabIndex={-1}>
        {error && (
          <div class="view-error">
            <ErrorBox error={error} retry={loadSite} />
          </div>
        )}
        {children}
      </main>
      <Palette />
      <Shortcuts />
    </div>
  );
}
