//! Many rows at once: gathered into batches, sent in one transaction.

use std::future::Future;
use std::panic::Location;

use crate::value::{Value, ValueRef};
use crate::{Batch, Command, Database, Name, Outcome, Request, Result, Transaction};

/// Rows after which a batch on its way into the database is sent.
const ROWS_MAX: usize = 8_192;
/// Bytes of text and bytes after which it is sent.
const HEAP_BYTES_MAX: usize = 1024 * 1024;

/// A row of values on its way into the database.
pub trait IntoRow {
    /// Lends the values to `take`, in the order of the columns.
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R;
}

impl IntoRow for [ValueRef<'_>] {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        take(self)
    }
}

impl<const N: usize> IntoRow for [ValueRef<'_>; N] {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        take(self)
    }
}

impl IntoRow for Vec<Value> {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        take(&self.iter().map(Value::as_ref).collect::<Vec<_>>())
    }
}

impl<T: IntoRow + ?Sized> IntoRow for &T {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        (**self).with_values(take)
    }
}

impl Database {
    /// Runs one statement for each row of parameters, all or nothing. The rows are gathered before
    /// the first is sent.
    ///
    /// # Errors
    /// That of the first row that fails, with its number, from 0, as context `row`; nothing is left.
    #[track_caller]
    pub fn execute_many<R: IntoRow>(
        &self,
        text: &str,
        rows: impl IntoIterator<Item = R>,
    ) -> impl Future<Output = Result<Outcome>> + Send {
        let origin = Location::caller();
        let batches = gather(rows);
        async move { send(self, Target::Many { text }, batches?, origin).await }
    }

    /// Inserts rows into a table by the fastest way of the engine, all or nothing. The rows are
    /// gathered before the first is sent; see [`Database::bulk_insert`] for more than memory holds.
    ///
    /// # Errors
    /// That of the first row that fails, with its number, from 0, as context `row`; nothing is left.
    #[track_caller]
    pub fn insert_many<'a, R: IntoRow>(
        &'a self,
        table: impl Into<Name<'a>>,
        columns: &'a [&'a str],
        rows: impl IntoIterator<Item = R>,
    ) -> impl Future<Output = Result<Outcome>> + Send {
        let origin = Location::caller();
        let target = Target::Load { table: table.into(), columns };
        let batches = gather(rows);
        async move { send(self, target, batches?, origin).await }
    }

    /// Begins to insert rows into a table one by one as they come, all or nothing.
    ///
    /// # Errors
    /// As [`Database::begin`].
    ///
    /// # Cancellation
    /// Dropping it before [`BulkInsert::finish`] leaves nothing in the table.
    #[track_caller]
    pub fn bulk_insert<'a>(
        &self,
        table: impl Into<Name<'a>>,
        columns: &'a [&'a str],
    ) -> impl Future<Output = Result<BulkInsert<'a>>> + Send {
        let target = Target::Load { table: table.into(), columns };
        let origin = Location::caller();
        let begin = self.begin();
        async move {
            let mut batch = Batch::default();
            batch.begin(columns.len());
            let transaction = begin.await?;
            let total = Outcome::default();
            Ok(BulkInsert { transaction, target, batch, sent: 0, total, origin })
        }
    }
}

/// Rows being inserted in one transaction.
#[must_use = "rows not finished are rolled back"]
pub struct BulkInsert<'a> {
    transaction: Transaction<'static>,
    target: Target<'a>,
    batch: Batch,
    sent: usize,
    total: Outcome,
    origin: &'static Location<'static>,
}

impl BulkInsert<'_> {
    /// Adds a row; sends those gathered when they are many.
    ///
    /// # Errors
    /// `Parameter` for a row of another width; that of a row that fails.
    pub async fn push(&mut self, row: impl IntoRow + Send) -> Result<()> {
        row.with_values(|values| self.batch.push_row(values))?;
        if is_full(&self.batch) { self.flush().await } else { Ok(()) }
    }

    /// Sends the rest and commits.
    ///
    /// # Errors
    /// That of a row that fails, or of the commit; nothing is left.
    pub async fn finish(mut self) -> Result<Outcome> {
        self.flush().await?;
        self.transaction.commit().await?;
        Ok(self.total)
    }

    async fn flush(&mut self) -> Result<()> {
        let request = self.target.request(&self.batch, self.origin);
        let outcome = send_in(&mut self.transaction, request).await;
        self.total = self.total.and(outcome.map_err(|error| error.after_rows(self.sent))?);
        self.sent += self.batch.rows();
        let width = self.batch.width();
        self.batch.begin(width);
        Ok(())
    }
}

/// What is done with each batch of rows.
#[derive(Clone, Copy)]
enum Target<'a> {
    Many { text: &'a str },
    Load { table: Name<'a>, columns: &'a [&'a str] },
}

impl<'a> Target<'a> {
    fn request(self, rows: &'a Batch, origin: &'static Location<'static>) -> Request<'a> {
        let command = match self {
            Self::Many { text } => Command::Many { text, rows },
            Self::Load { table, columns } => Command::Load { table, columns, rows },
        };
        Request { origin, ..Request::new(command) }
    }
}

async fn send(
    database: &Database,
    target: Target<'_>,
    batches: Vec<Batch>,
    origin: &'static Location<'static>,
) -> Result<Outcome> {
    if let [only] = batches.as_slice() {
        // One batch is all or nothing by itself.
        let request = target.request(only, origin);
        return database.backend().call(request).await?.finish().await;
    }
    let mut transaction = database.begin().await?;
    let mut total = Outcome::default();
    let mut sent = 0;
    for batch in &batches {
        let outcome = send_in(&mut transaction, target.request(batch, origin)).await;
        total = total.and(outcome.map_err(|error| error.after_rows(sent))?);
        sent += batch.rows();
    }
    transaction.commit().await?;
    Ok(total)
}

async fn send_in(transaction: &mut Transaction<'_>, request: Request<'_>) -> Result<Outcome> {
    transaction.call(request).await?.finish().await
}

/// Copies rows into batches; without rows there is one empty batch.
fn gather<R: IntoRow>(rows: impl IntoIterator<Item = R>) -> Result<Vec<Batch>> {
    let mut batches: Vec<Batch> = Vec::new();
    for row in rows {
        row.with_values(|values| {
            match batches.last_mut() {
                Some(batch) if !is_full(batch) => return batch.push_row(values),
                full => {
                    let mut batch = Batch::default();
                    batch.begin(full.map_or(values.len(), |batch| batch.width()));
                    batch.push_row(values)?;
                    batches.push(batch);
                }
            }
            Ok(())
        })?;
    }
    if batches.is_empty() {
        batches.push(Batch::default());
    }
    Ok(batches)
}

fn is_full(batch: &Batch) -> bool {
    batch.rows() >= ROWS_MAX || batch.heap_bytes() >= HEAP_BYTES_MAX
}
