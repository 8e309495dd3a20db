//! Types of fields: what column each becomes, and how its value is bound.

mod json;
mod key;

use hypostyle_core::{
    Date, Decimal, FromValue, Interval, Result, Time, Timestamp, Uuid, Value, ValueRef,
};

pub use self::json::{Json, bind_json};
pub use self::key::Key;

/// A type that a field of a model may have.
///
/// # Shape
/// Numbers, `bool`, `String`, `Vec<u8>`, dates and times, `Uuid`, `Decimal`, [`Json`] of any type that
/// serde knows, enums with `#[derive(Labels)]`, and an `Option` of each for what may be NULL.
pub trait Field: Sized + Send + Sync + 'static + for<'v> FromValue<'v> {
    /// The same type without its `Option`.
    type Plain: Field;

    /// What column it becomes.
    const KIND: FieldKind;

    /// Whether the column may hold NULL.
    const NULLABLE: bool = false;

    /// Lends its value, or makes one.
    ///
    /// # Errors
    /// `Data` for what has no value, as a map with keys that JSON has none for.
    fn bind(&self) -> Result<Bound<'_>>;
}

/// What column a type of fields becomes, for each engine in its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// A truth value.
    Bool,
    /// A whole number of so many bits.
    Integer {
        /// 8, 16, 32, 64 or 128.
        bits: u8,
        /// Whether it may be negative.
        signed: bool,
    },
    /// A float of 32 bits.
    F32,
    /// A float of 64 bits.
    F64,
    /// An exact decimal number.
    Decimal,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A moment without a time zone, by convention in UTC.
    Timestamp,
    /// A moment.
    TimestampTz,
    /// Months, days and nanoseconds.
    Interval,
    /// A UUID.
    Uuid,
    /// A document.
    Json,
    /// Floats of 32 bits.
    Vector,
    /// One of these texts.
    Labels(&'static [&'static str]),
}

/// A value that is bound to a statement: lent by a field, or made for the occasion.
#[derive(Clone, Debug)]
pub enum Bound<'a> {
    /// The field's own.
    Lent(ValueRef<'a>),
    /// Made from it.
    Made(Value),
}

impl Bound<'_> {
    /// Lends the value.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Lent(value) => *value,
            Self::Made(value) => value.as_ref(),
        }
    }

    /// Answers the value as one of its own.
    pub fn into_value(self) -> Value {
        match self {
            Self::Lent(value) => value.to_value(),
            Self::Made(value) => value,
        }
    }
}

impl<T: Field> Field for Option<T> {
    type Plain = T::Plain;

    const KIND: FieldKind = T::KIND;
    const NULLABLE: bool = true;

    fn bind(&self) -> Result<Bound<'_>> {
        self.as_ref().map_or(Ok(Bound::Lent(ValueRef::Null)), T::bind)
    }
}

macro_rules! fields {
    ($($type:ty = $kind:expr, |$value:ident| $lent:expr;)*) => {$(
        impl Field for $type {
            type Plain = Self;

            const KIND: FieldKind = $kind;

            #[inline]
            fn bind(&self) -> Result<Bound<'_>> {
                let $value = self;
                Ok(Bound::Lent(ValueRef::from($lent)))
            }
        }
    )*};
}

const fn integer(bits: u8, signed: bool) -> FieldKind {
    FieldKind::Integer { bits, signed }
}

fields! {
    bool = FieldKind::Bool, |value| *value;
    i8 = integer(8, true), |value| *value;
    i16 = integer(16, true), |value| *value;
    i32 = integer(32, true), |value| *value;
    i64 = integer(64, true), |value| *value;
    i128 = integer(128, true), |value| *value;
    u8 = integer(8, false), |value| *value;
    u16 = integer(16, false), |value| *value;
    u32 = integer(32, false), |value| *value;
    u64 = integer(64, false), |value| *value;
    u128 = integer(128, false), |value| *value;
    f32 = FieldKind::F32, |value| *value;
    f64 = FieldKind::F64, |value| *value;
    String = FieldKind::Text, |value| value.as_str();
    Vec<u8> = FieldKind::Bytes, |value| value.as_slice();
    Vec<f32> = FieldKind::Vector, |value| value.as_slice();
    Decimal = FieldKind::Decimal, |value| value;
    Date = FieldKind::Date, |value| *value;
    Time = FieldKind::Time, |value| *value;
    Timestamp = FieldKind::Timestamp, |value| *value;
    Interval = FieldKind::Interval, |value| *value;
    Uuid = FieldKind::Uuid, |value| *value;
}

#[cfg(feature = "chrono")]
mod chrono_fields {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

    use super::{Bound, Field, FieldKind, Result, ValueRef};

    fields! {
        DateTime<Utc> = FieldKind::TimestampTz, |value| *value;
        NaiveDateTime = FieldKind::Timestamp, |value| *value;
        NaiveDate = FieldKind::Date, |value| *value;
        NaiveTime = FieldKind::Time, |value| *value;
    }
}

#[cfg(feature = "decimal")]
impl Field for rust_decimal::Decimal {
    type Plain = Self;

    const KIND: FieldKind = FieldKind::Decimal;

    fn bind(&self) -> Result<Bound<'_>> {
        Ok(Bound::Made(Value::Decimal(Decimal::from(*self))))
    }
}
