//! Structures inside of models: a field whose columns are its model's.

mod place;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use hypostyle_core::{Result, Row, ValueRef};

pub use self::place::{Joined, Place};
use crate::change::{Assigned, Change};
use crate::column::ColumnName;
use crate::definition::ColumnDefinition;
use crate::field::{Bound, Field};
use crate::filter::{Filter, Node};

/// A structure whose fields are columns of the model that embeds it. `#[derive(Embed)]` implements it.
///
/// # Shape
/// An `Option` of it is a structure whose columns may all hold NULL: they all do where it is `None`. A
/// structure whose own fields are all `None` is therefore `None` when it is read again.
///
/// # Examples
/// ```
/// # use hypostyle_model as model;
/// use hypostyle_model::{Embed, Model};
/// #[derive(Embed)]
/// # #[model(crate = model)]
/// struct Address {
///     street: String,
///     city: String,
/// }
///
/// #[derive(Model)]
/// # #[model(crate = model)]
/// struct User {
///     #[model(key)]
///     id: i64,
///     #[model(embed)]
///     address: Address,
///     #[model(embed(prefix = "bill_"))]
///     billing: Option<Address>,
/// }
///
/// assert_eq!(User::billing.city.name().to_string(), "bill_city");
/// let here = User::address.city.eq("Oslo") & User::billing.is_null();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be embedded",
    note = "derive `hypostyle::Embed` for the structure, or leave out `embed`"
)]
pub trait Embed: Sized + Send + Sync + 'static {
    /// Its typed columns in a model, by the names of the fields.
    type Columns<M, P: Presence>: EmbeddedColumns;

    /// How many columns it has.
    const WIDTH: usize;

    /// Describes its columns at a place of a model.
    fn define<W: Place>() -> Vec<ColumnDefinition>;

    /// Lends the value of a column, by its place among its own.
    ///
    /// # Errors
    /// As [`Field::bind`].
    fn bind(&self, at: usize) -> Result<Bound<'_>>;

    /// Reads it from a row in which its columns stand at these places.
    ///
    /// # Errors
    /// `Data` for a value that does not fit its field.
    fn read_at(row: Row<'_>, place: impl Fn(usize) -> usize) -> Result<Self>;
}

impl<T: Embed> Embed for Option<T> {
    type Columns<M, P: Presence> = T::Columns<M, Maybe>;

    const WIDTH: usize = T::WIDTH;

    fn define<W: Place>() -> Vec<ColumnDefinition> {
        T::define::<W>().into_iter().map(ColumnDefinition::nullable).collect()
    }

    fn bind(&self, at: usize) -> Result<Bound<'_>> {
        self.as_ref().map_or(Ok(Bound::Lent(ValueRef::Null)), |embedded| embedded.bind(at))
    }

    fn read_at(row: Row<'_>, place: impl Fn(usize) -> usize) -> Result<Self> {
        let is_null = |at| matches!(row.value(place(at)), ValueRef::Null);
        match (0..T::WIDTH).all(is_null) {
            true => Ok(None),
            false => T::read_at(row, place).map(Some),
        }
    }
}

/// Whether an embedded structure is always there, which tells the types of its columns.
pub trait Presence: Copy + 'static {
    /// The type of a column whose field is a `T`.
    type Of<T: Field>: Field;
}

/// The structure is always there.
#[derive(Clone, Copy, Debug)]
pub enum Always {}

/// The structure is there or not: each of its columns may hold NULL.
#[derive(Clone, Copy, Debug)]
pub enum Maybe {}

impl Presence for Always {
    type Of<T: Field> = T;
}

impl Presence for Maybe {
    type Of<T: Field> = Option<T>;
}

/// The typed columns of an embedded structure.
pub trait EmbeddedColumns: Copy {
    /// Appends their names, in the order of the fields.
    fn names(&self, out: &mut Vec<ColumnName>);
}

/// Typed columns at a place of a model; the derive makes them.
pub trait ColumnsAt<W: Place>: EmbeddedColumns {
    /// The columns.
    const COLUMNS: Self;
}

/// A structure `T` that the model `M` embeds: its columns, and the whole of it.
pub struct Embedded<M, T: Embed, P: Presence = Always> {
    columns: T::Columns<M, P>,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T: Embed, P: Presence> Embedded<M, T, P> {
    /// Names its columns; the derive does.
    pub const fn at<W: Place>() -> Self
    where
        T::Columns<M, P>: ColumnsAt<W>,
    {
        Self { columns: <T::Columns<M, P> as ColumnsAt<W>>::COLUMNS, types: PhantomData }
    }

    /// Sets all of its columns, in an update.
    pub fn set(self, value: impl Into<T>) -> Vec<Change<M>> {
        let value = value.into();
        let names = self.names().into_iter().enumerate();
        let change = |(at, name)| {
            Change::new(name, value.bind(at).map(|bound| Assigned::Value(bound.into_value())))
        };
        names.map(change).collect()
    }

    fn names(&self) -> Vec<ColumnName> {
        let mut names = Vec::with_capacity(T::WIDTH);
        self.columns.names(&mut names);
        names
    }
}

impl<M, T: Embed, P: Presence> Embedded<M, Option<T>, P> {
    /// Is not there: all of its columns are NULL.
    pub fn is_null(self) -> Filter<M> {
        Filter::of(Ok(Node::All(self.names().into_iter().map(Node::Null).collect())))
    }

    /// Is there: one of its columns has a value.
    pub fn is_not_null(self) -> Filter<M> {
        !self.is_null()
    }

    /// Sets all of its columns to NULL.
    pub fn set_null(self) -> Vec<Change<M>> {
        self.set(None)
    }
}

impl<M, T: Embed, P: Presence> EmbeddedColumns for Embedded<M, T, P> {
    fn names(&self, out: &mut Vec<ColumnName>) {
        self.columns.names(out);
    }
}

impl<M, T: Embed, P: Presence> Deref for Embedded<M, T, P> {
    type Target = T::Columns<M, P>;

    fn deref(&self) -> &Self::Target {
        &self.columns
    }
}

impl<M, T: Embed, P: Presence> Clone for Embedded<M, T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T: Embed, P: Presence> Copy for Embedded<M, T, P> {}

impl<M, T: Embed, P: Presence> fmt::Debug for Embedded<M, T, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
