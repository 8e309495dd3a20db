//! Values between MySQL's types and ours: exact, or refused.
//!
//! # Invariants
//! - A number, text or moment is read as it is stored; what ours cannot hold is carried as `Native`
//!   or refused, never rounded.
//! - A parameter goes under the type that holds it exactly; what no type of MySQL holds is refused
//!   here, for the server would clip it without a word.
//! - Reading never panics, whatever the bytes.
//!
//! # Kinds of values
//! Integers are `I64`; `bigint unsigned` and `bit` are `U64`; `tinyint(1)` and `bit(1)` are `Bool`,
//! another number in a `tinyint(1)` stays a number. `time` is a time of day; a value that is none (it
//! goes from −838 to 838 hours) is an `Interval` of microseconds. `datetime` has no zone, `timestamp`
//! is UTC. `enum` and `set` are text. Geometry is `Native`, in the server's own form.
//!
//! The server writes a `float` in text form with six digits: only the binary form is exact.
//!
//! # Source
//! <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html>,
//! <https://mariadb.com/kb/en/result-set-packets/>

mod declared;
mod decode;
mod encode;
mod extended;
mod moment;
mod parse;
mod sized;
#[cfg(test)]
mod tests;

use hypostyle_core::Type;
use mysql_common::constants::{ColumnFlags, ColumnType};
use mysql_common::packets::Column;

pub(crate) use decode::decode_binary;
pub(crate) use encode::{ParameterType, encode};
use extended::Extended;
pub(crate) use parse::decode_text;

/// The character set of what is no text.
const BINARY: u16 = 63;

/// What becomes of a date that is no day of the calendar: `0000-00-00`, `2024-00-15`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ZeroDates {
    /// It is an error that names the option.
    #[default]
    Refuse,
    /// It is NULL.
    Null,
}

/// The type of a column, as its definition in a result says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MyType {
    kind: Kind,
    column_type: ColumnType,
    flags: ColumnFlags,
    character_set: u16,
    /// The most bytes, or signs, of a value.
    length: u32,
    decimals: u8,
    /// The name that MariaDB gives beyond the type's code.
    name: Option<Box<str>>,
}

/// How the values of a type are written, and what they are to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    Bool,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    /// `datetime`
    Timestamp,
    /// `timestamp`
    TimestampTz,
    /// `bit(1)`
    BitBool,
    /// `bit`: big-endian.
    Bits,
    Json,
    Uuid,
    Vector,
    Geometry,
}

impl MyType {
    /// Reads the definition of a column; `extended` is what MariaDB adds to it under
    /// `MARIADB_CLIENT_EXTENDED_METADATA`, empty without.
    pub(crate) fn of(column: &Column, extended: &[u8]) -> Self {
        let extended = Extended::read(extended);
        let mut my_type = Self {
            kind: Kind::Null,
            column_type: column.column_type(),
            flags: column.flags(),
            character_set: column.character_set(),
            length: column.column_length(),
            decimals: column.decimals(),
            name: extended.data_type.map(Into::into),
        };
        my_type.kind = my_type.kind_of(&extended);
        my_type
    }

    /// Answers the kind of value that reading makes of it.
    pub(crate) fn value_type(&self) -> Type {
        match self.kind {
            Kind::Null => Type::Any,
            Kind::Bool | Kind::BitBool => Type::Bool,
            Kind::U64 | Kind::Bits => Type::U64,
            Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64 => Type::I64,
            Kind::U8 | Kind::U16 | Kind::U32 => Type::I64,
            Kind::F32 => Type::F32,
            Kind::F64 => Type::F64,
            Kind::Decimal => Type::Decimal,
            Kind::Text => Type::Text,
            Kind::Bytes => Type::Bytes,
            Kind::Date => Type::Date,
            Kind::Time => Type::Time,
            Kind::Timestamp => Type::Timestamp,
            Kind::TimestampTz => Type::TimestampTz,
            Kind::Json => Type::Json,
            Kind::Uuid => Type::Uuid,
            Kind::Vector => Type::Vector,
            Kind::Geometry => Type::Native,
        }
    }

    fn kind_of(&self, extended: &Extended<'_>) -> Kind {
        use ColumnType::*;
        let is_unsigned = self.flags.contains(ColumnFlags::UNSIGNED_FLAG);
        match (self.column_type, is_unsigned) {
            (MYSQL_TYPE_NULL, _) => Kind::Null,
            (MYSQL_TYPE_TINY, false) if self.length == 1 => Kind::Bool,
            (MYSQL_TYPE_TINY, false) => Kind::I8,
            (MYSQL_TYPE_TINY, true) => Kind::U8,
            (MYSQL_TYPE_SHORT, false) => Kind::I16,
            (MYSQL_TYPE_SHORT, true) | (MYSQL_TYPE_YEAR, _) => Kind::U16,
            (MYSQL_TYPE_LONG | MYSQL_TYPE_INT24, false) => Kind::I32,
            (MYSQL_TYPE_LONG | MYSQL_TYPE_INT24, true) => Kind::U32,
            (MYSQL_TYPE_LONGLONG, false) => Kind::I64,
            (MYSQL_TYPE_LONGLONG, true) => Kind::U64,
            (MYSQL_TYPE_FLOAT, _) => Kind::F32,
            (MYSQL_TYPE_DOUBLE, _) => Kind::F64,
            (MYSQL_TYPE_DECIMAL | MYSQL_TYPE_NEWDECIMAL, _) => Kind::Decimal,
            (MYSQL_TYPE_DATE | MYSQL_TYPE_NEWDATE, _) => Kind::Date,
            (MYSQL_TYPE_TIME | MYSQL_TYPE_TIME2, _) => Kind::Time,
            (MYSQL_TYPE_DATETIME | MYSQL_TYPE_DATETIME2, _) => Kind::Timestamp,
            (MYSQL_TYPE_TIMESTAMP | MYSQL_TYPE_TIMESTAMP2, _) => Kind::TimestampTz,
            (MYSQL_TYPE_BIT, _) if self.length == 1 => Kind::BitBool,
            (MYSQL_TYPE_BIT, _) => Kind::Bits,
            (MYSQL_TYPE_JSON, _) => Kind::Json,
            (MYSQL_TYPE_GEOMETRY, _) => Kind::Geometry,
            (MYSQL_TYPE_VECTOR, _) => Kind::Vector,
            (MYSQL_TYPE_ENUM | MYSQL_TYPE_SET, _) => Kind::Text,
            _ => self.string(extended),
        }
    }

    fn string(&self, extended: &Extended<'_>) -> Kind {
        match (extended.data_type, extended.format) {
            (Some("uuid"), _) => Kind::Uuid,
            (Some("inet4" | "inet6"), _) => Kind::Text,
            (Some("vector"), _) => Kind::Vector,
            (_, Some("json")) => Kind::Json,
            _ if self.character_set != BINARY || self.is_of_labels() => Kind::Text,
            _ => Kind::Bytes,
        }
    }

    /// Tells whether it is an `enum` or a `set`.
    fn is_of_labels(&self) -> bool {
        self.flags.intersects(ColumnFlags::ENUM_FLAG | ColumnFlags::SET_FLAG)
    }
}
