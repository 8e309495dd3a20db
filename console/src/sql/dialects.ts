import { MariaSQL, MySQL, PostgreSQL, type SQLDialect, SQLite, StandardSQL } from "@codemirror/lang-sql";

const DIALECTS: Record<string, SQLDialect> = {
  sqlite: SQLite,
  postgres: PostgreSQL,
  postgresql: PostgreSQL,
  duckdb: PostgreSQL,
  mysql: MySQL,
  mariadb: MariaSQL,
};

/** The words of an engine. */
export function dialectOf(engine: string): SQLDialect {
  return DIALECTS[engine] ?? StandardSQL;
}
