//! Columns that are dropped and added, as no words make one computed that is stored, or the other way
//! round.

use std::collections::HashSet;

use hypostyle_sql::Dialect;

use crate::diff::{Part, TableChange};
use crate::plan::dependents::mentions;
use crate::{Column, Generated, Index, IndexedBy, Storage};

/// Answers the change to do first, where a column that was computed on each read is to keep what it
/// answered: it stores that before it is computed no more.
pub(super) fn stored_first(change: &TableChange) -> Option<TableChange> {
    let (mut to, mut parts) = (change.from.clone(), Vec::new());
    for part in &change.parts {
        let Part::AlterColumn { from, to: wanted } = part else { continue };
        let Some(Generated { storage: Storage::Virtual, expression }) = &from.generated else {
            continue;
        };
        if wanted.generated.is_some() {
            continue;
        }
        let generated =
            Some(Generated { storage: Storage::Stored, expression: expression.clone() });
        let stored = Column { generated, ..from.clone() };
        let found = to.columns.iter_mut().find(|column| column.name == from.name);
        found.into_iter().for_each(|column| column.clone_from(&stored));
        parts.push(Part::AlterColumn { from: from.clone(), to: stored });
    }
    (!parts.is_empty()).then(|| TableChange { from: change.from.clone(), to, parts })
}

/// The parts of a change, with those columns dropped and added that cannot become what they are to be,
/// and with what reads them.
pub(super) fn parts(change: &TableChange) -> Vec<Part> {
    let mut names = HashSet::new();
    let mut parts = Vec::with_capacity(change.parts.len());
    for part in &change.parts {
        match part {
            Part::AlterColumn { from, to } if is_anew(from, to) => {
                names.insert(to.name.to_ascii_lowercase());
                parts.push(Part::DropColumn(Column { name: to.name.clone(), ..from.clone() }));
                parts.push(Part::AddColumn(to.clone()));
            }
            part => parts.push(part.clone()),
        }
    }
    if names.is_empty() {
        return parts;
    }
    let stands = |added: &Part| !change.parts.contains(added);
    for index in &change.to.indexes {
        let added = Part::AddIndex(index.clone());
        if reads(index, &names) && stands(&added) {
            parts.extend([Part::DropIndex(index.clone()), added]);
        }
    }
    for check in &change.to.checks {
        let added = Part::AddCheck(check.clone());
        if mentions(&check.expression, &names, Dialect::Mysql) && stands(&added) {
            parts.extend([Part::DropCheck(check.clone()), added]);
        }
    }
    // Each is added after the one that it follows.
    let place = |part: &Part| match part {
        Part::AddColumn(new) => change.to.columns.iter().position(|it| it.name == new.name),
        _ => None,
    };
    parts.sort_by_key(place);
    parts
}

/// Tells whether a column is computed on each read before or after, and not both.
fn is_anew(from: &Column, to: &Column) -> bool {
    let is_virtual = |column: &Column| {
        column.generated.as_ref().is_some_and(|it| it.storage == Storage::Virtual)
    };
    // One that is computed no more was stored before.
    is_virtual(from) != is_virtual(to) && (to.generated.is_some() || from.generated.is_none())
}

fn reads(index: &Index, names: &HashSet<String>) -> bool {
    index.parts.iter().any(|part| match &part.by {
        IndexedBy::Column(name) => names.contains(&name.to_ascii_lowercase()),
        IndexedBy::Expression(text) => mentions(text, names, Dialect::Mysql),
    })
}
