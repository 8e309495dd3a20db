//! Values of the binary protocol, read into a batch.

use hypostyle_core::{
    Batch, DecimalRef, Error, ErrorKind, Interval, NativeFormat, Result, Time, Uuid, ValueRef,
};

use super::moment::{self, DAY_MICROS, Moment};
use super::{Kind, MyType, ZeroDates, sized};

/// Reads one value that is not NULL from the head of a row into a batch, and moves past it.
///
/// # Errors
/// `Data` for bytes that are no value of the type, and for a date that is no day where those are
/// refused; `Limit` past 4 GiB of heap.
#[inline]
pub(crate) fn decode_binary(
    my_type: &MyType,
    bytes: &mut &[u8],
    batch: &mut Batch,
    zero_dates: ZeroDates,
) -> Result<()> {
    match my_type.kind {
        Kind::I64 => match fixed(bytes) {
            Some(raw) => batch.push_i64(i64::from_le_bytes(raw)),
            None => return Err(malformed(my_type, bytes)),
        },
        Kind::I32 => match fixed(bytes) {
            Some(raw) => batch.push_i64(i32::from_le_bytes(raw).into()),
            None => return Err(malformed(my_type, bytes)),
        },
        Kind::F64 => match fixed(bytes) {
            Some(raw) => batch.push_f64(f64::from_le_bytes(raw)),
            None => return Err(malformed(my_type, bytes)),
        },
        Kind::Text => match sized::take(bytes) {
            Some(text) => return push_text(my_type, text, batch),
            None => return Err(malformed(my_type, bytes)),
        },
        Kind::Timestamp | Kind::TimestampTz => {
            let moment = Moment::take(bytes);
            return push_moment(my_type, moment, batch, zero_dates);
        }
        _ => return other(my_type, bytes, batch, zero_dates),
    }
    Ok(())
}

fn other(
    my_type: &MyType,
    bytes: &mut &[u8],
    batch: &mut Batch,
    zero_dates: ZeroDates,
) -> Result<()> {
    match my_type.kind {
        Kind::Null => return Err(malformed(my_type, bytes)),
        Kind::Date => {
            let moment = Moment::take(bytes);
            return push_moment(my_type, moment, batch, zero_dates);
        }
        Kind::Time => {
            let micros = moment::take_time(bytes).ok_or_else(|| malformed(my_type, bytes))?;
            return push_time(micros, batch);
        }
        _ => {}
    }
    if let Some(value) = number(my_type.kind, bytes) {
        return batch.push(value);
    }
    match sized::take(bytes) {
        Some(value) => push_sized(my_type, value, batch),
        None => Err(malformed(my_type, bytes)),
    }
}

/// Takes a value of fixed size; `None` where it is none, or not all there.
fn number(kind: Kind, bytes: &mut &[u8]) -> Option<ValueRef<'static>> {
    Some(match kind {
        Kind::Bool => match i8::from_le_bytes(fixed(bytes)?) {
            value @ (0 | 1) => ValueRef::Bool(value == 1),
            value => ValueRef::I64(value.into()),
        },
        Kind::I8 => ValueRef::I64(i8::from_le_bytes(fixed(bytes)?).into()),
        Kind::I16 => ValueRef::I64(i16::from_le_bytes(fixed(bytes)?).into()),
        Kind::U8 => ValueRef::I64(u8::from_le_bytes(fixed(bytes)?).into()),
        Kind::U16 => ValueRef::I64(u16::from_le_bytes(fixed(bytes)?).into()),
        Kind::U32 => ValueRef::I64(u32::from_le_bytes(fixed(bytes)?).into()),
        Kind::U64 => ValueRef::U64(u64::from_le_bytes(fixed(bytes)?)),
        Kind::F32 => ValueRef::F32(f32::from_le_bytes(fixed(bytes)?)),
        _ => return None,
    })
}

#[inline]
fn fixed<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*head)
}

