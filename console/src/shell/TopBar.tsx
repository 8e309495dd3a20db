import { useLocation } from "preact-iso";
import { site } from "../api/store";
import { Icon } from "../ui/Icon";
import { Mark } from "./Mark";
import { pages } from "./pages";
import { drawerOpen, paletteOpen, shortcutsOpen } from "./state";
import { theme, toggleTheme } from "./theme";
import "./top.css";

const MAC = /Mac|iPhone|iPad/.test(navigator.platform);

export function TopBar() {
  const { path } = useLocation();
  const { data } = site.value;
  const dark = theme() === "dark";
  return (
    <header class="top">
      <button
        type="button"
        class="button quiet icon narrow-only"
        aria-label="Databases and tables"
        aria-expanded={drawerOpen.value}
        onClick={() => (drawerOpen.value = !drawerOpen.value)}
      >
        <Icon name="menu" />
      </button>
      <a class="brand" href="/">
        <Mark />
        <span class="clip">{data?.title ?? "Hypostyle"}</span>
      </a>
      {data?.environment && <Environment name={data.environment} />}
      <nav class="pages" aria-label="Pages">
        {pages(path).map(({ href, label, current }) => (
          <a key={label} href={href} aria-current={current ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <button type="button" class="search-button" onClick={() => (paletteOpen.value = true)}>
        <Icon name="search" />
        <span class="grow">Search</span>
        <kbd class="kbd">{MAC ? "⌘" : "Ctrl"}&nbsp;K</kbd>
      </button>
      <button
        type="button"
        class="button quiet icon"
        aria-label={dark ? "Use the light theme" : "Use the dark theme"}
        title={dark ? "Light theme" : "Dark theme"}
        onClick={toggleTheme}
      >
        <Icon name={dark ? "sun" : "moon"} />
      </button>
      <button
        type="button"
        class="button quiet icon wide-only"
        aria-label="Keyboard shortcuts"
        title="Keyboard shortcuts (?)"
        onClick={() => (shortcutsOpen.value = true)}
      >
        <Icon name="help" />
      </button>
    </header>
  );
}

function Environment({ name }: { name: string }) {
  return <span class={`badge environment ${/^prod/i.test(name) ? "bad" : ""}`}>{name}</span>;
}
