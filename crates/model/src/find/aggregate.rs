//! Figures over rows: counts, sums, means, extremes, in groups.

use std::fmt;
use std::marker::PhantomData;

use hypostyle_core::{Executor, FromValue, Result, Row};

use super::{Find, Selection};
use crate::Column;
use crate::column::{ColumnName, Numeric};
use crate::field::Field;
use crate::model::Model;
use crate::writer::Writer;

/// A figure over rows of a model, which is read as a `T`.
pub struct Aggregate<M, T> {
    figure: Figure,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Aggregate<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Aggregate<M, T> {}

impl<M, T> fmt::Debug for Aggregate<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregate").field("figure", &self.figure).finish_non_exhaustive()
    }
}

/// A figure, whatever the model and its type.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    function: Function,
    column: Option<ColumnName>,
}

#[derive(Clone, Copy, Debug)]
enum Function {
    Count,
    CountDistinct,
    Sum,
    Avg,
    Min,
    Max,
}

/// Counts rows.
pub fn count_all<M>() -> Aggregate<M, i64> {
    Aggregate::new(Function::Count, None)
}

impl<M, T> Aggregate<M, T> {
    fn new(function: Function, column: Option<ColumnName>) -> Self {
        Self { figure: Figure { function, column }, types: PhantomData }
    }
}

impl Figure {
    fn push(&self, out: &mut Writer) -> Result<()> {
        let (before, after) = match (self.function, out.dialect) {
            (Function::Count, _) => ("count(", ")"),
            (Function::CountDistinct, _) => ("count(DISTINCT ", ")"),
            (Function::Sum, _) => ("sum(", ")"),
            // The mean of whole numbers is none; PostgreSQL and MySQL would answer a decimal.
            (Function::Avg, dialect) if dialect.is_postgres() => ("avg(", ")::float8"),
            (Function::Avg, hypostyle_sql::Dialect::Mysql) => ("avg(", ") + 0e0"),
            (Function::Avg, _) => ("avg(", ")"),
            (Function::Min, _) => ("min(", ")"),
            (Function::Max, _) => ("max(", ")"),
        };
        out.push(before);
        match self.column {
            Some(column) => out.push_column(column)?,
            None => out.push("*"),
        }
        out.push(after);
        Ok(())
    }
}

impl<M, T: Field> Column<M, T> {
    /// Counts the rows that have a value.
    pub fn count(self) -> Aggregate<M, i64> {
        Aggregate::new(Function::Count, Some(self.name()))
    }

    /// Counts the different values.
    pub fn count_distinct(self) -> Aggregate<M, i64> {
        Aggregate::new(Function::CountDistinct, Some(self.name()))
    }

    /// The smallest value; none of no rows.
    pub fn min(self) -> Aggregate<M, Option<T::Plain>> {
        Aggregate::new(Function::Min, Some(self.name()))
    }

    /// The greatest value; none of no rows.
    pub fn max(self) -> Aggregate<M, Option<T::Plain>> {
        Aggregate::new(Function::Max, Some(self.name()))
    }
}

impl<M, T: Numeric> Column<M, T> {
    /// The sum of the values; none of no rows.
    pub fn sum(self) -> Aggregate<M, Option<T::Sum>> {
        Aggregate::new(Function::Sum, Some(self.name()))
    }

    /// The mean of the values; none of no rows.
    pub fn avg(self) -> Aggregate<M, Option<f64>> {
        Aggregate::new(Function::Avg, Some(self.name()))
    }
}

/// One figure, or a tuple of them.
pub trait Aggregates<M> {
    /// What they become.
    type Output: Send;

    /// Answers each of them.
    #[doc(hidden)]
    fn figures(&self) -> Vec<Figure>;

    /// Reads them from a row, in which they stand from a place on.
    ///
    /// # Errors
    /// `Data` for a value that does not fit.
    fn read(row: Row<'_>, first: usize) -> Result<Self::Output>;
}

impl<M, T: for<'v> FromValue<'v> + Send> Aggregates<M> for Aggregate<M, T> {
    type Output = T;

