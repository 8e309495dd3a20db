//! How the rows of models belong together.

mod count;
mod key;
mod load;
mod many;

use std::fmt;
use std::marker::PhantomData;

use hypostyle_core::{Result, ValueRef};

pub use self::count::RelatedCount;
pub(crate) use self::key::KeyValue;
pub use self::many::Related;
use crate::column::{Column, ColumnName};
use crate::definition::Definition;
use crate::field::Field;
use crate::filter::{Filter, Node};
use crate::model::Model;
use crate::order::Orders;

/// A row has many others, which name it: `User::posts`.
pub struct HasMany<P, C> {
    end: End,
    models: PhantomData<fn() -> (P, C)>,
}

/// A row has at most one other, which names it: `User::profile`.
pub struct HasOne<P, C> {
    end: End,
    models: PhantomData<fn() -> (P, C)>,
}

/// A row names another: `Post::author`.
pub struct BelongsTo<C, P> {
    end: End,
    models: PhantomData<fn() -> (C, P)>,
}

/// Rows of two models belong together by the rows of a third, which name both: `Post::tags`.
pub struct ManyToMany<A, B> {
    ends: (End, End),
    link: fn() -> &'static Definition,
    models: PhantomData<fn() -> (A, B)>,
}

/// A column that names the key of a row, and how its values are compared in the program.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) column: ColumnName,
    pub(crate) read: fn(ValueRef<'_>) -> Result<Option<KeyValue>>,
}

impl End {
    const fn of<M, T: Field>(column: Column<M, T>) -> Self {
        Self { column: column.name(), read: key::read::<T> }
    }
}

/// A condition that a related row exists.
#[derive(Clone, Debug)]
pub(crate) struct Exists {
    pub(crate) target: fn() -> &'static Definition,
    pub(crate) tie: Tie,
    pub(crate) filter: Node,
}

/// How the related row belongs to the one outside.
#[derive(Clone, Debug)]
pub(crate) enum Tie {
    Column {
        inner: ColumnName,
        outer: ColumnName,
    },
    Through {
        link: fn() -> &'static Definition,
        to_inner: ColumnName,
        inner: ColumnName,
        to_outer: ColumnName,
        outer: ColumnName,
    },
}

macro_rules! copies {
    ($($type:ident $what:literal;)*) => {$(
        impl<A, B> Clone for $type<A, B> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<A, B> Copy for $type<A, B> {}

        impl<A: Model, B: Model> fmt::Debug for $type<A, B> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let (one, other) = (A::definition().model, B::definition().model);
                write!(f, "{one} {} {other}", $what)
            }
        }
    )*};
}
copies! {
    HasMany "has many";
    HasOne "has one";
    BelongsTo "belongs to";
    ManyToMany "to many";
}

/// What is asked by code that fills in the rows of relations.
macro_rules! told {
    ($($type:ident)*) => {$(
        impl<A, B> $type<A, B> {
            /// Answers the column that holds the key of the other row.
            pub const fn column(&self) -> ColumnName {
                self.end.column
            }
        }
    )*};
}
told!(HasMany HasOne BelongsTo);

impl<P: Model, C: Model> HasMany<P, C> {
    /// Names the column of the other model that holds this one's key.
    pub const fn by<T: Field>(column: Column<C, T>) -> Self {
        Self { end: End::of(column), models: PhantomData }
    }
}

impl<P: Model, C: Model> HasOne<P, C> {
    /// Names the column of the other model that holds this one's key.
    pub const fn by<T: Field>(column: Column<C, T>) -> Self {
        Self { end: End::of(column), models: PhantomData }
    }
}

impl<C: Model, P: Model> BelongsTo<C, P> {
    /// Names the column of this model that holds the other one's key.
    pub const fn by<T: Field>(column: Column<C, T>) -> Self {
        Self { end: End::of(column), models: PhantomData }
    }
}

impl<A: Model, B: Model> ManyToMany<A, B> {
    /// Names the columns of the third model that hold the keys of this one and of the other.
    pub const fn through<L: Model, S: Field, T: Field>(
        this: Column<L, S>,
        other: Column<L, T>,
    ) -> Self {
        let ends = (End::of(this), End::of(other));
        Self { ends, link: L::definition, models: PhantomData }
    }
}

/// What every relation can be asked.
macro_rules! asked {
    ($type:ident, $of:ident, $to:ident, $tie:expr) => {
        impl<$of: Model, $to: Model> $type<$of, $to> {
            /// The rows that have a related one which meets a condition.
            pub fn any(self, filter: Filter<$to>) -> Filter<$of> {
                let tie: Result<Tie> = ($tie)(self);
                Filter::of(tie.map(|tie| {
                    let filter = filter.node;
                    Node::Exists(Box::new(Exists { target: $to::definition, tie, filter }))
                }))
            }

            /// The rows that have a related one.
            pub fn some(self) -> Filter<$of> {
                self.any(Filter::all([]))
            }

            /// The rows that have no related one.
            pub fn none(self) -> Filter<$of> {
                !self.some()
            }
        }
    };
}

asked!(HasMany, P, C, |relation: HasMany<P, C>| {
    Ok(Tie::Column { inner: relation.end.column, outer: key::only::<P>()?.name() })
});
asked!(HasOne, P, C, |relation: HasOne<P, C>| {
    Ok(Tie::Column { inner: relation.end.column, outer: key::only::<P>()?.name() })
});
asked!(BelongsTo, C, P, |relation: BelongsTo<C, P>| {
    Ok(Tie::Column { inner: key::only::<P>()?.name(), outer: relation.end.column })
});
asked!(ManyToMany, A, B, |relation: ManyToMany<A, B>| {
    Ok(Tie::Through {
        link: relation.link,
        to_inner: relation.ends.1.column,
        inner: key::only::<B>()?.name(),
        to_outer: relation.ends.0.column,
        outer: key::only::<A>()?.name(),
    })
});

/// What relations to many rows can be narrowed by.
macro_rules! narrowed {
    ($type:ident, $of:ident, $to:ident) => {
        impl<$of: Model, $to: Model> $type<$of, $to> {
            /// Loads only the related rows that meet a condition.
            pub fn filter(self, filter: Filter<$to>) -> Related<Self, $to> {
                Related::new(self).filter(filter)
            }

            /// Sorts the related rows of each row.
            pub fn order_by(self, orders: impl Orders<$to>) -> Related<Self, $to> {
                Related::new(self).order_by(orders)
            }

            /// Loads so many related rows of each row at most.
            pub fn take(self, rows: u64) -> Related<Self, $to> {
                Related::new(self).take(rows)
            }

            /// Loads what belongs to the related rows along with them.
            pub fn include<R: crate::Include<$to>>(self, relation: R) -> Related<Self, $to, (R,)> {
                Related::new(self).include(relation)
            }

            /// Counts the related rows of each row instead of loading them.
            pub fn count(self) -> RelatedCount<Self, $to> {
                RelatedCount::new(self)
            }
        }
    };
}
narrowed!(HasMany, P, C);
narrowed!(ManyToMany, A, B);

impl<P: Model, C: Model> HasOne<P, C> {
    /// Loads what belongs to the related row along with it.
    pub fn include<R: crate::Include<C>>(self, relation: R) -> Related<Self, C, (R,)> {
        Related::new(self).include(relation)
    }
}

impl<C: Model, P: Model> BelongsTo<C, P> {
    /// Loads what belongs to the related row along with it.
    pub fn include<R: crate::Include<P>>(self, relation: R) -> Related<Self, P, (R,)> {
        Related::new(self).include(relation)
    }
}
