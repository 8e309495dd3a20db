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

/// The parts of a change, those first that go before columns are renamed: what is read by a check or
/// computed by is not. Columns that cannot become what they are to be are dropped and added, with what
/// reads them.
pub(super) fn parts(change: &TableChange) -> (Vec<Part>, Vec<Part>) {
    let (mut early, mut late) = (Vec::new(), Vec::new());
    let mut names = HashSet::new();
    for part in &change.parts {
        match part {
            Part::AlterColumn { from, to } if becomes_anew(from, to, change) => {
                names.extend([&from.name, &to.name].map(|name| name.to_ascii_lowercase()));
                early.push(Part::DropColumn(from.clone()));
                late.push(Part::AddColumn(to.clone()));
            }
            Part::AlterColumn { from, to }
                if from.generated.is_some() && to.generated.is_none() =>
            {
                let to = Column { name: from.name.clone(), ..to.clone() };
                early.push(Part::AlterColumn { from: from.clone(), to });
            }
            Part::DropColumn(column) if column.generated.is_some() => {
                names.insert(column.name.to_ascii_lowercase());
                early.push(part.clone());
            }
            Part::DropCheck(_) => early.push(part.clone()),
            part => late.push(part.clone()),
        }
    }
    if names.is_empty() {
        return (early, late);
    }
    let is_early = |part: &Part| match part {
        Part::DropIndex(index) => reads(index, &names),
        _ => false,
    };
    // One that is added under its new name has no old one to be renamed.
    late.retain(|part| match part {
        Part::RenameColumn { to, .. } => !is_added_late(change, to, &names),
        _ => true,
    });
    let (indexes, mut late): (Vec<Part>, Vec<Part>) = late.into_iter().partition(is_early);
    early.extend(indexes);
    let stands = |added: &Part| !change.parts.contains(added);
    for index in &change.to.indexes {
        let added = Part::AddIndex(index.clone());
        if reads(index, &names) && stands(&added) {
            early.push(Part::DropIndex(index.clone()));
            late.push(added);
        }
    }
    for check in &change.to.checks {
        let added = Part::AddCheck(check.clone());
        if mentions(&check.expression, &names, Dialect::Mysql) && stands(&added) {
            early.push(Part::DropCheck(check.clone()));
            late.push(added);
        }
    }
    // Each is added after the one that it follows.
    let place = |part: &Part| match part {
        Part::AddColumn(new) => change.to.columns.iter().position(|it| it.name == new.name),
        _ => None,
    };
    late.sort_by_key(place);
    (early, late)
}

/// Tells whether a renamed column is one of those that are dropped and added.
fn is_added_late(change: &TableChange, name: &str, names: &HashSet<String>) -> bool {
    let is = |part: &Part| match part {
        Part::AlterColumn { from, to } => to.name == name && becomes_anew(from, to, change),
        _ => false,
    };
    names.contains(&name.to_ascii_lowercase()) && change.parts.iter().any(is)
}

fn becomes_anew(from: &Column, to: &Column, change: &TableChange) -> bool {
    is_anew(from, to) || to.generated.is_some() && reads_renamed(from, change)
}

/// Tells whether a column is computed by one that is renamed.
fn reads_renamed(column: &Column, change: &TableChange) -> bool {
    let Some(Generated { expression: Some(text), .. }) = &column.generated else { return false };
    let renamed = change.parts.iter().filter_map(|part| match part {
        Part::RenameColumn { from, .. } => Some(from.to_ascii_lowercase()),
        _ => None,
    });
    mentions(text, &renamed.collect(), Dialect::Mysql)
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
