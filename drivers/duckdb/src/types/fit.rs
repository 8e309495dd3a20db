//! Whether a value fits a type exactly, and as what it is handed over then.

use hypostyle_core::{Date, Decimal, DecimalRef, Interval, Time, ValueRef};

use super::Misfit::{self, Kind, Range};
use super::numbers::{Unscaled, rescaled, unscaled};
use super::times::{days_of, ticks_of};
use crate::raw::{Plain, Shape, Unit};

/// Answers what a value is handed over as, where the type keeps it whole. Lists, maps and structures
/// are `Kind`: their parts fit one by one.
#[inline]
pub(super) fn fit<'v>(value: ValueRef<'v>, shape: &Shape) -> Result<Plain<'v>, Misfit> {
    match (value, shape) {
        (ValueRef::Null, _) => Ok(Plain::Null),
        (ValueRef::I64(value), Shape::I64) => Ok(Plain::I64(value)),
        (ValueRef::F64(value), Shape::F64) => Ok(Plain::F64(value)),
        (ValueRef::Text(text), Shape::Text) => Ok(Plain::Text(text)),
        (ValueRef::Bool(value), Shape::Bool) => Ok(Plain::Bool(value)),
        (ValueRef::I64(value @ (0 | 1)), Shape::Bool) => Ok(Plain::Bool(value == 1)),
        (ValueRef::I64(_), Shape::Bool) => Err(Range),
        (ValueRef::Json(text), Shape::Text) => Ok(Plain::Text(text)),
        (ValueRef::Text(text) | ValueRef::Json(text), Shape::Json) => json(text),
        (ValueRef::Bytes(bytes), Shape::Blob) => Ok(Plain::Blob(bytes)),
        (ValueRef::Uuid(value), Shape::Uuid) => Ok(Plain::Uuid(value.as_u128())),
        (ValueRef::Interval(Interval { months, days, micros }), Shape::Interval) => {
            Ok(Plain::Interval { months, days, micros })
        }
        (ValueRef::Text(text), Shape::Enum(words, _)) => {
            let at = words.iter().position(|word| **word == *text).ok_or(Kind)?;
            Ok(Plain::Word(u32::try_from(at).map_err(|_| Kind)?))
        }
        (value, Shape::Decimal { width, scale }) => decimal(value, *width, *scale),
        (value, Shape::F32) => small_float(value).map(Plain::F32),
        (value, Shape::F64) => float(value).map(Plain::F64),
        (value, shape) if is_integer(shape) => integer(whole(value)?, shape),
        (value, shape) => temporal(value, shape),
    }
}

fn is_integer(shape: &Shape) -> bool {
    use Shape::{I8, I16, I32, I64, I128, U8, U16, U32, U64, U128};
    matches!(shape, I8 | I16 | I32 | I64 | I128 | U8 | U16 | U32 | U64 | U128)
}

/// A whole number of any width.
enum Whole {
    Signed(i128),
    /// Above what the signed ones hold.
    Large(u128),
}

fn whole(value: ValueRef<'_>) -> Result<Whole, Misfit> {
    Ok(match value {
        ValueRef::I64(value) => Whole::Signed(value.into()),
        ValueRef::U64(value) => Whole::Signed(value.into()),
        ValueRef::I128(value) => Whole::Signed(value),
        ValueRef::U128(value) => i128::try_from(value).map_or(Whole::Large(value), Whole::Signed),
        ValueRef::Decimal(value) => {
            let unscaled = unscaled(value).ok_or(Range)?;
            Whole::Signed(rescaled(unscaled, super::numbers::DIGITS_MAX, 0).ok_or(Range)?)
        }
        ValueRef::F32(value) => whole_float(value.into())?,
        ValueRef::F64(value) => whole_float(value)?,
        _ => return Err(Kind),
    })
}

