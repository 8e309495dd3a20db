//! Tables in words, for `schema inspect` and the shell.

use hypostyle::schema::{
    Action, Column, ForeignKey, Identity, Index, IndexPart, IndexedBy, Nulls, Origin, Schema, Table,
};
use hypostyle::sql::Dialect;

use crate::output::layout;
use crate::terminal::Terminal;

/// Lists the tables and views of a schema.
pub(crate) fn list(schema: &Schema, terminal: &Terminal) -> String {
    let row = |table: &Table| {
        vec![table.name.clone(), table.kind.words().to_owned(), table.columns.len().to_string()]
    };
    let rows: Vec<Vec<String>> = schema.tables.iter().map(row).collect();
    layout(terminal, &["name", "kind", "columns"], &rows)
}

/// Describes a table: its columns, and what holds for its rows.
pub(crate) fn describe(table: &Table, dialect: Dialect, terminal: &Terminal) -> String {
    let mut text =
        format!("{}  {}\n", terminal.bold(&table.name), traits(table, dialect).join(", "));
    if let Some(comment) = &table.comment {
        text += &format!("  {}\n", one_line(comment));
    }
    if let Some(problem) = &table.problem {
        text += &format!("  cannot be read: {problem}\n");
    }
    if table.columns.is_empty() {
        return text;
    }
    let rows: Vec<Vec<String>> = table.columns.iter().map(|column| cells(table, column)).collect();
    text += &layout(terminal, &["column", "type", "null", "default", "key"], &rows);
    for line in constraints(table) {
        text += &format!("  {line}\n");
    }
    text
}

/// Names what stands in the database beside its tables.
pub(crate) fn beyond(schema: &Schema) -> String {
    schema.beyond.iter().map(|what| format!("  {}\n", one_line(what))).collect()
}

/// What holds for the rows of a table besides the types of its columns, a line each.
fn constraints(table: &Table) -> Vec<String> {
    let mut lines = Vec::new();
    for column in table.columns.iter().filter(|column| !column.labels.is_empty()) {
        lines.push(format!("{} is one of {}", column.name, column.labels.join(", ")));
    }
    for (name, comment) in
        table.columns.iter().filter_map(|column| Some((&column.name, column.comment.as_ref()?)))
    {
        lines.push(format!("{name}: {}", one_line(comment)));
    }
    for key in table.foreign_keys.iter().filter(|key| key.columns.len() > 1) {
        lines.push(format!("foreign key ({}) → {}", key.columns.join(", "), target(key)));
    }
    let is_told = |index: &&Index| index.origin != Origin::PrimaryKey;
    lines.extend(table.indexes.iter().filter(is_told).map(index_line));
    lines.extend(table.checks.iter().map(|check| format!("check ({})", check.expression)));
    lines.extend(table.beyond.iter().map(|what| one_line(what)));
    lines
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn traits(table: &Table, dialect: Dialect) -> Vec<String> {
    let mut traits = vec![table.kind.words().to_owned()];
    if table.primary_key.len() > 1 {
        traits.push(format!("primary key ({})", table.primary_key.join(", ")));
    }
    // Other engines hold every value to its type.
    traits.extend((table.strict && dialect == Dialect::Sqlite).then(|| "strict".to_owned()));
    traits.extend(table.without_rowid.then(|| "without rowid".to_owned()));
    traits
}

fn cells(table: &Table, column: &Column) -> Vec<String> {
    let mut keys = Vec::new();
    if column.primary_key.is_some() {
        keys.push("primary key".to_owned());
    }
    let is_of_column = |key: &&ForeignKey| key.columns == [column.name.clone()];
    keys.extend(
        table.foreign_keys.iter().filter(is_of_column).map(|key| format!("→ {}", target(key))),
    );
    let default = match (&column.generated, column.identity, &column.default) {
        (Some(generated), ..) => {
            format!("generated: {}", generated.expression.as_deref().unwrap_or("?"))
        }
        (_, Some(Identity::Always), _) => "identity, always".to_owned(),
        (_, Some(Identity::ByDefault), _) => "identity".to_owned(),
        (_, Some(Identity::Autoincrement), _) => "autoincrement".to_owned(),
        (_, _, default) => default.clone().unwrap_or_default(),
    };
    let null = if column.nullable { "yes" } else { "no" };
    vec![column.name.clone(), column.declared.clone(), null.to_owned(), default, keys.join(", ")]
}

fn target(key: &ForeignKey) -> String {
    let mut target = key.referenced_table.clone();
    if !key.referenced_columns.is_empty() {
        target += &format!(" ({})", key.referenced_columns.join(", "));
    }
    for (when, action) in [("update", key.on_update), ("delete", key.on_delete)] {
        if action != Action::NoAction {
            target += &format!(" on {when} {}", action.sql().to_lowercase());
        }
    }
    target
}

fn index_line(index: &Index) -> String {
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let unique = if index.unique { "unique " } else { "" };
    let method = index.method.as_ref().filter(|method| *method != "btree");
    let method = method.map_or(String::new(), |method| format!(" using {method}"));
    let include = match index.include.is_empty() {
        true => String::new(),
        false => format!(" include ({})", index.include.join(", ")),
    };
    let condition = index.predicate.as_ref().map_or(String::new(), |p| format!(" where {p}"));
    let parts = parts.join(", ");
    format!("{unique}index {}{method} ({parts}){include}{condition}", index.name)
}

fn part(part: &IndexPart) -> String {
    let mut text = match &part.by {
        IndexedBy::Column(name) => name.clone(),
        IndexedBy::Expression(expression) => format!("({expression})"),
    };
    if let Some(class) = &part.class {
        text += &format!(" {class}");
    }
    text += if part.descending { " desc" } else { "" };
    text += match part.nulls {
        None => "",
        Some(Nulls::First) => " nulls first",
        Some(Nulls::Last) => " nulls last",
    };
    text
}
