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
  /** Whether the server knows migrations of it. */
  migrations?: boolean;
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

/** A migration and how it stands. */
export interface Migration {
  version: string;
  kind: "system" | "app";
  description: string;
  filename: string;
  state: "applied" | "pending" | "changed" | "missing" | "stopped" | "out_of_order";
  repeatable: boolean;
  can_undo: boolean;
  applied_at?: string | null;
  /** Of one that stopped: the number of the statement, how it begins, what was wrong, how many there are. */
  statement?: number;
  text?: string;
  error?: string | null;
  statement_count?: number;
  /** Of one that is out of order: the newest version that was applied. */
  newest?: string;
}

export interface MigrationDone {
  version: string;
  kind: string;
  filename: string;
  execution_time_ms: number;
}

export interface MigrationRun {
  work: "run" | "downgrade" | "resume" | "generate";
  since: string;
  filename: string | null;
  /** The place of the file among all, from 1; 0 before the first. */
  number: number;
  total: number;
  done: MigrationDone[];
}

export interface MigrationEnd {
  work: MigrationRun["work"];
  since: string;
  ended_at: string;
  done: MigrationDone[];
  error: Failure | null;
}

/** A failure as the server tells it. */
export interface Failure {
  code?: string;
  message?: string;
  details?: Record<string, unknown>;
  correlation_id?: string | null;
  module?: string | null;
}

export interface MigrationStatus {
  configured: boolean;
  /** Whether the server has a key, and so runs migrations. */
  changeable: boolean;
  current: string | null;
  applied: Migration[];
  pending: Migration[];
  running: MigrationRun | null;
  last_run: MigrationEnd | null;
}

export interface MigrationWarning {
  /** The number of the statement in its file, from 1. */
  statement: number;
  destroys: "drops" | "deletes_all" | "truncates";
  sql: string;
}

/** What a run would do of a file. */
export interface PlannedMigration {
  version: string;
  kind: "system" | "app";
  description: string;
  filename: string;
  is_transaction: boolean;
  statement_count: number;
  statements: string[];
  truncated: boolean;
  warnings: MigrationWarning[];
}
