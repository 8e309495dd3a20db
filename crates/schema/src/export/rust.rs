//! The structures of a Rust program that rows are read into.

mod model;
mod names;
mod relations;
mod types;

use std::collections::HashSet;
use std::fmt::Write;

use hypostyle_sql::Dialect;

use self::model::Model;
use self::names::{capital, escaped, one_line, snake, structure, unused};
use crate::{Column, Schema, Table, TableKind};

/// Writes a structure for each table and view: a model where the table has a primary key, with its columns,
/// indexes, checks and relations; else one that `#[derive(FromRow)]` reads rows into.
///
/// # Shape
/// A Rust module: structures in the order of the tables, fields in the order of the columns that
/// `SELECT *` answers, each with its declaration as documentation. A column that may hold NULL is an
/// `Option`. What has no Rust type of its own is a `hypostyle::Value`, and its table no model.
///
/// # Examples
/// ```
/// use hypostyle_core::Type;
/// use hypostyle_schema::{Column, Schema, Table, rust};
/// use hypostyle_sql::Dialect;
/// let item = Table::new("order_items")
///     .with(Column::new("id", Type::I64).typed("bigint").numbered())
///     .with(Column::new("type", Type::Text).typed("text"))
///     .keyed_by(["id"]);
/// let text = rust(&Schema { tables: vec![item], ..Schema::default() }, Dialect::Postgres);
/// assert!(text.contains("#[model(table = \"order_items\")]\npub struct OrderItems {"));
/// assert!(text.contains("    #[model(key)]\n    pub id: i64,"));
/// assert!(text.contains("    pub r#type: Option<String>,"));
/// ```
pub fn rust(schema: &Schema, dialect: Dialect) -> String {
    let mut taken = HashSet::new();
    let names: Vec<String> =
        schema.tables.iter().map(|table| unused(structure(&table.name), &mut taken)).collect();
    let tables: Vec<Described<'_>> = schema
        .tables
        .iter()
        .zip(&names)
        .map(|(table, name)| Described::of(table, name, dialect))
        .collect();
    let mut uses: Vec<&str> = Vec::new();
    uses.extend(tables.iter().any(|table| !table.is_model).then_some("FromRow"));
    uses.extend(tables.iter().any(|table| table.is_model).then_some("Model"));
    let uses = match uses.as_slice() {
        [one] => (*one).to_owned(),
        several => format!("{{{}}}", several.join(", ")),
    };
    let mut text = format!(
        "//! The tables of a database, as `hypostyle schema inspect --rust` found them.\n\n\
         use hypostyle::{uses};\n"
    );
    for table in &tables {
        table.write(&mut text, &tables, dialect);
    }
    text
}

/// A table with the names it has in Rust.
struct Described<'a> {
    table: &'a Table,
    name: &'a str,
    columns: Vec<(&'a Column, String)>,
    is_model: bool,
}

impl<'a> Described<'a> {
    fn of(table: &'a Table, name: &'a str, dialect: Dialect) -> Self {
        let mut taken = HashSet::new();
        let columns = table.visible_columns();
        let columns: Vec<(&Column, String)> = columns
            .map(|column| (column, escaped(&unused(snake(&column.name), &mut taken))))
            .collect();
        let is_told = |(column, _): &(&Column, String)| types::of(column, dialect).is_some();
        let is_model = matches!(table.kind, TableKind::Table | TableKind::Partitioned)
            && !table.primary_key.is_empty()
            && table.primary_key.len() <= 4
            && columns.iter().all(is_told);
        Self { table, name, columns, is_model }
    }

    /// The field of a column.
    fn field(&self, column: &str) -> Option<&str> {
        let found = self.columns.iter().find(|(other, _)| other.name == column);
        found.map(|(_, field)| field.as_str())
    }

