//! Many rows at once, in one transaction, with progress.

use std::panic::Location;

use hypostyle_core::{
    Batch, Capability, Command, Executor, Intent, Name, Outcome, Request, Result, Value, ValueRef,
};
use hypostyle_sql::Dialect;

use super::create::{Values, create_and_read, lent_by, push_insert, values_of};
use super::delete::push_delete;
use super::update::{alive, push_alive, push_update};
use super::{Repository, push_key, request};
use crate::change::Changes;
use crate::definition::Definition;
use crate::field::{Bound, Key};
use crate::filter::Node;
use crate::model::{InOrder, Model, NewRow};
use crate::scope::Scope;
use crate::writer::Writer;

/// Rows that go to the engine together.
const ROWS_MAX: usize = 8_192;

/// Bytes of text and blobs that go to the engine together.
const HEAP_BYTES_MAX: usize = 1024 * 1024;

/// SQLite binds 32 766 values at most, the others 65 535.
const VALUES_MAX: usize = 32_000;

/// Rows of one statement that answers them.
const ANSWERED_MAX: usize = 1_000;

/// Many rows at once: all of them are written, in one transaction, or none.
///
/// # Examples
/// ```
/// # use hypostyle_model as model;
/// # use hypostyle_core::{Database, Result};
/// use hypostyle_model::Model;
/// #[derive(Model)]
/// # #[model(crate = model)]
/// struct Reading {
///     #[model(key)]
///     id: i64,
///     celsius: f64,
/// }
///
/// # async fn example(db: Database) -> Result<()> {
/// let rows = (0..100_000).map(|at| NewReading { celsius: f64::from(at) / 10.0 });
/// let bulk = Reading::on(&db).bulk().on_progress(|rows| eprintln!("{rows} rows"));
/// assert_eq!(bulk.create(rows).await?, 100_000);
/// # Ok(())
/// # }
/// ```
#[must_use = "a bulk does nothing until it is given rows"]
pub struct Bulk<'p, M, E> {
    repository: Repository<M, E>,
    progress: Box<dyn FnMut(u64) + Send + 'p>,
}

impl<M: Model, E: Executor> Repository<M, E> {
    /// Begins to write many rows at once.
    pub fn bulk<'p>(self) -> Bulk<'p, M, E> {
        Bulk { repository: self, progress: Box::new(|_| {}) }
    }

    /// Makes rows, all or none, and answers how many; as [`Bulk::create`].
    ///
    /// # Errors
    /// As [`Bulk::create`].
    ///
    /// # Cancellation
    /// As [`Bulk::create`].
    pub fn create_many<N: NewRow<Model = M>>(
        self,
        rows: impl IntoIterator<Item = N>,
    ) -> impl Future<Output = Result<u64>> + Send {
        self.bulk().create(rows)
    }

    /// Deletes the rows of these keys, softly where the model says so, and answers how many there were.
    ///
    /// # Errors
    /// As [`Bulk::delete`].
    ///
    /// # Cancellation
    /// As [`Bulk::delete`].
    pub fn delete_by_ids<K: Into<M::Key>>(
        self,
        ids: impl IntoIterator<Item = K>,
    ) -> impl Future<Output = Result<u64>> + Send {
        self.bulk().delete(ids)
    }
}

impl<'p, M: Model, E: Executor> Bulk<'p, M, E> {
    /// Is told how many rows are written so far, after each part.
    pub fn on_progress(self, progress: impl FnMut(u64) + Send + 'p) -> Self {
        Self { progress: Box::new(progress), ..self }
    }

    /// Makes rows by the engine's fastest way, and answers how many.
    ///
    /// # Errors
    /// As [`Repository::create`], with the number of the row.
    ///
    /// # Cancellation
    /// Nothing has been written, unless the commit was under way.
    pub fn create<N: NewRow<Model = M>>(
        self,
        rows: impl IntoIterator<Item = N>,
    ) -> impl Future<Output = Result<u64>> + Send {
        let parts = parts(rows);
        async move { self.send(parts?).await }
    }

    /// Makes rows, and answers them as the database has them, in their order.
    ///
    /// # Errors
    /// As [`Repository::create`].
    ///
    /// # Cancellation
    /// As [`Bulk::create`].
    ///
    /// # Capability
    /// Up to 1 000 rows a statement with `RETURNING`; on MySQL row by row.
    pub fn create_returning<N: NewRow<Model = M>>(
        self,
        rows: impl IntoIterator<Item = N>,
    ) -> impl Future<Output = Result<Vec<M>>> + Send {
        let rows: Result<Vec<Values>> = rows.into_iter().map(|row| values_of(&row)).collect();
        async move { self.send_and_read(rows?).await }
    }

