//! Related rows of many rows, loaded together.

use std::collections::HashMap;
use std::panic::Location;

use hypostyle_core::{Error, ErrorKind, Executor, Intent, Result, Value};
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

/// Rows of a relation, each beside the place of its key among the [`Keys`].
pub(super) struct Found<T> {
    pub(super) places: Vec<usize>,
    pub(super) rows: Vec<T>,
}

/// The keys of rows: as they are bound, each once, and which of them each row has.
pub(super) struct Keys {
    pub(super) bound: Vec<Value>,
    pub(super) of_rows: Vec<Option<usize>>,
    places: HashMap<KeyValue, usize>,
}

impl Keys {
    /// Reads what rows hold in a column.
    pub(super) fn of<M: Model>(rows: &[M], column: ColumnName) -> Result<Self> {
        let (at, _) = M::definition().column_named(column)?;
        let mut keys = Self {
            bound: Vec::with_capacity(rows.len()),
            of_rows: Vec::with_capacity(rows.len()),
            places: HashMap::with_capacity(rows.len()),
        };
        for row in rows {
            let held = key::held(row, at)?;
            let place = held.map(|(value, key)| {
                *keys.places.entry(key).or_insert_with(|| {
                    keys.bound.push(value);
                    keys.bound.len() - 1
                })
            });
            keys.of_rows.push(place);
        }
        Ok(keys)
    }

    /// The place of the key that the engine found a related row by.
    pub(super) fn place(&self, key: &KeyValue) -> Result<usize> {
        let place = self.places.get(key).copied();
        place.or_else(|| self.place_as_compared(key)).ok_or_else(|| {
            let message = "the engine takes a related row's key for one that it does not equal; \
                           compare keys by their bytes (a binary collation)";
            Error::new(ErrorKind::Data, message)
        })
    }

    /// The place of a text that differs only in capitals or in blanks behind it, as collations have it.
    fn place_as_compared(&self, key: &KeyValue) -> Option<usize> {
        let KeyValue::Text(key) = key else { return None };
        let plain = |text: &str| text.trim_end_matches(' ').to_lowercase();
        let wanted = plain(key);
        let is_it = |key: &KeyValue| matches!(key, KeyValue::Text(key) if plain(key) == wanted);
        self.places.iter().find(|(key, _)| is_it(key)).map(|(_, place)| *place)
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
    ) -> Result<Found<T>> {
        let at = self.place_of_key::<T>()?;
        let mut found = Found { places: Vec::new(), rows: Vec::new() };
        for part in keys.parts(executor.database().engine().dialect) {
            let statement = self.select::<T>(executor, part, query)?;
            let values = statement.values();
            let query = request(executor, &statement.text, "model.include", origin);
            let query = query.params(values.as_slice()).intent(Intent::Read);
            query
                .for_each_row(|row| {
                    check_count(found.rows.len())?;
                    if let Some(key) = (self.end.read)(row.value(at))? {
                        found.places.push(keys.place(&key)?);
                        found.rows.push(T::read_at(row, |at| at)?);
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(found)
    }

    /// Where in a row stands the key of the one it belongs to: among its columns, or behind them.
    fn place_of_key<T: Model>(&self) -> Result<usize> {
        match self.through {
            Some(_) => Ok(T::definition().columns.len()),
            None => Ok(T::definition().column_named(self.end.column)?.0),
        }
    }

    /// Selects the related rows, with the key they belong to behind their columns where it is none of them.
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
            out.push(if self.through.is_some() { ", belongs_to" } else { "" });
            out.push(" FROM (SELECT ");
        }
        out.qualified_by("r");
        out.push_columns(definition)?;
        if self.through.is_some() {
            out.push(", ");
            self.push_key(&mut out)?;
            out.push(" AS belongs_to");
        }
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

/// Reads related rows with what belongs to them in turn.
pub(super) async fn related<T: Model, I: Includes<T>, E: Executor>(
    source: &Source,
    keys: &Keys,
    (query, includes): (&Select, &I),
    executor: &mut E,
    origin: &'static Location<'static>,
) -> Result<Found<I::Output>> {
    let Found { places, rows } = source.rows(executor, keys, query, origin).await?;
    let rows = includes.load(executor, rows, origin).await?;
    Ok(Found { places, rows })
}

/// Gives each row those that belong to it.
pub(super) fn gathered<O>(keys: &Keys, found: Found<O>) -> Vec<Vec<O>> {
    let mut counts = vec![0; keys.bound.len()];
    found.places.iter().for_each(|place| counts[*place] += 1);
    let mut of_key: Vec<Vec<O>> = counts.into_iter().map(Vec::with_capacity).collect();
    for (place, row) in found.places.into_iter().zip(found.rows) {
        of_key[place].push(row);
    }
    let take = |place: &Option<usize>| {
        place.map(|place| std::mem::take(&mut of_key[place])).unwrap_or_default()
    };
    keys.of_rows.iter().map(take).collect()
}

/// Gives each row the one that it names.
fn named<O: Clone>(keys: &Keys, found: Found<O>) -> Vec<Option<O>> {
    let mut of_key: Vec<Option<O>> = vec![None; keys.bound.len()];
    for (place, row) in found.places.into_iter().zip(found.rows) {
        of_key[place] = Some(row);
    }
    keys.of_rows.iter().map(|place| place.and_then(|place| of_key[place].clone())).collect()
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
        Ok(gathered(&keys, found))
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
        Ok(gathered(&keys, found).into_iter().map(first).collect())
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
        Ok(named(&keys, found))
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
        let Found { places, rows } =
            source.rows::<B, E>(executor, &keys, &self.query, origin).await?;
        let targets = Keys::of(&rows, key::only::<B>()?.name())?.of_rows;
        let mut once: Vec<B> = Vec::new();
        for (row, target) in rows.into_iter().zip(&targets) {
            // Keys are numbered as they first come.
            if *target == Some(once.len()) {
                once.push(row);
            }
        }
        let once = self.includes.load(executor, once, origin).await?;
        let rows = targets.into_iter().flatten().map(|target| once[target].clone()).collect();
        Ok(gathered(&keys, Found { places, rows }))
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
