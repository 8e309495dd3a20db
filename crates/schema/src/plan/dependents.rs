//! Views and triggers that read a table: what must go before it changes, and come back after.

use std::collections::HashSet;

use hypostyle_sql::{Dialect, TokenKind, tokens};

use super::{postgres, rebuild};
use crate::diff::{Change, Part, TableChange};
use crate::words::unquote;
use crate::{Schema, Subject, SubjectKind, Table, Trigger};

/// The views and triggers that a plan drops and makes again, by their names.
#[derive(Debug, Default)]
pub(super) struct Dependents {
    dialect: Option<Dialect>,
    dropped_views: HashSet<String>,
    made_views: HashSet<String>,
    /// What else is dropped and made again, as dependencies know it.
    definitions: HashSet<Subject>,
    /// Triggers of tables that stay as they are, by table and name.
    triggers: HashSet<(String, String)>,
}

impl Dependents {
    pub(super) fn of(changes: &[Change], from: &Schema, to: &Schema, dialect: Dialect) -> Self {
        let mut dependents = Self { dialect: Some(dialect), ..Self::default() };
        // The names of what is made anew, or taken away under those who read it.
        let mut moved: HashSet<String> = HashSet::new();
        for change in changes {
            match change {
                Change::DropView(view) => drop(dependents.dropped_views.insert(view.name.clone())),
                Change::CreateView(view) => drop(dependents.made_views.insert(view.name.clone())),
                Change::ReplaceView { from, to } => {
                    dependents.dropped_views.insert(from.name.clone());
                    dependents.made_views.insert(to.name.clone());
                    moved.insert(from.bare_name().to_ascii_lowercase());
                }
                Change::AlterTable(change) if is_moved(change, dialect) => {
                    moved.insert(change.from.bare_name().to_ascii_lowercase());
                    moved.insert(change.to.bare_name().to_ascii_lowercase());
                }
                _ => {}
            }
        }
        match from.dependencies.is_empty() {
            true => dependents.follow(from, to, &mut moved),
            false => dependents.follow_needs(changes, from, to),
        }
        if dialect == Dialect::Sqlite {
            dependents.find_triggers(changes, from, to, &moved);
        }
        dependents
    }

    /// Adds the views that read what is moved, and those that read them.
    fn follow(&mut self, from: &Schema, to: &Schema, moved: &mut HashSet<String>) {
        let dialect = self.dialect.unwrap_or(Dialect::Sqlite);
        // MySQL looks at a view when it is read; the others keep the types it had.
        if dialect == Dialect::Mysql {
            return;
        }
        let views = || from.tables.iter().filter(|table| !table.kind.takes_rows());
        loop {
            let reader = views().find(|view| {
                let is_new = !self.dropped_views.contains(&view.name);
                is_new && view.sql.as_deref().is_some_and(|sql| mentions(sql, moved, dialect))
            });
            let Some(view) = reader else { return };
            self.dropped_views.insert(view.name.clone());
            moved.insert(view.bare_name().to_ascii_lowercase());
            if to.tables.iter().any(|other| other.name == view.name && !other.kind.takes_rows()) {
                self.made_views.insert(view.name.clone());
            }
        }
    }

    /// Adds what needs what is moved, as the engine keeps it.
    fn follow_needs(&mut self, changes: &[Change], from: &Schema, to: &Schema) {
        let dialect = self.dialect.unwrap_or(Dialect::Postgres);
        let is_moved = |change: &&Change| match change {
            Change::AlterTable(change) => is_moved(change, dialect),
            Change::AlterEnumeration { from, to } => !postgres::only_adds(from, to),
            Change::DropView(_) | Change::ReplaceView { .. } => true,
            Change::ReplaceDefinition { from, to } => !postgres::stands(from, to),
            _ => false,
        };
        let mut found: Vec<Subject> = changes
            .iter()
            .filter(is_moved)
            .filter_map(|change| change.reversed().subject())
            .collect();
        let mut known: HashSet<Subject> = found.iter().cloned().collect();
        while let Some(moved) = found.pop() {
            for need in from.dependencies.iter().filter(|need| need.on == moved) {
                if self.takes_along(&need.of, &moved, from, to) && known.insert(need.of.clone()) {
                    found.push(need.of.clone());
                }
            }
        }
    }

