//! Schemas made anew from what was inspected.

use std::fs;
use std::path::Path;

use hypostyle::schema::diff::diff;
use hypostyle::schema::{Schema, inspect};
use hypostyle::sql::Dialect;
use hypostyle::{Database, Environment, Error, ErrorKind, Result};

/// Makes what a script made once more, from the model alone, and compares what the engine exports of
/// both.
async fn check(script: &str) -> Result<Schema> {
    let folders = [tempfile::tempdir().map_err(io)?, tempfile::tempdir().map_err(io)?];
    let [folder, folder_again] = folders.each_ref().map(tempfile::TempDir::path);
    let db = open_in(folder, script).await?;
    let schema = inspect(&db).await?;
    assert_eq!(diff(&schema, &schema, Dialect::DuckDb, &[]).changes, []);
    let again = open_in(folder_again, "").await?;
    for statement in &schema.create_statements(Dialect::DuckDb)? {
        let made = again.execute(statement, ()).await;
        made.map_err(|error| error.while_doing(statement))?;
    }
    let (dump, dump_again) = (dump(folder, &db).await?, dump(folder_again, &again).await?);
    assert!(dump == dump_again, "{}", differing(&dump, &dump_again));
    Ok(schema)
}

/// The statements that the engine exports, in an order of their own, with what it leaves out: what
/// is noted, and a table's references to itself.
async fn dump(folder: &Path, db: &Database) -> Result<String> {
    const LEFT_OUT: &str = "\
        SELECT 'sequence ' || sequence_name, comment FROM duckdb_sequences() \
        UNION ALL SELECT 'type ' || type_name, comment FROM duckdb_types() \
        UNION ALL SELECT 'table ' || table_name, comment FROM duckdb_tables() \
        UNION ALL SELECT 'view ' || view_name, comment FROM duckdb_views() \
        UNION ALL SELECT 'index ' || index_name, comment FROM duckdb_indexes() \
        UNION ALL SELECT 'column ' || table_name || '.' || column_name, comment \
        FROM duckdb_columns() \
        UNION ALL SELECT 'constraint of ' || table_name, constraint_text FROM duckdb_constraints()";
    let path = Dialect::DuckDb.quote_string(&folder.join("dump").display().to_string())?;
    db.execute(&format!("EXPORT DATABASE {path}"), ()).await?;
    let text = fs::read_to_string(folder.join("dump/schema.sql")).map_err(io)?;
    let notes: Vec<(String, Option<String>)> = db.fetch_all(LEFT_OUT, ()).await?;
    let noted = |(on, note): (String, Option<String>)| Some(format!("{on}: {}", note?));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.extend(notes.into_iter().filter_map(noted));
    lines.sort_unstable();
    Ok(lines.join("\n"))
}

/// Opens a private database that may write into a folder.
async fn open_in(folder: &Path, script: &str) -> Result<Database> {
    let options = Database::options().environment(Environment::empty());
    let db = options.open(&format!("duckdb::memory:?files={}", folder.display())).await?;
    db.execute(script, ()).await?;
    Ok(db)
}

fn io(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, error.to_string())
}

/// What differs, line by line, with the lines around it.
fn differing(one: &str, other: &str) -> String {
    similar::TextDiff::from_lines(one, other).unified_diff().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_made_again_and_dumps_are_equal() -> Result<()> {
    let schema = check(include_str!("everything.sql")).await?;
    assert_eq!(schema.schemas, ["empty one", "zoo"]);
    assert_eq!(schema.beyond, Vec::<String>::new());
    Ok(())
}
