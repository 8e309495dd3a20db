//! Many rows at once: gathered into batches, sent in one transaction.

use std::panic::Location;

use crate::value::ValueRef;
use crate::{Batch, Begin, Command, Database, Intent, Name, Outcome, Request, Result, Transaction};

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

impl IntoRow for Vec<crate::Value> {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        take(&self.iter().map(crate::Value::as_ref).collect::<Vec<_>>())
    }
}

impl<T: IntoRow + ?Sized> IntoRow for &T {
    fn with_values<R>(&self, take: impl FnOnce(&[ValueRef<'_>]) -> R) -> R {
        (**self).with_values(take)
    }
}

/// What is done for each batch of rows.
#[derive(Clone, Copy)]
enum Target<'a> {
    Many { text: &'a str },
    Load { table: Name<'a>, columns: &'a [&'a str] },
}

pub(crate) struct Bulk<'a> {
    database: &'a Database,
    origin: &'static Location<'static>,
}

impl<'a> Bulk<'a> {
    pub(crate) fn new(database: &'a Database, origin: &'static Location<'static>) -> Self {
        Self { database, origin }
    }

    pub(crate) async fn many<R: IntoRow>(
        self,
        text: &str,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Outcome> {
        let width = rows_of(rows);
        self.send(Target::Many { text }, width).await
    }

    pub(crate) async fn load<R: IntoRow>(
        self,
        table: Name<'_>,
        columns: &[&str],
        rows: impl IntoIterator<Item = R>,
    ) -> Result<Outcome> {
        self.send(Target::Load { table, columns }, rows_of(rows)).await
    }

    async fn send<R: IntoRow>(
        self,
        target: Target<'_>,
        mut rows: impl Iterator<Item = R>,
    ) -> Result<Outcome> {
        let mut batch = Batch::default();
        let mut more = gather(&mut rows, &mut batch)?;
        if !more {
            // One batch is all or nothing by itself.
            let request = self.request(target, &batch);
            return self.database.backend().call(request).await?.finish().await;
        }
        let mut transaction = self.begin().await?;
        let mut total = Outcome::default();
        loop {
            let request = self.request(target, &batch);
            total = total.and(transaction.call(request).await?.finish().await?);
            if !more {
                transaction.commit().await?;
                return Ok(total);
            }
            more = gather(&mut rows, &mut batch)?;
        }
    }

    async fn begin(&self) -> Result<Transaction<'static>> {
        let database = self.database.clone();
        let ask = crate::SessionAsk { intent: Intent::Write, deadline: None, origin: self.origin };
        let session = database.backend().session(ask).await?;
        Transaction::begin(database, session, Begin::default(), self.origin).await
    }

    fn request<'r>(&self, target: Target<'r>, rows: &'r Batch) -> Request<'r> {
        let command = match target {
            Target::Many { text } => Command::Many { text, rows },
            Target::Load { table, columns } => Command::Load { table, columns, rows },
        };
        Request { origin: self.origin, ..Request::new(command) }
    }
}

fn rows_of<R: IntoRow>(rows: impl IntoIterator<Item = R>) -> impl Iterator<Item = R> {
    rows.into_iter()
}

/// Fills a batch and tells whether rows are left.
fn gather<R: IntoRow>(rows: &mut impl Iterator<Item = R>, batch: &mut Batch) -> Result<bool> {
    let mut begun = false;
    for row in rows {
        row.with_values(|values| {
            if !begun {
                batch.begin(values.len());
                begun = true;
            }
            batch.push_row(values)
        })?;
        if batch.is_full() {
            return Ok(true);
        }
    }
    if !begun {
        batch.begin(batch.width());
    }
    Ok(false)
}
