//! Values as parameters: as the type DuckDB expects where they fit it, else as what they are.

use hypostyle_core::{
    Capability, Error, ErrorKind, MapRef, Result, Time, Type, ValueRef, VectorRef,
};

use super::fit::{fit, micros};
use super::numbers::unscaled;
use super::times::{days_of, ticks_of};
use super::{Misfit, inexact};
use crate::errors::of_value;
use crate::raw::{Plain, Shape, Unit, Value, is_unnamed};

/// Makes the value of a parameter. `is_stored` says that the statement writes: then DuckDB would
/// round what does not fit without a word, so that it is refused.
pub(crate) fn value(
    value: ValueRef<'_>,
    expected: Option<&Shape>,
    is_stored: bool,
) -> Result<Value> {
    let Some(shape) = expected else { return natural(value) };
    match fit(value, shape) {
        // The words of an enumeration are many; DuckDB knows them by their text.
        Ok(Plain::Word(_)) => natural(value),
        Ok(plain) => Value::plain(plain, None).map_err(of_value),
        Err(Misfit::Range) if is_stored && rounds(value) => Err(inexact(value, shape)),
        Err(_) => match nested(value, shape, is_stored)? {
            Some(nested) => Ok(nested),
            None => natural(value),
        },
    }
}

/// Tells whether DuckDB turns such a value into another in silence where it does not fit.
fn rounds(value: ValueRef<'_>) -> bool {
    !matches!(value, ValueRef::U64(_) | ValueRef::I128(_) | ValueRef::U128(_))
}

/// Makes a list, map or structure whose parts are as the type expects them; `None` where the type is
/// made otherwise.
fn nested(value: ValueRef<'_>, shape: &Shape, is_stored: bool) -> Result<Option<Value>> {
    let part = |item: ValueRef<'_>, shape| match item {
        ValueRef::List(_) | ValueRef::Map(_)
            if !matches!(nested_kind(shape), Type::List | Type::Map) =>
        {
            Err(refused(item, Capability::ANY_DEPTH))
        }
        item => self::value(item, Some(shape), is_stored),
    };
    let made = match (value, shape) {
        (ValueRef::List(list), Shape::List(item)) => {
            let items = list.iter().map(|value| part(value, item)).collect::<Result<Vec<_>>>()?;
            Value::list(item, &items)
        }
        (ValueRef::Vector(vector), Shape::List(item)) if **item == Shape::F32 => {
            Value::list(item, &floats(vector)?)
        }
        (ValueRef::List(list), Shape::Array(item, count)) if list.iter().count() == *count => {
            let items = list.iter().map(|value| part(value, item)).collect::<Result<Vec<_>>>()?;
            Value::array(item, &items)
        }
        (ValueRef::Vector(vector), Shape::Array(item, count))
            if **item == Shape::F32 && vector.len() == *count =>
        {
            Value::array(item, &floats(vector)?)
        }
        (ValueRef::Map(map), Shape::Map(entry)) => {
            let keys = map.iter().map(|(name, _)| part(ValueRef::Text(name), &entry.0));
            let keys = keys.collect::<Result<Vec<_>>>()?;
            let values = map.iter().map(|(_, value)| part(value, &entry.1));
            Value::map(shape, &keys, &values.collect::<Result<Vec<_>>>()?)
        }
        (ValueRef::Map(map), Shape::Struct(fields)) if are_fields(map, fields) => {
            let parts = fields.iter().map(|(name, shape)| part(field(map, name), shape));
            Value::structure(shape, &parts.collect::<Result<Vec<_>>>()?)
        }
        (ValueRef::Map(map), Shape::Union(members)) => {
            let Some((member, value)) = only_member(map, members) else { return Ok(None) };
            Value::union(shape, member, &part(value, &members[member].1)?)
        }
        _ => return Ok(None),
    };
    made.map(Some).map_err(of_value)
}

fn nested_kind(shape: &Shape) -> Type {
    match shape.kind() {
        Type::Vector => Type::List,
        kind => kind,
    }
}

fn floats(vector: VectorRef<'_>) -> Result<Vec<Value>> {
    vector.iter().map(|float| Value::plain(Plain::F32(float), None).map_err(of_value)).collect()
}

/// Tells whether a map has the fields of a structure and no others; one that is missing is NULL.
pub(super) fn are_fields(map: MapRef<'_>, fields: &[(Box<str>, Shape)]) -> bool {
    !is_unnamed(fields)
        && map.iter().all(|(name, _)| fields.iter().any(|(field, _)| **field == *name))
}

pub(super) fn field<'v>(map: MapRef<'v>, name: &str) -> ValueRef<'v> {
    map.iter().find(|(key, _)| *key == name).map_or(ValueRef::Null, |(_, value)| value)
}

/// A union is written as a map of its one member.
pub(super) fn only_member<'v>(
    map: MapRef<'v>,
    members: &[(Box<str>, Shape)],
) -> Option<(usize, ValueRef<'v>)> {
    let mut entries = map.iter();
    let (name, value) = entries.next()?;
    let member = members.iter().position(|(member, _)| **member == *name)?;
    entries.next().is_none().then_some((member, value))
}

