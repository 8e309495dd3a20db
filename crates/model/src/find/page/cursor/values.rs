//! Values as bytes, to the last digit.

use hypostyle_core::{
    Date, Decimal, Error, ErrorKind, Precision, Result, Time, Timestamp, Uuid, Value,
};

/// Appends a value.
///
/// # Errors
/// `Unsupported` for what rows are not sorted by.
pub(super) fn write(value: &Value, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Null => out.push(0),
        Value::Bool(value) => out.extend([1, u8::from(*value)]),
        Value::I64(value) => fixed(2, &value.to_le_bytes(), out),
        Value::U64(value) => fixed(3, &value.to_le_bytes(), out),
        Value::I128(value) => fixed(4, &value.to_le_bytes(), out),
        Value::U128(value) => fixed(5, &value.to_le_bytes(), out),
        Value::F32(value) => fixed(6, &value.to_le_bytes(), out),
        Value::F64(value) => fixed(7, &value.to_le_bytes(), out),
        Value::Decimal(value) => sized(8, value.as_ref().as_str().as_bytes(), out),
        Value::Text(value) => sized(9, value.as_bytes(), out),
        Value::Bytes(value) => sized(10, value, out),
        Value::Date(value) => fixed(11, &value.days().to_le_bytes(), out),
        Value::Time(value) => fixed(12, &value.nanos().to_le_bytes(), out),
        Value::Timestamp(value) => moment(13, *value, out),
        Value::TimestampTz(value) => moment(15, *value, out),
        Value::Uuid(value) => fixed(17, value.as_bytes(), out),
        _ => {
            let message =
                "cursors hold numbers, text, bytes, times and UUIDs: sort by such a column";
            return Err(Error::new(ErrorKind::Unsupported, message));
        }
    }
    Ok(())
}

fn fixed(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(bytes);
}

fn sized(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn moment(tag: u8, value: Timestamp, out: &mut Vec<u8>) {
    let is_fine = value.precision() == Precision::Nanos;
    fixed(tag + u8::from(is_fine), &value.ticks().to_le_bytes(), out);
}

/// Takes a value from the front.
pub(super) fn read(bytes: &mut &[u8]) -> Option<Value> {
    let [tag] = take(bytes)?;
    Some(match tag {
        0 => Value::Null,
        1 => Value::Bool(take::<1>(bytes)? == [1]),
        2 => Value::I64(i64::from_le_bytes(take(bytes)?)),
        3 => Value::U64(u64::from_le_bytes(take(bytes)?)),
        4 => Value::I128(i128::from_le_bytes(take(bytes)?)),
        5 => Value::U128(u128::from_le_bytes(take(bytes)?)),
        6 => Value::F32(f32::from_le_bytes(take(bytes)?)),
        7 => Value::F64(f64::from_le_bytes(take(bytes)?)),
        8 => Value::Decimal(text(bytes)?.parse::<Decimal>().ok()?),
        9 => Value::Text(text(bytes)?.to_owned()),
        10 => Value::Bytes(counted(bytes)?.to_vec()),
        11 => Value::Date(Date::from_days(i32::from_le_bytes(take(bytes)?))),
        12 => Value::Time(Time::from_nanos(i64::from_le_bytes(take(bytes)?))?),
        13 => Value::Timestamp(Timestamp::from_micros(i64::from_le_bytes(take(bytes)?))),
        14 => Value::Timestamp(Timestamp::from_nanos(i64::from_le_bytes(take(bytes)?))),
        15 => Value::TimestampTz(Timestamp::from_micros(i64::from_le_bytes(take(bytes)?))),
        16 => Value::TimestampTz(Timestamp::from_nanos(i64::from_le_bytes(take(bytes)?))),
        17 => Value::Uuid(Uuid::from_bytes(take(bytes)?)),
        _ => return None,
    })
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

fn counted<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let length = usize::try_from(u32::from_le_bytes(take(bytes)?)).ok()?;
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

fn text<'b>(bytes: &mut &'b [u8]) -> Option<&'b str> {
    std::str::from_utf8(counted(bytes)?).ok()
}
