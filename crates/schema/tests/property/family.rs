//! Types by what can be said of their values.

use crate::engine::Engine;
use hypostyle_testkit::server::Brand;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Int,
    Text,
    Decimal,
    Float,
    Bool,
    Date,
    Moment,
    Json,
    Bytes,
    Uuid,
    List,
    Struct,
    /// An enumeration declared by its labels.
    Labels,
    /// A type with a name of its own.
    Named,
}

/// Tells the family of a declared type.
pub(crate) fn family(declared: &str) -> Family {
    let declared = declared.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    match declared.as_str() {
        list if list.ends_with("[]") => Family::List,
        "tinyint(1)" => Family::Bool,
        _ if has(&["struct("]) => Family::Struct,
        _ if has(&["enum("]) => Family::Labels,
        _ if has(&["char", "text", "clob"]) => Family::Text,
        _ if has(&["int"]) => Family::Int,
        _ if has(&["decimal", "numeric"]) => Family::Decimal,
        _ if has(&["real", "double", "float"]) => Family::Float,
        _ if has(&["bool"]) => Family::Bool,
        "date" => Family::Date,
        _ if has(&["timestamp", "datetime"]) => Family::Moment,
        _ if has(&["json"]) => Family::Json,
        _ if has(&["blob", "bytea", "binary"]) => Family::Bytes,
        _ if has(&["uuid"]) => Family::Uuid,
        _ => Family::Named,
    }
}

/// The types of MariaDB; the last is its own.
const MARIADB: [&str; 19] = [
    "int",
    "smallint",
    "bigint",
    "bigint unsigned",
    "varchar(20)",
    "varchar(200)",
    "text",
    "decimal(8,2)",
    "double",
    "float",
    "tinyint(1)",
    "date",
    "datetime(6)",
    "timestamp(6)",
    "json",
    "varbinary(20)",
    "blob",
    "enum('a','b')",
    "uuid",
];

/// The types that columns are declared with.
pub(crate) fn types(engine: Engine) -> &'static [&'static str] {
    match engine {
        Engine::Sqlite => &[
            "INTEGER",
            "BIGINT",
            "INT",
            "TEXT",
            "VARCHAR(20)",
            "REAL",
            "DECIMAL(8,2)",
            "BOOLEAN",
            "DATE",
            "TIMESTAMP",
            "JSON",
            "BLOB",
        ],
        Engine::Postgres => &[
            "integer",
            "smallint",
            "bigint",
            "text",
            "character varying(20)",
            "character varying(200)",
            "numeric(8,2)",
            "numeric(12,4)",
            "double precision",
            "real",
            "boolean",
            "date",
            "timestamp without time zone",
            "timestamp with time zone",
            "jsonb",
            "uuid",
            "bytea",
            "integer[]",
            "text[]",
        ],
        Engine::MySql(Brand::MariaDb) => &MARIADB,
        Engine::MySql(Brand::Oracle) => MARIADB.split_last().map_or(&[], |(_, all)| all),
        Engine::DuckDb => &[
            "INTEGER",
            "SMALLINT",
            "BIGINT",
            "HUGEINT",
            "VARCHAR",
            "DECIMAL(8,2)",
            "DECIMAL(12,4)",
            "DOUBLE",
            "FLOAT",
            "BOOLEAN",
            "DATE",
            "TIMESTAMP",
            "JSON",
            "BLOB",
            "UUID",
            "VARCHAR[]",
            "STRUCT(x INTEGER, y VARCHAR)",
            "ENUM('a', 'b')",
        ],
    }
}

/// Tells whether a key or an index may hold values of a type.
pub(crate) fn is_indexed(declared: &str, engine: Engine) -> bool {
    let is_large = ["text", "blob"].contains(&declared) && matches!(engine, Engine::MySql(_));
    let of_many =
        matches!(family(declared), Family::Json | Family::List | Family::Struct | Family::Named);
    !is_large && !of_many
}
