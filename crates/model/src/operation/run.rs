//! Operations from beginning to end: one transaction each.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use hypostyle_core::{CancellationToken, Database, Error, Result};

use super::{Answer, Data, Insert, Limits, Operation, Query, Refusal, Runner, Select, Upsert};

/// Runs an operation in a transaction of its own and commits it. What only reads sees one moment, in a
/// transaction in which the engine refuses writes; what writes is repeated where another transaction
/// stood in its way.
///
/// # Errors
/// A [`Refusal`] of what the operation asks for, with `operation`, `table` and, inside a transaction,
/// `at`, counted from 0, as context; those of the engine. Nothing is changed, unless the error says
/// that nobody knows.
///
/// # Cancellation
/// A dropped call leaves nothing changed, or all of it: only the commit cannot be taken back.
///
/// # Examples
/// ```
/// use hypostyle_core::{Database, Result};
/// use hypostyle_model::operation::{self, Limits, Operation};
///
/// async fn answer(db: &Database, document: &str) -> Result<String> {
///     let limits = Limits::default();
///     let operation = Operation::parse(document, &limits)?;
///     Ok(operation::run(db, &operation, &limits).await?.to_json())
/// }
/// ```
pub async fn run(db: &Database, operation: &Operation, limits: &Limits) -> Result<Answer> {
    run_until(db, operation, limits, Until::default()).await
}

/// When an operation is to give up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Until<'c> {
    /// The moment.
    pub deadline: Option<Instant>,
    /// A token through which another task stops it: its statement, in the engine, as well.
    pub cancel: Option<&'c CancellationToken>,
}

/// As [`run`], and gives up when it is told to: while it waits for its turn and while a statement runs,
/// yet not while it commits.
///
/// # Errors
/// As [`run`]; `Cancelled`, `Timeout`. Nothing is changed then.
///
/// # Cancellation
/// As [`run`].
pub async fn run_until(
    db: &Database,
    operation: &Operation,
    limits: &Limits,
    until: Until<'_>,
) -> Result<Answer> {
    let begun = AtomicBool::new(false);
    let begun = &begun;
    let run = async {
        if operation.writes() {
            return db
                .transact(|mut transaction| async move {
                    begun.store(true, Ordering::Relaxed);
                    until.hold(Runner::new(db, &mut transaction, limits)).run(operation).await
                })
                .await;
        }
        let mut transaction = db.begin_snapshot().await?;
        begun.store(true, Ordering::Relaxed);
        let runner = until.hold(Runner::new(db, &mut transaction, limits));
        let answer = runner.reads_only().run(operation).await?;
        transaction.commit().await?;
        Ok(answer)
    };
    tokio::select! {
        biased;
        answer = run => answer,
        error = until.over_before(begun) => Err(error),
    }
}

impl<'c> Until<'c> {
    fn hold<'t, 's>(self, mut runner: Runner<'t, 's>) -> Runner<'t, 's>
    where
        'c: 't,
    {
        if let Some(deadline) = self.deadline {
            runner = runner.deadline(deadline);
        }
        match self.cancel {
            Some(token) => runner.cancel(token),
            None => runner,
        }
    }

    /// Waits until it is time to give up; what has begun by then is told so by its statements.
    async fn over_before(&self, begun: &AtomicBool) -> Error {
        let cancelled = async {
            match self.cancel {
                Some(token) => token.cancelled().await,
                None => std::future::pending().await,
            }
        };
        let past = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                None => std::future::pending().await,
            }
        };
        let error = tokio::select! {
            () = cancelled => Error::cancelled(),
            () = past => Error::timeout(None),
        };
        match begun.load(Ordering::Relaxed) {
            true => std::future::pending().await,
            false => error,
        }
    }
}

impl Runner<'_, '_> {
    /// Runs an operation. The caller commits; where it fails, the caller rolls back.
    ///
    /// # Errors
    /// As [`run`].
    pub async fn run(&mut self, operation: &Operation) -> Result<Answer> {
        let Operation::Transaction(operations) = operation else {
            return self.run_one(operation).await.map_err(|error| told(error, operation));
        };
        let max = self.limits.operations_max;
        if operations.len() > max {
            return Err(Refusal::LimitExceeded { what: "operations", max }.into());
        }
        let mut results = Vec::with_capacity(operations.len());
        for (at, operation) in operations.iter().enumerate() {
            let result = self.run_one(operation).await;
            let told = |error| told(error, operation).with("at", at.to_string());
            let answer = result.map_err(told)?;
            self.answered_bytes += answer.data().map_or(0, |data| data.as_json().len());
            results.push(answer);
        }
        Ok(Answer::Transaction(results))
    }

