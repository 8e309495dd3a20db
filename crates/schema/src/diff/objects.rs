//! What stands beside the tables, compared by schema and name.

use hypostyle_sql::Dialect;

use super::{Answer, Change, pairs};
use crate::{Definition, DefinitionKind, Schema, Sequence};

pub(super) fn compare(
    from: &Schema,
    to: &Schema,
    dialect: Dialect,
    answers: &[Answer],
    changes: &mut Vec<Change>,
) {
    let schemas = pairs(&from.schemas, &to.schemas, Clone::clone);
    changes.extend(schemas.new.into_iter().cloned().map(Change::CreateSchema));
    changes.extend(schemas.gone.into_iter().cloned().map(Change::DropSchema));

    // A version is what the machine offers, and no wish of a schema.
    let extensions = pairs(&from.extensions, &to.extensions, |it| it.name.clone());
    changes.extend(extensions.new.into_iter().cloned().map(Change::CreateExtension));
    changes.extend(extensions.gone.into_iter().cloned().map(Change::DropExtension));
    let moved = extensions.both.into_iter().filter(|(from, to)| from.schema != to.schema);
    changes.extend(
        moved.map(|(from, to)| Change::AlterExtension { from: from.clone(), to: to.clone() }),
    );

    let key = |schema: &str, name: &str| (schema.to_owned(), name.to_owned());
    let found = pairs(&from.enumerations, &to.enumerations, |it| key(&it.schema, &it.name));
    changes.extend(found.new.into_iter().cloned().map(Change::CreateEnumeration));
    changes.extend(found.gone.into_iter().cloned().map(Change::DropEnumeration));
    let differing = found.both.into_iter().filter(|(from, to)| from != to);
    changes.extend(
        differing.map(|(from, to)| Change::AlterEnumeration { from: from.clone(), to: to.clone() }),
    );

    let found = pairs(&from.domains, &to.domains, |it| key(&it.schema, &it.name));
    changes.extend(found.new.into_iter().cloned().map(Change::CreateDomain));
    changes.extend(found.gone.into_iter().cloned().map(Change::DropDomain));
    let differing = found.both.into_iter().filter(|(from, to)| from != to);
    changes.extend(
        differing.map(|(from, to)| Change::AlterDomain { from: from.clone(), to: to.clone() }),
    );

    compare_sequences(from, to, answers, changes);

    compare_definitions(from, to, dialect, changes);
    if from.beyond != to.beyond {
        let (from, to) = (from.beyond.clone(), to.beyond.clone());
        changes.push(Change::Beyond { table: None, from, to });
    }
}

fn compare_definitions(from: &Schema, to: &Schema, dialect: Dialect, changes: &mut Vec<Change>) {
    // Routines of PostgreSQL share their names, whatever their kind.
    let among = |kind: DefinitionKind| match kind {
        DefinitionKind::Procedure | DefinitionKind::Aggregate if dialect.is_postgres() => {
            DefinitionKind::Function
        }
        kind => kind,
    };
    // Only procedures are told with the word for parameters that go in.
    let name = |it: &Definition| it.name.replace("(IN ", "(").replace(", IN ", ", ");
    let same = |it: &Definition| (among(it.kind), it.schema.clone(), name(it));
    let found = pairs(&from.definitions, &to.definitions, same);
    changes.extend(found.new.into_iter().cloned().map(Change::CreateDefinition));
    changes.extend(found.gone.into_iter().cloned().map(Change::DropDefinition));
    let differing = found.both.into_iter().filter(|(from, to)| from != to);
    changes.extend(
        differing
            .map(|(from, to)| Change::ReplaceDefinition { from: from.clone(), to: to.clone() }),
    );
}

/// Sequences; one that goes with a column follows the names of its table and column.
fn compare_sequences(from: &Schema, to: &Schema, answers: &[Answer], changes: &mut Vec<Change>) {
    let mut found =
        pairs(&from.sequences, &to.sequences, |it| (it.schema.clone(), it.name.clone()));
    for gone in found.gone {
        let owner = renamed_owner(gone, answers);
        let follows = |it: &&Sequence| owner.is_some() && it.owned_by == owner;
        match found.new.iter().position(follows) {
            Some(at) => found.both.push((gone, found.new.remove(at))),
            None => changes.push(Change::DropSequence(gone.clone())),
        }
    }
    changes.extend(found.new.into_iter().cloned().map(Change::CreateSequence));
    let differing = found.both.into_iter().filter(|(from, to)| from != to);
    changes.extend(
        differing.map(|(from, to)| Change::AlterSequence { from: from.clone(), to: to.clone() }),
    );
}

/// Table and column that a sequence goes with, by the names that the answers give them.
fn renamed_owner(sequence: &Sequence, answers: &[Answer]) -> Option<(String, String)> {
    let (table, column) = sequence.owned_by.as_ref()?;
    let place = |table: &str| format!("{}.{table}", sequence.schema);
    let find = |subject: &str| answers.iter().find(|it| it.subject == subject)?.to.as_deref();
    let told = find(table).or_else(|| find(&place(table))).unwrap_or(table);
    let bare = told.strip_prefix(&place("")).unwrap_or(told);
    let column_of = |table: &str| find(&format!("{table}.{column}"));
    let renamed = column_of(bare).or_else(|| column_of(&place(bare))).unwrap_or(column);
    Some((bare.to_owned(), renamed.to_owned()))
}
