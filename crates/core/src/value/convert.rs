//! Values to and from Rust types: exact, or refused.

use std::borrow::Cow;
use std::fmt;

use super::{
    Date, Decimal, DecimalRef, Interval, ListRef, Time, Timestamp, Uuid, Value, ValueRef, VectorRef,
};

/// Why a value does not fit a type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// The value is NULL and the type has no place for it.
    Null,
    /// The value is of another kind.
    Kind {
        /// What the type takes.
        expected: &'static str,
        /// What came.
        found: &'static str,
    },
    /// The number does not fit the type exactly.
    Range {
        /// What the type takes.
        expected: &'static str,
    },
    /// The text is not what the type takes.
    Invalid {
        /// What the type takes.
        expected: &'static str,
    },
}

impl Mismatch {
    /// Makes the mismatch of a value of another kind.
    pub fn kind(expected: &'static str, value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            _ => Self::Kind { expected, found: value.kind_name() },
        }
    }

    /// Makes the mismatch of a number out of range.
    pub fn range(expected: &'static str) -> Self {
        Self::Range { expected }
    }

    /// Makes the mismatch of text that cannot be read.
    pub fn invalid(expected: &'static str) -> Self {
        Self::Invalid { expected }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("is NULL; read it as an Option"),
            Self::Kind { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Range { expected } => write!(f, "does not fit {expected} exactly"),
            Self::Invalid { expected } => write!(f, "is not {expected}"),
        }
    }
}

impl std::error::Error for Mismatch {}

/// A type that can be read from a value, exactly or not at all.
pub trait FromValue<'a>: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// A [`Mismatch`] when the value is of another kind, does not fit or cannot be read.
    fn from_value(value: ValueRef<'a>) -> Result<Self, Mismatch>;
}

impl<'a, T: FromValue<'a>> FromValue<'a> for Option<T> {
    #[inline]
    fn from_value(value: ValueRef<'a>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl<'a> FromValue<'a> for ValueRef<'a> {
    fn from_value(value: ValueRef<'a>) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

impl FromValue<'_> for Value {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        Ok(value.to_value())
    }
}

impl FromValue<'_> for bool {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Bool(value) => Ok(value),
            ValueRef::I64(0) => Ok(false),
            ValueRef::I64(1) => Ok(true),
            ValueRef::I64(_) => Err(Mismatch::range("bool (0 or 1)")),
            value => Err(Mismatch::kind("bool", value)),
        }
    }
}

/// Widens any whole number; `None` for what is no whole number or larger than an `i128`.
fn whole(value: ValueRef<'_>) -> Result<Option<i128>, Mismatch> {
    Ok(match value {
        ValueRef::I64(value) => Some(i128::from(value)),
        ValueRef::U64(value) => Some(i128::from(value)),
        ValueRef::I128(value) => Some(value),
        ValueRef::U128(value) => i128::try_from(value).ok(),
        ValueRef::Decimal(value) => whole_text(value).and_then(|text| text.parse().ok()),
        value => return Err(Mismatch::kind("integer", value)),
    })
}

/// The digits of a decimal before its point, where those after it are zeros.
fn whole_text(value: DecimalRef<'_>) -> Option<&str> {
    let (whole, fraction) = value.as_str().split_once('.').unwrap_or((value.as_str(), ""));
    fraction.bytes().all(|byte| byte == b'0').then_some(whole)
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl FromValue<'_> for $type {
            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                const RANGE: Mismatch = Mismatch::Range { expected: stringify!($type) };
                if let ValueRef::I64(value) = value {
                    return <$type>::try_from(value).map_err(|_| RANGE);
                }
                whole(value)?.and_then(|value| <$type>::try_from(value).ok()).ok_or(RANGE)
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, i128);

impl FromValue<'_> for u128 {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        const RANGE: Mismatch = Mismatch::Range { expected: "u128" };
        match value {
            ValueRef::U128(value) => Ok(value),
            // Beyond what the other integers are read through.
            ValueRef::Decimal(value) => whole_text(value).and_then(|t| t.parse().ok()).ok_or(RANGE),
            value => whole(value)?.and_then(|value| u128::try_from(value).ok()).ok_or(RANGE),
        }
    }
}

impl FromValue<'_> for f64 {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        const EXACT_MAX: i64 = 1 << 53;
        match value {
            ValueRef::F64(value) => Ok(value),
            ValueRef::F32(value) => Ok(f64::from(value)),
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, checked")]
            ValueRef::I64(value) if (-EXACT_MAX..=EXACT_MAX).contains(&value) => Ok(value as f64),
            ValueRef::I64(_) => Err(Mismatch::range("f64")),
            ValueRef::Decimal(value) => value.as_str().parse().map_err(|_| Mismatch::range("f64")),
            value => Err(Mismatch::kind("float", value)),
        }
    }
}

impl FromValue<'_> for f32 {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::F32(value) => Ok(value),
            ValueRef::F64(value) => {
                #[expect(clippy::cast_possible_truncation, reason = "compared with the original")]
                let narrow = value as f32;
                let exact = f64::from(narrow) == value || value.is_nan();
                exact.then_some(narrow).ok_or(Mismatch::range("f32"))
            }
            value => Err(Mismatch::kind("32-bit float", value)),
        }
    }
}

impl<'a> FromValue<'a> for &'a str {
    #[inline]
    fn from_value(value: ValueRef<'a>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Text(value) | ValueRef::Json(value) => Ok(value),
            ValueRef::Native(value) => value.text().ok_or(Mismatch::invalid("text")),
            value => Err(Mismatch::kind("text", value)),
        }
    }
}

