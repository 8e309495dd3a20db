//! Related rows of many rows, loaded together.

use std::collections::HashMap;
use std::ops::Range;
use std::panic::Location;

use hypostyle_core::{Error, ErrorKind, Executor, Intent, Result, Row, Value};
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
    pub(super) to_target: Vec<ColumnName>,
    pub(super) key: Vec<ColumnName>,
}

/// Rows of a relation, each beside the place of its key among the [`Keys`].
pub(super) struct Found<T> {
    pub(super) places: Vec<usize>,
    pub(super) rows: Vec<T>,
}

/// The keys of rows: as they are bound, each once, one column behind the other, and which of them each row
/// has.
pub(super) struct Keys {
    pub(super) bound: Vec<Value>,
    width: usize,
    pub(super) of_rows: Vec<Option<usize>>,
    places: HashMap<KeyValue, usize>,
}

impl Keys {
    /// Reads what rows hold in some columns.
    pub(super) fn of<M: Model>(rows: &[M], columns: &[ColumnName]) -> Result<Self> {
        let places = places::<M>(columns)?;
        let width = places.len();
        let mut keys = Self {
            bound: Vec::with_capacity(rows.len() * width),
            width,
            of_rows: Vec::with_capacity(rows.len()),
            places: HashMap::with_capacity(rows.len()),
        };
        for row in rows {
            let key = key::joined(width, |at| key::of(&row.bind(places[at])?))?;
            let next = keys.places.len();
            let place = key.map(|key| *keys.places.entry(key).or_insert(next));
            keys.of_rows.push(place);
            if place == Some(next) {
                for at in &places {
                    keys.bound.push(row.bind(*at)?.into_value());
                }
            }
        }
        Ok(keys)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.places.len()
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

    /// The place of a key whose text differs only in capitals or in blanks behind it, as collations have it.
    fn place_as_compared(&self, key: &KeyValue) -> Option<usize> {
        let wanted = key::folded(key);
        let is_it = |key: &KeyValue| key::folded(key) == wanted;
        self.places.iter().find(|(key, _)| is_it(key)).map(|(_, place)| *place)
    }
}

impl Keys {
    /// The keys in as few parts as the engine takes: one, where they can be handed over as one value or
    /// the engine binds any number.
    pub(super) fn parts(&self, dialect: Dialect) -> impl Iterator<Item = &[Value]> {
        let is_whole = |key: &Value| matches!(key, Value::I64(_));
        let one_by_one = (self.width > 1 && !dialect.is_postgres())
            || (matches!(dialect, Dialect::Sqlite | Dialect::Mysql)
                && !self.bound.iter().all(is_whole));
        let length = if one_by_one { KEYS_MAX } else { self.bound.len() };
        self.bound.chunks((length / self.width).max(1) * self.width)
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
        let places = self.places_of_key::<T>()?;
        let mut found = Found { places: Vec::new(), rows: Vec::new() };
        for part in keys.parts(executor.database().engine().dialect) {
            let statement = self.select::<T>(executor, part, query)?;
            let values = statement.values();
            let query = request(executor, &statement.text, "model.include", origin);
            let query = query.params(values.as_slice()).intent(Intent::Read);
            query
                .for_each_row(|row| {
                    check_count(found.rows.len())?;
                    if let Some(key) = self.read(row, &places)? {
                        found.places.push(keys.place(&key)?);
                        found.rows.push(T::read_at(row, |at| at)?);
                    }
                    Ok(())
                })
                .await?;
        }
        Ok(found)
    }

    /// Reads the key of the row that a related one belongs to.
    pub(super) fn read(&self, row: Row<'_>, places: &[usize]) -> Result<Option<KeyValue>> {
        let parts = self.end.parts();
        key::joined(parts.len(), |at| (parts[at].read)(row.value(places[at])))
    }

    /// Where in a row stands the key of the one it belongs to: among its columns, or behind them.
    fn places_of_key<T: Model>(&self) -> Result<Vec<usize>> {
        match self.through {
            Some(_) => {
                let first = T::definition().columns.len();
                Ok((first..first + self.end.parts().len()).collect())
            }
            None => places::<T>(&self.end.columns()),
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
            for at in self.behind() {
                out.push(&format!(", belongs_to_{at}"));
            }
            out.push(" FROM (SELECT ");
        }
        out.qualified_by("r");
        out.push_columns(definition)?;
        for at in self.behind() {
            out.push(", ");
            self.push_part(&mut out, at)?;
            out.push(&format!(" AS belongs_to_{at}"));
        }
        if query.take.is_some() {
            out.push(", row_number() OVER (PARTITION BY ");
            self.push_key(&mut out)?;
            out.push_order(&order, definition)?;
            out.push(") AS place");
        }
        self.push_from::<T>(&mut out)?;
        out.push(" WHERE ");
        self.push_in::<T>(&mut out, keys)?;
        query.push_and::<T>(&mut out)?;
        if let Some(rows) = query.take {
            out.push(") AS numbered WHERE place <= ");
            out.bind(Value::I64(i64::try_from(rows).unwrap_or(i64::MAX)));
            out.qualified_by("numbered");
        }
        out.push_order(&order, definition)?;
        Ok(out)
    }

