//! Values into the arrays of a type.

use std::sync::Arc;

use arrow_array::builder::{BinaryBuilder, BooleanBuilder, StringBuilder};
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
    Int64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampNanosecondType, UInt64Type,
};
use arrow_array::{ArrayRef, FixedSizeBinaryArray, ListArray, PrimitiveArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, FieldRef, Fields, TimeUnit};
use hypostyle_core::{Error, ErrorKind, Interval, Precision, Timestamp, ValueRef};

use crate::decimal::{parse_256, unscaled};

/// A value that does not fit the type of its column.
pub(crate) struct Misfit {
    /// Its row, within the values.
    pub(crate) at: usize,
    kind: &'static str,
}

impl Misfit {
    pub(crate) fn error(&self, column: &str, kind: &DataType) -> Error {
        let message = format!(
            "a value of kind {} in the column `{column}` does not fit its Arrow type {kind}: cast \
             the column in the query",
            self.kind
        );
        Error::new(ErrorKind::Data, message)
    }
}

/// Makes the array of a type.
pub(crate) fn array(kind: &DataType, values: &[ValueRef<'_>]) -> Result<ArrayRef, Misfit> {
    Ok(match kind {
        DataType::Boolean => {
            let mut array = BooleanBuilder::with_capacity(values.len());
            let read = |value| match value {
                ValueRef::Bool(value) => Some(value),
                _ => None,
            };
            convert(values, read, |value| array.append_option(value))?;
            Arc::new(array.finish())
        }
        DataType::Int64 => primitive::<Int64Type>(values, |value| match value {
            ValueRef::I64(value) => Some(value),
            ValueRef::U64(value) => value.try_into().ok(),
            ValueRef::Bool(value) => Some(value.into()),
            _ => None,
        })?,
        DataType::UInt64 => primitive::<UInt64Type>(values, |value| match value {
            ValueRef::U64(value) => Some(value),
            ValueRef::I64(value) => value.try_into().ok(),
            _ => None,
        })?,
        DataType::Float32 => primitive::<Float32Type>(values, |value| match value {
            ValueRef::F32(value) => Some(value),
            _ => None,
        })?,
        DataType::Float64 => primitive::<Float64Type>(values, float)?,
        DataType::Decimal128(precision, scale) => {
            let decimals = primitive_array::<Decimal128Type>(values, |value| {
                unscaled(&number(value)?, *precision, *scale)?.parse().ok()
            })?;
            Arc::new(decimals.with_data_type(kind.clone()))
        }
        DataType::Decimal256(precision, scale) => {
            let decimals = primitive_array::<Decimal256Type>(values, |value| {
                parse_256(&unscaled(&number(value)?, *precision, *scale)?)
            })?;
            Arc::new(decimals.with_data_type(kind.clone()))
        }
        DataType::Utf8 => text(values)?,
        DataType::Binary => {
            let mut array = BinaryBuilder::with_capacity(values.len(), 0);
            let read = |value| match value {
                ValueRef::Bytes(value) => Some(value),
                ValueRef::Native(value) => Some(value.bytes()),
                _ => None,
            };
            convert(values, read, |value| array.append_option(value))?;
            Arc::new(array.finish())
        }
        DataType::FixedSizeBinary(16) => uuids(values)?,
        DataType::List(item) => list(item, values)?,
        DataType::Struct(fields) => structure(fields, values)?,
        kind => temporal(kind, values)?,
    })
}

fn temporal(kind: &DataType, values: &[ValueRef<'_>]) -> Result<ArrayRef, Misfit> {
    match kind {
        DataType::Date32 => primitive::<Date32Type>(values, |value| match value {
            ValueRef::Date(value) if value.is_finite() => Some(value.days()),
            _ => None,
        }),
        DataType::Time64(TimeUnit::Nanosecond) => {
            primitive::<Time64NanosecondType>(values, |value| match value {
                ValueRef::Time(value) => Some(value.nanos()),
                _ => None,
            })
        }
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
            let array = primitive_array::<TimestampNanosecondType>(values, |value| {
                let value = instant(value, zone.is_some())?;
                match value.precision() {
                    Precision::Nanos => Some(value.ticks()),
                    Precision::Micros => value.ticks().checked_mul(1_000),
                }
            })?;
            Ok(Arc::new(array.with_timezone_opt(zone.clone())))
        }
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            let array = primitive_array::<TimestampMicrosecondType>(values, |value| {
                instant(value, zone.is_some())?.micros_exact()
            })?;
            Ok(Arc::new(array.with_timezone_opt(zone.clone())))
        }
        DataType::Interval(_) => primitive::<IntervalMonthDayNanoType>(values, |value| {
            let ValueRef::Interval(Interval { months, days, micros }) = value else { return None };
            let nanoseconds = micros.checked_mul(1_000)?;
            Some(IntervalMonthDayNano { months, days, nanoseconds })
        }),
        _ => Err(Misfit { at: 0, kind: values.first().map_or("null", ValueRef::kind_name) }),
    }
}

