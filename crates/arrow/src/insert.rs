//! Record batches into a table.

use std::sync::Arc;

use arrow_array::RecordBatch;
use hypostyle_core::{Database, Error, ErrorKind, IntoRow, Name, Outcome, Result, ValueRef};

use crate::read::{Lent, Reader};

/// Inserts record batches into a table by the fastest way of the engine, all or nothing. The columns
/// are named as the fields of the first.
///
/// # Errors
/// `Parameter` for record batches of different columns; `Unsupported` for an Arrow type without
/// values of ours; that of the first row that fails, with its number as context `row`. Nothing is
/// left.
///
/// # Cancellation
/// A dropped call leaves nothing in the table, or everything where its commit was under way.
pub async fn insert_batches<'a>(
    database: &Database,
    table: impl Into<Name<'a>> + Send,
    batches: impl IntoIterator<Item = RecordBatch, IntoIter: Send> + Send,
) -> Result<Outcome> {
    let table = table.into();
    let mut batches = batches.into_iter().peekable();
    let Some(schema) = batches.peek().map(RecordBatch::schema) else {
        return Ok(Outcome::default());
    };
    let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut bulk = database.bulk_insert(table, &columns).await?;
    for batch in batches {
        let named = batch.schema();
        let is_same = Arc::ptr_eq(&named, &schema)
            || named.fields().iter().map(|field| field.name()).eq(columns.iter());
        if !is_same {
            let message = "record batches of different columns were given for one table";
            return Err(Error::new(ErrorKind::Parameter, message));
        }
        let readers = named.fields().iter().zip(batch.columns());
        let readers: Vec<Reader<'_>> =
            readers.map(|(field, array)| Reader::new(field, array)).collect::<Result<_>>()?;
        for row in 0..batch.num_rows() {
            let values: Vec<Lent<'_>> =
                readers.iter().map(|reader| reader.value(row)).collect::<Result<_>>()?;
            bulk.push(LentRow(values)).await?;
        }
    }
    bulk.finish().await
}

struct LentRow<'a>(Vec<Lent<'a>>);

impl IntoRow for LentRow<'_> {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        take(&self.0.iter().map(Lent::as_ref).collect::<Vec<_>>())
    }
}
