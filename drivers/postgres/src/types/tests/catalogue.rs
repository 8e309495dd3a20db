//! Types made from rows of the catalogue.

use hypostyle_core::{ErrorKind, Type, ValueRef};

use super::*;

/// Describes a type as the catalogue's row has it: name, sort, sender, element or base, fields.
fn described(
    [name, sort, sender]: [&str; 3],
    inner: i64,
    fields: &[(&str, i64)],
) -> Result<Described> {
    let names = fields.iter().map(|(name, _)| Value::Text((*name).into())).collect();
    let types = fields.iter().map(|(_, oid)| Value::I64(*oid)).collect();
    let (names, types) = (Value::List(names), Value::List(types));
    let texts = [name, sort, sender].map(ValueRef::Text);
    let row = [texts[0], texts[1], texts[2], ValueRef::I64(inner), names.as_ref(), types.as_ref()];
    let mut batch = Batch::default();
    batch.begin(row.len());
    batch.push_row(&row).unwrap();
    Described::read(90_000, &batch, 0)
}

#[track_caller]
fn check(texts: [&str; 3], inner: i64, fields: &[(&str, i64)], parts: &[Oid], expect: Kind) {
    let described = described(texts, inner, fields).unwrap();
    assert_eq!(described.parts(), parts);
    let pg_type = described.resolve(PgType::builtin).unwrap();
    assert_eq!(pg_type, PgType { oid: 90_000, name: texts[0].into(), kind: expect });
}

#[test]
fn rows_of_the_catalogue_become_types() {
    let int4 = type_of("int4");
    let pair = Kind::Composite(
        [
            Field { name: "a".into(), pg_type: int4.clone() },
            Field { name: "b".into(), pg_type: type_of("text[]") },
        ]
        .into(),
    );
    check(["mood", "e", "enum_send"], 0, &[], &[], Kind::Enum);
    check(["posint", "d", "int4send"], 23, &[], &[23], Kind::Domain(int4.clone()));
    check(["_x", "b", "array_send"], 23, &[], &[23], Kind::Array(int4));
    check(["pair", "c", "record_send"], 0, &[("a", 23), ("b", 1009)], &[23, 1009], pair);
    check(["citext", "b", "citextsend"], 0, &[], &[], Kind::Text);
    check(["vector", "b", "vector_send"], 0, &[], &[], Kind::Vector);
    check(["halfvec", "b", "halfvec_send"], 0, &[], &[], Kind::Other);
    check(["ltree", "b", "ltree_send"], 0, &[], &[], Kind::Other);
    check(["floatrange", "r", "range_send"], 0, &[], &[], Kind::Other);
}

#[test]
fn the_query_has_one_parameter() {
    assert_eq!(DESCRIBE.matches('$').count(), 1, "{DESCRIBE}");
    assert!(DESCRIBE.ends_with("$1::pg_catalog.int8::pg_catalog.oid"), "{DESCRIBE}");
}

#[test]
fn an_unknown_part_or_row_is_an_error() {
    let array = described(["_x", "b", "array_send"], 91_000, &[]).unwrap();
    assert_eq!(array.resolve(PgType::builtin).unwrap_err().kind(), ErrorKind::Data);
    let odd = described(["x", "b", ""], -1, &[]);
    assert_eq!(odd.unwrap_err().kind(), ErrorKind::Data);
}

#[test]
fn results_are_binary_where_every_part_is() {
    let check = |name: &str, format: i16, kind: Type| {
        let pg_type = type_of(name);
        assert_eq!((pg_type.result_format(), pg_type.value_type()), (format, kind), "{name}");
    };
    check("int4", BINARY, Type::I64);
    check("xml", TEXT, Type::Text);
    check("inet", TEXT, Type::Native);
    check("posint", BINARY, Type::I64);
    check("int4[]", BINARY, Type::List);
    check("inet[]", TEXT, Type::List);
    check("pair", BINARY, Type::Map);
    check("mixed", TEXT, Type::Map);
    check("mixed[]", TEXT, Type::List);
}

#[test]
fn built_in_types_are_found_by_number() {
    let check = |oid: Oid, expect: Option<&str>| {
        assert_eq!(PgType::builtin(oid).as_ref().map(|found| &*found.name), expect, "{oid}");
    };
    check(23, Some("int4"));
    check(1007, Some("_int4"));
    check(869, Some("inet"));
    check(1020, Some("_box"));
    check(16_384, None);
    check(0, None);
}
