//! The types of Rust that columns are read as.

use hypostyle_core::Type;
use hypostyle_sql::Dialect;

use crate::Column;

/// Answers the type of a column's values; `None` for what has none of its own.
pub(super) fn of(column: &Column, dialect: Dialect) -> Option<&'static str> {
    Some(match column.kind {
        Type::Bool => "bool",
        Type::I64 => whole(&column.declared, dialect),
        Type::U64 => "u64",
        Type::I128 => "i128",
        Type::U128 => "u128",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Decimal => "hypostyle::Decimal",
        Type::Text => "String",
        Type::Bytes => "Vec<u8>",
        Type::Date => "hypostyle::Date",
        Type::Time => "hypostyle::Time",
        Type::Timestamp | Type::TimestampTz => "hypostyle::Timestamp",
        Type::Interval => "hypostyle::Interval",
        Type::Uuid => "hypostyle::Uuid",
        Type::Vector => "Vec<f32>",
        _ => return None,
    })
}

/// Whole numbers: as wide as the column, which SQLite leaves open.
fn whole(declared: &str, dialect: Dialect) -> &'static str {
    let declared = declared.to_ascii_lowercase();
    let is_unsigned = declared.contains("unsigned");
    let word = declared.split(['(', ' ']).next().unwrap_or_default();
    match (word, is_unsigned) {
        _ if dialect == Dialect::Sqlite => "i64",
        ("tinyint", false) if dialect == Dialect::Mysql || dialect == Dialect::DuckDb => "i8",
        ("tinyint", true) | ("utinyint", _) => "u8",
        ("smallint" | "int2", false) => "i16",
        ("smallint", true) | ("usmallint", _) => "u16",
        ("integer" | "int" | "int4", false) => "i32",
        ("integer" | "int", true) | ("uinteger", _) => "u32",
        _ => "i64",
    }
}
