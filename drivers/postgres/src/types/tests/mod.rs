//! Values through the codec and back; binary forms are those that PostgreSQL 15 sent.

mod catalogue;
mod forms;
mod literals;
mod params;
mod properties;

use std::sync::Arc;

use bytes::BytesMut;
use hypostyle_core::{Batch, NativeFormat, Result, Value};

use super::*;

/// Finds a built-in type, an array of one, or one of the types made up for tests.
fn type_of(name: &str) -> Arc<PgType> {
    if let Some(element) = name.strip_suffix("[]") {
        let element = type_of(element);
        let oid = builtin::array_of(element.oid).unwrap_or(element.oid + 1);
        return made(oid, &format!("_{}", element.name), Kind::Array(element));
    }
    let field = |name: &str, of| Field { name: name.into(), pg_type: type_of(of) };
    match name {
        "mood" => made(16_384, "mood", Kind::Enum),
        "posint" => made(16_386, "posint", Kind::Domain(type_of("int4"))),
        "pair" => {
            let fields = [field("a", "int4"), field("b", "text")];
            made(16_504, "pair", Kind::Composite(fields.into()))
        }
        "mixed" => {
            let fields = [field("id", "int8"), field("addr", "inet"), field("pair", "pair")];
            made(16_506, "mixed", Kind::Composite(fields.into()))
        }
        "nothing" => made(16_508, "nothing", Kind::Composite([].into())),
        "vector" => made(16_510, "vector", Kind::Vector),
        name => builtin::named(name).unwrap().clone(),
    }
}

/// The types that the codec knows, one of each kind, nested ones among them.
const TYPES: &[&str] = &[
    "bool",
    "int2",
    "int4",
    "int8",
    "oid",
    "float4",
    "float8",
    "numeric",
    "text",
    "name",
    "char",
    "xml",
    "bytea",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "bit",
    "varbit",
    "mood",
    "vector",
    "inet",
    "int4range",
    "posint",
    "pair",
    "mixed",
    "nothing",
    "int4[]",
    "float8[]",
    "numeric[]",
    "text[]",
    "jsonb[]",
    "timestamptz[]",
    "inet[]",
    "pair[]",
    "mixed[]",
    "vector[]",
    "posint[]",
];

fn made(oid: Oid, name: &str, kind: Kind) -> Arc<PgType> {
    Arc::new(PgType { oid, name: name.into(), kind })
}

fn decoded(pg_type: &PgType, format: i16, bytes: &[u8]) -> Result<Value> {
    let mut batch = Batch::default();
    batch.begin(1);
    decode(pg_type, format, bytes, &mut batch)?;
    batch.end_row();
    Ok(batch.value(0, 0).to_value())
}

fn encoded(pg_type: &PgType, value: &Value) -> Result<(i16, Vec<u8>)> {
    let mut out = BytesMut::from(&b"before"[..]);
    let format = encode(pg_type, value.as_ref(), &mut out)?;
    assert!(out.starts_with(b"before"));
    Ok((format, out[6..].to_vec()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
