//! What an update sets.

use std::fmt;
use std::marker::PhantomData;

use hypostyle_core::{Result, Value};

use crate::column::ColumnName;
use crate::filter::Refusal;

/// A column and what it is set to: `User::name.set("Ada")`, `Item::stock.minus(3)`.
#[must_use = "a change does nothing until an update has it"]
pub struct Change<M> {
    pub(crate) column: ColumnName,
    pub(crate) assigned: std::result::Result<Assigned, Refusal>,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for Change<M> {
    fn clone(&self) -> Self {
        Self { column: self.column, assigned: self.assigned.clone(), model: PhantomData }
    }
}

impl<M> fmt::Debug for Change<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Change")
            .field("column", &self.column)
            .field("assigned", &self.assigned)
            .finish_non_exhaustive()
    }
}

/// What a column is set to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Assigned {
    Value(Value),
    Add(ColumnName, Value),
    Sub(ColumnName, Value),
}

impl<M> Change<M> {
    pub(crate) fn new(column: ColumnName, assigned: Result<Assigned>) -> Self {
        Self { column, assigned: assigned.map_err(Into::into), model: PhantomData }
    }
}

/// One change, or several.
pub trait Changes<M> {
    /// Answers them in a row.
    fn changes(self) -> Vec<Change<M>>;
}

impl<M> Changes<M> for Change<M> {
    fn changes(self) -> Vec<Change<M>> {
        vec![self]
    }
}

impl<M> Changes<M> for Vec<Change<M>> {
    fn changes(self) -> Vec<Change<M>> {
        self
    }
}

impl<M, const N: usize> Changes<M> for [Change<M>; N] {
    fn changes(self) -> Vec<Change<M>> {
        self.into_iter().collect()
    }
}
