//! The kind of values a declared type stands for.

use hypostyle_core::Type;

/// Reads a declared type as the driver does: names with a meaning of their own first, SQLite's
/// affinity then.
///
/// # Source
/// <https://sqlite.org/datatype3.html#determination_of_column_affinity>
pub(super) fn of(declared: &str) -> Type {
    let name = declared.split('(').next().unwrap_or_default().trim().to_ascii_uppercase();
    let holds = |part: &str| name.contains(part);
    match name.as_str() {
        "" | "ANY" => Type::Any,
        "BOOL" | "BOOLEAN" => Type::Bool,
        "DATE" => Type::Date,
        "TIME" => Type::Time,
        "DATETIME" | "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => Type::Timestamp,
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => Type::TimestampTz,
        "INTERVAL" => Type::Interval,
        "DECIMAL" | "NUMERIC" | "MONEY" | "NUMBER" => Type::Decimal,
        "UUID" | "GUID" => Type::Uuid,
        "JSON" | "JSONB" => Type::Json,
        "VECTOR" => Type::Vector,
        _ if holds("INT") => Type::I64,
        _ if holds("CHAR") || holds("CLOB") || holds("TEXT") => Type::Text,
        _ if holds("BLOB") => Type::Bytes,
        _ if holds("REAL") || holds("FLOA") || holds("DOUB") => Type::F64,
        _ => Type::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(declared: &str, expect: Type) {
        assert_eq!(of(declared), expect, "{declared}");
    }

    #[test]
    fn declared_types_stand_for_kinds() {
        check("", Type::Any);
        check("ANY", Type::Any);
        check("INTEGER", Type::I64);
        check("unsigned big int", Type::I64);
        check("varchar(20)", Type::Text);
        check("NVARCHAR (160)", Type::Text);
        check("NUMERIC(10,2)", Type::Decimal);
        check("double precision", Type::F64);
        check("BLOB", Type::Bytes);
        check("boolean", Type::Bool);
        check("DATETIME", Type::Timestamp);
        check("timestamp with time zone", Type::TimestampTz);
        check("json", Type::Json);
        check("geometry", Type::Any);
    }
}