    /// Drops a view or a definition that needs what is moved. A table stays, and moves with its parent
    /// and with the types of its columns.
    fn takes_along(&mut self, of: &Subject, on: &Subject, from: &Schema, to: &Schema) -> bool {
        if of.kind != SubjectKind::Relation {
            let is_carried = from.definitions.iter().any(|it| it.subject() == *of);
            if is_carried {
                self.definitions.insert(of.clone());
            }
            return is_carried;
        }
        let Some(table) = from.tables.iter().find(|table| table.subject() == *of) else {
            return false;
        };
        if table.kind.takes_rows() {
            return on.kind == SubjectKind::Type || table.columns.iter().any(|it| it.inherited);
        }
        self.dropped_views.insert(table.name.clone());
        if to.tables.iter().any(|other| other.name == table.name && !other.kind.takes_rows()) {
            self.made_views.insert(table.name.clone());
        }
        true
    }

    /// Tells whether a definition is dropped because of what it needs.
    pub(super) fn has(&self, subject: &Subject) -> bool {
        self.definitions.contains(subject)
    }

    /// Adds the triggers of other tables that read what is moved.
    fn find_triggers(
        &mut self,
        changes: &[Change],
        from: &Schema,
        to: &Schema,
        moved: &HashSet<String>,
    ) {
        let changed: HashSet<&str> = changes
            .iter()
            .filter_map(|change| match change {
                Change::AlterTable(change) => Some(change.from.name.as_str()),
                Change::DropTable(table) => Some(table.name.as_str()),
                _ => None,
            })
            .collect();
        for table in from.tables.iter().filter(|table| table.kind.takes_rows()) {
            if changed.contains(table.name.as_str()) {
                continue;
            }
            let after = to.tables.iter().find(|other| other.name == table.name);
            for trigger in &table.triggers {
                let stays = after.is_some_and(|after| after.triggers.contains(trigger));
                if stays && mentions(&trigger.sql, moved, Dialect::Sqlite) {
                    self.triggers.insert((table.name.clone(), trigger.name.clone()));
                }
            }
        }
    }

    /// The views to be dropped, those first that read others.
    pub(super) fn dropped_views<'s>(&self, from: &'s Schema) -> Vec<&'s Table> {
        let mut views = self.ordered(from, &self.dropped_views);
        views.reverse();
        views
    }

    /// The views to be made, those first that others read.
    pub(super) fn made_views<'s>(&self, to: &'s Schema) -> Vec<&'s Table> {
        self.ordered(to, &self.made_views)
    }

    pub(super) fn triggers<'s>(&self, schema: &'s Schema) -> Vec<&'s Trigger> {
        let of_table = |table: &'s Table| {
            let is_meant =
                |it: &&Trigger| self.triggers.contains(&(table.name.clone(), it.name.clone()));
            table.triggers.iter().filter(is_meant)
        };
        schema.tables.iter().flat_map(of_table).collect()
    }

    fn ordered<'s>(&self, schema: &'s Schema, names: &HashSet<String>) -> Vec<&'s Table> {
        let dialect = self.dialect.unwrap_or(Dialect::Sqlite);
        let is_meant = |view: &&Table| !view.kind.takes_rows() && names.contains(&view.name);
        if !schema.dependencies.is_empty() {
            // The statements are put in order where they come together with all others.
            return schema.tables.iter().filter(is_meant).collect();
        }
        let mut waiting: Vec<&Table> = schema.tables.iter().filter(is_meant).collect();
        let mut ordered = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let reads_none = |view: &&&Table| {
                let others = waiting.iter().filter(|other| other.name != view.name);
                let others = others.map(|other| other.bare_name().to_ascii_lowercase()).collect();
                view.sql.as_deref().is_none_or(|sql| !mentions(sql, &others, dialect))
            };
            // Views that seem to read each other only share names: any order will do.
            let next = waiting.iter().find(reads_none).copied().unwrap_or(waiting[0]);
            ordered.push(next);
            waiting.retain(|view| !std::ptr::eq(*view, next));
        }
        ordered
    }
}

/// Tells whether those who read the table must be gone while it changes.
fn is_moved(change: &TableChange, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Sqlite => {
            rebuild::is_needed(change)
                || change.parts.iter().any(|part| matches!(part, Part::DropColumn(_)))
        }
        Dialect::Mysql => false,
        _ => change.parts.iter().any(|part| match part {
            Part::DropColumn(_) => true,
            Part::AlterColumn { from, to } => {
                from.declared != to.declared
                    || from.collation != to.collation
                    || from.generated != to.generated
            }
            _ => false,
        }),
    }
}

/// Tells whether a statement has one of the names in it.
pub(super) fn mentions(sql: &str, names: &HashSet<String>, dialect: Dialect) -> bool {
    let is_name = |kind| matches!(kind, TokenKind::Word | TokenKind::QuotedIdentifier);
    // What follows CREATE VIEW is the name of the view itself, which is not among the names then.
    tokens(sql, dialect)
        .filter(|token| is_name(token.kind))
        .any(|token| names.contains(&unquote(token.text(sql)).to_ascii_lowercase()))
}
