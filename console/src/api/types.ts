import type { LosslessNumber } from "lossless-json";

/** A value as the server sent it. A number whose text a double would change stays a `LosslessNumber`. */
export type Cell = null | boolean | number | string | LosslessNumber | Cell[] | { [name: string]: Cell };

export interface Problem {
  message: string;
  file: string | null;
  line: number | null;
  expected: string | null;
}

export interface DatabaseInfo {
  name: string;
  engine: string;
  location: string;
  default: boolean;
  module: string | null;
  state: "ready" | "failed";
  problem: Problem | null;
}

export interface ModuleInfo {
  name: string;
  database: string | null;
  state: "ready" | "failed";
  problem: Problem | null;
}

export interface Site {
  title: string;
  version: string;
  environment: string | null;
  databases: DatabaseInfo[];
  modules: ModuleInfo[];
  /** Whether statements may be run; a server that does not say so lets them. */
  sql_editor?: boolean;
}

export interface Column {
  name: string;
  type: string;
  kind: string;
  nullable: boolean;
  default: string | null;
  generated: { storage: string; expression: string } | null;
  primary_key: number | null;
  hidden: boolean;
  identity?: "always" | "by_default";
  comment?: string;
}

export interface ForeignKey {
  columns: string[];
  referenced_table: string;
  referenced_columns: string[];
  on_update: string;
  on_delete: string;
}

export interface IndexPart {
  column?: string;
  expression?: string;
  descending: boolean;
  collation: string | null;
}

export interface Index {
  name: string;
  unique: boolean;
  origin: string;
  parts: IndexPart[];
  predicate: string | null;
  method?: string;
  include?: string[];
}

export interface Table {
  schema: string;
  name: string;
  /** The name without the schema, where `name` tells the schema, too. */
  relation?: string;
  kind: "table" | "view" | "virtual" | "partitioned" | "materialized_view" | "foreign";
  columns: Column[];
  primary_key: string[];
  foreign_keys: ForeignKey[];
  indexes: Index[];
  checks: { name: string | null; expression: string }[];
  strict: boolean;
  without_rowid: boolean;
  sql: string | null;
  problem: string | null;
  comment?: string;
  /** What else the engine has here, in its own words. */
  beyond?: string[];
}

export interface Catalog {
  database: string;
  tables: Table[];
  row_counts: Record<string, number | null>;
}

export interface Page {
  table: string;
  page: number;
  page_size: number;
  total_records: number;
  total_pages: number;
  has_next: boolean;
  records: Record<string, Cell>[];
}

export interface ResultColumn {
  name: string;
  kind: string;
}

export interface QueryResult {
  columns: ResultColumn[];
  rows: Cell[][];
  row_count: number;
  truncated: boolean;
  execution_time_ms: number;
}

export interface PanelInfo {
  id: string;
  title: string;
  database: string;
  chart: "line" | "bar" | "table" | "number";
  unit: string | null;
  sql: string;
}

export interface SlowStatement {
  sql: string;
  elapsed_ms: number;
  at: string;
  origin: string | null;
  correlation_id: string | null;
}

export interface DatabaseHealth {
  name: string;
  engine: string;
  location: string;
  ready: boolean;
  pool: { active: number; idle: number; waiting: number; max: number };
  figures: { queries: number; errors: number; slow: number; in_flight: number; mean_ms: number };
  slow_after_ms: number | null;
  slow_statements: SlowStatement[];
}

export interface Health {
  version: string;
  uptime_seconds: number;
  databases: DatabaseHealth[];
}
