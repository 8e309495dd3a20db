//! The kinds of values that DuckDB's types stand for, as its driver answers them.

use hypostyle_core::Type;

/// Answers the kind of a declared type, as `DECIMAL(10,2)` or `STRUCT(a INTEGER)[]`.
pub(super) fn kind(declared: &str) -> Type {
    if let Some((item, _)) = declared.strip_suffix(']').and_then(|list| list.rsplit_once('[')) {
        return if item == "FLOAT" { Type::Vector } else { Type::List };
    }
    let end = declared.find('(').unwrap_or(declared.len());
    match &declared[..end] {
        "BOOLEAN" => Type::Bool,
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "UTINYINT" | "USMALLINT" | "UINTEGER" => {
            Type::I64
        }
        "UBIGINT" => Type::U64,
        "HUGEINT" => Type::I128,
        "UHUGEINT" => Type::U128,
        "FLOAT" => Type::F32,
        "DOUBLE" => Type::F64,
        "DECIMAL" | "BIGNUM" => Type::Decimal,
        "VARCHAR" | "BIT" | "ENUM" => Type::Text,
        "JSON" => Type::Json,
        "BLOB" => Type::Bytes,
        "DATE" => Type::Date,
        "TIME" | "TIME_NS" => Type::Time,
        "TIMESTAMP" | "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS" => Type::Timestamp,
        "TIMESTAMP WITH TIME ZONE" => Type::TimestampTz,
        "INTERVAL" => Type::Interval,
        "UUID" => Type::Uuid,
        "STRUCT" | "UNION" => Type::Map,
        "MAP" if declared.starts_with("MAP(VARCHAR,") => Type::Map,
        "MAP" => Type::List,
        _ => Type::Native,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_stand_for_kinds() {
        for (declared, expect) in [
            ("DECIMAL(10,2)", Type::Decimal),
            ("STRUCT(a INTEGER)[]", Type::List),
            ("FLOAT[3]", Type::Vector),
            ("FLOAT[][]", Type::List),
            ("MAP(VARCHAR, INTEGER)", Type::Map),
            ("MAP(INTEGER, VARCHAR)", Type::List),
            ("ENUM('a', 'b')", Type::Text),
            ("TIMESTAMP WITH TIME ZONE", Type::TimestampTz),
            ("GEOMETRY", Type::Native),
        ] {
            assert_eq!(kind(declared), expect, "{declared}");
        }
    }
}
