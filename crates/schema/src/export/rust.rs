//! The structures of a Rust program that rows are read into.

use std::collections::HashSet;
use std::fmt::Write;

use hypostyle_core::Type;

use crate::{Column, Schema, Table};

/// Words of Rust, which a name has to be told from.
///
/// # Source
/// The Rust reference, "Keywords": strict and reserved ones of edition 2024.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Those that `r#` makes no name of.
const NEVER_NAMES: [&str; 4] = ["Self", "crate", "self", "super"];

/// Writes a structure for each table and view, which `#[derive(FromRow)]` reads rows into.
///
/// # Shape
/// A Rust module: structures in the order of the tables, fields in the order of the columns that
/// `SELECT *` answers, each with its declaration as documentation. A column that may hold NULL is an
/// `Option`. What has no Rust type of its own is a `hypostyle::Value`.
///
/// # Examples
/// ```
/// use hypostyle_core::Type;
/// use hypostyle_schema::{Column, Schema, Table, rust};
/// let item = Table::new("order_items").with(Column::new("type", Type::Text).typed("text"));
/// let text = rust(&Schema { tables: vec![item], ..Schema::default() });
/// assert!(text.contains("pub struct OrderItems {\n    /// text\n    pub r#type: Option<String>,\n}"));
/// ```
pub fn rust(schema: &Schema) -> String {
    let mut text =
        "//! The tables of a database, as `hypostyle schema inspect --rust` found them.\n\n\
                    use hypostyle::FromRow;\n"
            .to_owned();
    let mut taken = HashSet::new();
    for table in &schema.tables {
        let name = unused(structure(&table.name), &mut taken);
        write_structure(&mut text, &name, table);
    }
    text
}

fn write_structure(text: &mut String, name: &str, table: &Table) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "\n/// {} `{}`.", capital(table.kind.words()), one_line(&table.name));
    if let Some(comment) = &table.comment {
        let _ = writeln!(text, "///\n/// {}", one_line(comment));
    }
    let _ = writeln!(text, "#[derive(Clone, Debug, PartialEq, FromRow)]\npub struct {name} {{");
    let mut taken = HashSet::new();
    for column in table.visible_columns() {
        let _ = writeln!(text, "    /// {}", declaration(table, column));
        if let Some(comment) = &column.comment {
            let _ = writeln!(text, "    ///\n    /// {}", one_line(comment));
        }
        let field = escaped(&unused(snake(&column.name), &mut taken));
        if field.trim_start_matches("r#") != column.name {
            let _ = writeln!(text, "    #[from_row(rename = {:?})]", column.name);
        }
        let _ = writeln!(text, "    pub {field}: {},", kind(column));
    }
    text.push_str("}\n");
}

/// What stands in the database, in a line.
fn declaration(table: &Table, column: &Column) -> String {
    let mut words = match column.declared.is_empty() {
        true => "no type".to_owned(),
        false => one_line(&column.declared),
    };
    if column.primary_key.is_some() {
        words += ", primary key";
    }
    for key in table.foreign_keys.iter().filter(|key| key.columns == [column.name.clone()]) {
        words += &format!(", → `{}`", one_line(&key.referenced_table));
    }
    if let Some(default) = &column.default {
        words += &format!(", default `{}`", one_line(default));
    }
    if !column.labels.is_empty() {
        words += &format!(": {}", one_line(&column.labels.join(", ")));
    }
    words
}

fn kind(column: &Column) -> String {
    let name = match column.kind {
        Type::Bool => "bool",
        Type::I64 => "i64",
        Type::U64 => "u64",
        Type::I128 => "i128",
        Type::U128 => "u128",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Decimal => "hypostyle::Decimal",
        Type::Text => "String",
        Type::Bytes => "Vec<u8>",
        Type::Date => "hypostyle::Date",
        Type::Time => "hypostyle::Time",
        Type::Timestamp | Type::TimestampTz => "hypostyle::Timestamp",
        Type::Interval => "hypostyle::Interval",
        Type::Uuid => "hypostyle::Uuid",
        Type::Vector => "Vec<f32>",
        _ => "hypostyle::Value",
    };
    // SQLite lets an ordinary primary key be NULL by a mistake of old, and nobody means it.
    match column.nullable && column.primary_key.is_none() {
        true => format!("Option<{name}>"),
        false => name.to_owned(),
    }
}

/// The words of a name: cut at what is no letter or digit, and where a capital follows a small one.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        if letter.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if before.is_alphanumeric() && !begins => word.push(letter),
                _ => words.push(letter.to_string()),
            }
        }
        before = letter;
    }
    words
}

fn snake(name: &str) -> String {
    named(words(name).iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_"))
}

fn structure(name: &str) -> String {
    let words = words(name);
    let word = |word: &String| capital(&word.to_lowercase());
    named(words.iter().map(word).collect())
}

/// A name that a digit does not begin.
fn named(name: String) -> String {
    match name.chars().next() {
        Some(first) if !first.is_numeric() => name,
        _ => format!("_{name}"),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name that no other has, made so by a number where it must be.
fn unused(name: String, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}

fn escaped(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true if NEVER_NAMES.contains(&name) => format!("{name}_"),
        true => format!("r#{name}"),
        false => name.to_owned(),
    }
}

/// A text without line breaks, which would end a comment.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_rust() {
        let check = |name, field: &str, structure_: &str| {
            assert_eq!((snake(name), structure(name)), (field.to_owned(), structure_.to_owned()));
        };
        check("order_items", "order_items", "OrderItems");
        check("InvoiceLine", "invoice_line", "InvoiceLine");
        check("sales.orders", "sales_orders", "SalesOrders");
        check("Order Details", "order_details", "OrderDetails");
        check("HTTPStatus", "httpstatus", "Httpstatus");
        check("2nd", "_2nd", "_2nd");
        check("größe", "größe", "Größe");
        check("--", "_", "_");
    }

    #[test]
    fn words_of_rust_are_escaped_and_doubles_are_numbered() {
        let mut table = Table::new("t");
        for name in ["type", "self", "a b", "a_b", "A B"] {
            table.columns.push(Column::new(name, Type::Any));
        }
        let text = rust(&Schema { tables: vec![table.clone(), table], ..Schema::default() });
        for part in [
            "pub r#type: Option<hypostyle::Value>,",
            "#[from_row(rename = \"self\")]\n    pub self_:",
            "#[from_row(rename = \"a b\")]\n    pub a_b:",
            "#[from_row(rename = \"a_b\")]\n    pub a_b_2:",
            "#[from_row(rename = \"A B\")]\n    pub a_b_3:",
            "pub struct T {",
            "pub struct T_2 {",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
