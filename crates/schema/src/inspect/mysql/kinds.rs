//! The kinds of values that MySQL's types stand for, as its driver answers them.

use hypostyle_core::Type;

/// Answers the kind of a declared type, as `bigint(20) unsigned`.
pub(super) fn kind(declared: &str) -> Type {
    let end = declared.find(['(', ' ']).unwrap_or(declared.len());
    let is_unsigned = declared.contains("unsigned");
    match &declared[..end] {
        "tinyint" if declared.starts_with("tinyint(1)") && !is_unsigned => Type::Bool,
        "bit" if declared == "bit(1)" => Type::Bool,
        "bit" => Type::U64,
        "bigint" if is_unsigned => Type::U64,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => Type::I64,
        "float" => Type::F32,
        "double" => Type::F64,
        "decimal" => Type::Decimal,
        "date" => Type::Date,
        "time" => Type::Time,
        "datetime" => Type::Timestamp,
        "timestamp" => Type::TimestampTz,
        "json" => Type::Json,
        "uuid" => Type::Uuid,
        "vector" => Type::Vector,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Type::Bytes,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set"
        | "inet4" | "inet6" => Type::Text,
        _ => Type::Native,
    }
}

/// Answers the values of an enumeration: `enum('a','it''s')`.
pub(super) fn labels(declared: &str) -> Vec<String> {
    let list = declared.strip_prefix("enum(").and_then(|list| list.strip_suffix(')'));
    let mut labels = Vec::new();
    let mut rest = list.unwrap_or_default();
    while let Some(open) = rest.strip_prefix('\'') {
        let mut label = String::new();
        let mut characters = open.char_indices().peekable();
        let mut end = open.len();
        while let Some((at, each)) = characters.next() {
            if each == '\'' && characters.next_if(|(_, next)| *next == '\'').is_none() {
                end = at + 1;
                break;
            }
            label.push(each);
        }
        labels.push(label);
        rest = open[end..].trim_start_matches(',');
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_types_stand_for_kinds() {
        for (declared, expect) in [
            ("tinyint(1)", Type::Bool),
            ("tinyint(1) unsigned", Type::I64),
            ("tinyint", Type::I64),
            ("bigint(20) unsigned", Type::U64),
            ("bit(1)", Type::Bool),
            ("decimal(10,2)", Type::Decimal),
            ("double", Type::F64),
            ("datetime(6)", Type::Timestamp),
            ("timestamp", Type::TimestampTz),
            ("enum('a')", Type::Text),
            ("point", Type::Native),
        ] {
            assert_eq!(kind(declared), expect, "{declared}");
        }
    }

    #[test]
    fn labels_are_read_with_their_quotes() {
        assert_eq!(labels("enum('a','b,c','it''s','')"), ["a", "b,c", "it's", ""]);
        assert_eq!(labels("set('a')"), Vec::<String>::new());
    }
}
