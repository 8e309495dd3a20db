//! The Arrow type of a column: as the engine declares it, and from values where it does not.

use std::collections::HashMap;

use arrow_schema::{DataType, Field, Fields, IntervalUnit, TimeUnit};
use hypostyle_core::{
    Column, Error, ErrorKind, Interval, NativeFormat, Precision, Result, Timestamp, Type, ValueRef,
};

use crate::decimal::{DIGITS_128, DIGITS_256, digits};

/// The metadata by which Arrow names a type beyond its own.
const EXTENSION: &str = "ARROW:extension:name";

/// Answers the field of a column, learning from its first values.
pub(crate) fn field(column: &Column, values: &[ValueRef<'_>]) -> Result<Field> {
    let kind = match of_column(column, values) {
        Ok(kind) => kind,
        Err(mixed) => return Err(mixed.error(&column.name)),
    };
    let extension = match column.kind {
        Type::Uuid => Some("arrow.uuid"),
        Type::Json => Some("arrow.json"),
        _ => None,
    };
    let field = Field::new(&*column.name, kind, true);
    Ok(match extension {
        Some(name) => field.with_metadata(HashMap::from([(EXTENSION.to_owned(), name.to_owned())])),
        None => field,
    })
}

/// Values that no Arrow type holds together.
struct Mixed {
    kinds: [&'static str; 2],
}

impl Mixed {
    fn error(&self, column: &str) -> Error {
        let [one, other] = self.kinds;
        let message = format!(
            "the column `{column}` holds values of kinds {one} and {other}, and an Arrow column \
             has one type: cast it in the query"
        );
        Error::new(ErrorKind::Data, message)
    }
}

fn of_column(column: &Column, values: &[ValueRef<'_>]) -> Result<DataType, Mixed> {
    Ok(match column.kind {
        Type::Bool => DataType::Boolean,
        Type::I64 => DataType::Int64,
        Type::U64 => DataType::UInt64,
        Type::I128 | Type::U128 => DataType::Decimal256(DIGITS_256, 0),
        Type::F32 => DataType::Float32,
        Type::F64 => DataType::Float64,
        Type::Decimal => match declared_decimal(&column.declared) {
            Some(kind) => kind,
            None => of_decimals(values),
        },
        Type::Text | Type::Json => DataType::Utf8,
        Type::Bytes => DataType::Binary,
        Type::Date => DataType::Date32,
        Type::Time => DataType::Time64(TimeUnit::Nanosecond),
        Type::Timestamp => DataType::Timestamp(unit(values), None),
        Type::TimestampTz => DataType::Timestamp(unit(values), Some("UTC".into())),
        Type::Interval => DataType::Interval(IntervalUnit::MonthDayNano),
        Type::Uuid => DataType::FixedSizeBinary(16),
        Type::Vector => list_of(DataType::Float32),
        _ => of_values(values)?,
    })
}

fn list_of(item: DataType) -> DataType {
    DataType::new_list(item, true)
}

/// Reads `numeric(10,2)`; a declaration without digits says nothing.
fn declared_decimal(declared: &str) -> Option<DataType> {
    let (_, digits) = declared.split_once('(')?;
    let (digits, _) = digits.split_once(')')?;
    let (precision, scale) = digits.split_once(',').unwrap_or((digits, "0"));
    let precision: u8 = precision.trim().parse().ok()?;
    let scale: i8 = scale.trim().parse().ok()?;
    decimal(usize::from(precision), usize::try_from(scale).ok()?)
}

/// Answers the decimal with so many digits, of which some stand after the point.
fn decimal(precision: usize, scale: usize) -> Option<DataType> {
    let scale_of = i8::try_from(scale).ok()?;
    if scale > precision {
        return None;
    }
    match u8::try_from(precision).ok()? {
        0 => None,
        precision @ ..=DIGITS_128 => Some(DataType::Decimal128(precision, scale_of)),
        precision @ ..=DIGITS_256 => Some(DataType::Decimal256(precision, scale_of)),
        _ => None,
    }
}

/// Answers a decimal for all digits seen, with as many more before the point as there is room for;
/// text where there are more than any decimal has.
fn of_decimals(values: &[ValueRef<'_>]) -> DataType {
    let (mut whole, mut scale) = (0, 0);
    for value in values {
        let counted = match value {
            ValueRef::Decimal(value) => digits(*value),
            ValueRef::I64(_) | ValueRef::U64(_) => Some((20, 0)),
            ValueRef::I128(_) | ValueRef::U128(_) => Some((39, 0)),
            _ => None,
        };
        if let Some((before, after)) = counted {
            whole = whole.max(before);
            scale = scale.max(after);
        }
    }
    let room =
        [DIGITS_128, DIGITS_256].into_iter().find(|room| whole + scale <= usize::from(*room));
    room.and_then(|room| decimal(usize::from(room), scale)).unwrap_or(DataType::Utf8)
}

/// Nanoseconds where a value counts them.
fn unit(values: &[ValueRef<'_>]) -> TimeUnit {
    let counts_nanos = |value: &Timestamp| value.precision() == Precision::Nanos;
    let has_nanos = values.iter().any(|value| match value {
        ValueRef::Timestamp(value) | ValueRef::TimestampTz(value) => counts_nanos(value),
        _ => false,
    });
    if has_nanos { TimeUnit::Nanosecond } else { TimeUnit::Microsecond }
}

/// Answers the type of values of which nothing is declared; text where there are none.
fn of_values(values: &[ValueRef<'_>]) -> Result<DataType, Mixed> {
    let mut seen: Option<ValueRef<'_>> = None;
    let (mut has_numbers_of_two_kinds, mut has_decimal, mut has_float) = (false, false, false);
    for value in values.iter().filter(|value| !value.is_null()) {
        has_decimal |= matches!(value, ValueRef::Decimal(_));
        has_float |= matches!(value, ValueRef::F32(_) | ValueRef::F64(_));
        match seen {
            None => seen = Some(*value),
            Some(first) if std::mem::discriminant(&first) == std::mem::discriminant(value) => {}
            Some(first) if is_number(&first) && is_number(value) => has_numbers_of_two_kinds = true,
            Some(ValueRef::Text(_) | ValueRef::Json(_))
                if matches!(value, ValueRef::Text(_) | ValueRef::Json(_)) => {}
            Some(first) => return Err(Mixed { kinds: [first.kind_name(), value.kind_name()] }),
        }
    }
    let Some(first) = seen else { return Ok(DataType::Utf8) };
    if has_numbers_of_two_kinds {
        return Ok(match (has_float, has_decimal) {
            (true, true) => return Err(Mixed { kinds: ["64-bit float", "decimal"] }),
            (true, false) => DataType::Float64,
            _ => of_decimals(values),
        });
    }
    of_first(first, values)
}

fn is_number(value: &ValueRef<'_>) -> bool {
    matches!(
        value,
        ValueRef::I64(_)
            | ValueRef::U64(_)
            | ValueRef::I128(_)
            | ValueRef::U128(_)
            | ValueRef::F32(_)
            | ValueRef::F64(_)
            | ValueRef::Decimal(_)
    )
}

/// Answers the type of values that are all of the kind of the first.
fn of_first(first: ValueRef<'_>, values: &[ValueRef<'_>]) -> Result<DataType, Mixed> {
    Ok(match first {
        ValueRef::Bool(_) => DataType::Boolean,
        ValueRef::I64(_) => DataType::Int64,
        ValueRef::U64(_) => DataType::UInt64,
        ValueRef::I128(_) | ValueRef::U128(_) => DataType::Decimal256(DIGITS_256, 0),
        ValueRef::F32(_) => DataType::Float32,
        ValueRef::F64(_) => DataType::Float64,
        ValueRef::Decimal(_) => of_decimals(values),
        ValueRef::Bytes(_) => DataType::Binary,
        ValueRef::Date(_) => DataType::Date32,
        ValueRef::Time(_) => DataType::Time64(TimeUnit::Nanosecond),
        ValueRef::Timestamp(_) => DataType::Timestamp(unit(values), None),
        ValueRef::TimestampTz(_) => DataType::Timestamp(unit(values), Some("UTC".into())),
        ValueRef::Interval(Interval { .. }) => DataType::Interval(IntervalUnit::MonthDayNano),
        ValueRef::Uuid(_) => DataType::FixedSizeBinary(16),
        ValueRef::Vector(_) => list_of(DataType::Float32),
        ValueRef::List(_) => list_of(of_values(&items(values))?),
        ValueRef::Map(_) => of_maps(values)?,
        ValueRef::Native(native) if native.format() == NativeFormat::Binary => DataType::Binary,
        _ => DataType::Utf8,
    })
}

/// Lists the items of all lists.
pub(crate) fn items<'a>(values: &[ValueRef<'a>]) -> Vec<ValueRef<'a>> {
    let lists = values.iter().filter_map(|value| match value {
        ValueRef::List(list) => Some(*list),
        _ => None,
    });
    lists.flat_map(|list| list.iter().collect::<Vec<_>>()).collect()
}

/// Answers a structure of the names of all maps, in the order they come.
fn of_maps(values: &[ValueRef<'_>]) -> Result<DataType, Mixed> {
    let mut entries: Vec<(&str, Vec<ValueRef<'_>>)> = Vec::new();
    for value in values {
        let ValueRef::Map(map) = value else { continue };
        for (name, value) in map.iter() {
            match entries.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => entries.push((name, vec![value])),
            }
        }
    }
    let fields =
        entries.iter().map(|(name, values)| Ok(Field::new(*name, of_values(values)?, true)));
    Ok(DataType::Struct(fields.collect::<Result<Fields, Mixed>>()?))
}
