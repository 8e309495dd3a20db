//! Tables in words, for `schema inspect` and the shell.

use hypostyle::schema::{Action, ForeignKey, Index, IndexedBy, Origin, Schema, Table, TableKind};

use crate::output::layout;
use crate::terminal::Terminal;

/// Lists the tables and views of a schema.
pub(crate) fn list(schema: &Schema, terminal: &Terminal) -> String {
    let row = |table: &Table| {
        vec![table.name.clone(), kind(table).to_owned(), table.columns.len().to_string()]
    };
    let rows: Vec<Vec<String>> = schema.tables.iter().map(row).collect();
    layout(terminal, &["name", "kind", "columns"], &rows)
}

/// Describes a table: its columns, and what holds for its rows.
pub(crate) fn describe(table: &Table, terminal: &Terminal) -> String {
    let mut text = format!("{}  {}\n", terminal.bold(&table.name), traits(table).join(", "));
    if let Some(problem) = &table.problem {
        text += &format!("  cannot be read: {problem}\n");
        return text;
    }
    let rows: Vec<Vec<String>> = table.columns.iter().map(|column| cells(table, column)).collect();
    text += &layout(terminal, &["column", "type", "null", "default", "key"], &rows);
    for key in table.foreign_keys.iter().filter(|key| key.columns.len() > 1) {
        text += &format!("  foreign key ({}) → {}\n", key.columns.join(", "), target(key));
    }
    let is_told = |index: &&Index| index.origin != Origin::PrimaryKey;
    for index in table.indexes.iter().filter(is_told) {
        text += &format!("  {}\n", index_line(index));
    }
    for check in &table.checks {
        text += &format!("  check ({})\n", check.expression);
    }
    text
}

fn traits(table: &Table) -> Vec<String> {
    let mut traits = vec![kind(table).to_owned()];
    if table.primary_key.len() > 1 {
        traits.push(format!("primary key ({})", table.primary_key.join(", ")));
    }
    traits.extend(table.strict.then(|| "strict".to_owned()));
    traits.extend(table.without_rowid.then(|| "without rowid".to_owned()));
    traits
}

fn kind(table: &Table) -> &'static str {
    match table.kind {
        TableKind::View => "view",
        TableKind::Virtual => "virtual table",
        _ => "table",
    }
}

fn cells(table: &Table, column: &hypostyle::schema::Column) -> Vec<String> {
    let mut keys = Vec::new();
    if column.primary_key.is_some() {
        keys.push("primary key".to_owned());
    }
    let is_of_column = |key: &&ForeignKey| key.columns == [column.name.clone()];
    keys.extend(
        table.foreign_keys.iter().filter(is_of_column).map(|key| format!("→ {}", target(key))),
    );
    let default = match (&column.generated, &column.default) {
        (Some(generated), _) => {
            format!("generated: {}", generated.expression.as_deref().unwrap_or("?"))
        }
        (None, default) => default.clone().unwrap_or_default(),
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
            target += &format!(" on {when} {}", words(action));
        }
    }
    target
}

fn words(action: Action) -> &'static str {
    match action {
        Action::NoAction => "no action",
        Action::Restrict => "restrict",
        Action::SetNull => "set null",
        Action::SetDefault => "set default",
        Action::Cascade => "cascade",
    }
}

fn index_line(index: &Index) -> String {
    let part = |part: &hypostyle::schema::IndexPart| {
        let by = match &part.by {
            IndexedBy::Column(name) => name.clone(),
            IndexedBy::Expression(expression) => format!("({expression})"),
        };
        if part.descending { by + " desc" } else { by }
    };
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let unique = if index.unique { "unique " } else { "" };
    let condition = index.predicate.as_ref().map_or(String::new(), |p| format!(" where {p}"));
    format!("{unique}index {} ({}){condition}", index.name, parts.join(", "))
}
