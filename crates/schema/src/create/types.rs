//! The type that each engine gives a kind of values by itself.

use hypostyle_core::{Error, ErrorKind, Result, Type};
use hypostyle_sql::Dialect;

use crate::Column;

/// Answers the type of a column as a statement declares it: its own, else the engine's usual one
/// for its kind.
pub(super) fn declared(column: &Column, is_in_key: bool, dialect: Dialect) -> Result<&str> {
    if !column.declared.is_empty() {
        return Ok(&column.declared);
    }
    usual(column.kind, is_in_key, dialect).ok_or_else(|| {
        let message = format!(
            "the engine has no type of its own choice for `{}`, of kind {}: declare one",
            column.name,
            column.kind.name()
        );
        Error::new(ErrorKind::Unsupported, message)
    })
}

/// Answers the type that an engine gives a kind by itself, outside of keys.
pub(crate) fn usual_type(kind: Type, dialect: Dialect) -> Option<&'static str> {
    usual(kind, false, dialect)
}

fn usual(kind: Type, is_in_key: bool, dialect: Dialect) -> Option<&'static str> {
    match dialect {
        Dialect::Sqlite => of_sqlite(kind),
        Dialect::Mysql => of_mysql(kind, is_in_key),
        Dialect::DuckDb => of_duckdb(kind),
        _ => of_postgres(kind),
    }
}

fn of_sqlite(kind: Type) -> Option<&'static str> {
    Some(match kind {
        Type::Any => "ANY",
        Type::Bool => "BOOLEAN",
        Type::I64 => "INTEGER",
        Type::F32 | Type::F64 => "REAL",
        Type::Decimal => "DECIMAL",
        Type::Text => "TEXT",
        Type::Bytes => "BLOB",
        Type::Date => "DATE",
        Type::Time => "TIME",
        Type::Timestamp => "TIMESTAMP",
        Type::TimestampTz => "TIMESTAMPTZ",
        Type::Interval => "INTERVAL",
        Type::Uuid => "UUID",
        Type::Json => "JSON",
        Type::Vector => "VECTOR",
        _ => return None,
    })
}

fn of_postgres(kind: Type) -> Option<&'static str> {
    Some(match kind {
        Type::Bool => "boolean",
        Type::I64 => "bigint",
        Type::U64 => "numeric(20)",
        Type::I128 | Type::U128 => "numeric(39)",
        Type::F32 => "real",
        Type::F64 => "double precision",
        Type::Decimal => "numeric",
        Type::Text => "text",
        Type::Bytes => "bytea",
        Type::Date => "date",
        Type::Time => "time",
        Type::Timestamp => "timestamp",
        Type::TimestampTz => "timestamptz",
        Type::Interval => "interval",
        Type::Uuid => "uuid",
        Type::Json => "jsonb",
        _ => return None,
    })
}

/// A key takes no text or bytes without a limit.
fn of_mysql(kind: Type, is_in_key: bool) -> Option<&'static str> {
    Some(match kind {
        Type::Bool => "boolean",
        Type::I64 => "bigint",
        Type::U64 => "bigint unsigned",
        Type::I128 | Type::U128 => "decimal(39)",
        Type::F32 => "float",
        Type::F64 => "double",
        Type::Text if is_in_key => "varchar(255)",
        Type::Text => "longtext",
        Type::Bytes if is_in_key => "varbinary(255)",
        Type::Bytes => "longblob",
        Type::Date => "date",
        Type::Time => "time(6)",
        Type::Timestamp => "datetime(6)",
        Type::TimestampTz => "timestamp(6)",
        Type::Uuid => "char(36)",
        Type::Json => "json",
        _ => return None,
    })
}

fn of_duckdb(kind: Type) -> Option<&'static str> {
    Some(match kind {
        Type::Bool => "BOOLEAN",
        Type::I64 => "BIGINT",
        Type::U64 => "UBIGINT",
        Type::I128 => "HUGEINT",
        Type::U128 => "UHUGEINT",
        Type::F32 => "FLOAT",
        Type::F64 => "DOUBLE",
        Type::Text => "VARCHAR",
        Type::Bytes => "BLOB",
        Type::Date => "DATE",
        Type::Time => "TIME",
        Type::Timestamp => "TIMESTAMP",
        Type::TimestampTz => "TIMESTAMPTZ",
        Type::Interval => "INTERVAL",
        Type::Uuid => "UUID",
        Type::Json => "JSON",
        _ => return None,
    })
}
