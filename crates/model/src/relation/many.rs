//! Related rows, narrowed and sorted.

use std::fmt;
use std::marker::PhantomData;

use crate::filter::Filter;
use crate::find::Select;
use crate::include::{Append, Include};
use crate::model::Model;
use crate::order::Orders;

/// A relation with what is wanted of its rows: `User::posts.order_by(Post::id.desc()).take(10)`.
#[must_use = "a relation does nothing until a query includes it"]
pub struct Related<R, M, I = ()> {
    pub(crate) relation: R,
    pub(crate) query: Select,
    pub(crate) includes: I,
    model: PhantomData<fn() -> M>,
}

impl<R: Clone, M, I: Clone> Clone for Related<R, M, I> {
    fn clone(&self) -> Self {
        Self {
            relation: self.relation.clone(),
            query: self.query.clone(),
            includes: self.includes.clone(),
            model: PhantomData,
        }
    }
}

impl<R: fmt::Debug, M, I: fmt::Debug> fmt::Debug for Related<R, M, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Related")
            .field("relation", &self.relation)
            .field("query", &self.query)
            .field("includes", &self.includes)
            .finish_non_exhaustive()
    }
}

impl<R, M: Model> Related<R, M> {
    pub(crate) fn new(relation: R) -> Self {
        Self { relation, query: Select::default(), includes: (), model: PhantomData }
    }
}

impl<R, M: Model, I> Related<R, M, I> {
    /// Loads only the related rows that meet a condition, and those of before.
    pub fn filter(mut self, filter: Filter<M>) -> Self {
        self.query.filter = self.query.filter.and(filter.node);
        self
    }

    /// Sorts the related rows of each row, behind the orders of before; NULL comes last.
    pub fn order_by(mut self, orders: impl Orders<M>) -> Self {
        self.query.order.extend(orders.orders().into_iter().map(|order| order.by));
        self
    }

    /// Loads so many related rows of each row at most.
    pub fn take(mut self, rows: u64) -> Self {
        self.query.take = Some(rows);
        self
    }

    /// Loads what belongs to the related rows along with them.
    pub fn include<S: Include<M>>(self, relation: S) -> Related<R, M, I::Longer>
    where
        I: Append<S>,
    {
        let includes = self.includes.append(relation);
        Related { relation: self.relation, query: self.query, includes, model: PhantomData }
    }
}