    /// The parts of the key that are selected behind the columns of a related row.
    fn behind(&self) -> Range<usize> {
        0..self.through.as_ref().map_or(0, |_| self.end.parts().len())
    }

    /// The columns that hold the key of the row a related one belongs to.
    pub(super) fn push_key(&self, out: &mut Writer) -> Result<()> {
        for at in 0..self.end.parts().len() {
            out.push(if at == 0 { "" } else { ", " });
            self.push_part(out, at)?;
        }
        Ok(())
    }

    fn push_part(&self, out: &mut Writer, at: usize) -> Result<()> {
        out.push(if self.through.is_some() { "l." } else { "r." });
        out.push_bare(self.end.parts()[at].column)
    }

    pub(super) fn push_from<T: Model>(&self, out: &mut Writer) -> Result<()> {
        out.push(" FROM ");
        out.push_table(T::definition())?;
        out.push(" AS r");
        if let Some(through) = &self.through {
            out.push(" JOIN ");
            out.push_table((through.link)())?;
            out.push(" AS l ON ");
            out.push_equal(("l", &through.to_target), ("r", &through.key))?;
        }
        Ok(())
    }

    pub(super) fn push_in<T: Model>(&self, out: &mut Writer, keys: &[Value]) -> Result<()> {
        out.qualified_by(if self.through.is_some() { "l" } else { "r" });
        match self.end.parts() {
            [part] if out.push_in_one(part.column, keys)? => {}
            [part] => out.push_in(part.column, keys)?,
            _ => {
                let held_by = self.through.as_ref().map_or(T::definition(), |by| (by.link)());
                out.push_in_rows(&self.end.columns(), keys, held_by)?;
            }
        }
        out.qualified_by("r");
        Ok(())
    }
}

/// Where columns stand among those of a model.
fn places<M: Model>(columns: &[ColumnName]) -> Result<Vec<usize>> {
    columns.iter().map(|column| M::definition().column_named(*column).map(|(at, _)| at)).collect()
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
    let mut counts = vec![0; keys.count()];
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
    let mut of_key: Vec<Option<O>> = vec![None; keys.count()];
    for (place, row) in found.places.into_iter().zip(found.rows) {
        of_key[place] = Some(row);
    }
    keys.of_rows.iter().map(|place| place.and_then(|place| of_key[place].clone())).collect()
}

/// A relation of which a row has any number of others.
pub(super) trait ToMany<M: Model, T: Model>: Send + Sync {
    fn source(&self) -> Result<Source>;

    /// The columns of a row's key, by which others name it.
    fn key(&self) -> Result<Vec<ColumnName>>;
}

impl<P: Model, C: Model> ToMany<P, C> for HasMany<P, C> {
    fn source(&self) -> Result<Source> {
        Ok(Source { end: self.end, through: None })
    }

    fn key(&self) -> Result<Vec<ColumnName>> {
        key::named_by::<P>(&self.end)
    }
}

impl<A: Model, B: Model> ToMany<A, B> for ManyToMany<A, B> {
    fn source(&self) -> Result<Source> {
        let through = Through {
            link: self.link,
            to_target: self.ends.1.columns(),
            key: key::named_by::<B>(&self.ends.1)?,
        };
        Ok(Source { end: self.ends.0, through: Some(through) })
    }

    fn key(&self) -> Result<Vec<ColumnName>> {
        key::named_by::<A>(&self.ends.0)
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
        let keys = Keys::of(rows, &key::named_by::<P>(&self.relation.end)?)?;
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
        let keys = Keys::of(rows, &key::named_by::<P>(&self.relation.end)?)?;
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
        let keys = Keys::of(rows, &self.relation.end.columns())?;
        let end = self.relation.end.named(&key::named_by::<P>(&self.relation.end)?);
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
        let (to_this, to_other) = &self.relation.ends;
        let keys = Keys::of(rows, &key::named_by::<A>(to_this)?)?;
        let source = self.relation.source()?;
        let Found { places, rows } =
            source.rows::<B, E>(executor, &keys, &self.query, origin).await?;
        let targets = Keys::of(&rows, &key::named_by::<B>(to_other)?)?.of_rows;
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