    /// Changes the row of each key in its own way, every value bound, and answers how many rows there
    /// were.
    ///
    /// # Errors
    /// As [`Repository::update`], save that a key without a row is passed over.
    ///
    /// # Cancellation
    /// As [`Bulk::create`].
    pub fn update<K: Into<M::Key>, C: Changes<M>>(
        self,
        rows: impl IntoIterator<Item = (K, C)>,
    ) -> impl Future<Output = Result<u64>> + Send {
        let parts = updates::<M, K, C>(rows, self.repository.dialect());
        async move { self.send(parts?).await }
    }

    /// Deletes the rows of these keys, softly where the model says so, and answers how many there were.
    ///
    /// # Errors
    /// As [`Repository::delete`].
    ///
    /// # Cancellation
    /// As [`Bulk::create`].
    pub fn delete<K: Into<M::Key>>(
        self,
        ids: impl IntoIterator<Item = K>,
    ) -> impl Future<Output = Result<u64>> + Send {
        let ids: Vec<M::Key> = ids.into_iter().map(Into::into).collect();
        async move { self.delete_all(&ids).await }
    }

    async fn send<P: Part>(mut self, parts: Vec<P>) -> Result<u64> {
        let origin = self.repository.origin;
        let mut transaction = Scope::begin(&mut self.repository.executor).await?;
        let (mut written, mut sent) = (0, 0);
        for part in parts {
            let answered = part.send(M::definition(), &mut transaction, origin).await;
            written += answered.map_err(|error| error.after_rows(sent))?.rows_affected;
            sent += part.rows();
            (self.progress)(written);
        }
        transaction.commit().await?;
        Ok(written)
    }

    async fn send_and_read(mut self, rows: Vec<Values>) -> Result<Vec<M>> {
        let (dialect, origin) = (self.repository.dialect(), self.repository.origin);
        let returns = self.repository.executor.database().capability().has(Capability::RETURNING);
        let mut transaction = Scope::begin(&mut self.repository.executor).await?;
        let mut made = Vec::with_capacity(rows.len());
        let mut rows = rows.as_slice();
        while let Some(first) = rows.first() {
            let count = rows.iter().take_while(|row| is_alike(row, first)).count();
            let count = count.min(ANSWERED_MAX).min(VALUES_MAX / first.len().max(1));
            let count = if returns && !first.is_empty() { count } else { 1 };
            let (part, rest) = rows.split_at(count);
            match returns {
                true => made.extend(answered::<M>(part, dialect, &mut transaction, origin).await?),
                false => made.push(create_and_read(&mut transaction, first, origin).await?),
            }
            rows = rest;
            (self.progress)(u64::try_from(made.len()).unwrap_or(u64::MAX));
        }
        transaction.commit().await?;
        Ok(made)
    }

    async fn delete_all(mut self, ids: &[M::Key]) -> Result<u64> {
        let (definition, origin) = (M::definition(), self.repository.origin);
        let dialect = self.repository.dialect();
        let mut transaction = Scope::begin(&mut self.repository.executor).await?;
        let mut deleted = 0;
        for ids in ids.chunks(ROWS_MAX / definition.key.len().max(1)) {
            let mut delete = Writer::about(definition, dialect)?;
            push_delete::<M>(&mut delete)?;
            delete.push(" WHERE ");
            delete.push_condition(&one_of(definition, ids)?.and(alive(definition)))?;
            let values = delete.values();
            let query = request(&mut transaction, &delete.text, "model.delete", origin)
                .params(values.as_slice())
                .intent(Intent::Write)
                .execute();
            deleted += query.await?.rows_affected;
            (self.progress)(deleted);
        }
        transaction.commit().await?;
        Ok(deleted)
    }
}

/// The condition that a row has one of these keys.
pub(crate) fn one_of(definition: &Definition, ids: &[impl Key]) -> Result<Node> {
    let keys = ids.iter().map(|id| {
        let values = id.bind()?.into_iter().map(Bound::into_value);
        Ok(values.collect::<Vec<Value>>())
    });
    let keys: Vec<Vec<Value>> = keys.collect::<Result<_>>()?;
    let columns: Vec<_> = definition.key_columns().map(|column| column.name).collect();
    if let [column] = columns.as_slice() {
        return Ok(Node::In(*column, keys.into_iter().flatten().collect()));
    }
    let equal = |key: Vec<Value>| {
        let parts = columns.iter().zip(key);
        let equal = parts
            .map(|(column, value)| Node::Compare(*column, crate::filter::Comparison::Equal, value));
        Node::All(equal.collect())
    };
    Ok(Node::Any(keys.into_iter().map(equal).collect()))
}

/// Rows that go to the engine together.
trait Part: Send + Sync {
    fn rows(&self) -> usize;

