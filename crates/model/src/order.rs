//! The order of rows.

use std::fmt;
use std::marker::PhantomData;

use crate::column::ColumnName;

/// One column that rows are sorted by; NULL comes last, whichever the engine and the direction.
pub struct Order<M> {
    pub(crate) by: OrderBy,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Order<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Order<M> {}

impl<M> fmt::Debug for Order<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").field("by", &self.by).finish_non_exhaustive()
    }
}

/// An order, whatever the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OrderBy {
    pub(crate) column: ColumnName,
    pub(crate) descending: bool,
}

impl<M> Order<M> {
    pub(crate) fn new(column: ColumnName, descending: bool) -> Self {
        Self { by: OrderBy { column, descending }, model: PhantomData }
    }
}

/// One order, or several of which the first counts most.
pub trait Orders<M> {
    /// Answers them in a row.
    fn orders(self) -> Vec<Order<M>>;
}

impl<M> Orders<M> for Order<M> {
    fn orders(self) -> Vec<Order<M>> {
        vec![self]
    }
}

impl<M> Orders<M> for Vec<Order<M>> {
    fn orders(self) -> Vec<Order<M>> {
        self
    }
}

impl<M, const N: usize> Orders<M> for [Order<M>; N] {
    fn orders(self) -> Vec<Order<M>> {
        self.into_iter().collect()
    }
}
