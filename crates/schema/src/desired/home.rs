//! Where the objects of a model file stand in a database: the first schema of the search path on
//! PostgreSQL, the whole of it elsewhere.

use std::time::{Duration, Instant};

use hypostyle_core::{Database, Error, ErrorKind, HeldSession, Intent, Result, Retry, Transaction};
use hypostyle_sql::Dialect;

use crate::{Inspector, Schema};

/// How long to wait for others that make objects.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// Kinds and names of the objects that are there, and tables of those whose names are their table's.
const SQLITE_OBJECTS: &str = "\
    SELECT type, name, NULL FROM sqlite_schema \
    WHERE type IN ('table', 'index', 'view', 'trigger')";

const POSTGRES_OBJECTS: &str = "\
    SELECT CASE c.relkind WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' WHEN 'v' THEN 'view' \
    WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' ELSE 'table' END, \
    c.relname::text, NULL::text \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'f', 'i', 'I', 'v', 'm', 'S') \
    UNION ALL SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, t.typname, NULL \
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace \
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid \
    WHERE n.nspname = current_schema() \
    AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c') \
    UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.proname, NULL \
    FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
    WHERE n.nspname = current_schema() \
    UNION ALL SELECT 'trigger', g.tgname, c.relname \
    FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_class AS c ON c.oid = g.tgrelid \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE n.nspname = current_schema() AND NOT g.tgisinternal \
    UNION ALL SELECT 'extension', e.extname, NULL FROM pg_catalog.pg_extension AS e";

/// A function is told apart from a macro by nothing.
const DUCKDB_OBJECTS: &str = "\
    SELECT 'table', table_name, NULL FROM duckdb_tables() WHERE NOT internal \
    AND database_name = current_database() AND schema_name = current_schema() \
    UNION ALL SELECT 'view', view_name, NULL FROM duckdb_views() WHERE NOT internal \
    AND database_name = current_database() AND schema_name = current_schema() \
    UNION ALL SELECT 'index', index_name, NULL FROM duckdb_indexes() \
    WHERE database_name = current_database() AND schema_name = current_schema() \
    UNION ALL SELECT 'sequence', sequence_name, NULL FROM duckdb_sequences() \
    WHERE database_name = current_database() AND schema_name = current_schema() \
    UNION ALL SELECT 'type', type_name, NULL FROM duckdb_types() WHERE NOT internal \
    AND database_name = current_database() AND schema_name = current_schema() \
    UNION ALL SELECT 'function', function_name, NULL FROM duckdb_functions() WHERE NOT internal \
    AND database_name = current_database() AND schema_name = current_schema() \
    AND function_type LIKE '%macro'";

const MYSQL_OBJECTS: &str = "\
    SELECT CASE table_type WHEN 'VIEW' THEN 'view' WHEN 'SEQUENCE' THEN 'sequence' \
    ELSE 'table' END, table_name, NULL FROM information_schema.tables \
    WHERE table_schema = database() \
    UNION ALL SELECT DISTINCT 'index', index_name, table_name FROM information_schema.statistics \
    WHERE table_schema = database() \
    UNION ALL SELECT 'trigger', trigger_name, NULL FROM information_schema.triggers \
    WHERE trigger_schema = database() \
    UNION ALL SELECT lower(routine_type), routine_name, NULL FROM information_schema.routines \
    WHERE routine_schema = database()";

/// Of the database that is used; a name has 64 characters at most.
const MYSQL_LOCK: &str =
    "SELECT get_lock(concat('hypostyle_models:', left(sha2(database(), 256), 40)), ?)";

/// The number is "hypomode" in ASCII; it is of this database alone.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(7528171876006192229)";

/// Inspects the tables that stand where those of a model file are made: all of them; on PostgreSQL
/// those of the first schema of the search path. They are told without their schema, but those of DuckDB's
/// other schemas.
///
/// # Errors
/// As [`inspect`](crate::inspect).
pub async fn actual(database: &Database) -> Result<Schema> {
    let mut transaction = database.begin_snapshot().await?;
    let home: Option<String> = match database.engine().dialect.is_postgres() {
        true => transaction.fetch_value("SELECT current_schema()", ()).await?,
        false => None,
    };
    let inspector = Inspector::new(database, &mut transaction)?;
    let schema = match &home {
        Some(home) => inspector.within(home).schema().await?,
        None => { inspector }.schema().await?,
    };
    transaction.commit().await?;
    Ok(without_schema(schema, database.engine().dialect))
}

/// Leaves the schema out that everything stands in: statements then go where the search path leads. Of
/// DuckDB all schemas are told, and those beside the usual one stay.
pub(crate) fn without_schema(mut schema: Schema, dialect: Dialect) -> Schema {
    let clear = |name: &mut String| {
        if dialect != Dialect::DuckDb || name == "main" {
            name.clear();
        }
    };
    let tables = schema.tables.iter_mut().map(|table| &mut table.schema);
    let enumerations = schema.enumerations.iter_mut().map(|it| &mut it.schema);
    let domains = schema.domains.iter_mut().map(|it| &mut it.schema);
    let sequences = schema.sequences.iter_mut().map(|it| &mut it.schema);
    let definitions = schema.definitions.iter_mut().map(|it| &mut it.schema);
    let all = tables.chain(enumerations).chain(domains).chain(sequences).chain(definitions);
    let needs = schema.dependencies.iter_mut().flat_map(|it| [&mut it.of, &mut it.on]);
    all.chain(needs.map(|it| &mut it.schema)).for_each(clear);
    schema
}

/// Answers the query for the objects that are there.
pub(super) fn objects(database: &Database) -> Result<&'static str> {
    let engine = database.engine();
    match engine.dialect {
        Dialect::Sqlite => Ok(SQLITE_OBJECTS),
        Dialect::Postgres => Ok(POSTGRES_OBJECTS),
        Dialect::Mysql => Ok(MYSQL_OBJECTS),
        Dialect::DuckDb => Ok(DUCKDB_OBJECTS),
        _ => Err(Error::unsupported(engine.name, "model_files")),
    }
}

/// Keeps others from making objects until the transaction ends, where beginning it does not.
pub(super) async fn lock_home(dialect: Dialect, transaction: &mut Transaction<'_>) -> Result<()> {
    if !dialect.is_postgres() {
        return Ok(());
    }
    let query = transaction.request(POSTGRES_LOCK).deadline(Instant::now() + LOCK_WAIT);
    match query.tag("schema.models").execute().await {
        Err(error) if error.kind() == ErrorKind::Timeout => Err(locked().caused_by(error)),
        done => done.map(drop),
    }
}

/// Takes a connection of MySQL that keeps others from making objects until it is given back.
pub(super) async fn lock_session(database: &Database) -> Result<HeldSession> {
    let mut session = database.session(Intent::Write).await?;
    // A session that was set is reset before anybody else gets it, and the lock goes with that.
    session.execute("SET @hypostyle_models = 1", ()).await?;
    let has_lock: Option<bool> = session.fetch_value(MYSQL_LOCK, (LOCK_WAIT.as_secs(),)).await?;
    if has_lock == Some(true) { Ok(session) } else { Err(locked()) }
}

fn locked() -> Error {
    let error = Error::new(ErrorKind::Locked, "others make tables of a model file");
    error.retry_by(Retry::Transaction)
}
