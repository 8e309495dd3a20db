//! The trait that the derive implements.

use hypostyle_core::{Columns, Error, ErrorKind, Executor, FromRow, Result, Row};
use std::sync::Arc;

use crate::definition::Definition;
use crate::field::{Bound, Key};
use crate::repository::Repository;

/// A structure that is a row of a table. `#[derive(Model)]` implements it.
pub trait Model: Sized + Send + Sync + 'static {
    /// The type of the primary key.
    type Key: Key;

    /// What a new row is made of: the fields that the database does not fill by itself.
    type New: NewRow<Model = Self>;

    /// Whether [`Model::check`] says anything.
    const CHECKED: bool = false;

    /// Answers what the table is made of.
    fn definition() -> &'static Definition;

    /// Answers the primary key.
    fn key(&self) -> Self::Key;

    /// Lends the value of a field, by its place among the columns.
    ///
    /// # Errors
    /// As [`Field::bind`](crate::Field::bind).
    fn bind(&self, at: usize) -> Result<Bound<'_>>;

    /// Reads a model whose fields stand at these places of a row.
    ///
    /// # Errors
    /// `Data` for a value that does not fit its field.
    fn read_at(row: Row<'_>, place: impl Fn(usize) -> usize) -> Result<Self>;

    /// Checks what the database cannot; nothing by default.
    ///
    /// # Errors
    /// `Validation` with the fields that are wrong.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Begins to read and write rows on a database, in a transaction, or on a held connection.
    ///
    /// # Examples
    /// ```
    /// # use hypostyle_model as model;
    /// # use hypostyle_core::{Database, Result};
    /// use hypostyle_model::Model;
    /// #[derive(Model)]
    /// # #[model(crate = model)]
    /// struct User {
    ///     #[model(key)]
    ///     id: i64,
    ///     name: String,
    /// }
    ///
    /// # async fn example(db: Database) -> Result<()> {
    /// let ada = User::on(&db).find_by_id(7).await?;
    ///
    /// let mut tx = db.begin().await?;
    /// User::on(&mut tx).create(NewUser { name: "Grace".into() }).await?;
    /// tx.commit().await
    /// # }
    /// ```
    #[track_caller]
    fn on<E: Executor>(executor: E) -> Repository<Self, E> {
        Repository::new(executor)
    }
}

/// What a new row of a model is made of.
pub trait NewRow: Send {
    /// The model that the row becomes.
    type Model: Model;

    /// Lends the values that are given, each with its place among the columns.
    ///
    /// # Errors
    /// As [`Field::bind`](crate::Field::bind).
    fn assign<'a>(&'a self, out: &mut Vec<(usize, Bound<'a>)>) -> Result<()>;

    /// As [`Model::check`].
    ///
    /// # Errors
    /// `Validation` with the fields that are wrong.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

/// A model as a new row: every field is given but those that are computed, and a number that the
/// engine is to give, which is 0.
impl<M: Model> NewRow for Whole<M> {
    type Model = M;

    fn assign<'a>(&'a self, out: &mut Vec<(usize, Bound<'a>)>) -> Result<()> {
        for (at, column) in M::definition().columns.iter().enumerate() {
            if column.generated.is_some() {
                continue;
            }
            let bound = self.0.bind(at)?;
            let is_unnumbered =
                column.numbered && matches!(bound.as_ref(), hypostyle_core::ValueRef::I64(0));
            if !is_unnumbered {
                out.push((at, bound));
            }
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        self.0.check()
    }
}

/// A whole model, every field as it is, to be made a new row.
#[derive(Clone, Copy, Debug)]
pub struct Whole<M>(pub M);

/// Reads a model from a row whose first columns are its own, in their order.
pub(crate) struct InOrder<M>(pub(crate) M);

impl<M: Model> FromRow for InOrder<M> {
    type Plan = ();

    fn plan(_: &Arc<Columns>) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn read(row: Row<'_>, (): &()) -> Result<Self> {
        M::read_at(row, |at| at).map(Self)
    }
}

/// Finds the places of a model's columns in a result, for `FromRow`.
///
/// # Errors
/// `Data` for a column that is not there.
pub fn places<M: Model>(columns: &Columns) -> Result<Vec<usize>> {
    let of = M::definition().columns.iter().enumerate();
    of.map(|(at, column)| columns.index_near(&column.name.to_string(), at)).collect()
}

pub(crate) fn not_found<M: Model>() -> Error {
    let message = format!("there is no such row in `{}`", M::definition().table);
    Error::new(ErrorKind::RowNotFound, message).on(M::definition().table, Vec::new())
}
