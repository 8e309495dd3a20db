//! What definitions of columns say.

use hypostyle_core::Type;

use super::*;

#[track_caller]
fn check(name: &str, expect: Type) {
    assert_eq!(type_of(name).value_type(), expect, "{name}");
}

#[test]
fn each_type_is_declared_by_its_name() {
    for name in TYPES {
        let expect = match *name {
            "null" => "",
            "json of MariaDB" => "json",
            name => name,
        };
        assert_eq!(type_of(name).declared(), expect);
    }
}

#[test]
fn each_type_has_one_kind_of_values() {
    check("tinyint(1)", Type::Bool);
    check("tinyint(1) unsigned", Type::I64);
    check("tinyint", Type::I64);
    check("int unsigned", Type::I64);
    check("bigint", Type::I64);
    check("bigint unsigned", Type::U64);
    check("year", Type::I64);
    check("bit(1)", Type::Bool);
    check("bit(64)", Type::U64);
    check("float", Type::F32);
    check("double", Type::F64);
    check("decimal(65,30)", Type::Decimal);
    check("date", Type::Date);
    check("time(6)", Type::Time);
    check("datetime", Type::Timestamp);
    check("timestamp(6)", Type::TimestampTz);
    check("json", Type::Json);
    check("json of MariaDB", Type::Json);
    check("uuid", Type::Uuid);
    check("inet6", Type::Text);
    check("vector(3)", Type::Vector);
    check("point", Type::Native);
    check("enum", Type::Text);
    check("set", Type::Text);
    check("text", Type::Text);
    check("varbinary(9)", Type::Bytes);
    check("null", Type::Any);
}

#[test]
fn what_is_added_to_a_column_is_read_as_far_as_it_is_whole() {
    let plain = type_of("varchar(255)");
    for extended in [&b"\0"[..], b"\0\x09uuid", b"\0\xfb", b"\x07\x01x", b"\0\x02\xff\xff"] {
        let same = MyType::of(
            &column(ColumnType::MYSQL_TYPE_VAR_STRING, ColumnFlags::empty(), 255, 1_020, 0),
            extended,
        );
        assert_eq!(same, plain, "{extended:?}");
    }
}

#[test]
fn labels_are_text_in_any_character_set() {
    for (flags, name) in [(ColumnFlags::ENUM_FLAG, "enum"), (ColumnFlags::SET_FLAG, "set")] {
        let labels = column(ColumnType::MYSQL_TYPE_STRING, flags, BINARY, 3, 0);
        let labels = MyType::of(&labels, &[]);
        assert_eq!((labels.value_type(), labels.declared().as_str()), (Type::Text, name));
    }
}
