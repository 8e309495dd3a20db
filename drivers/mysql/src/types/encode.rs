//! Values as parameters of the binary protocol.

use std::borrow::Cow;

use bytes::BufMut;
use hypostyle_core::{
    Capability, Date, DecimalRef, Error, ErrorKind, NativeFormat, NativeRef, Result, Timestamp,
    Uuid, ValueRef, VectorRef,
};
use mysql_common::constants::ColumnType;

use super::{moment, sized};

/// The digits of a `decimal`, and those of them that may stand after the point.
const DIGITS_MAX: usize = 65;
const SCALE_MAX: usize = 30;

/// The type under which a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ParameterType {
    code: ColumnType,
    is_unsigned: bool,
}

impl ParameterType {
    /// Answers the two bytes of it in `COM_STMT_EXECUTE`.
    pub(crate) fn to_bytes(self) -> [u8; 2] {
        const UNSIGNED: u8 = 0x80;
        [self.code as u8, if self.is_unsigned { UNSIGNED } else { 0 }]
    }

    const fn of(code: ColumnType) -> Self {
        Self { code, is_unsigned: false }
    }
}

/// Appends the bytes of a parameter, none for NULL, and answers its type.
///
/// # Errors
/// `Parameter` for a value that no type of MySQL holds exactly.
#[inline]
pub(crate) fn encode(value: ValueRef<'_>, out: &mut impl BufMut) -> Result<ParameterType> {
    use ColumnType::*;
    Ok(ParameterType::of(match form(value)? {
        Form::I64(value) => {
            out.put_i64_le(value);
            MYSQL_TYPE_LONGLONG
        }
        Form::Text(text) => {
            sized::put(text.as_bytes(), out);
            MYSQL_TYPE_VAR_STRING
        }
        Form::F64(value) => {
            out.put_f64_le(value);
            MYSQL_TYPE_DOUBLE
        }
        Form::U64(value) => {
            out.put_u64_le(value);
            return Ok(ParameterType { code: MYSQL_TYPE_LONGLONG, is_unsigned: true });
        }
        Form::Null => MYSQL_TYPE_NULL,
        Form::Bool(value) => {
            out.put_u8(value.into());
            MYSQL_TYPE_TINY
        }
        Form::F32(value) => {
            out.put_f32_le(value);
            MYSQL_TYPE_FLOAT
        }
        Form::Decimal(text) => {
            sized::put(text.as_bytes(), out);
            MYSQL_TYPE_NEWDECIMAL
        }
        Form::Bytes(bytes) => {
            sized::put(&bytes, out);
            MYSQL_TYPE_BLOB
        }
        Form::Date(day) => {
            out.put_u8(4);
            put_day(day, out);
            MYSQL_TYPE_DATE
        }
        Form::Timestamp(day, micros) => {
            put_timestamp(day, micros, out);
            MYSQL_TYPE_DATETIME
        }
        Form::Time(micros) => {
            put_time(micros, out);
            MYSQL_TYPE_TIME
        }
        Form::Uuid(value) => {
            sized::put(value.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes(), out);
            MYSQL_TYPE_VAR_STRING
        }
    }))
}

