import { call } from "./client";
import type {
  Catalog,
  Health,
  MigrationStatus,
  Page,
  PanelInfo,
  PlannedMigration,
  QueryResult,
  Site,
  Table,
} from "./types";

/** The most rows a statement of the SQL view asks for. */
export const RESULT_ROWS_MAX = 10_000;

export function getSite(signal?: AbortSignal): Promise<Site> {
  return call("/databases", { signal });
}

export function getCatalog(db: string, signal?: AbortSignal): Promise<Catalog> {
  return call("/catalog", { query: [["db", db]], signal });
}

export function getRows(db: string, table: string, query: [string, string][], signal?: AbortSignal) {
  return call<Page>(`/tables/${encodeURIComponent(table)}`, { query: [["db", db], ...query], signal });
}

export async function getTable(db: string, table: string, signal?: AbortSignal): Promise<Table> {
  const path = `/tables/${encodeURIComponent(table)}/schema`;
  return (await call<{ schema_definition: Table }>(path, { query: [["db", db]], signal })).schema_definition;
}

export async function getPanels(signal?: AbortSignal): Promise<PanelInfo[]> {
  return (await call<{ panels: PanelInfo[] }>("/panels", { signal })).panels;
}

export function getPanel(id: string, signal?: AbortSignal): Promise<QueryResult> {
  return call(`/panels/${encodeURIComponent(id)}`, { signal });
}

export function runQuery(db: string, sql: string, limit: number, signal?: AbortSignal): Promise<QueryResult> {
  return call("/query", { query: [["db", db]], body: { sql, params: [], limit }, signal });
}

export function getHealth(signal?: AbortSignal): Promise<Health> {
  return call("/health", { signal });
}

export function getMigrations(db: string, signal?: AbortSignal): Promise<MigrationStatus> {
  return call("/migrations/status", { query: [["db", db]], signal });
}

/** What a run would do, file by file. */
export async function getMigrationPlan(db: string, signal?: AbortSignal): Promise<PlannedMigration[]> {
  return (await call<{ plan: PlannedMigration[] }>("/migrations/plan", { query: [["db", db]], signal })).plan;
}

/** Applies what is pending, up to a version or `head`; one that takes long goes on after the answer. */
export async function runMigrations(db: string, target: string): Promise<void> {
  await call("/migrations/run", { query: [["db", db]], body: { target } });
}

/** Goes on with a file that stopped. */
export async function resumeMigrations(db: string, assume: "ran" | "not_run" | null): Promise<void> {
  await call("/migrations/resume", { query: [["db", db]], body: { assume } });
}
