//! What a model file has no words for stays as migrations made it: policies, rules, comments and the like
//! are neither wanted nor unwanted by it.

use hypostyle_sql::Dialect;

use crate::{Definition, DefinitionKind, Schema, SubjectKind, Table};

/// Adds to what a model file wants what it cannot say, as it stands.
pub(super) fn keep(stands: &Schema, desired: &mut Schema, dialect: Dialect) {
    match dialect {
        // A declaration holds the comments.
        Dialect::Mysql => return keep_beside(stands, desired),
        Dialect::DuckDb => keep_schemas(stands, desired),
        dialect if dialect.is_postgres() => {}
        _ => return,
    }
    for table in &mut desired.tables {
        if let Some(old) = stands.tables.iter().find(|old| old.name == table.name) {
            keep_table(old, table);
        }
    }
    keep_definitions(&stands.definitions, &mut desired.definitions);
    for it in &mut desired.enumerations {
        let old = stands.enumerations.iter().find(|old| old.name == it.name);
        keep_comment(old.and_then(|old| old.comment.as_ref()), &mut it.comment);
    }
    for it in &mut desired.domains {
        let old = stands.domains.iter().find(|old| old.name == it.name);
        keep_comment(old.and_then(|old| old.comment.as_ref()), &mut it.comment);
    }
    for it in &mut desired.sequences {
        let old = stands.sequences.iter().find(|old| old.name == it.name);
        keep_comment(old.and_then(|old| old.comment.as_ref()), &mut it.comment);
    }
    let kept = |kind| matches!(kind, SubjectKind::Definition(kind) if is_unsaid(kind));
    let needs = stands.dependencies.iter().filter(|need| kept(need.of.kind));
    desired.dependencies.extend(needs.cloned());
    desired.dependencies.sort();
    desired.dependencies.dedup();
    desired.beyond.clone_from(&stands.beyond);
}

/// Keeps events, sequences and what else stands beside the tables of MySQL and MariaDB.
fn keep_beside(stands: &Schema, desired: &mut Schema) {
    keep_definitions(&stands.definitions, &mut desired.definitions);
    desired.sequences.clone_from(&stands.sequences);
    desired.beyond.clone_from(&stands.beyond);
}

/// Keeps the schemas of DuckDB that a file cannot name, with what is in them.
fn keep_schemas(stands: &Schema, desired: &mut Schema) {
    desired.schemas.clone_from(&stands.schemas);
    let elsewhere = |schema: &str| stands.schemas.iter().any(|name| name == schema);
    desired.tables.extend(stands.tables.iter().filter(|it| elsewhere(&it.schema)).cloned());
    desired.sequences.extend(stands.sequences.iter().filter(|it| elsewhere(&it.schema)).cloned());
    desired
        .enumerations
        .extend(stands.enumerations.iter().filter(|it| elsewhere(&it.schema)).cloned());
    desired
        .definitions
        .extend(stands.definitions.iter().filter(|it| elsewhere(&it.schema)).cloned());
}

fn keep_table(old: &Table, table: &mut Table) {
    keep_comment(old.comment.as_ref(), &mut table.comment);
    for column in &mut table.columns {
        let old = old.columns.iter().find(|old| old.name == column.name);
        keep_comment(old.and_then(|old| old.comment.as_ref()), &mut column.comment);
    }
    for index in &mut table.indexes {
        let old = old.indexes.iter().find(|old| old.name == index.name);
        keep_comment(old.and_then(|old| old.comment.as_ref()), &mut index.comment);
    }
    for trigger in &mut table.triggers {
        if let Some(old) = old.triggers.iter().find(|old| old.name == trigger.name) {
            keep_comment(old.comment.as_ref(), &mut trigger.comment);
            trigger.enabled.clone_from(&old.enabled);
        }
    }
    keep_definitions(&old.definitions, &mut table.definitions);
    table.beyond.clone_from(&old.beyond);
}

fn keep_comment(old: Option<&String>, comment: &mut Option<String>) {
    if comment.is_none() {
        *comment = old.cloned();
    }
}

fn keep_definitions(old: &[Definition], definitions: &mut Vec<Definition>) {
    for old in old {
        let same = |it: &&mut Definition| it.kind == old.kind && it.name == old.name;
        match definitions.iter_mut().find(same) {
            Some(it) => keep_comment(old.comment.as_ref(), &mut it.comment),
            None if is_unsaid(old.kind) => definitions.push(old.clone()),
            None => {}
        }
    }
}

fn is_unsaid(kind: DefinitionKind) -> bool {
    use DefinitionKind::{Constraint, Function, Macro, Procedure, Type};
    !matches!(kind, Constraint | Function | Macro | Procedure | Type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sequence;
    use crate::diff::diff;

    fn stands() -> Schema {
        let schema = "zoo".to_owned();
        let event = Definition { kind: DefinitionKind::Event, ..Definition::default() };
        let table = Table { schema: schema.clone(), ..Table::new("zoo.animal") };
        let sequence = Sequence { schema: schema.clone(), ..Sequence::default() };
        Schema {
            schemas: vec![schema],
            definitions: vec![event],
            tables: vec![table],
            sequences: vec![sequence],
            beyond: vec!["macro m".to_owned()],
            ..Schema::default()
        }
    }

    #[test]
    fn what_no_model_file_says_stays() {
        let stands = stands();
        for (dialect, changes) in [(Dialect::DuckDb, 0), (Dialect::Mysql, 2), (Dialect::Sqlite, 5)]
        {
            let mut desired = Schema::default();
            keep(&stands, &mut desired, dialect);
            let found = diff(&stands, &desired, dialect, &[]).changes;
            assert_eq!(found.len(), changes, "{dialect:?}: {found:?}");
        }
    }
}
