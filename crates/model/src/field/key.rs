//! Primary keys, of one column or several.

use hypostyle_core::Result;

use super::{Bound, Field};

/// The primary key of a model: a field's type, or a tuple of up to four.
pub trait Key: Clone + Send + Sync + 'static {
    /// Lends the value of each of its columns.
    ///
    /// # Errors
    /// As [`Field::bind`].
    fn bind(&self) -> Result<Vec<Bound<'_>>>;
}

impl<T: Field + Clone> Key for T {
    fn bind(&self) -> Result<Vec<Bound<'_>>> {
        Ok(vec![Field::bind(self)?])
    }
}

macro_rules! keys {
    ($(($($type:ident $at:tt),+);)*) => {$(
        impl<$($type: Field + Clone),+> Key for ($($type,)+) {
            fn bind(&self) -> Result<Vec<Bound<'_>>> {
                Ok(vec![$(Field::bind(&self.$at)?),+])
            }
        }
    )*};
}
keys! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}
