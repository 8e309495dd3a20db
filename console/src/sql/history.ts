import { signal } from "@preact/signals";
import { readStored, store } from "../ui/storage";

export interface Entry {
  db: string;
  sql: string;
  /** When it ran, in ms since 1970. */
  at: number;
  /** How many rows came, or `null` where it failed. */
  rows: number | null;
}

const NAME = "hypostyle.history";
const ENTRIES_MAX = 50;

/** What ran in this browser, the newest first. */
export const history = signal<Entry[]>(readStored<Entry[]>(NAME) ?? []);

/** Keeps a statement; one that ran before moves to the front. */
export function remember(entry: Entry): void {
  const others = history.value.filter(({ db, sql }) => db !== entry.db || sql !== entry.sql);
  history.value = [entry, ...others].slice(0, ENTRIES_MAX);
  store(NAME, history.value);
}

export function forgetAll(): void {
  history.value = [];
  store(NAME, []);
}
