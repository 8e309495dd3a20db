//! Values out of arrays.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field};
use hypostyle_core::{Error, ErrorKind, Result, Uuid, Value, ValueRef};

use crate::decimal::scaled;

/// Reads an array of one primitive type.
macro_rules! primitive {
    ($array:expr, $kind:ty, $read:expr) => {{
        let values = $array.as_primitive::<$kind>();
        let read = $read;
        Read::Plain(Box::new(move |row| read(values.value(row))))
    }};
}

mod temporal;

use temporal::temporal;

/// Reads the values of one column.
pub(crate) struct Reader<'a> {
    name: &'a str,
    array: &'a dyn Array,
    read: Read<'a>,
}

/// A value that may have been made for the row.
pub(crate) enum Lent<'a> {
    Ref(ValueRef<'a>),
    Made(Value),
}

impl Lent<'_> {
    pub(crate) fn as_ref(&self) -> ValueRef<'_> {
        match self {
            Self::Ref(value) => *value,
            Self::Made(value) => value.as_ref(),
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Ref(value) => value.to_value(),
            Self::Made(value) => value,
        }
    }
}

/// Answers a value of a row that is not NULL; `None` for one that has no exact value of ours.
type Get<'a> = Box<dyn Fn(usize) -> Option<Lent<'a>> + Send + 'a>;

/// Answers where the items of a row begin and end.
type Bounds<'a> = Box<dyn Fn(usize) -> (usize, usize) + Send + 'a>;

enum Read<'a> {
    Plain(Get<'a>),
    List(Bounds<'a>, Box<Reader<'a>>),
    Struct(Vec<Reader<'a>>),
    Map(Bounds<'a>, Box<Reader<'a>>, Box<Reader<'a>>),
    /// The place of each row's value; without values every row is NULL.
    Dictionary(Vec<usize>, Option<Box<Reader<'a>>>),
}

impl<'a> Reader<'a> {
    pub(crate) fn new(field: &'a Field, array: &'a ArrayRef) -> Result<Self> {
        let is_uuid = field.extension_type_name() == Some("arrow.uuid");
        Self::of(field.name(), is_uuid, array)
    }

    fn of(name: &'a str, is_uuid: bool, array: &'a ArrayRef) -> Result<Self> {
        let read = match array.data_type() {
            DataType::FixedSizeBinary(16) if is_uuid => {
                let values = array.as_fixed_size_binary();
                let uuid = |bytes| Uuid::from_slice(bytes).ok();
                Read::Plain(Box::new(move |row| lent(ValueRef::Uuid(uuid(values.value(row))?))))
            }
            kind if kind.is_nested() => nested(name, array)?,
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let values = Self::of(name, false, dictionary.values())?;
                // Keys of NULLs mean nothing, and need not be in range.
                let values = (!dictionary.values().is_empty()).then_some(values);
                let keys = if values.is_some() { dictionary.normalized_keys() } else { Vec::new() };
                Read::Dictionary(keys, values.map(Box::new))
            }
            kind if kind.is_temporal() => temporal(name, array)?,
            _ => plain(name, array)?,
        };
        Ok(Self { name, array, read })
    }

    pub(crate) fn value(&self, row: usize) -> Result<Lent<'a>> {
        if self.array.is_null(row) {
            return Ok(Lent::Ref(ValueRef::Null));
        }
        Ok(match &self.read {
            Read::Plain(get) => get(row).ok_or_else(|| {
                let message = format!("the column `{}` holds a value out of range", self.name);
                Error::new(ErrorKind::Data, message).with("row", row.to_string())
            })?,
            Read::List(bounds, items) => {
                let (start, end) = bounds(row);
                let items = (start..end).map(|at| items.value(at).map(Lent::into_value));
                Lent::Made(Value::List(items.collect::<Result<_>>()?))
            }
            Read::Struct(parts) => {
                let entry =
                    |part: &Reader<'a>| Ok((part.name.to_owned(), part.value(row)?.into_value()));
                Lent::Made(Value::Map(parts.iter().map(entry).collect::<Result<_>>()?))
            }
            Read::Map(bounds, keys, values) => {
                let (start, end) = bounds(row);
                let entry = |at: usize| match keys.value(at)?.into_value() {
                    Value::Text(key) => Ok((key, values.value(at)?.into_value())),
                    _ => Err(unsupported(self.name, "a map whose keys are not text")),
                };
                Lent::Made(Value::Map((start..end).map(entry).collect::<Result<_>>()?))
            }
            Read::Dictionary(keys, values) => match (keys.get(row), values) {
                (Some(key), Some(values)) => return values.value(*key),
                _ => Lent::Ref(ValueRef::Null),
            },
        })
    }
}

fn unsupported(column: &str, what: &str) -> Error {
    let message = format!("the column `{column}` is {what}, which has no value here");
    Error::new(ErrorKind::Unsupported, message)
}

fn lent<'a>(value: ValueRef<'a>) -> Option<Lent<'a>> {
    Some(Lent::Ref(value))
}

