//! Values between SQLite's five storage classes and ours: the declared type and the value decide.

use std::cell::Cell;

use hypostyle_core::{
    Batch, Capability, Date, Decimal, DecimalRef, Error, ErrorKind, Interval, Native, NativeFormat,
    Result, TemporalText, Time, Timestamp, Type, Uuid, ValueRef, VectorRef,
};

use crate::raw::{self, Bind};

/// The type of stored text that is not UTF-8, carried as it is.
const INVALID_TEXT: &str = "TEXT";

/// Appends a stored value to a batch, as the kind its column declares where it is one.
#[inline]
pub(crate) fn push(batch: &mut Batch, cell: raw::Cell<'_>, kind: Type) -> Result<()> {
    match (cell, kind) {
        (raw::Cell::Null, _) => batch.push_null(),
        (raw::Cell::Integer(value), Type::Bool) if value == 0 || value == 1 => {
            return batch.push(ValueRef::Bool(value == 1));
        }
        (raw::Cell::Integer(value), Type::Decimal) => {
            return batch.push(Decimal::from(value).as_ref().into());
        }
        (raw::Cell::Integer(value), Type::Json) => {
            return batch.push(ValueRef::Json(&value.to_string()));
        }
        (raw::Cell::Integer(value), _) => batch.push_i64(value),
        (raw::Cell::Real(value), Type::Decimal) => {
            return batch.push(Decimal::from_f64_shortest(value).as_ref().into());
        }
        (raw::Cell::Real(value), Type::Json) if value.is_finite() => {
            return batch.push(ValueRef::Json(&value.to_string()));
        }
        (raw::Cell::Real(value), _) => batch.push_f64(value),
        (raw::Cell::Text(bytes), kind) => return push_text(batch, bytes, kind),
        (raw::Cell::Blob(bytes), kind) => return batch.push(blob(bytes, kind)),
    }
    Ok(())
}

fn push_text(batch: &mut Batch, bytes: &[u8], kind: Type) -> Result<()> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let native = Native::new(INVALID_TEXT, NativeFormat::Binary, bytes);
        return batch.push(ValueRef::Native(native.as_ref()));
    };
    match kind {
        Type::Any | Type::Text | Type::I64 | Type::F64 | Type::Bytes => batch.push_text(text),
        Type::Decimal => match text.parse::<Decimal>() {
            Ok(decimal) => batch.push(decimal.as_ref().into()),
            Err(_) => batch.push_text(text),
        },
        _ => batch.push(declared(text, kind).unwrap_or(ValueRef::Text(text))),
    }
}

/// Reads text as what its column declares; `None` where it is not that.
fn declared(text: &str, kind: Type) -> Option<ValueRef<'_>> {
    Some(match kind {
        Type::Date => Date::parse(text).ok()?.into(),
        Type::Time => Time::parse(text).ok()?.into(),
        Type::Timestamp => Timestamp::parse(text).ok()?.into(),
        Type::TimestampTz => ValueRef::TimestampTz(Timestamp::parse_tz(text).ok()?),
        Type::Interval => Interval::parse(text).ok()?.into(),
        Type::Uuid => Uuid::try_parse(text).ok()?.into(),
        Type::Json => ValueRef::Json(text),
        _ => return None,
    })
}

fn blob(bytes: &[u8], kind: Type) -> ValueRef<'_> {
    match kind {
        Type::Uuid => Uuid::from_slice(bytes).map_or(ValueRef::Bytes(bytes), ValueRef::Uuid),
        Type::Vector if bytes.len().is_multiple_of(4) => {
            ValueRef::Vector(VectorRef::LittleEndian(bytes))
        }
        _ => ValueRef::Bytes(bytes),
    }
}

/// The text forms of values that SQLite stores as text, kept while they are bound.
///
/// All values of a run are written first, so that the texts stay where they are while lent.
#[derive(Default)]
pub(crate) struct Scratch {
    texts: Vec<Written>,
    next: Cell<usize>,
}

enum Written {
    Short(TemporalText),
    Long(Vec<u8>),
}

impl Scratch {
    /// Forgets the texts of the run before.
    pub(crate) fn begin(&mut self) {
        self.texts.clear();
        self.next.set(0);
    }

    /// Writes the text of a value that needs one.
    pub(crate) fn write(&mut self, value: ValueRef<'_>) {
        let written = match value {
            ValueRef::Date(value) => Written::Short(value.text()),
            ValueRef::Time(value) => Written::Short(value.text()),
            ValueRef::Timestamp(value) => Written::Short(value.text()),
            ValueRef::TimestampTz(value) => Written::Short(value.text_tz()),
            ValueRef::Interval(value) => Written::Long(value.iso().into_bytes()),
            ValueRef::Uuid(value) => Written::Long(value.to_string().into_bytes()),
            ValueRef::Vector(VectorRef::Floats(value)) => {
                Written::Long(value.iter().flat_map(|float| float.to_le_bytes()).collect())
            }
            _ => return,
        };
        self.texts.push(written);
    }

