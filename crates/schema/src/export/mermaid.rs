//! A picture of tables and their references, in the language of Mermaid.

use std::fmt::Write;

use super::is_unique;
use crate::{Column, ForeignKey, Schema, Table};

/// Draws tables and references as an entity relationship diagram.
///
/// # Shape
/// The text of a Mermaid `erDiagram`: an entity for each table, with type, name and keys (`PK`,
/// `FK`, `UK`) of its columns and what people noted about them, and a line for each foreign key.
/// Views have no lines. What Mermaid takes for no name is written with `_`.
///
/// # Source
/// <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>
///
/// # Examples
/// ```
/// use hypostyle_core::Type;
/// use hypostyle_schema::{Column, ForeignKey, Schema, Table, mermaid};
/// let person = Table::new("person").with(Column::new("id", Type::I64).typed("bigint")).keyed_by(["id"]);
/// let mut pet = Table::new("pet").with(Column::new("owner", Type::I64).typed("bigint"));
/// pet.foreign_keys.push(ForeignKey {
///     columns: vec!["owner".into()],
///     referenced_table: "person".into(),
///     ..ForeignKey::default()
/// });
/// let schema = Schema { tables: vec![person, pet], ..Schema::default() };
/// assert!(mermaid(&schema).ends_with("  \"pet\" }o--o| \"person\" : \"owner\"\n"));
/// ```
pub fn mermaid(schema: &Schema) -> String {
    let mut text = "erDiagram\n".to_owned();
    for table in &schema.tables {
        entity(&mut text, table);
    }
    for table in &schema.tables {
        for key in &table.foreign_keys {
            reference(&mut text, table, key);
        }
    }
    text
}

fn entity(text: &mut String, table: &Table) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "  {} {{", quoted(&table.name));
    for column in &table.columns {
        let _ = write!(text, "    {} {}", word(&column.declared, "any"), word(&column.name, "_"));
        let keys = keys(table, column);
        if !keys.is_empty() {
            let _ = write!(text, " {}", keys.join(", "));
        }
        if let Some(comment) = &column.comment {
            let _ = write!(text, " {}", quoted(comment));
        }
        text.push('\n');
    }
    text.push_str("  }\n");
}

fn keys(table: &Table, column: &Column) -> Vec<&'static str> {
    let refers = table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
    let is_key = column.primary_key.is_some();
    let is_alone = !is_key && is_unique(table, std::slice::from_ref(&column.name));
    let keys = [(is_key, "PK"), (refers, "FK"), (is_alone, "UK")];
    keys.into_iter().filter(|(has, _)| *has).map(|(_, key)| key).collect()
}

fn reference(text: &mut String, table: &Table, key: &ForeignKey) {
    let child = if is_unique(table, &key.columns) { "|o" } else { "}o" };
    let nullable = |name: &String| table.column(name).is_none_or(|column| column.nullable);
    let parent = if key.columns.iter().any(nullable) { "o|" } else { "||" };
    let (from, to) = (quoted(&table.name), quoted(&key.referenced_table));
    let _ = writeln!(text, "  {from} {child}--{parent} {to} : {}", quoted(&key.columns.join(", ")));
}

/// A text between quotes, of which Mermaid has no escape.
fn quoted(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c == '"' { '\'' } else { c }).collect();
    format!("\"{}\"", plain.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A word as Mermaid takes it for a type or an attribute: it begins with a letter, and has letters,
/// digits, `-`, `_`, brackets and parentheses.
fn word(text: &str, empty: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_()[]".contains(c);
    let plain: String = text.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    match plain.chars().next() {
        None => empty.to_owned(),
        Some(first) if first.is_ascii_alphabetic() => plain,
        Some(_) => format!("x{plain}"),
    }
}

#[cfg(test)]
mod tests {
    use hypostyle_core::Type;

    use super::*;
    use crate::{Index, IndexPart, Origin};

    #[test]
    fn keys_and_references_are_drawn() {
        let person = Table::new("person")
            .with(Column::new("id", Type::I64).typed("bigint"))
            .with(Column::new("e mail", Type::Text).typed("character varying(20)"))
            .keyed_by(["id"]);
        let mut pet = Table::new("sales.pet")
            .with(Column::new("id", Type::I64).typed("bigint"))
            .with(Column::new("owner", Type::I64).typed("bigint").not_null())
            .keyed_by(["id"]);
        pet.columns[1].comment = Some("who \"feeds\"\nit".to_owned());
        pet.foreign_keys.push(ForeignKey {
            columns: vec!["owner".to_owned()],
            referenced_table: "person".to_owned(),
            ..ForeignKey::default()
        });
        pet.indexes.push(Index {
            name: "one".to_owned(),
            unique: true,
            origin: Origin::Unique,
            parts: vec![IndexPart::of("owner")],
            ..Index::default()
        });
        let schema = Schema { tables: vec![person, pet], ..Schema::default() };
        let expect = "erDiagram\n  \"person\" {\n    bigint id PK\n    character_varying(20) e_mail\n  }\n  \
                      \"sales.pet\" {\n    bigint id PK\n    bigint owner FK, UK \"who 'feeds' it\"\n  }\n  \
                      \"sales.pet\" |o--|| \"person\" : \"owner\"\n";
        assert_eq!(mermaid(&schema), expect);
    }

    #[test]
    fn what_is_no_word_becomes_one() {
        let check = |text, expect| assert_eq!(word(text, "any"), expect);
        check("", "any");
        check("1st", "x1st");
        check("größe", "gr__e");
        check("_a", "x_a");
        check("DECIMAL(10,2)", "DECIMAL(10_2)");
    }
}
