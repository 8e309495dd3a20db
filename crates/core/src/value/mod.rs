//! Values: what travels between an application and an engine, borrowed or owned, never rounded.

mod convert;
mod decimal;
mod json;
mod list;
mod native;
mod temporal;
mod text;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod rust_decimal;

pub use convert::{FromValue, Mismatch};
pub use decimal::{Decimal, DecimalRef};
pub use json::{write_json, write_json_string};
pub use list::{ListRef, MapRef};
pub use native::{Native, NativeFormat, NativeRef};
pub use temporal::{Date, Interval, Precision, TemporalText, Time, Timestamp};
pub use uuid::Uuid;

pub(crate) use list::{LIST, MAP, NATIVE, decode_value, encode_part, encode_value};
pub(crate) use native::encode_native;

/// A value lent by a batch or bound to a request: `Copy`, without allocation.
///
/// # Shape
/// Integers are exact to 128 bits, decimals to any length, timestamps count µs or ns since
/// 1970-01-01 (UTC where zoned). What an engine has and this enum has not travels as
/// [`ValueRef::Native`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ValueRef<'a> {
    /// SQL NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer of up to 64 bits.
    I64(i64),
    /// An unsigned integer of up to 64 bits.
    U64(u64),
    /// A signed integer of up to 128 bits.
    I128(i128),
    /// An unsigned integer of up to 128 bits.
    U128(u128),
    /// A 32-bit float.
    F32(f32),
    /// A 64-bit float.
    F64(f64),
    /// A decimal of any precision, NaN or an infinity.
    Decimal(DecimalRef<'a>),
    /// Text, valid UTF-8.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
    /// A day.
    Date(Date),
    /// A time of day without zone.
    Time(Time),
    /// A date and time without zone.
    Timestamp(Timestamp),
    /// An instant, counted in UTC.
    TimestampTz(Timestamp),
    /// Months, days and microseconds.
    Interval(Interval),
    /// A UUID.
    Uuid(Uuid),
    /// A JSON document as text.
    Json(&'a str),
    /// A vector of 32-bit floats, little-endian.
    Vector(VectorRef<'a>),
    /// A list of values.
    List(ListRef<'a>),
    /// A map or structure: names with values, in order.
    Map(MapRef<'a>),
    /// A value of a type only the engine knows, verbatim.
    Native(NativeRef<'a>),
}

/// An owned [`ValueRef`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// SQL NULL.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A signed integer of up to 64 bits.
    I64(i64),
    /// An unsigned integer of up to 64 bits.
    U64(u64),
    /// A signed integer of up to 128 bits.
    I128(i128),
    /// An unsigned integer of up to 128 bits.
    U128(u128),
    /// A 32-bit float.
    F32(f32),
    /// A 64-bit float.
    F64(f64),
    /// A decimal of any precision, NaN or an infinity.
    Decimal(Decimal),
    /// Text, valid UTF-8.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A day.
    Date(Date),
    /// A time of day without zone.
    Time(Time),
    /// A date and time without zone.
    Timestamp(Timestamp),
    /// An instant, counted in UTC.
    TimestampTz(Timestamp),
    /// Months, days and microseconds.
    Interval(Interval),
    /// A UUID.
    Uuid(Uuid),
    /// A JSON document as text.
    Json(String),
    /// A vector of 32-bit floats.
    Vector(Vec<f32>),
    /// A list of values.
    List(Vec<Value>),
    /// A map or structure: names with values, in order.
    Map(Vec<(String, Value)>),
    /// A value of a type only the engine knows, verbatim.
    Native(Native),
}

/// A vector of 32-bit floats, borrowed.
#[derive(Clone, Copy, Debug)]
pub enum VectorRef<'a> {
    /// Floats of the caller.
    Floats(&'a [f32]),
    /// Floats in a batch: four bytes each, little-endian.
    LittleEndian(&'a [u8]),
}

impl PartialEq for VectorRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<'a> VectorRef<'a> {
    /// Counts the elements.
    pub fn len(&self) -> usize {
        match self {
            Self::Floats(floats) => floats.len(),
            Self::LittleEndian(bytes) => bytes.len() / 4,
        }
    }

    /// Tells whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Iterates over the elements.
    pub fn iter(&self) -> impl Iterator<Item = f32> + 'a {
        let (floats, bytes): (&[f32], &[u8]) = match *self {
            Self::Floats(floats) => (floats, &[]),
            Self::LittleEndian(bytes) => (&[], bytes),
        };
        let decoded = bytes
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        floats.iter().copied().chain(decoded)
    }
}

impl ValueRef<'_> {
    /// Tells whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Copies the value out of what lends it.
    pub fn to_value(&self) -> Value {
        match *self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::I64(value) => Value::I64(value),
            Self::U64(value) => Value::U64(value),
            Self::I128(value) => Value::I128(value),
            Self::U128(value) => Value::U128(value),
            Self::F32(value) => Value::F32(value),
            Self::F64(value) => Value::F64(value),
            Self::Decimal(value) => Value::Decimal(value.to_owned()),
            Self::Text(value) => Value::Text(value.to_owned()),
            Self::Bytes(value) => Value::Bytes(value.to_owned()),
            Self::Date(value) => Value::Date(value),
            Self::Time(value) => Value::Time(value),
            Self::Timestamp(value) => Value::Timestamp(value),
            Self::TimestampTz(value) => Value::TimestampTz(value),
            Self::Interval(value) => Value::Interval(value),
            Self::Uuid(value) => Value::Uuid(value),
            Self::Json(value) => Value::Json(value.to_owned()),
            Self::Vector(value) => Value::Vector(value.iter().collect()),
            Self::List(value) => Value::List(value.iter().map(|item| item.to_value()).collect()),
            Self::Map(value) => Value::Map(
                value.iter().map(|(name, item)| (name.to_owned(), item.to_value())).collect(),
            ),
            Self::Native(value) => Value::Native(value.to_owned()),
        }
    }

    /// Names the kind of value for messages, as `text` or `timestamp`.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "bool",
            Self::I64(_) => "64-bit integer",
            Self::U64(_) => "unsigned 64-bit integer",
            Self::I128(_) => "128-bit integer",
            Self::U128(_) => "unsigned 128-bit integer",
            Self::F32(_) => "32-bit float",
            Self::F64(_) => "64-bit float",
            Self::Decimal(_) => "decimal",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Timestamp(_) => "timestamp",
            Self::TimestampTz(_) => "timestamp with time zone",
            Self::Interval(_) => "interval",
            Self::Uuid(_) => "UUID",
            Self::Json(_) => "JSON",
            Self::Vector(_) => "vector",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Native(_) => "native value",
        }
    }
}

