//! Some columns of the rows instead of all.

use hypostyle_core::{Executor, Result, Row};

use super::Find;
use crate::Column;
use crate::column::ColumnName;
use crate::field::Field;
use crate::model::Model;

/// Columns of a model, and the tuple of their values.
pub trait Selection<M> {
    /// What a row becomes.
    type Output: Send;

    /// Answers the names of the columns.
    fn names(&self) -> Vec<ColumnName>;

    /// Reads their values from a row, in which they stand from a place on.
    ///
    /// # Errors
    /// `Data` for a value that does not fit its field.
    fn read(row: Row<'_>, first: usize) -> Result<Self::Output>;
}

macro_rules! selections {
    ($(($($type:ident $at:tt),+);)*) => {$(
        impl<M, $($type: Field),+> Selection<M> for ($(Column<M, $type>,)+) {
            type Output = ($($type,)+);

            fn names(&self) -> Vec<ColumnName> {
                vec![$(self.$at.name()),+]
            }

            fn read(row: Row<'_>, first: usize) -> Result<Self::Output> {
                Ok(($(row.read::<$type>(first + $at)?,)+))
            }
        }
    )*};
}
selections! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, F 4);
    (A 0, B 1, C 2, D 3, F 4, G 5);
    (A 0, B 1, C 2, D 3, F 4, G 5, H 6);
    (A 0, B 1, C 2, D 3, F 4, G 5, H 6, I 7);
}

impl<M: Model, E: Executor> Find<M, E> {
    /// Finds some columns of the rows: `select((User::id, User::name))` answers `Vec<(i64, String)>`.
    ///
    /// # Errors
    /// As [`Find::all`].
    pub async fn select<S: Selection<M>>(self, columns: S) -> Result<Vec<S::Output>> {
        self.select_from("SELECT ", columns).await
    }

    /// As [`Find::select`], each tuple once.
    ///
    /// # Errors
    /// As [`Find::all`]; `Query` where the order names a column that is not selected.
    pub async fn select_distinct<S: Selection<M>>(self, columns: S) -> Result<Vec<S::Output>> {
        self.select_from("SELECT DISTINCT ", columns).await
    }

    async fn select_from<S: Selection<M>>(
        mut self,
        verb: &str,
        columns: S,
    ) -> Result<Vec<S::Output>> {
        let mut select = self.writer()?;
        for (at, name) in columns.names().into_iter().enumerate() {
            select.push(if at == 0 { verb } else { ", " });
            select.push_column(name)?;
        }
        select.push(" FROM ");
        select.push_table(M::definition())?;
        self.query.push_where::<M>(&mut select)?;
        select.push_order(&self.query.order, M::definition())?;
        select.push_limit(self.query.take, self.query.skip);
        self.fetch_with(&select, "model.select", |row| S::read(row, 0)).await
    }
}
