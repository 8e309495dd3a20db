//! What stands beside the tables, compared by schema and name.

use super::{Change, pairs};
use crate::{Definition, Schema};

pub(super) fn compare(from: &Schema, to: &Schema, changes: &mut Vec<Change>) {
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

    let found = pairs(&from.sequences, &to.sequences, |it| key(&it.schema, &it.name));
    changes.extend(found.new.into_iter().cloned().map(Change::CreateSequence));
    changes.extend(found.gone.into_iter().cloned().map(Change::DropSequence));
    let differing = found.both.into_iter().filter(|(from, to)| from != to);
    changes.extend(
        differing.map(|(from, to)| Change::AlterSequence { from: from.clone(), to: to.clone() }),
    );

    let same = |it: &Definition| (it.kind, it.schema.clone(), it.name.clone());
    let found = pairs(&from.definitions, &to.definitions, same);
    changes.extend(found.new.into_iter().cloned().map(Change::CreateDefinition));
    changes.extend(found.gone.into_iter().cloned().map(Change::DropDefinition));
    let differing = found.both.into_iter().filter(|(from, to)| from != to);
    changes.extend(
        differing
            .map(|(from, to)| Change::ReplaceDefinition { from: from.clone(), to: to.clone() }),
    );
    if from.beyond != to.beyond {
        let (from, to) = (from.beyond.clone(), to.beyond.clone());
        changes.push(Change::Beyond { table: None, from, to });
    }
}
