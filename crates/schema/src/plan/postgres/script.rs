//! The whole script: what is made after what it needs, what is dropped before it.

use std::collections::HashMap;

use hypostyle_core::Result;
use hypostyle_sql::{Dialect, TokenKind, tokens};

use super::composite;
use crate::create::note;
use crate::diff::Change;
use crate::order::in_order;
use crate::plan::steps::{Step, Steps};
use crate::plan::{Planner, Script, created, order};
use crate::{Definition, DefinitionKind, Dependency, Schema, Subject};

/// Writes a change of what is carried as statements.
pub(in crate::plan) fn definition(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    let (from, to) = match change {
        Change::CreateDefinition(to) => (None, Some(to)),
        Change::DropDefinition(from) => (Some(from), None),
        Change::ReplaceDefinition { from, to } => (Some(from), Some(to)),
        _ => return Ok(()),
    };
    let moves = from.is_some_and(|it| planner.dependents.has(&it.subject()));
    if let (Change::ReplaceDefinition { from, to }, false) = (change, moves)
        && let Some(clauses) = composite::altered(from, to).filter(|all| !all.is_empty())
    {
        let name = planner.place(&to.schema, &to.name)?;
        let alter = format!("ALTER TYPE {name}\n  {}", clauses.join(",\n  "));
        planner.steps.types.push(alter);
        planner.steps.comments.extend(note(to, from.comment.as_deref(), planner.dialect)?);
        return Ok(());
    }
    let stays = from.zip(to).is_some_and(|(from, to)| !moves && stands(from, to));
    if let Some(from) = from.filter(|_| !stays) {
        let step = match (moves, to) {
            (true, _) => &mut planner.steps.drop_views,
            (false, Some(to)) if to.kind == DefinitionKind::Type => &mut planner.steps.types,
            (false, Some(_)) => &mut planner.steps.definitions,
            (false, None) => &mut planner.steps.drop_types,
        };
        step.push(from.drop.clone());
    }
    let Some(to) = to else { return Ok(()) };
    let noted = from.filter(|_| stays).and_then(|from| from.comment.as_deref());
    let is_same = from.is_some_and(|from| from.sql == to.sql);
    make(planner, to, noted, !(stays && is_same))
}

/// Writes what makes a definition, unless it stands, and what is noted about it.
fn make(
    planner: &mut Planner<'_>,
    it: &Definition,
    noted: Option<&str>,
    is_made: bool,
) -> Result<()> {
    let step = match it.kind {
        DefinitionKind::Type | DefinitionKind::Collation => &mut planner.steps.types,
        DefinitionKind::EventTrigger | DefinitionKind::Publication => &mut planner.steps.last,
        _ => &mut planner.steps.definitions,
    };
    step.extend(is_made.then(|| it.sql.clone()));
    step.extend(note(it, noted, planner.dialect)?);
    Ok(())
}

/// Tells whether a definition need not be dropped to become another one: only what is noted about it
/// differs, it is a function with the same arguments and the same result, or a type that can be altered.
pub(in crate::plan) fn stands(from: &Definition, to: &Definition) -> bool {
    let is_routine = matches!(to.kind, DefinitionKind::Function | DefinitionKind::Procedure);
    let head = |it: &Definition| it.sql.lines().take(2).map(str::to_owned).collect::<Vec<_>>();
    from.sql == to.sql
        || is_routine && head(from) == head(to)
        || composite::altered(from, to).is_some()
}

/// Drops and makes again the definitions that read what is moved.
fn moved_definitions(planner: &mut Planner<'_>, changes: &[Change]) -> Result<()> {
    let is_changed = |it: &Definition| {
        changes.iter().any(|change| match change {
            Change::DropDefinition(other) | Change::ReplaceDefinition { from: other, .. } => {
                other.subject() == it.subject()
            }
            _ => false,
        })
    };
    for it in &planner.from.definitions {
        if planner.dependents.has(&it.subject()) && !is_changed(it) {
            planner.steps.drop_views.push(it.drop.clone());
            make(planner, it, None, true)?;
            planner.steps.belong_to(it.subject());
        }
    }
    Ok(())
}