fn whole_float(value: f64) -> Result<Whole, Misfit> {
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if value.fract() != 0.0 || value.abs() > EXACT_MAX {
        return Err(Range);
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within 2^53")]
    let whole = value as i64;
    Ok(Whole::Signed(whole.into()))
}

fn integer<'v>(value: Whole, shape: &Shape) -> Result<Plain<'v>, Misfit> {
    let value = match (value, shape) {
        (Whole::Large(value), Shape::U128) => return Ok(Plain::U128(value)),
        (Whole::Large(_), _) => return Err(Range),
        (Whole::Signed(value), _) => value,
    };
    let range = |_| Range;
    Ok(match shape {
        Shape::I8 => Plain::I8(value.try_into().map_err(range)?),
        Shape::I16 => Plain::I16(value.try_into().map_err(range)?),
        Shape::I32 => Plain::I32(value.try_into().map_err(range)?),
        Shape::I64 => Plain::I64(value.try_into().map_err(range)?),
        Shape::U8 => Plain::U8(value.try_into().map_err(range)?),
        Shape::U16 => Plain::U16(value.try_into().map_err(range)?),
        Shape::U32 => Plain::U32(value.try_into().map_err(range)?),
        Shape::U64 => Plain::U64(value.try_into().map_err(range)?),
        Shape::U128 => Plain::U128(value.try_into().map_err(range)?),
        _ => Plain::I128(value),
    })
}

fn decimal<'v>(value: ValueRef<'_>, width: u8, scale: u8) -> Result<Plain<'v>, Misfit> {
    let own;
    let from = match value {
        ValueRef::Decimal(value) => unscaled(value).ok_or(Range)?,
        ValueRef::F64(value) => {
            own = Decimal::from_f64_shortest(value);
            unscaled(own.as_ref()).ok_or(Range)?
        }
        ValueRef::I64(_) | ValueRef::U64(_) | ValueRef::I128(_) | ValueRef::U128(_) => {
            match whole(value)? {
                Whole::Signed(value) => Unscaled { width, scale: 0, value },
                Whole::Large(_) => return Err(Range),
            }
        }
        ValueRef::F32(_) => return Err(Range),
        _ => return Err(Kind),
    };
    let unscaled = rescaled(from, width, scale).ok_or(Range)?;
    Ok(Plain::Decimal { width, scale, unscaled })
}

fn float(value: ValueRef<'_>) -> Result<f64, Misfit> {
    match value {
        ValueRef::F64(value) => Ok(value),
        ValueRef::F32(value) => Ok(value.into()),
        ValueRef::Decimal(value) => decimal_as_float(value),
        ValueRef::I64(_) | ValueRef::U64(_) | ValueRef::I128(_) | ValueRef::U128(_) => {
            let Whole::Signed(value) = whole(value)? else { return Err(Range) };
            if value.unsigned_abs() > 1 << f64::MANTISSA_DIGITS {
                return Err(Range);
            }
            #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
            Ok(value as f64)
        }
        _ => Err(Kind),
    }
}

/// A decimal is a float where it is the shortest that reads back as it.
fn decimal_as_float(value: DecimalRef<'_>) -> Result<f64, Misfit> {
    let float: f64 = value.as_str().parse().map_err(|_| Range)?;
    let text = value.as_str();
    let trimmed = match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.'),
        None => text,
    };
    let shortest = Decimal::from_f64_shortest(float);
    (shortest.as_ref().as_str() == trimmed).then_some(float).ok_or(Range)
}

fn small_float(value: ValueRef<'_>) -> Result<f32, Misfit> {
    if let ValueRef::F32(value) = value {
        return Ok(value);
    }
    let wide = float(value)?;
    #[expect(clippy::cast_possible_truncation, reason = "compared with the original")]
    let narrow = wide as f32;
    (f64::from(narrow) == wide || wide.is_nan()).then_some(narrow).ok_or(Range)
}

fn temporal<'v>(value: ValueRef<'v>, shape: &Shape) -> Result<Plain<'v>, Misfit> {
    match (value, shape) {
        (ValueRef::Date(date), Shape::Date) => days_of(date).map(Plain::Date).ok_or(Range),
        (ValueRef::Timestamp(stamp), Shape::Date) => match stamp.date_time() {
            Some((date, time)) if time.nanos() == 0 => days_of(date).map(Plain::Date).ok_or(Range),
            _ => Err(Range),
        },
        (ValueRef::Time(time), Shape::Time) => micros(time).map(Plain::Time).ok_or(Range),
        (ValueRef::Time(time), Shape::TimeNanos) => Ok(Plain::TimeNanos(time.nanos())),
        (ValueRef::Timestamp(stamp), Shape::Timestamp(unit)) => {
            ticks_of(stamp, *unit).map(|ticks| Plain::Timestamp(*unit, ticks)).ok_or(Range)
        }
        (ValueRef::Date(date), Shape::Timestamp(unit)) => {
            let midnight = midnight(date).ok_or(Range)?;
            ticks_of(midnight, *unit).map(|ticks| Plain::Timestamp(*unit, ticks)).ok_or(Range)
        }
        (ValueRef::TimestampTz(stamp), Shape::TimestampTz) => {
            ticks_of(stamp, Unit::Micros).map(Plain::TimestampTz).ok_or(Range)
        }
        _ => Err(Kind),
    }
}

fn midnight(date: Date) -> Option<hypostyle_core::Timestamp> {
    hypostyle_core::Timestamp::from_date_time(date, Time::from_nanos(0)?)
}

/// Answers microseconds since midnight; `None` where there are finer ones.
pub(super) fn micros(time: Time) -> Option<i64> {
    (time.nanos() % 1_000 == 0).then_some(time.nanos() / 1_000)
}

/// Takes a text that is a JSON document: DuckDB does not look at what is appended.
fn json(text: &str) -> Result<Plain<'_>, Misfit> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(Plain::Text(text)),
        Err(_) => Err(Kind),
    }
}