    fn figures(&self) -> Vec<Figure> {
        vec![self.figure]
    }

    fn read(row: Row<'_>, first: usize) -> Result<T> {
        row.read(first)
    }
}

macro_rules! aggregates {
    ($(($($type:ident $at:tt),+);)*) => {$(
        impl<M, $($type: for<'v> FromValue<'v> + Send),+> Aggregates<M>
            for ($(Aggregate<M, $type>,)+)
        {
            type Output = ($($type,)+);

            fn figures(&self) -> Vec<Figure> {
                vec![$(self.$at.figure),+]
            }

            fn read(row: Row<'_>, first: usize) -> Result<Self::Output> {
                Ok(($(row.read::<$type>(first + $at)?,)+))
            }
        }
    )*};
}
aggregates! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}

impl<M: Model, E: Executor> Find<M, E> {
    /// Computes figures over all rows that meet the filters.
    ///
    /// # Examples
    /// ```
    /// # use hypostyle_model as model;
    /// # use hypostyle_core::{Database, Result};
    /// use hypostyle_model::{Model, count_all};
    /// #[derive(Model)]
    /// # #[model(crate = model)]
    /// struct User {
    ///     #[model(key)]
    ///     id: i64,
    ///     role: String,
    ///     age: i64,
    /// }
    ///
    /// # async fn example(db: Database) -> Result<()> {
    /// let (users, mean) = User::on(&db).find().aggregate((count_all(), User::age.avg())).await?;
    /// let by_role = User::on(&db).find().group_by((User::role,), count_all()).await?;
    /// for ((role,), users) in by_role {
    ///     println!("{role}: {users}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Query::fetch_one`](hypostyle_core::Query::fetch_one).
    pub async fn aggregate<A: Aggregates<M>>(mut self, figures: A) -> Result<A::Output> {
        let mut select = self.writer()?;
        push_figures(&mut select, "SELECT ", &figures.figures())?;
        select.push(" FROM ");
        select.push_table(M::definition())?;
        self.query.push_where::<M>(&mut select)?;
        let mut rows = self.fetch_with(&select, "model.aggregate", |row| A::read(row, 0)).await?;
        rows.pop().ok_or_else(crate::model::not_found::<M>)
    }

    /// Computes figures over the rows of each group, a group being those with the same values in some
    /// columns; sorted by these.
    ///
    /// # Errors
    /// As [`Find::all`].
    pub async fn group_by<S: Selection<M>, A: Aggregates<M>>(
        mut self,
        columns: S,
        figures: A,
    ) -> Result<Vec<(S::Output, A::Output)>> {
        let names = columns.names();
        let mut select = self.writer()?;
        push_names(&mut select, "SELECT ", &names)?;
        push_figures(&mut select, ", ", &figures.figures())?;
        select.push(" FROM ");
        select.push_table(M::definition())?;
        self.query.push_where::<M>(&mut select)?;
        push_names(&mut select, " GROUP BY ", &names)?;
        push_names(&mut select, " ORDER BY ", &names)?;
        select.push_limit(self.query.take, self.query.skip);
        let width = names.len();
        let read = move |row: Row<'_>| Ok((S::read(row, 0)?, A::read(row, width)?));
        self.fetch_with(&select, "model.group_by", read).await
    }
}

fn push_figures(out: &mut Writer, before: &str, figures: &[Figure]) -> Result<()> {
    for (at, figure) in figures.iter().enumerate() {
        out.push(if at == 0 { before } else { ", " });
        figure.push(out)?;
    }
    Ok(())
}

fn push_names(out: &mut Writer, before: &str, names: &[ColumnName]) -> Result<()> {
    for (at, name) in names.iter().enumerate() {
        out.push(if at == 0 { before } else { ", " });
        out.push_column(*name)?;
    }
    Ok(())
}