/// Reads each value that is not NULL and hands it on; `read` answers `None` for one that does not
/// fit.
fn convert<'a, T>(
    values: &[ValueRef<'a>],
    read: impl Fn(ValueRef<'a>) -> Option<T>,
    mut put: impl FnMut(Option<T>),
) -> Result<(), Misfit> {
    for (at, value) in values.iter().enumerate() {
        put(match value {
            ValueRef::Null => None,
            value => Some(read(*value).ok_or(Misfit { at, kind: value.kind_name() })?),
        });
    }
    Ok(())
}

fn primitive<T: ArrowPrimitiveType>(
    values: &[ValueRef<'_>],
    read: impl Fn(ValueRef<'_>) -> Option<T::Native>,
) -> Result<ArrayRef, Misfit> {
    Ok(Arc::new(primitive_array::<T>(values, read)?))
}

fn primitive_array<T: ArrowPrimitiveType>(
    values: &[ValueRef<'_>],
    read: impl Fn(ValueRef<'_>) -> Option<T::Native>,
) -> Result<PrimitiveArray<T>, Misfit> {
    let mut array = PrimitiveArray::<T>::builder(values.len());
    convert(values, read, |value| array.append_option(value))?;
    Ok(array.finish())
}

/// Reads a number as a float that is the same number.
fn float(value: ValueRef<'_>) -> Option<f64> {
    const EXACT_MAX: i64 = 1 << 53;
    match value {
        ValueRef::F64(value) => Some(value),
        ValueRef::F32(value) => Some(value.into()),
        ValueRef::I64(value) if (-EXACT_MAX..=EXACT_MAX).contains(&value) =>
        {
            #[expect(clippy::cast_precision_loss, reason = "no more than 53 bits")]
            Some(value as f64)
        }
        _ => None,
    }
}

/// Writes a number that is not a float.
fn number(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Decimal(value) if value.is_finite() => Some(value.as_str().to_owned()),
        ValueRef::I64(value) => Some(value.to_string()),
        ValueRef::U64(value) => Some(value.to_string()),
        ValueRef::I128(value) => Some(value.to_string()),
        ValueRef::U128(value) => Some(value.to_string()),
        _ => None,
    }
}

fn instant(value: ValueRef<'_>, is_zoned: bool) -> Option<Timestamp> {
    match value {
        ValueRef::Timestamp(value) if !is_zoned && value.is_finite() => Some(value),
        ValueRef::TimestampTz(value) if is_zoned && value.is_finite() => Some(value),
        _ => None,
    }
}

fn text(values: &[ValueRef<'_>]) -> Result<ArrayRef, Misfit> {
    let mut array = StringBuilder::with_capacity(values.len(), 0);
    let read = |value| match value {
        ValueRef::Text(value) | ValueRef::Json(value) => Some(value),
        ValueRef::Decimal(value) => Some(value.as_str()),
        ValueRef::Native(value) => value.text(),
        _ => None,
    };
    convert(values, read, |value| array.append_option(value))?;
    Ok(Arc::new(array.finish()))
}

fn uuids(values: &[ValueRef<'_>]) -> Result<ArrayRef, Misfit> {
    let mut bytes = Vec::with_capacity(values.len() * 16);
    let read = |value| match value {
        ValueRef::Uuid(value) => Some(value),
        _ => None,
    };
    convert(values, read, |value| bytes.extend_from_slice(value.unwrap_or_default().as_bytes()))?;
    let array = FixedSizeBinaryArray::try_new(16, bytes.into(), nulls(values));
    Ok(Arc::new(array.map_err(|_| Misfit { at: 0, kind: "uuid" })?))
}

fn list(item: &FieldRef, values: &[ValueRef<'_>]) -> Result<ArrayRef, Misfit> {
    let mut items = Vec::new();
    let mut ends = Vec::with_capacity(values.len());
    let read = |value| match value {
        ValueRef::List(list) => Some(list.iter().collect()),
        ValueRef::Vector(vector) => Some(vector.iter().map(ValueRef::F32).collect::<Vec<_>>()),
        _ => None,
    };
    convert(values, read, |row| {
        items.extend(row.into_iter().flatten());
        ends.push(items.len());
    })?;
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let offsets = OffsetBuffer::from_lengths(ends.iter().zip(starts).map(|(end, at)| end - at));
    let of_row =
        |misfit: Misfit| Misfit { at: ends.partition_point(|end| *end <= misfit.at), ..misfit };
    let items = array(item.data_type(), &items).map_err(of_row)?;
    let list = ListArray::try_new(item.clone(), offsets, items, nulls(values));
    Ok(Arc::new(list.map_err(|_| Misfit { at: 0, kind: "list" })?))
}

fn structure(fields: &Fields, values: &[ValueRef<'_>]) -> Result<ArrayRef, Misfit> {
    let mut parts = vec![Vec::with_capacity(values.len()); fields.len()];
    let is_known = |name: &str| fields.iter().any(|field| field.name() == name);
    let read = |value| match value {
        ValueRef::Map(map) => {
            let entries: Vec<(&str, ValueRef<'_>)> = map.iter().collect();
            entries.iter().all(|(name, _)| is_known(name)).then_some(entries)
        }
        _ => None,
    };
    convert(values, read, |entries| {
        let entries = entries.unwrap_or_default();
        for (field, part) in fields.iter().zip(&mut parts) {
            let found = entries.iter().find(|(name, _)| field.name() == name);
            part.push(found.map_or(ValueRef::Null, |(_, value)| *value));
        }
    })?;
    let arrays = fields.iter().zip(&parts).map(|(field, part)| array(field.data_type(), part));
    let arrays = arrays.collect::<Result<Vec<ArrayRef>, Misfit>>()?;
    let made = match fields.is_empty() {
        true => StructArray::new_empty_fields(values.len(), nulls(values)),
        false => StructArray::try_new(fields.clone(), arrays, nulls(values))
            .map_err(|_| Misfit { at: 0, kind: "map" })?,
    };
    Ok(Arc::new(made))
}

fn nulls(values: &[ValueRef<'_>]) -> Option<NullBuffer> {
    values
        .iter()
        .any(ValueRef::is_null)
        .then(|| values.iter().map(|value| !value.is_null()).collect())
}