impl Value {
    /// Lends the value.
    pub fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Null => ValueRef::Null,
            Self::Bool(value) => ValueRef::Bool(*value),
            Self::I64(value) => ValueRef::I64(*value),
            Self::U64(value) => ValueRef::U64(*value),
            Self::I128(value) => ValueRef::I128(*value),
            Self::U128(value) => ValueRef::U128(*value),
            Self::F32(value) => ValueRef::F32(*value),
            Self::F64(value) => ValueRef::F64(*value),
            Self::Decimal(value) => ValueRef::Decimal(value.as_ref()),
            Self::Text(value) => ValueRef::Text(value),
            Self::Bytes(value) => ValueRef::Bytes(value),
            Self::Date(value) => ValueRef::Date(*value),
            Self::Time(value) => ValueRef::Time(*value),
            Self::Timestamp(value) => ValueRef::Timestamp(*value),
            Self::TimestampTz(value) => ValueRef::TimestampTz(*value),
            Self::Interval(value) => ValueRef::Interval(*value),
            Self::Uuid(value) => ValueRef::Uuid(*value),
            Self::Json(value) => ValueRef::Json(value),
            Self::Vector(value) => ValueRef::Vector(VectorRef::Floats(value)),
            Self::List(value) => ValueRef::List(ListRef::Values(value)),
            Self::Map(value) => ValueRef::Map(MapRef::Values(value)),
            Self::Native(value) => ValueRef::Native(value.as_ref()),
        }
    }

    /// Tells whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_borrowed_value_is_thirty_two_bytes() {
        assert_eq!(size_of::<ValueRef<'_>>(), 32);
    }
}
