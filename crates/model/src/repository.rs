//! Rows of a model, read and written by their key and by condition.

mod bulk;
mod create;
mod delete;
mod update;
mod upsert;

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use hypostyle_core::{Executor, Intent, Query, Result, Timestamp, Value, ValueRef};
use hypostyle_sql::Dialect;

pub use self::bulk::Bulk;
pub use self::upsert::Unique;
use crate::definition::{ColumnDefinition, Definition, Texts};
use crate::field::{Bound, FieldKind, Key};
use crate::filter::Filter;
use crate::find::Find;
use crate::model::{InOrder, Model, not_found};
use crate::writer::Writer;

/// The rows of a model on a database or in a transaction, for one call: `User::on(&db)`.
///
/// # Shape
/// Rows that are softly deleted are not there, for reads as for writes, unless they are asked for. Each
/// call is one statement, or one transaction where it takes several.
#[must_use = "a repository does nothing until it is asked"]
pub struct Repository<M, E> {
    pub(crate) executor: E,
    pub(crate) origin: &'static Location<'static>,
    model: PhantomData<fn() -> M>,
}

impl<M, E: Clone> Clone for Repository<M, E> {
    fn clone(&self) -> Self {
        Self { executor: self.executor.clone(), origin: self.origin, model: PhantomData }
    }
}

impl<M, E: Copy> Copy for Repository<M, E> {}

impl<M, E: fmt::Debug> fmt::Debug for Repository<M, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("executor", &self.executor)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl<M: Model, E: Executor> Repository<M, E> {
    /// Begins to read and write on an executor.
    #[track_caller]
    pub fn new(executor: E) -> Self {
        Self { executor, origin: Location::caller(), model: PhantomData }
    }

    /// Finds the row of a key.
    ///
    /// # Errors
    /// As [`Query::fetch_optional`].
    ///
    /// # Cancellation
    /// Nothing has changed.
    pub async fn find_by_id(mut self, id: impl Into<M::Key> + Send) -> Result<Option<M>> {
        let id = id.into();
        let dialect = self.dialect();
        let text = &M::definition().texts(dialect)?.by_key;
        let key = id.bind()?;
        let key: Vec<ValueRef<'_>> = key.iter().map(Bound::as_ref).collect();
        let query = self.request(text, "model.find_by_id").intent(Intent::Read);
        let found = query.params(key.as_slice()).fetch_optional::<InOrder<M>>().await?;
        Ok(found.map(|found| found.0))
    }

    /// Finds the row of a key, which must be there.
    ///
    /// # Errors
    /// `RowNotFound` where it is not; as [`Query::fetch_optional`].
    pub async fn get(self, id: impl Into<M::Key> + Send) -> Result<M> {
        self.find_by_id(id).await?.ok_or_else(not_found::<M>)
    }

    /// Begins a query for all rows, to be filtered, sorted and paged.
    pub fn find(self) -> Find<M, E> {
        Find::new(self)
    }

    /// Begins a query for the rows that meet a condition.
    pub fn find_many(self, filter: Filter<M>) -> Find<M, E> {
        self.find().filter(filter)
    }

    /// Finds the row that meets a condition; of several the first by key.
    ///
    /// # Errors
    /// As [`Query::fetch_optional`].
    pub async fn find_one(self, filter: Filter<M>) -> Result<Option<M>> {
        self.find().filter(filter).first().await
    }

    /// Counts the rows that meet a condition.
    ///
    /// # Errors
    /// As [`Query::fetch_one`].
    pub async fn count(self, filter: Filter<M>) -> Result<u64> {
        self.find().filter(filter).count().await
    }

    /// Tells whether a row meets a condition.
    ///
    /// # Errors
    /// As [`Query::fetch_one`].
    pub async fn exists(self, filter: Filter<M>) -> Result<bool> {
        self.find().filter(filter).exists().await
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.executor.database().engine().dialect
    }

    pub(crate) fn texts(&self) -> Result<&'static Texts> {
        M::definition().texts(self.dialect())
    }

    pub(crate) fn writer(&self) -> Result<Writer> {
        Writer::about(M::definition(), self.dialect())
    }

    pub(crate) fn request<'a>(&'a mut self, text: &'a str, tag: &'a str) -> Query<'a> {
        request(&mut self.executor, text, tag, self.origin)
    }
}

/// Prepares a statement of ours, told as the caller's.
pub(crate) fn request<'a>(
    executor: &'a mut impl Executor,
    text: &'a str,
    tag: &'a str,
    origin: &'static Location<'static>,
) -> Query<'a> {
    executor.request(text).tag(tag).origin(origin)
}

/// Appends the condition that a row has a key.
pub(crate) fn push_key(out: &mut Writer, definition: &Definition, key: &impl Key) -> Result<()> {
    let values = key.bind()?.into_iter().map(Bound::into_value);
    for (at, (column, value)) in definition.key_columns().zip(values).enumerate() {
        out.push(if at == 0 { " WHERE " } else { " AND " });
        out.push_column(column.name)?;
        out.push(" = ");
        out.bind(value);
    }
    Ok(())
}

/// The moment that rows are marked with, to the microsecond, which every engine keeps.
#[expect(clippy::disallowed_methods, reason = "the one place where rows get their time")]
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let micros = since.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    Timestamp::from_micros(micros)
}

/// A moment as a value of a column.
pub(crate) fn moment(at: Timestamp, column: &ColumnDefinition) -> Value {
    match column.kind {
        FieldKind::TimestampTz => Value::TimestampTz(at),
        _ => Value::Timestamp(at),
    }
}
