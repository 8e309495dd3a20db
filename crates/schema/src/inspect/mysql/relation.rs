//! A table as it is listed: its kind, and the options of its declaration.

use crate::{Table, TableKind, TableOption};

/// Schema, name, kind, comment, options, engine, collation and the collation of the database.
pub(super) type RelationRow = (String, String, String, String, String, String, String, String);

/// What a table with partitions has until it is told how it is cut.
const PARTITIONS: &str = "partitions";

/// Tells whether a table has partitions that are not told yet.
pub(super) fn is_partitioned(table: &Table) -> bool {
    table.beyond.iter().any(|named| named == PARTITIONS)
}

/// Says how a table is cut, where that is known.
pub(super) fn set_partitions(table: &mut Table, cut: Option<&str>) {
    if let Some(cut) = cut {
        table.beyond.retain(|named| named != PARTITIONS);
        let (name, value) = ("PARTITION BY".to_owned(), cut.to_owned());
        table.options.push(TableOption { name, value });
    }
}

/// Makes a table, and answers its collation beside it.
pub(super) fn relation(row: RelationRow) -> (Table, String) {
    let (schema, name, kind, comment, declared, engine, collation, of_database) = row;
    let is_view = kind.ends_with("VIEW");
    let mut beyond = Vec::new();
    let is_partitioned = declared.split_whitespace().any(|word| word == "partitioned");
    beyond.extend(is_partitioned.then(|| PARTITIONS.to_owned()));
    beyond.extend((kind == "SYSTEM VERSIONED").then(|| "system versioning".to_owned()));
    let options = match is_view {
        true => Vec::new(),
        false => options(&declared, &engine, &collation, &of_database),
    };
    let table = Table {
        schema,
        name,
        kind: if is_view { TableKind::View } else { TableKind::Table },
        // That of a view is the word `VIEW`.
        comment: Some(comment).filter(|text| !text.is_empty() && !is_view),
        options,
        beyond,
        ..Table::default()
    };
    (table, collation)
}

/// Lists what is not as the engine has it by itself: another engine than InnoDB, another collation
/// than the database's, and what `create_options` tells.
fn options(declared: &str, engine: &str, collation: &str, of_database: &str) -> Vec<TableOption> {
    let mut options = Vec::new();
    let mut tell = |name: &str, value: &str| {
        options.push(TableOption { name: name.to_owned(), value: value.to_owned() });
    };
    if !engine.is_empty() && engine != "InnoDB" {
        tell("ENGINE", engine);
    }
    if !collation.is_empty() && collation != of_database {
        tell("COLLATE", collation);
    }
    for (name, value) in declared.split_whitespace().filter_map(|word| word.split_once('=')) {
        tell(&name.trim_matches('`').to_ascii_uppercase(), value);
    }
    options
}
