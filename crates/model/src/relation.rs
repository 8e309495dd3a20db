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

/// A column of the model `M` that holds (part of) the key of a related row: `Post::author_id.in_key()`.
pub struct KeyColumn<M> {
    part: Part,
    model: PhantomData<fn() -> M>,
}

impl<M, T: Field> Column<M, T> {
    /// Answers it as (part of) the key of a related row; the derive asks for it.
    pub const fn in_key(self) -> KeyColumn<M> {
        KeyColumn { part: Part { column: self.name(), read: key::read::<T> }, model: PhantomData }
    }
}

/// A column, and how its values are compared in the program.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) column: ColumnName,
    pub(crate) read: fn(ValueRef<'_>) -> Result<Option<KeyValue>>,
}

/// Columns of a key at most, as of a [`Key`](crate::Key).
const PARTS_MAX: usize = 4;

/// The columns that name the key of a row, in the order of its fields.
#[derive(Clone, Copy)]
pub(crate) struct End {
    parts: [Part; PARTS_MAX],
    width: usize,
}

impl End {
    const fn of<M, const N: usize>(columns: [KeyColumn<M>; N]) -> Self {
        let mut parts = [columns[0].part; PARTS_MAX];
        let mut at = 1;
        while at < N {
            parts[at] = columns[at].part;
            at += 1;
        }
        Self { parts, width: N }
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts[..self.width]
    }

    pub(crate) fn columns(&self) -> Vec<ColumnName> {
        self.parts().iter().map(|part| part.column).collect()
    }

    /// The same, of other columns.
    pub(crate) fn named(mut self, columns: &[ColumnName]) -> Self {
        self.parts.iter_mut().zip(columns).for_each(|(part, column)| part.column = *column);
        self
    }
}

impl<M> Clone for KeyColumn<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for KeyColumn<M> {}

impl<M> fmt::Debug for KeyColumn<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.part.column, f)
    }
}

/// A condition that a related row exists.
#[derive(Clone, Debug)]
pub(crate) struct Exists {
    pub(crate) target: fn() -> &'static Definition,
    pub(crate) tie: Tie,
    pub(crate) filter: Node,
}

/// How the related row belongs to the one outside: by columns that are equal one by one.
#[derive(Clone, Debug)]
pub(crate) enum Tie {
    Columns {
        inner: Vec<ColumnName>,
        outer: Vec<ColumnName>,
    },
    Through {
        link: fn() -> &'static Definition,
        to_inner: Vec<ColumnName>,
        inner: Vec<ColumnName>,
        to_outer: Vec<ColumnName>,
        outer: Vec<ColumnName>,
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
            /// Answers the columns that hold the key of the other row, in its order.
            pub fn columns(&self) -> Vec<ColumnName> {
                self.end.columns()
            }
        }
    )*};
}
told!(HasMany HasOne BelongsTo);

impl<P: Model, C: Model> HasMany<P, C> {
    /// Names the columns of the other model that hold this one's key, in the order of its fields.
    pub const fn by<const N: usize>(columns: [KeyColumn<C>; N]) -> Self {
        Self { end: End::of(columns), models: PhantomData }
    }
}

impl<P: Model, C: Model> HasOne<P, C> {
    /// Names the columns of the other model that hold this one's key, in the order of its fields.
    pub const fn by<const N: usize>(columns: [KeyColumn<C>; N]) -> Self {
        Self { end: End::of(columns), models: PhantomData }
    }
}

impl<C: Model, P: Model> BelongsTo<C, P> {
    /// Names the columns of this model that hold the other one's key, in the order of its fields.
    pub const fn by<const N: usize>(columns: [KeyColumn<C>; N]) -> Self {
        Self { end: End::of(columns), models: PhantomData }
    }
}

impl<A: Model, B: Model> ManyToMany<A, B> {
    /// Names the columns of the third model that hold the keys of this one and of the other.
    pub const fn through<L: Model, const N: usize, const O: usize>(
        this: [KeyColumn<L>; N],
        other: [KeyColumn<L>; O],
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
    Ok(Tie::Columns { inner: relation.end.columns(), outer: key::named_by::<P>(&relation.end)? })
});
asked!(HasOne, P, C, |relation: HasOne<P, C>| {
    Ok(Tie::Columns { inner: relation.end.columns(), outer: key::named_by::<P>(&relation.end)? })
});
asked!(BelongsTo, C, P, |relation: BelongsTo<C, P>| {
    Ok(Tie::Columns { inner: key::named_by::<P>(&relation.end)?, outer: relation.end.columns() })
});
asked!(ManyToMany, A, B, |relation: ManyToMany<A, B>| {
    Ok(Tie::Through {
        link: relation.link,
        to_inner: relation.ends.1.columns(),
        inner: key::named_by::<B>(&relation.ends.1)?,
        to_outer: relation.ends.0.columns(),
        outer: key::named_by::<A>(&relation.ends.0)?,
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
