//! Related rows of many rows, loaded together.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::panic::Location;

use hypostyle_core::{Executor, Intent, Result, Value};
use hypostyle_sql::Dialect;

use super::{BelongsTo, HasMany, HasOne, KeyValue, ManyToMany, Related, key};
use crate::column::ColumnName;
use crate::find::{Select, check_count};
use crate::include::{Include, Includes};
use crate::model::Model;
use crate::repository::request;
use crate::writer::Writer;

/// Keys that are bound one by one in a statement: SQLite takes 32 766 values, and the filter needs some.
const KEYS_MAX: usize = 16_384;

/// Where the related rows are found, and by what they are told apart.
pub(super) struct Source {
    pub(super) end: super::End,
    pub(super) through: Option<Through>,
}

/// The third model of a relation from many to many.
pub(super) struct Through {
    pub(super) link: fn() -> &'static crate::Definition,
    pub(super) to_target: ColumnName,
    pub(super) key: ColumnName,
}

/// Rows of a relation: each with the key of the row it belongs to.
pub(super) type Keyed<M> = Vec<(KeyValue, M)>;

/// The keys of rows: as they are bound, each once, and as each row is compared.
pub(super) struct Keys {
    pub(super) bound: Vec<Value>,
    pub(super) of_rows: Vec<Option<KeyValue>>,
}

impl Keys {
    /// Reads what rows hold in a column.
    pub(super) fn of<M: Model>(rows: &[M], column: ColumnName) -> Result<Self> {
        let (place, _) = M::definition().column_named(column)?;
        let mut seen: HashMap<KeyValue, ()> = HashMap::with_capacity(rows.len());
        let mut keys = Self { bound: Vec::new(), of_rows: Vec::with_capacity(rows.len()) };
        for row in rows {
            let held = key::held(row, place)?;
            if let Some((value, key)) = &held
                && let Entry::Vacant(place) = seen.entry(key.clone())
            {
                place.insert(());
                keys.bound.push(value.clone());
            }
            keys.of_rows.push(held.map(|(_, key)| key));
        }
        Ok(keys)
    }
}

impl Keys {
    /// The keys in as few parts as the engine takes: one, where they can be handed over as one value or
    /// the engine binds any number.
    pub(super) fn parts(&self, dialect: Dialect) -> impl Iterator<Item = &[Value]> {
        let is_whole = |key: &Value| matches!(key, Value::I64(_));
        let one_by_one =
            matches!(dialect, Dialect::Sqlite | Dialect::Mysql) && !self.bound.iter().all(is_whole);
        let length = if one_by_one { KEYS_MAX } else { self.bound.len().max(1) };
        self.bound.chunks(length)
    }
}