    fn send(
        &self,
        definition: &'static Definition,
        transaction: &mut impl Executor,
        origin: &'static Location<'static>,
    ) -> impl Future<Output = Result<Outcome>> + Send;
}

/// Rows of the same columns, to be loaded.
struct Load {
    places: Vec<usize>,
    rows: Batch,
}

/// Rows of values for one statement.
struct Many {
    text: String,
    rows: Batch,
}

impl Part for Load {
    fn rows(&self) -> usize {
        self.rows.rows()
    }

    async fn send(
        &self,
        definition: &'static Definition,
        transaction: &mut impl Executor,
        origin: &'static Location<'static>,
    ) -> Result<Outcome> {
        let names: Vec<String> =
            self.places.iter().map(|at| definition.columns[*at].name.to_string()).collect();
        let columns: Vec<&str> = names.iter().map(String::as_str).collect();
        let table = Name { schema: definition.schema, name: definition.table };
        let command = Command::Load { table, columns: &columns, rows: &self.rows };
        send(command, transaction, origin).await
    }
}

impl Part for Many {
    fn rows(&self) -> usize {
        self.rows.rows()
    }

    async fn send(
        &self,
        _: &'static Definition,
        transaction: &mut impl Executor,
        origin: &'static Location<'static>,
    ) -> Result<Outcome> {
        send(Command::Many { text: &self.text, rows: &self.rows }, transaction, origin).await
    }
}

async fn send(
    command: Command<'_>,
    transaction: &mut impl Executor,
    origin: &'static Location<'static>,
) -> Result<Outcome> {
    let request = Request { tag: "model.bulk", origin, ..Request::new(command) };
    transaction.call(request).await?.finish().await
}

/// Gathers new rows, those of the same columns together.
fn parts<N: NewRow>(rows: impl IntoIterator<Item = N>) -> Result<Vec<Load>> {
    let mut parts: Vec<Load> = Vec::new();
    for row in rows {
        let values = lent_by(&row)?;
        let places = || values.iter().map(|(at, _)| at);
        let row: Vec<ValueRef<'_>> = values.iter().map(|(_, value)| value.as_ref()).collect();
        let open = parts.last_mut().filter(|part| !is_full(&part.rows));
        if let Some(open) = open.filter(|part| part.places.iter().eq(places())) {
            open.rows.push_row(&row)?;
            continue;
        }
        let mut rows = Batch::default();
        rows.begin(row.len());
        rows.push_row(&row)?;
        parts.push(Load { places: places().copied().collect(), rows });
    }
    Ok(parts)
}

/// Gathers updates, those of the same text together.
fn updates<M: Model, K: Into<M::Key>, C: Changes<M>>(
    rows: impl IntoIterator<Item = (K, C)>,
    dialect: Dialect,
) -> Result<Vec<Many>> {
    let definition = M::definition();
    let mut parts: Vec<Many> = Vec::new();
    for (id, changes) in rows {
        let mut update = Writer::about(definition, dialect)?;
        push_update(&mut update, definition, &changes.changes())?;
        push_key(&mut update, definition, &id.into())?;
        push_alive(&mut update, definition)?;
        let open = parts.last_mut().filter(|part| !is_full(&part.rows));
        if let Some(open) = open.filter(|part| part.text == update.text) {
            open.rows.push_row(&update.values())?;
            continue;
        }
        let mut rows = Batch::default();
        rows.begin(update.params.len());
        rows.push_row(&update.values())?;
        parts.push(Many { text: update.text, rows });
    }
    Ok(parts)
}

fn is_full(batch: &Batch) -> bool {
    batch.rows() >= ROWS_MAX || batch.heap_bytes() >= HEAP_BYTES_MAX
}

fn is_alike(one: &Values, other: &Values) -> bool {
    one.iter().map(|(at, _)| at).eq(other.iter().map(|(at, _)| at))
}

/// Makes rows of the same columns in one statement, which answers them.
async fn answered<M: Model>(
    rows: &[Values],
    dialect: Dialect,
    transaction: &mut impl Executor,
    origin: &'static Location<'static>,
) -> Result<Vec<M>> {
    let definition = M::definition();
    let mut insert = Writer::about(definition, dialect)?;
    for (at, row) in rows.iter().enumerate() {
        if at == 0 {
            push_insert(&mut insert, definition, row)?;
            continue;
        }
        for (at, (_, value)) in row.iter().enumerate() {
            insert.push(if at == 0 { ", (" } else { ", " });
            insert.bind(value.clone());
        }
        insert.push(")");
    }
    insert.push(" RETURNING ");
    insert.push(&definition.texts(dialect)?.columns);
    let values = insert.values();
    let query = request(transaction, &insert.text, "model.create_many", origin)
        .params(values.as_slice())
        .fetch_all::<InOrder<M>>();
    Ok(query.await?.into_iter().map(|row| row.0).collect())
}
