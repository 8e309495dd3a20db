//! Rows of a migration on their way into a table.

use hypostyle_core::{
    Batch, Command, Error, ErrorKind, Intent, Name, Request, Result, Transaction, ValueRef,
};
use hypostyle_sql::Dialect;
use hypostyle_sql::copy::{Fields, Head};

use super::pieces::Copied;

/// Rows after which a batch is sent.
const ROWS_MAX: usize = 8_192;

/// Bytes of values after which it is sent.
const HEAP_BYTES_MAX: usize = 1 << 20;

/// The columns that COPY fills where the statement names none.
const COLUMNS: &str = "SELECT attname FROM pg_catalog.pg_attribute \
                       WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped \
                       AND attgenerated = '' ORDER BY attnum";

/// Loads rows into their table.
///
/// # Errors
/// Those of the engine, and `Parameter` for a row that cannot be read, with the line of the row.
pub(super) async fn load(
    transaction: &mut Transaction<'_>,
    copied: &Copied<'_>,
    file: &str,
) -> Result<()> {
    let columns = columns(transaction, &copied.head).await?;
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut batch = Batch::default();
    batch.begin(columns.len());
    let (mut fields, mut lines): (Fields<'_>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut rows = copied.rows();
    while let Some(row) = rows.next(&mut fields) {
        let place = row.map_err(|(place, problem)| {
            in_line(Error::new(ErrorKind::Parameter, problem.message()), file, place.line)
        })?;
        push(&mut batch, &fields).map_err(|error| in_line(error, file, place.line))?;
        lines.push(place.line);
        if batch.rows() >= ROWS_MAX || batch.heap_bytes() >= HEAP_BYTES_MAX {
            send(transaction, &copied.head, &columns, &batch)
                .await
                .map_err(|error| in_row(error, file, &lines))?;
            batch.begin(columns.len());
            lines.clear();
        }
    }
    if batch.rows() > 0 {
        let sent = send(transaction, &copied.head, &columns, &batch).await;
        sent.map_err(|error| in_row(error, file, &lines))?;
    }
    Ok(())
}

async fn send(
    transaction: &mut Transaction<'_>,
    head: &Head,
    columns: &[&str],
    rows: &Batch,
) -> Result<()> {
    let table = Name { schema: head.schema.as_deref(), name: &head.table };
    let request = Request::new(Command::Load { table, columns, rows });
    transaction.call(request).await?.finish().await.map(drop)
}

/// Answers the columns that the values of a row are for.
async fn columns(transaction: &mut Transaction<'_>, head: &Head) -> Result<Vec<String>> {
    if !head.columns.is_empty() {
        return Ok(head.columns.clone());
    }
    let mut table = Dialect::Postgres.quote_identifier(&head.table)?;
    if let Some(schema) = &head.schema {
        table = format!("{}.{table}", Dialect::Postgres.quote_identifier(schema)?);
    }
    let query = transaction.request(COLUMNS).params((table.as_str(),)).intent(Intent::Read);
    let columns: Vec<(String,)> = query.fetch_all().await?;
    Ok(columns.into_iter().map(|(name,)| name).collect())
}

fn push(batch: &mut Batch, fields: &Fields<'_>) -> Result<()> {
    if fields.len() != batch.width() {
        let message = format!("the row has {} values for {} columns", fields.len(), batch.width());
        return Err(Error::new(ErrorKind::Parameter, message));
    }
    for field in fields {
        match field {
            None => batch.push_null(),
            Some(text) => batch.push(ValueRef::Text(text))?,
        }
    }
    batch.end_row();
    Ok(())
}

/// Names the line of the row that the engine refused, where it says which.
fn in_row(error: Error, file: &str, lines: &[usize]) -> Error {
    let row = error.context("row").and_then(|row| row.parse::<usize>().ok());
    match row.and_then(|row| lines.get(row)) {
        Some(line) => in_line(error, file, *line),
        None => error,
    }
}

fn in_line(error: Error, file: &str, line: usize) -> Error {
    error.while_doing(&format!("{file}:{line}: the row"))
}