impl Source {
    /// Reads the related rows of some keys, sorted and narrowed.
    pub(super) async fn rows<T: Model, E: Executor>(
        &self,
        executor: &mut E,
        keys: &Keys,
        query: &Select,
        origin: &'static Location<'static>,
    ) -> Result<Keyed<T>> {
        let width = T::definition().columns.len();
        let mut rows = Vec::new();
        for keys in keys.parts(executor.database().engine().dialect) {
            let statement = self.select::<T>(executor, keys, query)?;
            let values = statement.values();
            let query = request(executor, &statement.text, "model.include", origin);
            let query = query.params(values.as_slice()).intent(Intent::Read);
            query
                .for_each_row(|row| {
                    check_count(rows.len())?;
                    if let Some(key) = (self.end.read)(row.value(width))? {
                        rows.push((key, T::read_at(row, |at| at)?));
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(rows)
    }

    /// Selects the related rows with the key they belong to behind their columns.
    fn select<T: Model>(
        &self,
        executor: &impl Executor,
        keys: &[Value],
        query: &Select,
    ) -> Result<Writer> {
        let (definition, dialect) = (T::definition(), executor.database().engine().dialect);
        let order = query.whole_order::<T>();
        let mut out = Writer::about(definition, dialect)?;
        out.push("SELECT ");
        if query.take.is_some() {
            out.push_columns(definition)?;
            out.push(", belongs_to FROM (SELECT ");
        }
        out.qualified_by("r");
        out.push_columns(definition)?;
        out.push(", ");
        self.push_key(&mut out)?;
        out.push(" AS belongs_to");
        if query.take.is_some() {
            out.push(", row_number() OVER (PARTITION BY ");
            self.push_key(&mut out)?;
            out.push_order(&order, definition)?;
            out.push(") AS place");
        }
        self.push_from::<T>(&mut out)?;
        out.push(" WHERE ");
        self.push_in(&mut out, keys)?;
        query.push_and::<T>(&mut out)?;
        if let Some(rows) = query.take {
            out.push(") AS numbered WHERE place <= ");
            out.bind(Value::I64(i64::try_from(rows).unwrap_or(i64::MAX)));
            out.qualified_by("numbered");
        }
        out.push_order(&order, definition)?;
        Ok(out)
    }

    /// The column that holds the key of the row a related one belongs to.
    pub(super) fn push_key(&self, out: &mut Writer) -> Result<()> {
        out.push(if self.through.is_some() { "l." } else { "r." });
        out.push_bare(self.end.column)
    }

    pub(super) fn push_from<T: Model>(&self, out: &mut Writer) -> Result<()> {
        out.push(" FROM ");
        out.push_table(T::definition())?;
        out.push(" AS r");
        if let Some(through) = &self.through {
            out.push(" JOIN ");
            out.push_table((through.link)())?;
            out.push(" AS l ON l.");
            out.push_bare(through.to_target)?;
            out.push(" = r.");
            out.push_bare(through.key)?;
        }
        Ok(())
    }

    pub(super) fn push_in(&self, out: &mut Writer, keys: &[Value]) -> Result<()> {
        out.qualified_by(if self.through.is_some() { "l" } else { "r" });
        if !out.push_in_one(self.end.column, keys)? {
            out.push_in(self.end.column, keys)?;
        }
        out.qualified_by("r");
        Ok(())
    }
}

/// Reads related rows with what belongs to them in turn, each with the key it belongs to.
pub(super) async fn related<T: Model, I: Includes<T>, E: Executor>(
    source: &Source,
    keys: &Keys,
    (query, includes): (&Select, &I),
    executor: &mut E,
    origin: &'static Location<'static>,
) -> Result<Keyed<I::Output>> {
    let rows: Keyed<T> = source.rows(executor, keys, query, origin).await?;
    let (belonging, rows): (Vec<KeyValue>, Vec<T>) = rows.into_iter().unzip();
    let rows = includes.load(executor, rows, origin).await?;
    Ok(belonging.into_iter().zip(rows).collect())
}

/// Gives each row those that belong to it.
pub(super) fn gathered<O>(keys: Keys, related: Keyed<O>) -> Vec<Vec<O>> {
    let mut of_key: HashMap<KeyValue, Vec<O>> = HashMap::with_capacity(keys.bound.len());
    for (key, row) in related {
        of_key.entry(key).or_default().push(row);
    }
    let take = |key: Option<KeyValue>| key.and_then(|key| of_key.remove(&key)).unwrap_or_default();
    keys.of_rows.into_iter().map(take).collect()
}

/// Gives each row the one that it names.
fn named<O: Clone>(keys: Keys, related: Keyed<O>) -> Vec<Option<O>> {
    let of_key: HashMap<KeyValue, O> = related.into_iter().collect();
    let find = |key: Option<KeyValue>| key.and_then(|key| of_key.get(&key).cloned());
    keys.of_rows.into_iter().map(find).collect()
}

/// A relation of which a row has any number of others.
pub(super) trait ToMany<M: Model, T: Model>: Send + Sync {
    fn source(&self) -> Result<Source>;
}

impl<P: Model, C: Model> ToMany<P, C> for HasMany<P, C> {
    fn source(&self) -> Result<Source> {
        Ok(Source { end: self.end, through: None })
    }
}

impl<A: Model, B: Model> ToMany<A, B> for ManyToMany<A, B> {
    fn source(&self) -> Result<Source> {
        let through = Through {
            link: self.link,
            to_target: self.ends.1.column,
            key: key::only::<B>()?.name(),
        };
        Ok(Source { end: self.ends.0, through: Some(through) })
    }
}

impl<P: Model, C: Model, I: Includes<C>> Include<P> for Related<HasMany<P, C>, C, I> {
    type Loaded = Vec<I::Output>;

    async fn load<E: Executor>(
        &self,
        executor: &mut E,
        rows: &[P],
        origin: &'static Location<'static>,
    ) -> Result<Vec<Self::Loaded>> {
        let keys = Keys::of(rows, key::only::<P>()?.name())?;
        let wanted = (&self.query, &self.includes);
        let found = related(&self.relation.source()?, &keys, wanted, executor, origin).await?;
        Ok(gathered(keys, found))
    }
}

impl<P: Model, C: Model, I: Includes<C>> Include<P> for Related<HasOne<P, C>, C, I> {
    type Loaded = Option<I::Output>;

    async fn load<E: Executor>(
        &self,
        executor: &mut E,
        rows: &[P],
        origin: &'static Location<'static>,
    ) -> Result<Vec<Self::Loaded>> {
        let keys = Keys::of(rows, key::only::<P>()?.name())?;
        let source = Source { end: self.relation.end, through: None };
        let wanted = (&self.query, &self.includes);
        let found = related(&source, &keys, wanted, executor, origin).await?;
        let first = |related: Vec<I::Output>| related.into_iter().next();
        Ok(gathered(keys, found).into_iter().map(first).collect())
    }
}

impl<C: Model, P: Model, I> Include<C> for Related<BelongsTo<C, P>, P, I>
where
    I: Includes<P>,
    I::Output: Clone,
{
    type Loaded = Option<I::Output>;

    async fn load<E: Executor>(
        &self,
        executor: &mut E,
        rows: &[C],
        origin: &'static Location<'static>,
    ) -> Result<Vec<Self::Loaded>> {
        let keys = Keys::of(rows, self.relation.end.column)?;
        let end = super::End { column: key::only::<P>()?.name(), read: self.relation.end.read };
        let source = Source { end, through: None };
        let wanted = (&self.query, &self.includes);
        let found = related(&source, &keys, wanted, executor, origin).await?;
        Ok(named(keys, found))
    }
}

impl<A: Model, B: Model + Clone, I> Include<A> for Related<ManyToMany<A, B>, B, I>
where
    I: Includes<B>,
    I::Output: Clone,
{
    type Loaded = Vec<I::Output>;

    /// A row that belongs to several is handed on once, for what belongs to it in turn.
    async fn load<E: Executor>(
        &self,
        executor: &mut E,
        rows: &[A],
        origin: &'static Location<'static>,
    ) -> Result<Vec<Self::Loaded>> {
        let keys = Keys::of(rows, key::only::<A>()?.name())?;
        let source = self.relation.source()?;
        let found: Keyed<B> = source.rows(executor, &keys, &self.query, origin).await?;
        let (belonging, found): (Vec<KeyValue>, Vec<B>) = found.into_iter().unzip();
        let targets = Keys::of(&found, key::only::<B>()?.name())?.of_rows;
        let mut places: HashMap<KeyValue, usize> = HashMap::with_capacity(found.len());
        let (mut once, mut place_of) = (Vec::new(), Vec::with_capacity(found.len()));
        for (row, target) in found.into_iter().zip(targets.into_iter().flatten()) {
            let place = *places.entry(target).or_insert_with(|| {
                once.push(row);
                once.len() - 1
            });
            place_of.push(place);
        }
        let once = self.includes.load(executor, once, origin).await?;
        let of_place = place_of.into_iter().filter_map(|place| once.get(place).cloned());
        Ok(gathered(keys, belonging.into_iter().zip(of_place).collect()))
    }
}

/// A relation as it is declared loads all of its rows.
macro_rules! plain {
    ($($type:ident<$of:ident, $to:ident> $loaded:ident $(, $bound:ident)?;)*) => {$(
        impl<$of: Model, $to: Model $(+ $bound)?> Include<$of> for $type<$of, $to> {
            type Loaded = $loaded<$to>;

            async fn load<E: Executor>(
                &self,
                executor: &mut E,
                rows: &[$of],
                origin: &'static Location<'static>,
            ) -> Result<Vec<Self::Loaded>> {
                Related::new(*self).load(executor, rows, origin).await
            }
        }
    )*};
}
plain! {
    HasMany<P, C> Vec;
    HasOne<P, C> Option;
    BelongsTo<C, P> Option, Clone;
    ManyToMany<A, B> Vec, Clone;
}
