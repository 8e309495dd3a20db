import { catalogs, site } from "../api/store";
import { databaseHref, migrationsHref, schemaHref, sqlHref, tableHref } from "../ui/href";
import type { IconName } from "../ui/Icon";
import { shortcutsOpen } from "./state";
import { toggleTheme } from "./theme";

export interface Item {
  icon: IconName;
  label: string;
  hint: string;
  /** An address to go to, or something to do. */
  target: string | (() => void);
}

const SHOWN_MAX = 40;

/** What the words of `text` lead to, the best first. */
export function paletteItems(text: string): Item[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const scored = all().map((item, at) => ({ item, at, score: score(item, words) }));
  const hits = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || a.at - b.at);
  return hits.slice(0, SHOWN_MAX).map(({ item }) => item);
}

function all(): Item[] {
  const databases = site.value.data?.databases ?? [];
  const tables = databases.flatMap(({ name: db }) =>
    (catalogs.value[db]?.data?.tables ?? []).flatMap(({ name, kind }): Item[] => [
      { icon: kind, label: name, hint: db, target: tableHref(db, name) },
      { icon: "link", label: `${name} schema`, hint: db, target: schemaHref(db, name) },
    ]),
  );
  return [
    { icon: "home", label: "Overview", hint: "page", target: "/" },
    { icon: "code", label: "SQL", hint: "page", target: "/sql" },
    { icon: "pulse", label: "Health", hint: "page", target: "/health" },
    ...tables.filter(({ icon }) => icon !== "link"),
    ...databases.flatMap(({ name, engine, migrations }): Item[] => [
      { icon: "database", label: name, hint: engine, target: databaseHref(name) },
      { icon: "code", label: `SQL on ${name}`, hint: "editor", target: sqlHref(name) },
      ...(migrations ? [migrationsOf(name)] : []),
    ]),
    ...tables.filter(({ icon }) => icon === "link"),
    { icon: "moon", label: "Switch theme", hint: "action", target: toggleTheme },
    { icon: "help", label: "Keyboard shortcuts", hint: "action", target: () => (shortcutsOpen.value = true) },
  ];
}

function migrationsOf(name: string): Item {
  return { icon: "steps", label: `Migrations of ${name}`, hint: "page", target: migrationsHref(name) };
}

/** Every word must be found; a name that starts with one counts most. */
function score({ label, hint }: Item, words: string[]): number {
  const name = label.toLowerCase();
  let sum = 1;
  for (const word of words) {
    if (name === word) sum += 8;
    else if (name.startsWith(word)) sum += 4;
    else if (name.includes(word)) sum += 2;
    else if (!hint.toLowerCase().startsWith(word)) return 0;
  }
  return sum;
}