    fn write(&self, text: &mut String, tables: &[Described<'_>], dialect: Dialect) {
        let table = self.table;
        // Writing to a string does not fail.
        let _ =
            writeln!(text, "\n/// {} `{}`.", capital(table.kind.words()), one_line(&table.name));
        if let Some(comment) = &table.comment {
            let _ = writeln!(text, "///\n/// {}", one_line(comment));
        }
        let model = self.is_model.then(|| Model::of(self, tables, dialect));
        for unsaid in model.iter().flat_map(|model| &model.unsaid) {
            let _ = writeln!(text, "///\n/// The model does not say {}.", one_line(unsaid));
        }
        let derive = if self.is_model { "Model" } else { "FromRow" };
        let _ = writeln!(text, "#[derive(Clone, Debug, PartialEq, {derive})]");
        for options in model.iter().flat_map(|model| &model.options) {
            let _ = writeln!(text, "#[model({options})]");
        }
        let _ = writeln!(text, "pub struct {} {{", self.name);
        for (at, (column, field)) in self.columns.iter().enumerate() {
            let _ = writeln!(text, "    /// {}", declaration(table, column));
            if let Some(comment) = &column.comment {
                let _ = writeln!(text, "    ///\n    /// {}", one_line(comment));
            }
            let is_renamed = field.trim_start_matches("r#") != column.name;
            match &model {
                Some(model) => {
                    let options = model.of_fields.get(at).map(String::as_str).unwrap_or_default();
                    if !options.is_empty() {
                        let _ = writeln!(text, "    #[model({options})]");
                    }
                }
                None if is_renamed => {
                    let _ = writeln!(text, "    #[from_row(rename = {:?})]", column.name);
                }
                None => {}
            }
            let _ = writeln!(text, "    pub {field}: {},", kind(column, dialect));
        }
        text.push_str("}\n");
    }
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

fn kind(column: &Column, dialect: Dialect) -> String {
    let name = types::of(column, dialect).unwrap_or("hypostyle::Value");
    // SQLite lets an ordinary primary key be NULL by a mistake of old, and nobody means it.
    match column.nullable && column.primary_key.is_none() {
        true => format!("Option<{name}>"),
        false => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use hypostyle_core::Type;

    use super::*;
    use crate::{Action, ForeignKey};

    #[test]
    fn keys_of_several_columns_are_related_in_the_order_of_the_key() {
        let lines = Table::new("order_lines")
            .with(Column::new("order_id", Type::I64))
            .with(Column::new("line_no", Type::I64))
            .keyed_by(["order_id", "line_no"]);
        let mut parcels = Table::new("parcels")
            .with(Column::new("id", Type::I64))
            .with(Column::new("no", Type::I64))
            .with(Column::new("of", Type::I64))
            .keyed_by(["id"]);
        parcels.foreign_keys.push(ForeignKey {
            columns: vec!["no".to_owned(), "of".to_owned()],
            referenced_table: "order_lines".to_owned(),
            referenced_columns: vec!["line_no".to_owned(), "order_id".to_owned()],
            on_delete: Action::Cascade,
            ..ForeignKey::default()
        });
        let tables = vec![lines, parcels];
        let text = rust(&Schema { tables, ..Schema::default() }, Dialect::Sqlite);
        for part in [
            "#[model(has_many(parcels = Parcels, by(of, no)))]\npub struct OrderLines {",
            "#[model(belongs_to(order_lines = OrderLines, by(of, no), on_delete = \"cascade\"))]\n\
             pub struct Parcels {",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }

    #[test]
    fn words_of_rust_are_escaped_and_doubles_are_numbered() {
        let mut table = Table::new("t");
        for name in ["type", "self", "a b", "a_b", "A B"] {
            table.columns.push(Column::new(name, Type::Any));
        }
        let text = rust(
            &Schema { tables: vec![table.clone(), table], ..Schema::default() },
            Dialect::Sqlite,
        );
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

    #[test]
    fn sqlite_keeps_the_words_of_a_type_to_the_letter() {
        let mut table = Table::new("t");
        for (declared, kind) in [
            ("VARCHAR(20)", Type::Text),
            ("varchar(30)", Type::Text),
            ("DECIMAL(10,2)", Type::Decimal),
            ("decimal(12, 2)", Type::Decimal),
        ] {
            let mut column = Column::new(format!("c{}", table.columns.len()), kind);
            column.declared = declared.to_owned();
            table.columns.push(column);
        }
        table = table.keyed_by(["c0".to_owned()]);
        let schema = Schema { tables: vec![table], ..Schema::default() };
        let text = rust(&schema, Dialect::Sqlite);
        for part in [
            "type = \"VARCHAR(20)\"",
            "length = 30",
            "type = \"DECIMAL(10,2)\"",
            "precision(12, 2)",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
