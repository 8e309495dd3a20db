//! Rows from files.

use std::path::Path;

use hypostyle_core as core;
use hypostyle_model::operation::{Insert, Json, Limits, Record, Runner};
use hypostyle_schema::Table;

use super::numbering::number_on;
use crate::{Error, ErrorKind, Result, Transaction};

/// Loads the rows of a file into tables that are there, all or nothing.
///
/// # Shape
/// JSON is an object with an array of rows for each table; a row is an object with a value for each
/// column that it does not leave to its default: `{"users": [{"id": 1, "name": "Ada"}], "posts": […]}`.
/// Tables are loaded in the order of their foreign keys, whatever their order in the file, rows as
/// they stand. Columns that the engine numbers go on behind the greatest number that was given. A file
/// that is called `.sql` is run as it is.
///
/// # Errors
/// `Io` where the file cannot be read; `Validation` where it makes no sense: for an unknown table or
/// column with those that there are; what the engine refuses. Each names the file, the table and the
/// row, counted from 1. Nothing is loaded.
///
/// # Cancellation
/// Nothing is loaded.
///
/// # Examples
/// ```
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// # let db = hypostyle::Database::open("sqlite::memory:").await?;
/// # db.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)", ()).await?;
/// # let file = std::env::temp_dir().join(format!("fixtures-{}.json", std::process::id()));
/// # std::fs::write(&file, r#"{"users": [{"id": 1, "name": "Ada"}]}"#).expect("a file");
/// // {"users": [{"id": 1, "name": "Ada"}]}
/// hypostyle::testing::load(&db, &file).await?;
/// let ada: String = db.fetch_value("SELECT name FROM users WHERE id = 1", ()).await?;
/// assert_eq!(ada, "Ada");
/// # Ok(())
/// # }
/// ```
pub async fn load(database: &core::Database, file: impl AsRef<Path>) -> Result<()> {
    let file = file.as_ref();
    let told = |error: Error| error.while_doing(&file.display().to_string());
    let text = std::fs::read_to_string(file).map_err(|error| {
        told(Error::new(ErrorKind::Io, format!("it cannot be read: {error}")).caused_by(error))
    })?;
    let mut transaction = database.begin().await?;
    match file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("sql")) {
        true => run(&text, &mut transaction).await.map_err(told)?,
        false => {
            let rows = read(&text).map_err(told)?;
            insert(database, &mut transaction, rows).await.map_err(told)?;
        }
    }
    transaction.commit().await.map_err(told)
}

/// A table's name with its rows.
type Rows = (String, Vec<Record>);

fn read(text: &str) -> Result<Vec<Rows>> {
    let invalid = |error: serde_json::Error| {
        let message = format!("no object of tables with their rows: {error}");
        Error::new(ErrorKind::Validation, message).caused_by(error)
    };
    let Record(tables) = serde_json::from_str(text).map_err(invalid)?;
    tables.into_iter().map(|(table, rows)| Ok((table.clone(), rows_of(&table, &rows)?))).collect()
}

fn rows_of(table: &str, rows: &Json) -> Result<Vec<Record>> {
    let invalid = |what: &str| {
        Error::new(ErrorKind::Validation, format!("{table}: {what}, as [{{\"id\": 1}}]"))
    };
    let Json::Document(rows) = rows else { return Err(invalid("an array of rows is expected")) };
    let rows: Vec<Json> =
        serde_json::from_str(rows).map_err(|_| invalid("an array of rows is expected"))?;
    let row = |(at, row): (usize, &Json)| {
        let place = format!("{table}, row {}", at + 1);
        let Json::Document(row) = row else {
            return Err(invalid("a row is an object").while_doing(&place));
        };
        serde_json::from_str(row).map_err(|error| {
            Error::new(ErrorKind::Validation, error.to_string()).while_doing(&place)
        })
    };
    rows.iter().enumerate().map(row).collect()
}

async fn insert(
    database: &core::Database,
    transaction: &mut Transaction<'_>,
    rows: Vec<Rows>,
) -> Result<()> {
    let limits = Limits::default();
    let mut tables = Vec::with_capacity(rows.len());
    for (name, rows) in rows {
        let table = Runner::new(database, transaction, &limits).table(&name).await?;
        tables.push(Filled { name, table, rows });
    }
    for Filled { name, table, rows } in in_order(tables) {
        for (at, row) in rows.into_iter().enumerate() {
            let insert = Insert { table: name.clone(), records: vec![row], returning: false };
            let mut runner = Runner::new(database, transaction, &limits);
            let made: Result<u64> = runner.insert(&table, &insert, |_| Ok(())).await;
            made.map_err(|error| error.while_doing(&format!("{name}, row {}", at + 1)))?;
        }
        number_on(&table, transaction).await?;
    }
    Ok(())
}

/// A table with the rows that it is to have.
struct Filled {
    /// As the file calls it.
    name: String,
    table: Table,
    rows: Vec<Record>,
}

/// Orders tables so that each comes after those that it refers to; around a circle the first goes
/// first.
fn in_order(mut waiting: Vec<Filled>) -> Vec<Filled> {
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_free = |filled: &Filled| {
            let name = &filled.table.name;
            let others = || waiting.iter().map(|other| &other.table.name).filter(|it| *it != name);
            let mut keys = filled.table.foreign_keys.iter();
            !keys.any(|key| others().any(|other| *other == key.referenced_table))
        };
        let next = waiting.iter().position(is_free).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

async fn run(text: &str, transaction: &mut Transaction<'_>) -> Result<()> {
    let done = transaction.execute(text, ()).await;
    done.map(drop).map_err(|error| match error.position() {
        Some(at) => {
            let line = text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
            error.while_doing(&format!("line {line}"))
        }
        None => error,
    })
}
