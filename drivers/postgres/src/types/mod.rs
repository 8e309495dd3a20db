//! Values between PostgreSQL's types and ours: exact, or refused.
//!
//! # Invariants
//! - A value is read and sent in binary form where PostgreSQL's and ours mean the same; else its
//!   text form is carried, or parsed by the server.
//! - Nothing is rounded on the way: what a type cannot hold is refused here, or by the server.
//! - Reading never panics, whatever the bytes.

pub(crate) mod builtin;
mod catalog;
mod decode;
mod encode;
mod exact;
mod literal;
mod nested;
mod numeric;
mod parse;
mod sink;
mod temporal;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use hypostyle_core::Type;

pub(crate) use catalog::{DESCRIBE, Described};
pub(crate) use decode::decode;
pub(crate) use encode::{encode, encode_binary, encode_copy_text, wished_type};

/// The number by which PostgreSQL's catalogue knows a type.
pub(crate) type Oid = u32;

/// The format code of values in text form.
pub(crate) const TEXT: i16 = 0;
/// The format code of values in binary form.
pub(crate) const BINARY: i16 = 1;

/// The first byte of `jsonb` in binary form.
const JSONB_VERSION: u8 = 1;

/// A type as the catalogue describes it, shared by all connections.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PgType {
    pub(crate) oid: Oid,
    pub(crate) name: Box<str>,
    pub(crate) kind: Kind,
}

/// How the values of a type are written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Numeric,
    /// `text`, `varchar`, `bpchar`, `name`, `citext` and their like: the text itself.
    Text,
    /// `"char"`: one byte.
    Char,
    /// `xml`, whose binary form says an encoding that its text form does not.
    Xml,
    Bytea,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Json,
    Jsonb,
    /// `bit` and `varbit`.
    Bit,
    Enum,
    /// pgvector's `vector`.
    Vector,
    Array(Arc<PgType>),
    Composite(Arc<[Field]>),
    Domain(Arc<PgType>),
    /// Anything else, carried in text form: ranges, addresses, geometry, money, …
    Other,
}

/// A field of a composite type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: Box<str>,
    pub(crate) pg_type: Arc<PgType>,
}

impl PgType {
    /// Finds a built-in type without asking the server; `None` for what must be looked up.
    pub(crate) fn builtin(oid: Oid) -> Option<Arc<Self>> {
        builtin::find(oid).cloned()
    }

    /// Stands for a type that nobody has asked the server about.
    pub(crate) fn unknown(oid: Oid) -> Self {
        Self { oid, name: oid.to_string().into(), kind: Kind::Other }
    }

    /// Answers the kind of value that [`decode`] makes of it.
    pub(crate) fn value_type(&self) -> Type {
        match &self.kind {
            Kind::Bool => Type::Bool,
            Kind::Int2 | Kind::Int4 | Kind::Int8 | Kind::Oid => Type::I64,
            Kind::Float4 => Type::F32,
            Kind::Float8 => Type::F64,
            Kind::Numeric => Type::Decimal,
            Kind::Text | Kind::Char | Kind::Xml | Kind::Bit | Kind::Enum => Type::Text,
            Kind::Bytea => Type::Bytes,
            Kind::Date => Type::Date,
            Kind::Time => Type::Time,
            Kind::Timestamp => Type::Timestamp,
            Kind::TimestampTz => Type::TimestampTz,
            Kind::Interval => Type::Interval,
            Kind::Uuid => Type::Uuid,
            Kind::Json | Kind::Jsonb => Type::Json,
            Kind::Vector => Type::Vector,
            Kind::Array(_) => Type::List,
            Kind::Composite(_) => Type::Map,
            Kind::Domain(base) => base.value_type(),
            Kind::Other => Type::Native,
        }
    }

    /// Answers the format to ask for in results: binary where [`decode`] reads it throughout.
    pub(crate) fn result_format(&self) -> i16 {
        match &self.kind {
            Kind::Array(inner) | Kind::Domain(inner) => inner.result_format(),
            Kind::Composite(fields) => {
                let mut formats = fields.iter().map(|field| field.pg_type.result_format());
                formats.find(|format| *format == TEXT).unwrap_or(BINARY)
            }
            // Not all of these have a binary form that the server can send.
            Kind::Xml | Kind::Other => TEXT,
            _ => BINARY,
        }
    }

    /// Answers the type below all domains.
    fn base(&self) -> &Self {
        match &self.kind {
            Kind::Domain(base) => base.base(),
            _ => self,
        }
    }
}
