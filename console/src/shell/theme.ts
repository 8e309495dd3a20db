import { effect, signal } from "@preact/signals";

type Theme = "light" | "dark";

const NAME = "hypostyle.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

const chosen = signal<Theme | null>((document.documentElement.dataset.theme as Theme | undefined) ?? null);
const systemTheme = signal<Theme>(system.matches ? "dark" : "light");

system.addEventListener("change", () => {
  systemTheme.value = system.matches ? "dark" : "light";
});

effect(() => {
  if (chosen.value) document.documentElement.dataset.theme = chosen.value;
});

/** The theme on the screen. */
export function theme(): Theme {
  return chosen.value ?? systemTheme.value;
}

/** Shows the other theme, and keeps it. */
export function toggleTheme(): void {
  chosen.value = theme() === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(NAME, chosen.value);
  } catch {
    // The choice then lives as long as the page.
  }
}
