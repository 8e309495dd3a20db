//! How many rows are related, without loading them.

use std::fmt;
use std::marker::PhantomData;
use std::panic::Location;

use hypostyle_core::{Executor, Intent, Result};

use super::key;
use super::load::{Keys, Source, ToMany};
use crate::filter::Filter;
use crate::find::Select;
use crate::include::Include;
use crate::model::Model;
use crate::repository::request;
use crate::writer::Writer;

/// The number of related rows: `User::posts.count()`.
#[must_use = "a count does nothing until a query includes it"]
pub struct RelatedCount<R, M> {
    relation: R,
    query: Select,
    model: PhantomData<fn() -> M>,
}

impl<R: Clone, M> Clone for RelatedCount<R, M> {
    fn clone(&self) -> Self {
        Self { relation: self.relation.clone(), query: self.query.clone(), model: PhantomData }
    }
}

impl<R: fmt::Debug, M> fmt::Debug for RelatedCount<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelatedCount")
            .field("relation", &self.relation)
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

impl<R, M: Model> RelatedCount<R, M> {
    pub(super) fn new(relation: R) -> Self {
        Self { relation, query: Select::default(), model: PhantomData }
    }

    /// Counts only the related rows that meet a condition, and those of before.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.query.filter = self.query.filter.and(filter.node);
        self
    }
}

macro_rules! counted {
    ($type:ident) => {
        impl<P: Model, C: Model> Include<P> for RelatedCount<super::$type<P, C>, C> {
            type Loaded = u64;

            async fn load<E: Executor>(
                &self,
                executor: &mut E,
                rows: &[P],
                origin: &'static Location<'static>,
            ) -> Result<Vec<u64>> {
                let keys = Keys::of(rows, key::only::<P>()?.name())?;
                let source = self.relation.source()?;
                let counts = counts::<C, E>(&source, &keys, &self.query, executor, origin).await?;
                let count = |place: &Option<usize>| place.map_or(0, |place| counts[place]);
                Ok(keys.of_rows.iter().map(count).collect())
            }
        }
    };
}
counted!(HasMany);
counted!(ManyToMany);

/// Counts the rows that belong to each key.
async fn counts<T: Model, E: Executor>(
    source: &Source,
    keys: &Keys,
    query: &Select,
    executor: &mut E,
    origin: &'static Location<'static>,
) -> Result<Vec<u64>> {
    let mut counts = vec![0; keys.bound.len()];
    let dialect = executor.database().engine().dialect;
    for part in keys.parts(dialect) {
        let mut out = Writer::about(T::definition(), dialect)?;
        out.push("SELECT count(*), ");
        source.push_key(&mut out)?;
        source.push_from::<T>(&mut out)?;
        out.push(" WHERE ");
        source.push_in(&mut out, part)?;
        query.push_and::<T>(&mut out)?;
        out.push(" GROUP BY ");
        source.push_key(&mut out)?;
        let values = out.values();
        let query = request(executor, &out.text, "model.include", origin);
        let query = query.params(values.as_slice()).intent(Intent::Read);
        query
            .for_each_row(|row| {
                if let Some(key) = (source.end.read)(row.value(1))? {
                    counts[keys.place(&key)?] += row.read::<u64>(0)?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(counts)
}