impl FromValue<'_> for String {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        <&str>::from_value(value).map(str::to_owned)
    }
}

impl<'a> FromValue<'a> for &'a [u8] {
    fn from_value(value: ValueRef<'a>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Bytes(value) => Ok(value),
            value => Err(Mismatch::kind("bytes", value)),
        }
    }
}

impl FromValue<'_> for Vec<u8> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        <&[u8]>::from_value(value).map(<[u8]>::to_vec)
    }
}

impl FromValue<'_> for Vec<f32> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Vector(value) => Ok(value.iter().collect()),
            value => Err(Mismatch::kind("vector", value)),
        }
    }
}

impl FromValue<'_> for Decimal {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        match value {
            ValueRef::Decimal(value) => Ok(value.to_owned()),
            ValueRef::I64(value) => Ok(Self::from(value)),
            ValueRef::F64(value) => Ok(Self::from_f64_shortest(value)),
            ValueRef::Text(value) => value.parse(),
            value => Err(Mismatch::kind("decimal", value)),
        }
    }
}

impl FromValue<'_> for Uuid {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let invalid = Mismatch::invalid("a UUID");
        match value {
            ValueRef::Uuid(value) => Ok(value),
            ValueRef::Text(value) => Self::try_parse(value).map_err(|_| invalid),
            ValueRef::Bytes(value) => Self::from_slice(value).map_err(|_| invalid),
            value => Err(Mismatch::kind("UUID", value)),
        }
    }
}

macro_rules! temporal {
    ($($type:ty: $($variant:ident)|+, $parse:path, $name:literal;)*) => {$(
        impl FromValue<'_> for $type {
            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
                match value {
                    $(ValueRef::$variant(value) => Ok(value),)+
                    ValueRef::Text(value) => $parse(value),
                    value => Err(Mismatch::kind($name, value)),
                }
            }
        }
    )*};
}
temporal! {
    Date: Date, Date::parse, "date";
    Time: Time, Time::parse, "time";
    Interval: Interval, Interval::parse, "interval";
    Timestamp: Timestamp | TimestampTz, Timestamp::parse, "timestamp";
}

macro_rules! into_value_ref {
    ($($type:ty => |$value:ident| $make:expr;)*) => {$(
        impl<'a> From<$type> for ValueRef<'a> {
            #[inline]
            fn from($value: $type) -> Self {
                $make
            }
        }
    )*};
}
into_value_ref! {
    bool => |value| ValueRef::Bool(value);
    i8 => |value| ValueRef::I64(value.into());
    i16 => |value| ValueRef::I64(value.into());
    i32 => |value| ValueRef::I64(value.into());
    i64 => |value| ValueRef::I64(value);
    u8 => |value| ValueRef::I64(value.into());
    u16 => |value| ValueRef::I64(value.into());
    u32 => |value| ValueRef::I64(value.into());
    u64 => |value| i64::try_from(value).map_or(ValueRef::U64(value), ValueRef::I64);
    i128 => |value| ValueRef::I128(value);
    u128 => |value| ValueRef::U128(value);
    f32 => |value| ValueRef::F32(value);
    f64 => |value| ValueRef::F64(value);
    &'a str => |value| ValueRef::Text(value);
    &'a String => |value| ValueRef::Text(value);
    &'a Cow<'a, str> => |value| ValueRef::Text(value);
    &'a [u8] => |value| ValueRef::Bytes(value);
    &'a Vec<u8> => |value| ValueRef::Bytes(value);
    &'a [f32] => |value| ValueRef::Vector(VectorRef::Floats(value));
    &'a [Value] => |value| ValueRef::List(ListRef::Values(value));
    DecimalRef<'a> => |value| ValueRef::Decimal(value);
    &'a Decimal => |value| ValueRef::Decimal(value.as_ref());
    Date => |value| ValueRef::Date(value);
    Time => |value| ValueRef::Time(value);
    Interval => |value| ValueRef::Interval(value);
    Timestamp => |value| ValueRef::Timestamp(value);
    Uuid => |value| ValueRef::Uuid(value);
    &'a Value => |value| value.as_ref();
}

impl<'a, T: Into<ValueRef<'a>>> From<Option<T>> for ValueRef<'a> {
    #[inline]
    fn from(value: Option<T>) -> Self {
        value.map_or(ValueRef::Null, Into::into)
    }
}

macro_rules! into_value {
    ($($type:ty => |$value:ident| $make:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $make
            }
        }
    )*};
}
into_value! {
    bool => |value| Value::Bool(value);
    i32 => |value| Value::I64(value.into());
    i64 => |value| Value::I64(value);
    f64 => |value| Value::F64(value);
    &str => |value| Value::Text(value.to_owned());
    String => |value| Value::Text(value);
    Vec<u8> => |value| Value::Bytes(value);
    Decimal => |value| Value::Decimal(value);
    Date => |value| Value::Date(value);
    Time => |value| Value::Time(value);
    Interval => |value| Value::Interval(value);
    Timestamp => |value| Value::Timestamp(value);
    Uuid => |value| Value::Uuid(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Native, NativeFormat};

    #[test]
    fn a_native_value_is_read_as_text_where_it_is_text() {
        let read = |format, bytes| {
            let native = Native::new("inet", format, bytes);
            String::from_value(ValueRef::Native(native.as_ref()))
        };
        assert_eq!(read(NativeFormat::Text, b"10.0.0.1"), Ok("10.0.0.1".to_owned()));
        assert_eq!(read(NativeFormat::Text, b"\xff"), Err(Mismatch::invalid("text")));
        assert_eq!(read(NativeFormat::Binary, b"10.0.0.1"), Err(Mismatch::invalid("text")));
    }
}
