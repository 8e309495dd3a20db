//! What an engine would round, or take for something else, before it does.

use hypostyle_core::{Type, Value};
use hypostyle_schema::Column;
use hypostyle_sql::Dialect;

/// Refuses a number in a column of times: only SQLite keeps one there.
pub(super) fn timed(
    column: &Column,
    value: Value,
    dialect: Dialect,
) -> Result<Value, &'static str> {
    let expected = match column.kind {
        _ if dialect == Dialect::Sqlite => return Ok(value),
        Type::Date => "a date",
        Type::Time => "a time",
        Type::Timestamp => "a timestamp without zone, or a date",
        Type::TimestampTz => "a timestamp with zone, or a date",
        _ => return Ok(value),
    };
    match value {
        Value::I64(_) | Value::F64(_) => Err(expected),
        value => Ok(value),
    }
}

/// Refuses a decimal with more digits than its column keeps, which PostgreSQL and MySQL round.
pub(super) fn unrounded(
    column: &Column,
    value: Value,
    dialect: Dialect,
) -> Result<Value, &'static str> {
    let rounds = dialect.is_postgres() || dialect == Dialect::Mysql;
    match (&value, scale_of(column)) {
        (Value::Decimal(decimal), Some(scale)) if rounds => {
            let text = decimal.to_string();
            let digits =
                text.split_once('.').map_or("", |(_, digits)| digits.trim_end_matches('0'));
            match digits.len() > scale {
                true => Err("a number with as few digits behind its point"),
                false => Ok(value),
            }
        }
        _ => Ok(value),
    }
}

/// Reads how many digits a column keeps behind the point: two of `numeric(10,2)`.
fn scale_of(column: &Column) -> Option<usize> {
    let (_, arguments) = column.declared.split_once('(')?;
    let (_, scale) = arguments.split_once(')')?.0.split_once(',')?;
    scale.trim().parse().ok()
}