/// Puts the statements into an order in which they can run.
pub(in crate::plan) fn script(mut planner: Planner<'_>, changes: &[Change]) -> Result<Script> {
    moved_definitions(&mut planner, changes)?;
    let (from, to) = (planner.from, planner.to);
    let has_open_bodies = has_open_bodies(&planner.steps, changes);
    let Steps { without_transaction, drop_triggers, drop_views, drop_references, .. } =
        &mut planner.steps;
    let without_transaction = *without_transaction;
    let before = [
        texts(std::mem::take(drop_triggers)),
        texts(backward(std::mem::take(drop_views), from)),
        texts(std::mem::take(drop_references)),
    ];
    let steps = planner.steps;
    let made = join([steps.types, steps.create, steps.alter, steps.definitions, steps.views]);
    let mut needs = to.dependencies.clone();
    needs.extend(references(changes, to));
    let made = in_order(made.0, |(subject, _)| subject.clone(), &needs);
    let after = [
        texts(steps.add_references),
        texts(backward(join([steps.drop, steps.drop_types]), from)),
        texts(steps.drop_schemas),
        texts(steps.triggers),
        texts(steps.comments),
        texts(steps.last),
    ];
    let mut statements = before.concat();
    statements.extend(texts(steps.schemas));
    statements.extend(texts(Step(made)));
    statements.extend(after.concat());
    let without_transaction = without_transaction || uses_new_label(&statements);
    if has_open_bodies {
        let within = if without_transaction { "" } else { "LOCAL " };
        statements.insert(0, format!("SET {within}check_function_bodies = off"));
    }
    Ok(Script { statements, without_foreign_keys: false, without_transaction })
}

fn texts(step: Step) -> Vec<String> {
    step.texts().collect()
}

fn join<const N: usize>(steps: [Step; N]) -> Step {
    Step(steps.into_iter().flat_map(|step| step.0).collect())
}

/// Orders what is dropped: what needs another goes before it.
fn backward(step: Step, from: &Schema) -> Step {
    let turned = |need: &Dependency| Dependency { of: need.on.clone(), on: need.of.clone() };
    let needs: Vec<Dependency> = from.dependencies.iter().map(turned).collect();
    Step(in_order(step.0, |(subject, _)| subject.clone(), &needs))
}

/// What new tables need for the references that they are made with.
fn references(changes: &[Change], to: &Schema) -> Vec<Dependency> {
    let subjects: HashMap<&str, Subject> =
        to.tables.iter().map(|table| (table.name.as_str(), table.subject())).collect();
    let mut needs = Vec::new();
    for (table, later) in order::referred_first(&created(changes)) {
        for key in &table.foreign_keys {
            let name = key.referenced_table.as_str();
            let is_now = name != table.name && !later.contains(&name);
            if let Some(on) = subjects.get(name).filter(|_| is_now) {
                needs.push(Dependency { of: table.subject(), on: on.clone() });
            }
        }
    }
    needs
}

/// Tells whether functions are made together with what their bodies may name: it may only be made later,
/// so the bodies are not looked at.
fn has_open_bodies(steps: &Steps, changes: &[Change]) -> bool {
    let is_routine =
        |it: &&Definition| matches!(it.kind, DefinitionKind::Function | DefinitionKind::Procedure);
    let made = changes.iter().filter_map(|change| match change {
        Change::CreateDefinition(it) | Change::ReplaceDefinition { to: it, .. } => Some(it),
        _ => None,
    });
    let routines = made.filter(is_routine).count();
    routines > 0 && routines + steps.create.0.len() + steps.views.0.len() > 1
}

/// Tells whether a label that a statement adds to an enumeration stands in another one: it cannot be
/// used before the statement that adds it is committed.
fn uses_new_label(statements: &[String]) -> bool {
    let added = |statement: &str| -> Option<String> {
        let (head, rest) = statement.split_once(" ADD VALUE ")?;
        let mut words = tokens(rest, Dialect::Postgres);
        let label = words.find(|token| token.kind == TokenKind::String)?;
        head.starts_with("ALTER TYPE ").then(|| label.text(rest).to_owned())
    };
    let labels: Vec<String> = statements.iter().filter_map(|it| added(it)).collect();
    let others = statements.iter().filter(|it| added(it).is_none());
    let uses = |it: &String| labels.iter().any(|label| it.contains(label.as_str()));
    !labels.is_empty() && { others }.any(uses)
}