/// Appends a value that both protocols write alike: the bytes after their length.
pub(super) fn push_sized(my_type: &MyType, bytes: &[u8], batch: &mut Batch) -> Result<()> {
    let invalid = || malformed(my_type, bytes);
    match my_type.kind {
        Kind::Text => push_text(my_type, bytes, batch),
        Kind::Bytes => batch.push(ValueRef::Bytes(bytes)),
        Kind::Json => match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => batch.push(ValueRef::Json(text)),
            Err(_) => native(my_type, bytes, batch),
        },
        Kind::Decimal => {
            let text = std::str::from_utf8(bytes).ok();
            push_decimal(text.ok_or_else(invalid)?, batch).unwrap_or_else(|| Err(invalid()))
        }
        Kind::BitBool => match bytes {
            [0] => batch.push(ValueRef::Bool(false)),
            [1] => batch.push(ValueRef::Bool(true)),
            _ => Err(invalid()),
        },
        Kind::Bits => batch.push(ValueRef::U64(bits(bytes).ok_or_else(invalid)?)),
        Kind::Uuid => {
            let uuid = std::str::from_utf8(bytes).ok().and_then(|text| Uuid::try_parse(text).ok());
            batch.push(ValueRef::Uuid(uuid.ok_or_else(invalid)?))
        }
        Kind::Vector => match bytes.as_chunks::<4>() {
            (floats, []) => batch.push_vector(floats.iter().map(|raw| f32::from_le_bytes(*raw))),
            _ => Err(invalid()),
        },
        Kind::Geometry => batch.push_native("geometry", NativeFormat::Binary, bytes),
        _ => Err(invalid()),
    }
}

#[inline]
fn push_text(my_type: &MyType, bytes: &[u8], batch: &mut Batch) -> Result<()> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => batch.push_text(text),
        Err(_) => native(my_type, bytes, batch),
    }
}

/// Carries what is no UTF-8, though the server calls it text.
#[cold]
fn native(my_type: &MyType, bytes: &[u8], batch: &mut Batch) -> Result<()> {
    batch.push_native(my_type.text_name(), NativeFormat::Binary, bytes)
}

/// Appends a decimal; `None` where the text is none. A `zerofill` has zeros at its head.
fn push_decimal(text: &str, batch: &mut Batch) -> Option<Result<()>> {
    if DecimalRef::from_canonical(text).is_some() {
        return Some(batch.push_decimal(|out| out.push_str(text)));
    }
    let decimal: hypostyle_core::Decimal = text.parse().ok()?;
    Some(batch.push(decimal.as_ref().into()))
}

/// Reads up to eight bytes, the highest first.
fn bits(bytes: &[u8]) -> Option<u64> {
    let mut wide = [0; 8];
    let start = wide.len().checked_sub(bytes.len())?;
    wide[start..].copy_from_slice(bytes);
    Some(u64::from_be_bytes(wide))
}

/// Appends a day, or a day with its time.
#[inline]
pub(super) fn push_moment(
    my_type: &MyType,
    moment: Option<Moment>,
    batch: &mut Batch,
    zero_dates: ZeroDates,
) -> Result<()> {
    let Some(moment) = moment else { return Err(malformed(my_type, &[])) };
    let Some(date) = moment.date() else { return no_day(my_type, moment, batch, zero_dates) };
    let Some(micros) = moment.day_micros() else { return Err(malformed(my_type, &[])) };
    let ticks = i64::from(date.days()) * DAY_MICROS + micros;
    match my_type.kind {
        Kind::Date => return batch.push(ValueRef::Date(date)),
        Kind::Timestamp => batch.push_timestamp_micros(ticks),
        _ => batch.push_timestamp_tz_micros(ticks),
    }
    Ok(())
}

#[cold]
fn no_day(
    my_type: &MyType,
    moment: Moment,
    batch: &mut Batch,
    zero_dates: ZeroDates,
) -> Result<()> {
    if zero_dates == ZeroDates::Null {
        batch.push_null();
        return Ok(());
    }
    let Moment { year, month, day, .. } = moment;
    let message = format!(
        "a `{}` is {year:04}-{month:02}-{day:02}, which is no day of the calendar; a URL with \
         `zero_dates=null` reads such dates as NULL",
        my_type.declared()
    );
    Err(Error::new(ErrorKind::Data, message).with("option", "zero_dates"))
}

/// Appends a time of day, or else the interval it is.
pub(super) fn push_time(micros: i64, batch: &mut Batch) -> Result<()> {
    match micros.checked_mul(1_000).and_then(Time::from_nanos) {
        Some(time) => batch.push(ValueRef::Time(time)),
        None => batch.push(ValueRef::Interval(Interval { months: 0, days: 0, micros })),
    }
}

#[cold]
pub(super) fn malformed(my_type: &MyType, bytes: &[u8]) -> Error {
    let name = my_type.declared();
    let message = format!("{} bytes of the server are no value of a `{name}`", bytes.len());
    Error::new(ErrorKind::Data, message).with("type", name)
}
