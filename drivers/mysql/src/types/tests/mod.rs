//! Values through the codec and back; the bytes are those that servers send.

mod columns;
mod forms;
mod params;
mod properties;

use hypostyle_core::{Batch, Result, Value};
use mysql_common::constants::{ColumnFlags, ColumnType};
use mysql_common::packets::Column;

use super::*;

/// The definition of a column as a server sends it: type, flags, character set, length, decimals.
fn column(code: ColumnType, flags: ColumnFlags, set: u16, length: u32, decimals: u8) -> Column {
    Column::new(code)
        .with_flags(flags)
        .with_character_set(set)
        .with_column_length(length)
        .with_decimals(decimals)
}

/// A type by its name in a table.
fn type_of(name: &str) -> MyType {
    use ColumnType::*;
    const PLAIN: ColumnFlags = ColumnFlags::empty();
    const UTF8MB4: u16 = 255;
    let unsigned = ColumnFlags::UNSIGNED_FLAG;
    let made = |code, length, decimals| {
        let flags = if name.ends_with("unsigned") { unsigned } else { PLAIN };
        MyType::of(&column(code, flags, BINARY, length, decimals), &[])
    };
    let string = |code, flags, set, length, extended: &[u8]| {
        MyType::of(&column(code, flags, set, length, 0), extended)
    };
    match name.trim_end_matches(" unsigned") {
        "null" => made(MYSQL_TYPE_NULL, 0, 0),
        "tinyint(1)" => made(MYSQL_TYPE_TINY, 1, 0),
        "tinyint" => made(MYSQL_TYPE_TINY, 4, 0),
        "smallint" => made(MYSQL_TYPE_SHORT, 6, 0),
        "mediumint" => made(MYSQL_TYPE_INT24, 9, 0),
        "int" => made(MYSQL_TYPE_LONG, 11, 0),
        "bigint" => made(MYSQL_TYPE_LONGLONG, 20, 0),
        "float" => made(MYSQL_TYPE_FLOAT, 12, 31),
        "double" => made(MYSQL_TYPE_DOUBLE, 22, 31),
        "decimal(65,30)" => made(MYSQL_TYPE_NEWDECIMAL, 67, 30),
        "decimal(10,0)" => made(MYSQL_TYPE_NEWDECIMAL, 11, 0),
        "date" => made(MYSQL_TYPE_DATE, 10, 0),
        "year" => made(MYSQL_TYPE_YEAR, 4, 0),
        "time(6)" => made(MYSQL_TYPE_TIME, 17, 6),
        "datetime" => made(MYSQL_TYPE_DATETIME, 19, 0),
        "datetime(6)" => made(MYSQL_TYPE_DATETIME, 26, 6),
        "timestamp(6)" => made(MYSQL_TYPE_TIMESTAMP, 26, 6),
        "bit(1)" => made(MYSQL_TYPE_BIT, 1, 0),
        "bit(64)" => made(MYSQL_TYPE_BIT, 64, 0),
        "json" => string(MYSQL_TYPE_JSON, ColumnFlags::BLOB_FLAG, BINARY, u32::MAX, &[]),
        "vector(3)" => string(MYSQL_TYPE_VECTOR, ColumnFlags::BLOB_FLAG, BINARY, 12, &[]),
        "geometry" => string(MYSQL_TYPE_GEOMETRY, ColumnFlags::BLOB_FLAG, BINARY, u32::MAX, &[]),
        "point" => {
            string(MYSQL_TYPE_GEOMETRY, ColumnFlags::BLOB_FLAG, BINARY, u32::MAX, b"\0\x05point")
        }
        "uuid" => string(MYSQL_TYPE_STRING, PLAIN, UTF8MB4, 144, b"\0\x04uuid"),
        "inet6" => string(MYSQL_TYPE_STRING, PLAIN, UTF8MB4, 156, b"\0\x05inet6"),
        "json of MariaDB" => {
            string(MYSQL_TYPE_BLOB, ColumnFlags::BLOB_FLAG, UTF8MB4, u32::MAX, b"\x01\x04json")
        }
        "enum" => string(MYSQL_TYPE_STRING, ColumnFlags::ENUM_FLAG, UTF8MB4, 12, &[]),
        "set" => string(MYSQL_TYPE_STRING, ColumnFlags::SET_FLAG, UTF8MB4, 12, &[]),
        "char(3)" => string(MYSQL_TYPE_STRING, PLAIN, UTF8MB4, 12, &[]),
        "varchar(255)" => string(MYSQL_TYPE_VAR_STRING, PLAIN, UTF8MB4, 1_020, &[]),
        "text" => string(MYSQL_TYPE_BLOB, ColumnFlags::BLOB_FLAG, UTF8MB4, 262_140, &[]),
        "longtext" => string(MYSQL_TYPE_BLOB, ColumnFlags::BLOB_FLAG, UTF8MB4, u32::MAX, &[]),
        "binary(3)" => string(MYSQL_TYPE_STRING, ColumnFlags::BINARY_FLAG, BINARY, 3, &[]),
        "varbinary(9)" => string(MYSQL_TYPE_VAR_STRING, ColumnFlags::BINARY_FLAG, BINARY, 9, &[]),
        "tinyblob" => string(MYSQL_TYPE_BLOB, ColumnFlags::BLOB_FLAG, BINARY, 255, &[]),
        "blob" => string(MYSQL_TYPE_BLOB, ColumnFlags::BLOB_FLAG, BINARY, 65_535, &[]),
        name => unreachable!("{name}"),
    }
}

const TYPES: &[&str] = &[
    "null",
    "tinyint(1)",
    "tinyint",
    "tinyint unsigned",
    "smallint",
    "smallint unsigned",
    "mediumint",
    "mediumint unsigned",
    "int",
    "int unsigned",
    "bigint",
    "bigint unsigned",
    "float",
    "double",
    "decimal(65,30)",
    "decimal(10,0)",
    "date",
    "year",
    "time(6)",
    "datetime",
    "datetime(6)",
    "timestamp(6)",
    "bit(1)",
    "bit(64)",
    "json",
    "vector(3)",
    "geometry",
    "point",
    "uuid",
    "inet6",
    "json of MariaDB",
    "enum",
    "set",
    "char(3)",
    "varchar(255)",
    "text",
    "longtext",
    "binary(3)",
    "varbinary(9)",
    "tinyblob",
    "blob",
];

/// Reads one value of the binary protocol and what is left after it.
fn binary(name: &str, mut bytes: &[u8], zero_dates: ZeroDates) -> Result<(Value, usize)> {
    let mut batch = Batch::default();
    batch.begin(1);
    decode_binary(&type_of(name), &mut bytes, &mut batch, zero_dates)?;
    batch.end_row();
    Ok((batch.value(0, 0).to_value(), bytes.len()))
}

/// Reads one value of the text protocol.
fn text(name: &str, bytes: &[u8], zero_dates: ZeroDates) -> Result<Value> {
    let mut batch = Batch::default();
    batch.begin(1);
    decode_text(&type_of(name), bytes, &mut batch, zero_dates)?;
    batch.end_row();
    Ok(batch.value(0, 0).to_value())
}
