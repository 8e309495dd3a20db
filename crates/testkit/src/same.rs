//! Whether a value that came back is the one that went in.

use hypostyle_core::{Date, Decimal, FromValue, Interval, Time, Timestamp, Uuid, Value, ValueRef};

/// Tells whether two values are the same: floats bit for bit, decimals with their scale, and whole
/// numbers whatever their width, for an engine may keep one in a wider type.
pub fn same(found: ValueRef<'_>, expect: ValueRef<'_>) -> bool {
    match (found, expect) {
        (ValueRef::F64(found), ValueRef::F64(expect)) => same_float(found, expect),
        (ValueRef::F32(found), ValueRef::F32(expect)) => {
            same_float(f64::from(found), f64::from(expect))
        }
        (ValueRef::F64(found), ValueRef::F32(expect)) => same_float(found, f64::from(expect)),
        (ValueRef::List(found), ValueRef::List(expect)) => {
            let (found, expect): (Vec<_>, Vec<_>) =
                (found.iter().collect(), expect.iter().collect());
            found.len() == expect.len() && found.iter().zip(expect).all(|(f, e)| same(*f, e))
        }
        (ValueRef::Map(found), ValueRef::Map(expect)) => {
            let (found, expect): (Vec<_>, Vec<_>) =
                (found.iter().collect(), expect.iter().collect());
            found.len() == expect.len()
                && found.iter().zip(expect).all(|(f, e)| f.0 == e.0 && same(f.1, e.1))
        }
        (found, expect) => match (digits(found), digits(expect)) {
            (Some(found), Some(expect)) => found == expect,
            _ => found == expect,
        },
    }
}

/// Reads a value as the kind of another, where its type was lost on the way: a query of a bare
/// parameter declares none.
pub fn read_as(found: ValueRef<'_>, like: &Value) -> Value {
    let read = match (like, found) {
        (Value::Bool(_), _) => bool::from_value(found).map(Value::Bool).ok(),
        (Value::Decimal(_), _) => Decimal::from_value(found).map(Value::Decimal).ok(),
        (Value::Date(_), _) => Date::from_value(found).map(Value::Date).ok(),
        (Value::Time(_), _) => Time::from_value(found).map(Value::Time).ok(),
        (Value::Timestamp(_), _) => Timestamp::from_value(found).map(Value::Timestamp).ok(),
        (Value::TimestampTz(_), ValueRef::Text(text)) => {
            Timestamp::parse_tz(text).map(Value::TimestampTz).ok()
        }
        // A session in UTC takes an instant for a timestamp that says no zone.
        (Value::TimestampTz(_), ValueRef::Timestamp(stamp)) => Some(Value::TimestampTz(stamp)),
        (Value::Interval(_), _) => Interval::from_value(found).map(Value::Interval).ok(),
        (Value::Uuid(_), _) => Uuid::from_value(found).map(Value::Uuid).ok(),
        (Value::Json(_), ValueRef::Text(text)) => Some(Value::Json(text.to_owned())),
        (Value::Bytes(_), ValueRef::Text(text)) => Some(Value::Bytes(text.into())),
        (Value::Bytes(_), ValueRef::Native(native)) => Some(Value::Bytes(native.bytes().into())),
        _ => None,
    };
    read.unwrap_or_else(|| found.to_value())
}

fn same_float(found: f64, expect: f64) -> bool {
    found.to_bits() == expect.to_bits() || (found.is_nan() && expect.is_nan())
}

/// The digits of a whole number or a decimal.
fn digits(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::I64(value) => Some(value.to_string()),
        ValueRef::U64(value) => Some(value.to_string()),
        ValueRef::I128(value) => Some(value.to_string()),
        ValueRef::U128(value) => Some(value.to_string()),
        ValueRef::Decimal(value) => Some(value.as_str().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &Value, expect: &Value, is_same: bool) {
        assert_eq!(same(found.as_ref(), expect.as_ref()), is_same, "{found:?} {expect:?}");
    }

    #[test]
    fn numbers_are_the_same_by_value_and_floats_by_bits() {
        let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
        check(&Value::I64(7), &Value::U64(7), true);
        check(&decimal("18446744073709551615"), &Value::U64(u64::MAX), true);
        check(&decimal("1.50"), &decimal("1.5"), false);
        check(&Value::F64(0.0), &Value::F64(-0.0), false);
        check(&Value::F64(f64::NAN), &Value::F64(-f64::NAN), true);
        check(&Value::F64(f64::from(0.1_f32)), &Value::F32(0.1), true);
        check(&Value::F64(0.1), &Value::F32(0.1), false);
        check(&Value::F64(1.0), &Value::I64(1), false);
    }

    #[test]
    fn lists_are_the_same_item_by_item() {
        let list = |values: &[i64]| Value::List(values.iter().map(|v| Value::I64(*v)).collect());
        check(&list(&[1, 2]), &list(&[1, 2]), true);
        check(&list(&[1]), &list(&[1, 2]), false);
        check(&Value::List(vec![Value::Null]), &list(&[1]), false);
        check(&Value::I64(1), &list(&[1]), false);
    }
}