fn nested<'a>(name: &'a str, array: &'a ArrayRef) -> Result<Read<'a>> {
    let item = |field: &'a Field, items| Reader::new(field, items).map(Box::new);
    Ok(match array.data_type() {
        DataType::List(field) => {
            let list = array.as_list::<i32>();
            let offsets = list.value_offsets();
            Read::List(Box::new(move |row| bounds(offsets, row)), item(field, list.values())?)
        }
        DataType::LargeList(field) => {
            let list = array.as_list::<i64>();
            let offsets = list.value_offsets();
            Read::List(Box::new(move |row| bounds(offsets, row)), item(field, list.values())?)
        }
        DataType::FixedSizeList(field, width) => {
            let list = array.as_fixed_size_list();
            let width = usize::try_from(*width).unwrap_or_default();
            let at = Box::new(move |row| (row * width, (row + 1) * width));
            Read::List(at, item(field, list.values())?)
        }
        DataType::Struct(fields) => {
            let parts = fields.iter().zip(array.as_struct().columns());
            let parts = parts.map(|(field, part)| Reader::new(field, part));
            Read::Struct(parts.collect::<Result<_>>()?)
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let offsets = map.value_offsets();
            let keys = Reader::of(name, false, map.keys())?;
            let values = Reader::of(name, false, map.values())?;
            let at = Box::new(move |row| bounds(offsets, row));
            Read::Map(at, Box::new(keys), Box::new(values))
        }
        kind => return Err(unsupported(name, &kind.to_string())),
    })
}

fn bounds<O: Copy + TryInto<usize>>(offsets: &[O], row: usize) -> (usize, usize) {
    let at = |place: usize| offsets.get(place).and_then(|at| (*at).try_into().ok()).unwrap_or(0);
    (at(row), at(row + 1))
}

fn integer<'a>(value: impl Into<i64>) -> Option<Lent<'a>> {
    lent(ValueRef::I64(value.into()))
}

fn decimal<'a>(value: impl ToString, scale: i8) -> Option<Lent<'a>> {
    scaled(&value.to_string(), scale).map(|value| Lent::Made(Value::Decimal(value)))
}

fn plain<'a>(name: &'a str, array: &'a ArrayRef) -> Result<Read<'a>> {
    Ok(match array.data_type() {
        DataType::Null => Read::Plain(Box::new(|_| lent(ValueRef::Null))),
        DataType::Boolean => {
            let values = array.as_boolean();
            Read::Plain(Box::new(move |row| lent(ValueRef::Bool(values.value(row)))))
        }
        DataType::Int8 => primitive!(array, Int8Type, integer),
        DataType::Int16 => primitive!(array, Int16Type, integer),
        DataType::Int32 => primitive!(array, Int32Type, integer),
        DataType::Int64 => primitive!(array, Int64Type, integer),
        DataType::UInt8 => primitive!(array, UInt8Type, integer),
        DataType::UInt16 => primitive!(array, UInt16Type, integer),
        DataType::UInt32 => primitive!(array, UInt32Type, integer),
        DataType::UInt64 => primitive!(array, UInt64Type, |value| lent(ValueRef::U64(value))),
        DataType::Float32 => primitive!(array, Float32Type, |value| lent(ValueRef::F32(value))),
        DataType::Float64 => primitive!(array, Float64Type, |value| lent(ValueRef::F64(value))),
        DataType::Decimal32(_, scale) => {
            primitive!(array, Decimal32Type, |value| decimal(value, *scale))
        }
        DataType::Decimal64(_, scale) => {
            primitive!(array, Decimal64Type, |value| decimal(value, *scale))
        }
        DataType::Decimal128(_, scale) => {
            primitive!(array, Decimal128Type, |value| decimal(value, *scale))
        }
        DataType::Decimal256(_, scale) => {
            primitive!(array, Decimal256Type, |value| decimal(value, *scale))
        }
        kind => return text_or_bytes(name, kind, array),
    })
}

fn text_or_bytes<'a>(name: &'a str, kind: &DataType, array: &'a ArrayRef) -> Result<Read<'a>> {
    fn text<'a>(get: impl Fn(usize) -> &'a str + Send + 'a) -> Read<'a> {
        Read::Plain(Box::new(move |row| lent(ValueRef::Text(get(row)))))
    }
    fn bytes<'a>(get: impl Fn(usize) -> &'a [u8] + Send + 'a) -> Read<'a> {
        Read::Plain(Box::new(move |row| lent(ValueRef::Bytes(get(row)))))
    }
    Ok(match kind {
        DataType::Utf8 => {
            let values = array.as_string::<i32>();
            text(move |row| values.value(row))
        }
        DataType::LargeUtf8 => {
            let values = array.as_string::<i64>();
            text(move |row| values.value(row))
        }
        DataType::Utf8View => {
            let values = array.as_string_view();
            text(move |row| values.value(row))
        }
        DataType::Binary => {
            let values = array.as_binary::<i32>();
            bytes(move |row| values.value(row))
        }
        DataType::LargeBinary => {
            let values = array.as_binary::<i64>();
            bytes(move |row| values.value(row))
        }
        DataType::BinaryView => {
            let values = array.as_binary_view();
            bytes(move |row| values.value(row))
        }
        DataType::FixedSizeBinary(_) => {
            let values = array.as_fixed_size_binary();
            bytes(move |row| values.value(row))
        }
        kind => return Err(unsupported(name, &kind.to_string())),
    })
}
