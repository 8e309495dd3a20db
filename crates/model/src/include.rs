//! What is loaded along with rows, and the tuples that come of it.

use std::panic::Location;

use hypostyle_core::{Executor, Result};

use crate::model::Model;

/// What can be loaded along with rows of the model `M`: a relation, a narrowed one, or its count.
pub trait Include<M: Model>: Send + Sync {
    /// What each row gets: a vector, an option, a number.
    type Loaded: Send;

    /// Loads it for rows that were found, in their order.
    ///
    /// # Errors
    /// As [`Find::all`](crate::Find::all).
    fn load<E: Executor>(
        &self,
        executor: &mut E,
        rows: &[M],
        origin: &'static Location<'static>,
    ) -> impl Future<Output = Result<Vec<Self::Loaded>>> + Send;
}

/// All that is loaded along with rows: a tuple of [`Include`]s.
pub trait Includes<M: Model>: Send + Sync {
    /// What a row becomes: the model alone, or a tuple that begins with it.
    type Output: Send;

    /// Loads it for rows that were found.
    ///
    /// # Errors
    /// As [`Find::all`](crate::Find::all).
    fn load<E: Executor>(
        &self,
        executor: &mut E,
        rows: Vec<M>,
        origin: &'static Location<'static>,
    ) -> impl Future<Output = Result<Vec<Self::Output>>> + Send;
}

impl<M: Model> Includes<M> for () {
    type Output = M;

    async fn load<E: Executor>(
        &self,
        _: &mut E,
        rows: Vec<M>,
        _: &'static Location<'static>,
    ) -> Result<Vec<M>> {
        Ok(rows)
    }
}

/// A tuple that can be made longer by one.
pub trait Append<T> {
    /// The longer tuple.
    type Longer;

    /// Makes it longer.
    fn append(self, last: T) -> Self::Longer;
}

impl<T> Append<T> for () {
    type Longer = (T,);

    fn append(self, last: T) -> (T,) {
        (last,)
    }
}

macro_rules! includes {
    ($(($($type:ident $loaded:ident $at:tt),+);)*) => {$(
        impl<M: Model, $($type: Include<M>),+> Includes<M> for ($($type,)+) {
            type Output = (M, $($type::Loaded),+);

            async fn load<E: Executor>(
                &self,
                executor: &mut E,
                rows: Vec<M>,
                origin: &'static Location<'static>,
            ) -> Result<Vec<Self::Output>> {
                $(let mut $loaded = self.$at.load(executor, &rows, origin).await?.into_iter();)+
                let joined = rows.into_iter().map_while(|row| Some((row, $($loaded.next()?),+)));
                Ok(joined.collect())
            }
        }
    )*};
}
includes! {
    (A a 0);
    (A a 0, B b 1);
    (A a 0, B b 1, C c 2);
    (A a 0, B b 1, C c 2, D d 3);
}

macro_rules! appends {
    ($(($($type:ident $at:tt),+);)*) => {$(
        impl<T, $($type),+> Append<T> for ($($type,)+) {
            type Longer = ($($type,)+ T);

            fn append(self, last: T) -> Self::Longer {
                ($(self.$at,)+ last)
            }
        }
    )*};
}
appends! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
}
