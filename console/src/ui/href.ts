/** The page of a database. */
export function databaseHref(db: string): string {
  return `/d/${encodeURIComponent(db)}`;
}

/** The rows of a table; `search` holds the parameters of the REST API. */
export function tableHref(db: string, table: string, search = ""): string {
  return `${databaseHref(db)}/t/${encodeURIComponent(table)}${search ? `?${search}` : ""}`;
}

export function schemaHref(db: string, table: string): string {
  return `${tableHref(db, table)}/schema`;
}

/** The migrations of a database. */
export function migrationsHref(db: string): string {
  return `${databaseHref(db)}/migrations`;
}

/** The SQL view with a statement. */
export function sqlHref(db: string, sql = ""): string {
  const query = new URLSearchParams({ db });
  if (sql) query.set("q", sql);
  return `/sql?${query}`;
}
