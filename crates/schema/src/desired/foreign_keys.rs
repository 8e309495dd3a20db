//! Foreign keys of a model file: they refer to keys of its own tables.

use crate::{ForeignKey, Schema, Table};

/// Says what a foreign key refers to in vain.
pub(super) fn dangling(key: &ForeignKey, schema: &Schema) -> Option<String> {
    let wanted = &key.referenced_table;
    let Some(parent) = schema.table(wanted).filter(|table| table.kind.takes_rows()) else {
        return Some(format!("`{wanted}`, which is no table of this file"));
    };
    let columns = &key.referenced_columns;
    if columns.is_empty() {
        return Some(format!("`{wanted}`, which has no primary key"));
    }
    if columns.len() != key.columns.len() {
        let (ours, theirs) = (key.columns.len(), columns.len());
        return Some(format!("{theirs} columns of `{wanted}` by {ours} of its own"));
    }
    if let Some(column) = columns.iter().find(|column| parent.column(column).is_none()) {
        return Some(format!("`{wanted}.{column}`, which is no column"));
    }
    let shown = columns.join(", ");
    (!is_key(parent, columns)).then(|| format!("`{wanted} ({shown})`, which is not unique"))
}

fn is_key(parent: &Table, columns: &[String]) -> bool {
    let covers = |key: &[&str]| {
        key.len() == columns.len()
            && columns.iter().all(|column| key.iter().any(|k| k.eq_ignore_ascii_case(column)))
    };
    let primary: Vec<&str> = parent.primary_key.iter().map(String::as_str).collect();
    covers(&primary)
        || parent.indexes.iter().any(|index| {
            let columns: Option<Vec<&str>> = index.parts.iter().map(|part| part.column()).collect();
            index.unique && index.predicate.is_none() && columns.is_some_and(|key| covers(&key))
        })
}
