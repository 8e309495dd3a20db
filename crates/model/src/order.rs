//! The order of rows.

use std::marker::PhantomData;

use crate::column::ColumnName;

/// One column that rows are sorted by; NULL comes last, whichever the engine and the direction.
#[derive(Clone, Copy, Debug)]
pub struct Order<M> {
    pub(crate) by: OrderBy,
    model: PhantomData<fn() -> M>,
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