    async fn run_one(&mut self, operation: &Operation) -> Result<Answer> {
        match operation {
            Operation::Select(select) => self.run_select(select).await,
            Operation::Count(count) => {
                let table = self.rows_of(&count.table).await?;
                Ok(Answer::Count(self.count(&table, count).await?))
            }
            Operation::Insert(insert) => self.run_insert(insert).await,
            Operation::Upsert(upsert) => self.run_upsert(upsert).await,
            Operation::Update(update) => {
                let table = self.rows_of(&update.table).await?;
                let mut data = self.data();
                let rowcount = self.update(&table, update, |row| data.push(row)).await?;
                Ok(written(data, update.returning, rowcount))
            }
            Operation::Delete(delete) => {
                let table = self.rows_of(&delete.table).await?;
                let mut data = self.data();
                let rowcount = self.delete(&table, delete, |row| data.push(row)).await?;
                Ok(written(data, delete.returning, rowcount))
            }
            Operation::Query(query) => self.run_query(query).await,
            Operation::Tables => Ok(Answer::Tables(self.tables().await?)),
            Operation::Schema { table } => Ok(Answer::Schema(Box::new(self.table(table).await?))),
            Operation::Transaction(_) => {
                let reason = "a transaction stands within a transaction".to_owned();
                Err(Refusal::InvalidDocument { reason }.into())
            }
        }
    }

    async fn run_select(&mut self, select: &Select) -> Result<Answer> {
        let limit = self.rows_max(select.limit)?;
        let table = self.rows_of(&select.table).await?;
        let mut data = self.data();
        let Some(page) = select.page else {
            let mut has_more = false;
            // One more, to know whether there is one.
            let place = (limit.saturating_add(1), select.offset);
            self.select(&table, select, place, |row| {
                has_more = data.len() as u64 == limit;
                if has_more { Ok(()) } else { data.push(row) }
            })
            .await?;
            return Ok(Answer::Rows { data: data.finish(), has_more });
        };
        let place = (limit, page.saturating_sub(1).saturating_mul(limit));
        let total = self.select(&table, select, place, |row| data.push(row)).await?;
        let total_records = total.unwrap_or_default();
        Ok(Answer::Page { data: data.finish(), page, page_size: limit, total_records })
    }

    async fn run_insert(&mut self, insert: &Insert) -> Result<Answer> {
        let table = self.rows_of(&insert.table).await?;
        let mut data = self.data();
        let rowcount = self.insert(&table, insert, |row| data.push(row)).await?;
        Ok(written(data, insert.returning, rowcount))
    }

    async fn run_upsert(&mut self, upsert: &Upsert) -> Result<Answer> {
        let table = self.rows_of(&upsert.table).await?;
        let mut data = self.data();
        let rowcount = self.upsert(&table, upsert, |row| data.push(row)).await?;
        Ok(written(data, upsert.returning, rowcount))
    }

    async fn run_query(&mut self, query: &Query) -> Result<Answer> {
        let rows_max = usize::try_from(self.rows_max(query.limit)?).unwrap_or(usize::MAX);
        let mut data = self.data();
        let ran = self.run_sql(query, rows_max, |row| data.push(row)).await?;
        let data = data.finish();
        Ok(match query.writes {
            false => Answer::Rows { data, has_more: ran.truncated },
            true => {
                let data = Some(data).filter(|_| !ran.columns.is_empty());
                Answer::Written { data, rowcount: ran.rows_affected }
            }
        })
    }

    fn data(&self) -> Data {
        Data::new(self.answered_bytes, self.limits.answer_bytes_max)
    }

    fn rows_max(&self, asked: Option<u64>) -> Result<u64> {
        let limit = asked.unwrap_or(self.limits.rows_default.min(self.limits.rows_max));
        match limit > self.limits.rows_max {
            true => {
                let max = usize::try_from(self.limits.rows_max).unwrap_or(usize::MAX);
                Err(Refusal::LimitExceeded { what: "rows", max }.into())
            }
            false => Ok(limit),
        }
    }
}

fn written(data: Data, returning: bool, rowcount: u64) -> Answer {
    Answer::Written { data: returning.then(|| data.finish()), rowcount }
}

/// Says which operation failed, and on which table.
fn told(error: Error, operation: &Operation) -> Error {
    let error = error.with("operation", operation.name());
    match operation.table() {
        Some(table) => error.with("table", table),
        None => error,
    }
}
