//! Statements by when they run.

use super::Script;
use crate::Subject;

/// Statements by when they run.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Whether references must not be followed while it runs (SQLite).
    pub(super) without_foreign_keys: bool,
    /// Whether each statement must commit by itself (DuckDB).
    pub(super) without_transaction: bool,
    pub(super) drop_triggers: Step,
    pub(super) drop_views: Step,
    pub(super) drop_references: Step,
    pub(super) schemas: Step,
    pub(super) types: Step,
    pub(super) create: Step,
    pub(super) alter: Step,
    pub(super) add_references: Step,
    pub(super) drop: Step,
    pub(super) drop_types: Step,
    pub(super) drop_schemas: Step,
    pub(super) definitions: Step,
    pub(super) views: Step,
    pub(super) triggers: Step,
    pub(super) comments: Step,
    /// What would hear of the rest while it runs.
    pub(super) last: Step,
}

/// Statements that run at one time, each with what it belongs to, where that is told.
#[derive(Debug, Default)]
pub(super) struct Step(pub(super) Vec<(Option<Subject>, String)>);

impl Step {
    pub(super) fn push(&mut self, statement: String) {
        self.0.push((None, statement));
    }

    pub(super) fn insert(&mut self, at: usize, statement: String) {
        self.0.insert(at, (None, statement));
    }

    pub(super) fn extend(&mut self, statements: impl IntoIterator<Item = String>) {
        self.0.extend(statements.into_iter().map(|statement| (None, statement)));
    }

    pub(super) fn texts(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|(_, statement)| statement)
    }
}

impl Steps {
    /// Says what those statements belong to that were written since this was last said.
    pub(super) fn belong_to(&mut self, subject: impl Into<Option<Subject>>) {
        let Some(subject) = subject.into() else { return };
        let ordered = [
            &mut self.drop_views,
            &mut self.types,
            &mut self.create,
            &mut self.alter,
            &mut self.drop,
            &mut self.drop_types,
            &mut self.definitions,
            &mut self.views,
        ];
        for step in ordered {
            let new = step.0.iter_mut().filter(|(told, _)| told.is_none());
            new.for_each(|(told, _)| *told = Some(subject.clone()));
        }
    }

    pub(super) fn script(self) -> Script {
        let steps = [
            self.drop_triggers,
            self.drop_views,
            self.drop_references,
            self.schemas,
            self.types,
            self.create,
            self.alter,
            self.add_references,
            self.drop,
            self.drop_types,
            self.drop_schemas,
            self.definitions,
            self.views,
            self.triggers,
            self.comments,
            self.last,
        ];
        Script {
            statements: steps.into_iter().flat_map(Step::texts).collect(),
            without_foreign_keys: self.without_foreign_keys,
            without_transaction: self.without_transaction,
        }
    }
}