    /// Answers what to bind for a value; asked in the order in which the values were written.
    pub(crate) fn bind<'a>(&'a self, value: ValueRef<'a>) -> Result<Bind<'a>> {
        match value {
            ValueRef::Date(_)
            | ValueRef::Time(_)
            | ValueRef::Timestamp(_)
            | ValueRef::TimestampTz(_)
            | ValueRef::Interval(_)
            | ValueRef::Uuid(_) => Ok(Bind::Text(self.next_written())),
            ValueRef::Vector(VectorRef::Floats(_)) => Ok(Bind::Blob(self.next_written())),
            value => plain(value),
        }
    }

    fn next_written(&self) -> &[u8] {
        let at = self.next.replace(self.next.get() + 1);
        match self.texts.get(at) {
            Some(Written::Short(text)) => text.as_bytes(),
            Some(Written::Long(bytes)) => bytes,
            None => &[],
        }
    }
}

/// Answers what to bind for a value that SQLite stores as it is, or refuses it.
fn plain(value: ValueRef<'_>) -> Result<Bind<'_>> {
    let wide = |capability| refused("an integer beyond 64 signed bits", capability);
    Ok(match value {
        ValueRef::Null => Bind::Null,
        ValueRef::Bool(value) => Bind::Integer(i64::from(value)),
        ValueRef::I64(value) => Bind::Integer(value),
        ValueRef::U64(value) => {
            Bind::Integer(i64::try_from(value).map_err(|_| wide(Capability::UNSIGNED_64))?)
        }
        ValueRef::I128(value) => {
            Bind::Integer(i64::try_from(value).map_err(|_| wide(Capability::INTEGER_128))?)
        }
        ValueRef::U128(value) => {
            Bind::Integer(i64::try_from(value).map_err(|_| wide(Capability::INTEGER_128))?)
        }
        ValueRef::F32(value) => real(f64::from(value))?,
        ValueRef::F64(value) => real(value)?,
        ValueRef::Decimal(value) if survives_a_column(value) => {
            Bind::Text(value.as_str().as_bytes())
        }
        ValueRef::Decimal(_) => {
            let what = "a decimal of more digits than a DECIMAL column keeps (bind it as text for \
                        a column declared TEXT)";
            return Err(refused(what, Capability::EXACT_DECIMAL));
        }
        ValueRef::Json(value) if !survives_as_document(value) => {
            let what = "a JSON number that a JSON column would turn into another (bind it as text \
                        for a column declared TEXT)";
            return Err(refused(what, Capability::EXACT_DECIMAL));
        }
        ValueRef::Text(value) | ValueRef::Json(value) => Bind::Text(value.as_bytes()),
        ValueRef::Bytes(value) | ValueRef::Vector(VectorRef::LittleEndian(value)) => {
            Bind::Blob(value)
        }
        ValueRef::Native(native) if native.type_name() == INVALID_TEXT => {
            Bind::Text(native.bytes())
        }
        other => return Err(refused(&format!("a {}", other.kind_name()), Capability::NESTED)),
    })
}

/// Tells whether a decimal is the same after a column declared `DECIMAL` has turned its text into
/// an integer of 64 bits or a float, as SQLite does without looking at the digits it loses.
fn survives_a_column(value: DecimalRef<'_>) -> bool {
    let text = value.as_str();
    if !value.is_finite() || text.bytes().filter(u8::is_ascii_digit).count() <= FLOAT_DIGITS {
        return true;
    }
    let trimmed = match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.'),
        None => text,
    };
    let as_float = text.parse().map(Decimal::from_f64_shortest);
    text.parse::<i64>().is_ok() || as_float.is_ok_and(|float| float.as_ref().as_str() == trimmed)
}

/// Tells whether a document is the same after a column declared `JSON` has turned its text into a
/// number, as SQLite does with one that is a number alone.
fn survives_as_document(text: &str) -> bool {
    let is_number = |c: char| c == '-' || c.is_ascii_digit();
    if !text.trim_start().starts_with(is_number) {
        return true;
    }
    let as_integer = text.parse::<i64>().is_ok_and(|number| number.to_string() == text);
    let as_float = text.parse::<f64>().is_ok_and(|number| number.to_string() == text);
    as_integer || (as_float && text.contains('.'))
}

/// The digits that any float keeps.
const FLOAT_DIGITS: usize = 15;

fn real(value: f64) -> Result<Bind<'static>> {
    if value.is_nan() {
        let what = "NaN, which SQLite would store as NULL (bind NULL to mean that)";
        return Err(refused(what, Capability::NAN));
    }
    Ok(Bind::Real(value))
}

fn refused(what: &str, capability: Capability) -> Error {
    let message = format!("a parameter is {what}; SQLite has no capability `{capability}`");
    Error::new(ErrorKind::Parameter, message).with("capability", capability.to_string())
}
