//! The kinds of values that MySQL's types stand for, as its driver answers them.

use hypostyle_core::Type;

/// Answers the kind of a declared type, as `bigint(20) unsigned`.
pub(super) fn kind(declared: &str) -> Type {
    let end = declared.find(['(', ' ']).unwrap_or(declared.len());
    let is_unsigned = declared.contains("unsigned");
    match &declared[..end] {
        "tinyint" if declared.starts_with("tinyint(1)") && !is_unsigned => Type::Bool,
        "bit" if declared == "bit(1)" => Type::Bool,
        "bit" => Type::U64,
        "bigint" if is_unsigned => Type::U64,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Type::I64,
        "float" => Type::F32,
        "double" => Type::F64,
        "decimal" => Type::Decimal,
        "date" => Type::Date,
        "time" => Type::Time,
        "datetime" => Type::Timestamp,
        "timestamp" => Type::TimestampTz,
        "json" => Type::Json,
        "uuid" => Type::Uuid,
        "vector" => Type::Vector,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Type::Bytes,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set"
        | "inet4" | "inet6" => Type::Text,
        _ => Type::Native,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_stand_for_kinds() {
        for (declared, expect) in [
            ("tinyint(1)", Type::Bool),
            ("tinyint(1) unsigned", Type::I64),
            ("tinyint", Type::I64),
            ("bigint(20) unsigned", Type::U64),
            ("bit(1)", Type::Bool),
            ("decimal(10,2)", Type::Decimal),
            ("double", Type::F64),
            ("datetime(6)", Type::Timestamp),
            ("timestamp", Type::TimestampTz),
            ("enum('a')", Type::Text),
            ("point", Type::Native),
        ] {
            assert_eq!(kind(declared), expect, "{declared}");
        }
    }
}
