import { signal } from "@preact/signals";
import type { ApiError } from "./client";
import { getCatalog, getSite } from "./endpoints";
import { keyEpoch } from "./session";
import type { Catalog, Site, Table } from "./types";
import { asApiError } from "./useLoad";

interface Kept<T> {
  data: T | null;
  error: ApiError | null;
}

/** What the server serves; loaded once by the shell. */
export const site = signal<Kept<Site>>({ data: null, error: null });

/** What each database looks like; loaded when somebody first wants it. */
export const catalogs = signal<Record<string, Kept<Catalog>>>({});

export async function loadSite(): Promise<void> {
  catalogs.value = {};
  await kept(getSite(), (answer) => (site.value = answer));
}

/** Loads a catalogue unless it is there or on its way. */
export function wantCatalog(db: string): void {
  const known = catalogs.value[db];
  if (known && !known.error) return;
  put(db, { data: null, error: null });
  kept(getCatalog(db), (answer) => put(db, answer));
}

/** Loads a catalogue anew that is there: the schema was changed. */
export function renewCatalog(db: string): void {
  if (catalogs.value[db]) kept(getCatalog(db), (answer) => put(db, answer));
}

export function catalogOf(db: string): Catalog | null {
  return catalogs.value[db]?.data ?? null;
}

export function findTable(db: string, table: string): Table | null {
  return catalogOf(db)?.tables.find(({ name }) => name === table) ?? null;
}

/** Whether the server runs statements of its callers. */
export function sqlAllowed(): boolean {
  return site.value.data?.sql_editor !== false;
}

/** The database that is meant where none is named. */
export function defaultDatabase(): string | null {
  const all = site.value.data?.databases.filter(({ state }) => state === "ready") ?? [];
  return (all.find((one) => one.default) ?? all[0])?.name ?? null;
}

/** The database whose migrations are meant: the one at the address, or the first that has some. */
export function migratedDatabase(path: string): string | null {
  const all = site.value.data?.databases.filter(({ migrations }) => migrations) ?? [];
  const [first, at] = path.split("/").filter(Boolean);
  const here = first === "d" ? all.find(({ name }) => encodeURIComponent(name) === at) : undefined;
  return (here ?? all.find((one) => one.default) ?? all[0])?.name ?? null;
}

function put(db: string, state: Kept<Catalog>): void {
  catalogs.value = { ...catalogs.value, [db]: state };
}

/** Keeps the answer, unless another key was given meanwhile: then its own load is on the way. */
async function kept<T>(coming: Promise<T>, keep: (answer: Kept<T>) => void): Promise<void> {
  const epoch = keyEpoch.peek();
  const answer = await coming.then(
    (data) => ({ data, error: null }),
    (error) => ({ data: null, error: asApiError(error) }),
  );
  if (epoch === keyEpoch.peek()) keep(answer);
}