/// A value as a type of MySQL holds it.
pub(super) enum Form<'a> {
    Null,
    Bool(bool),
    I64(i64),
    U64(u64),
    F32(f32),
    F64(f64),
    Decimal(Cow<'a, str>),
    Text(&'a str),
    Bytes(Cow<'a, [u8]>),
    Date(Day),
    /// Day, and microseconds since midnight.
    Timestamp(Day, i64),
    /// Microseconds.
    Time(i64),
    Uuid(Uuid),
}

/// Year, month, day.
pub(super) type Day = (u16, u8, u8);

/// Answers the form of a value, or refuses it.
#[inline]
pub(super) fn form(value: ValueRef<'_>) -> Result<Form<'_>> {
    Ok(match value {
        ValueRef::I64(value) => Form::I64(value),
        ValueRef::Text(text) | ValueRef::Json(text) => Form::Text(text),
        ValueRef::Timestamp(value) | ValueRef::TimestampTz(value) => timestamp(value)?,
        ValueRef::F64(value) if value.is_finite() => Form::F64(value),
        ValueRef::Null => Form::Null,
        ValueRef::Bool(value) => Form::Bool(value),
        ValueRef::U64(value) => Form::U64(value),
        ValueRef::F32(value) if value.is_finite() => Form::F32(value),
        ValueRef::F32(value) => return Err(not_finite(value.is_nan())),
        ValueRef::F64(value) => return Err(not_finite(value.is_nan())),
        ValueRef::I128(value) => Form::Decimal(value.to_string().into()),
        ValueRef::U128(value) => Form::Decimal(value.to_string().into()),
        ValueRef::Decimal(value) => Form::Decimal(decimal(value)?.into()),
        ValueRef::Bytes(bytes) => Form::Bytes(bytes.into()),
        ValueRef::Date(value) => match moment::parts(value) {
            Some(day) => Form::Date(day),
            None => return Err(no_year(value == Date::INFINITY || value == Date::NEG_INFINITY)),
        },
        ValueRef::Time(value) => match moment::time_micros(value) {
            Some(micros) => Form::Time(micros),
            None => return Err(refused(TOO_FINE, Capability::NANOSECONDS)),
        },
        ValueRef::Interval(value) => match moment::interval_micros(value) {
            Some(micros) => Form::Time(micros),
            None => {
                let what = "an interval of months or days, or beyond the 838 hours of a `time` \
                            (bind its text for a column of text)";
                return Err(refused(what, Capability::INTERVALS));
            }
        },
        ValueRef::Uuid(value) => Form::Uuid(value),
        ValueRef::Vector(VectorRef::LittleEndian(bytes)) => Form::Bytes(bytes.into()),
        ValueRef::Vector(VectorRef::Floats(floats)) => {
            Form::Bytes(floats.iter().flat_map(|float| float.to_le_bytes()).collect())
        }
        ValueRef::Native(native) => Form::Bytes(own_form(native)?.into()),
        other => {
            let what = format!("a {} (bind it as a JSON document)", other.kind_name());
            return Err(refused(&what, Capability::NESTED));
        }
    })
}

const TOO_FINE: &str = "a time finer than a microsecond";

#[inline]
fn timestamp(value: Timestamp) -> Result<Form<'static>> {
    match moment::split(value) {
        Some((day, micros)) => Ok(Form::Timestamp(day, micros)),
        None if value.is_finite() && value.micros_exact().is_none() => {
            Err(refused(TOO_FINE, Capability::NANOSECONDS))
        }
        None => Err(no_year(!value.is_finite())),
    }
}

/// Answers the text of a decimal without zeros at the end that it has no room for.
fn decimal(value: DecimalRef<'_>) -> Result<&str> {
    let text = value.as_str();
    if !value.is_finite() {
        return Err(not_finite(text == "NaN"));
    }
    let scale_max = SCALE_MAX.min(DIGITS_MAX.saturating_sub(whole_digits(text)));
    let Some(point) = text.find('.').filter(|point| text.len() - point - 1 > scale_max) else {
        return if whole_digits(text) <= DIGITS_MAX { Ok(text) } else { Err(too_long()) };
    };
    match text.trim_end_matches('0').trim_end_matches('.') {
        short if short.len().saturating_sub(point + 1) > scale_max => Err(too_long()),
        _ if whole_digits(text) > DIGITS_MAX => Err(too_long()),
        // What was cut are zeros, up to the scale there is room for.
        _ if scale_max == 0 => Ok(&text[..point]),
        _ => Ok(&text[..point + 1 + scale_max]),
    }
}

/// Counts the digits before the point, none for a 0 that stands there alone.
fn whole_digits(text: &str) -> usize {
    let whole = text.split('.').next().unwrap_or_default();
    whole.trim_start_matches('-').trim_start_matches('0').len()
}

/// Answers the bytes of a value that came from MySQL as they are.
fn own_form(native: NativeRef<'_>) -> Result<&[u8]> {
    const NAMES: [&str; 7] = ["geometry", "char", "varchar", "text", "enum", "set", "json"];

    let is_own = NAMES.contains(&native.type_name()) && native.format() == NativeFormat::Binary;
    is_own.then(|| native.bytes()).ok_or_else(|| {
        let message = format!("MySQL has no type `{}` in this form", native.type_name());
        Error::new(ErrorKind::Parameter, message).with("type", native.type_name())
    })
}

fn put_day((year, month, day): Day, out: &mut impl BufMut) {
    out.put_u16_le(year);
    out.put_u8(month);
    out.put_u8(day);
}

#[inline]
fn put_timestamp(day: Day, micros: i64, out: &mut impl BufMut) {
    let (hour, minute, second, rest) = moment::clock(micros.unsigned_abs());
    out.put_u8(if rest == 0 { 7 } else { 11 });
    put_day(day, out);
    out.put_slice(&[u8::try_from(hour).unwrap_or_default(), minute, second]);
    if rest != 0 {
        out.put_u32_le(rest);
    }
}

fn put_time(micros: i64, out: &mut impl BufMut) {
    let (hours, minute, second, rest) = moment::clock(micros.unsigned_abs());
    out.put_u8(if rest == 0 { 8 } else { 12 });
    out.put_u8((micros < 0).into());
    out.put_u32_le(u32::try_from(hours / 24).unwrap_or_default());
    out.put_slice(&[u8::try_from(hours % 24).unwrap_or_default(), minute, second]);
    if rest != 0 {
        out.put_u32_le(rest);
    }
}

#[cold]
fn not_finite(is_nan: bool) -> Error {
    if is_nan {
        return refused("NaN", Capability::NAN);
    }
    refused("an infinity", Capability::INFINITIES)
}

#[cold]
fn no_year(is_infinite: bool) -> Error {
    if is_infinite {
        return refused("an infinity", Capability::INFINITIES);
    }
    let message = "a parameter is a date outside the years 0 to 9999, the only ones MySQL has";
    Error::new(ErrorKind::Parameter, message)
}

#[cold]
fn too_long() -> Error {
    let what = "a decimal of more than 65 digits, or more than 30 after the point";
    refused(what, Capability::UNBOUNDED_DECIMAL)
}

/// Makes the refusal of a value that no type of MySQL holds exactly.
#[cold]
fn refused(what: &str, capability: Capability) -> Error {
    let message = format!("a parameter is {what}; MySQL has no capability `{capability}`");
    Error::new(ErrorKind::Parameter, message).with("capability", capability.to_string())
}