/// Makes a value of the type that it is by itself.
fn natural(value: ValueRef<'_>) -> Result<Value> {
    let plain = match value {
        ValueRef::List(_) | ValueRef::Map(_) | ValueRef::Vector(_) => {
            let shape = shape_of(value)?;
            return match nested(value, &shape, true)? {
                Some(nested) => Ok(nested),
                None => Err(refused(value, Capability::NESTED)),
            };
        }
        ValueRef::Null => Plain::Null,
        ValueRef::Bool(value) => Plain::Bool(value),
        ValueRef::I64(value) => Plain::I64(value),
        ValueRef::U64(value) => Plain::U64(value),
        ValueRef::I128(value) => Plain::I128(value),
        ValueRef::U128(value) => Plain::U128(value),
        ValueRef::F32(value) => Plain::F32(value),
        ValueRef::F64(value) => Plain::F64(value),
        ValueRef::Text(text) | ValueRef::Json(text) => Plain::Text(text),
        ValueRef::Bytes(bytes) => Plain::Blob(bytes),
        ValueRef::Uuid(value) => Plain::Uuid(value.as_u128()),
        ValueRef::Interval(value) => {
            Plain::Interval { months: value.months, days: value.days, micros: value.micros }
        }
        ValueRef::Decimal(decimal) => match unscaled(decimal) {
            Some(from) => {
                let width = from.width.max(from.scale);
                Plain::Decimal { width, scale: from.scale, unscaled: from.value }
            }
            None => return Err(refused(value, Capability::EXACT_DECIMAL)),
        },
        ValueRef::Date(date) => {
            days_of(date).map(Plain::Date).ok_or_else(|| out_of_range(value))?
        }
        ValueRef::Time(time) => time_of_day(time, value)?,
        ValueRef::Timestamp(stamp) => {
            let unit = match ticks_of(stamp, Unit::Micros) {
                Some(_) => Unit::Micros,
                None => Unit::Nanos,
            };
            let ticks = ticks_of(stamp, unit).ok_or_else(|| out_of_range(value))?;
            Plain::Timestamp(unit, ticks)
        }
        ValueRef::TimestampTz(stamp) => match ticks_of(stamp, Unit::Micros) {
            Some(micros) => Plain::TimestampTz(micros),
            None => return Err(refused(value, Capability::NANOSECONDS)),
        },
        ValueRef::Native(native) if native.type_name() == Shape::TimeTz.name() => {
            Plain::Text(native.text().unwrap_or_default())
        }
        other => return Err(unknown(other)),
    };
    Value::plain(plain, None).map_err(of_value)
}

fn time_of_day<'v>(time: Time, value: ValueRef<'_>) -> Result<Plain<'v>> {
    micros(time).map(Plain::Time).ok_or_else(|| refused(value, Capability::NANOSECONDS))
}

/// The type of a value by itself. The items of a list are of one type, that of the first which is
/// not NULL.
fn shape_of(value: ValueRef<'_>) -> Result<Shape> {
    Ok(match value {
        ValueRef::Null | ValueRef::Text(_) | ValueRef::Json(_) => Shape::Text,
        ValueRef::Bool(_) => Shape::Bool,
        ValueRef::I64(_) => Shape::I64,
        ValueRef::U64(_) => Shape::U64,
        ValueRef::I128(_) => Shape::I128,
        ValueRef::U128(_) => Shape::U128,
        ValueRef::F32(_) => Shape::F32,
        ValueRef::F64(_) => Shape::F64,
        ValueRef::Bytes(_) => Shape::Blob,
        ValueRef::Date(_) => Shape::Date,
        ValueRef::Time(_) => Shape::Time,
        ValueRef::Timestamp(_) => Shape::Timestamp(Unit::Micros),
        ValueRef::TimestampTz(_) => Shape::TimestampTz,
        ValueRef::Interval(_) => Shape::Interval,
        ValueRef::Uuid(_) => Shape::Uuid,
        ValueRef::Decimal(decimal) => match unscaled(decimal) {
            Some(from) => Shape::Decimal { width: from.width.max(from.scale), scale: from.scale },
            None => return Err(refused(value, Capability::EXACT_DECIMAL)),
        },
        ValueRef::Vector(_) => Shape::List(Shape::F32.into()),
        ValueRef::List(list) => {
            let first = list.iter().find(|item| !item.is_null()).unwrap_or(ValueRef::I64(0));
            Shape::List(shape_of(first)?.into())
        }
        ValueRef::Map(map) => {
            let fields = map.iter().map(|(name, value)| Ok((name.into(), shape_of(value)?)));
            Shape::Struct(fields.collect::<Result<_>>()?)
        }
        other => return Err(unknown(other)),
    })
}

fn unknown(value: ValueRef<'_>) -> Error {
    let message = format!("a parameter is a {}, which DuckDB does not know", value.kind_name());
    Error::new(ErrorKind::Parameter, message)
}

fn out_of_range(value: ValueRef<'_>) -> Error {
    let message = format!("a parameter is a {} beyond what DuckDB counts", value.kind_name());
    Error::new(ErrorKind::Data, message)
}

fn refused(value: ValueRef<'_>, capability: Capability) -> Error {
    let kind = value.kind_name();
    let message =
        format!("a parameter is a {kind}; DuckDB has no capability `{capability}` for it");
    Error::new(ErrorKind::Parameter, message).with("capability", capability.to_string())
}
