//! Tables that DuckDB does not change while others refer to them, or would lose sight of: these and
//! all that refer to them are set aside, dropped, and made anew with their rows.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

use super::super::{Planner, created, dropped, order};
use super::needs_rebuild;
use crate::create::Words;
use crate::diff::{Change, Part, TableChange};
use crate::{Schema, Table};

/// What a table's rows are called while it is made anew.
const OLD: &str = "hypostyle_old_";

/// Finds the tables that are made anew; one that only refers to such a table has no parts.
pub(in super::super) fn remade(changes: &[Change], from: &Schema, to: &Schema) -> Vec<TableChange> {
    let altered = |change: &Change| match change {
        Change::AlterTable(change) => Some((**change).clone()),
        _ => None,
    };
    let (mut remade, mut others): (Vec<_>, Vec<_>) =
        changes.iter().filter_map(altered).partition(|change| {
            let is_referred_to =
                is_referred_to(&change.from, from) || is_referred_to(&change.to, to);
            is_held(change) && is_referred_to || is_renamed_referrer(change)
        });
    loop {
        let refers = |table: &Table| {
            remade
                .iter()
                .any(|change| change.from.name != table.name && has_key_to(table, &change.from))
        };
        let is_new = |table: &&Table| !remade.iter().any(|it| it.from.name == table.name);
        let mut found = from.tables.iter().filter(|table| refers(table)).filter(is_new);
        let next = found.find_map(|table| {
            if let Some(at) = others.iter().position(|change| change.from.name == table.name) {
                return Some(others.swap_remove(at));
            }
            let same = to.tables.iter().find(|other| other.name == table.name)?;
            Some(TableChange { from: table.clone(), to: same.clone(), parts: Vec::new() })
        });
        match next {
            Some(change) => remade.push(change),
            None => return remade,
        }
    }
}

/// Tells whether a table must have nobody referring to it while it changes.
fn is_held(change: &TableChange) -> bool {
    change.parts.iter().any(|part| match part {
        Part::Rename | Part::RenameColumn { .. } | Part::DropColumn(_) => true,
        Part::AddColumn(column) => !column.nullable || needs_rebuild(change, part),
        Part::AlterColumn { from, to } => {
            from.declared != to.declared
                || from.nullable != to.nullable
                || needs_rebuild(change, part)
        }
        _ => needs_rebuild(change, part),
    })
}

/// Tells whether a table that refers to others would take a new name, of which those keep the old one:
/// they could then never be dropped.
fn is_renamed_referrer(change: &TableChange) -> bool {
    let takes_name = |part: &Part| *part == Part::Rename || needs_rebuild(change, part);
    !change.to.foreign_keys.is_empty() && change.parts.iter().any(takes_name)
}

fn is_referred_to(table: &Table, schema: &Schema) -> bool {
    schema.tables.iter().any(|other| has_key_to(other, table))
}

fn has_key_to(table: &Table, other: &Table) -> bool {
    table.foreign_keys.iter().any(|key| key.referenced_table == other.name)
}

impl Planner<'_> {
    /// Sets tables aside and makes them anew, together with those that are new or dropped.
    pub(in super::super) fn remake(
        &mut self,
        changes: &[Change],
        remade: &[TableChange],
    ) -> Result<()> {
        let gone: Vec<&Table> =
            remade.iter().map(|change| &change.from).chain(dropped(changes)).collect();
        for (table, _) in order::referred_first(&gone).into_iter().rev() {
            let name = table.sql_name(self.dialect)?;
            if remade.iter().any(|change| change.from.name == table.name) {
                let old = self.old(table)?;
                self.steps.create.push(format!("CREATE TABLE {old} AS SELECT * FROM {name}"));
            }
            self.steps.create.push(format!("DROP TABLE {name}"));
        }
        let new: Vec<&Table> =
            remade.iter().map(|change| &change.to).chain(created(changes)).collect();
        for (table, later) in order::referred_first(&new) {
            if !later.is_empty() {
                return Err(super::super::unsupported(table, "a circle of references"));
            }
            let words = Words { table, dialect: self.dialect };
            self.steps.create.push(words.create(&table.foreign_keys)?);
            if let Some(change) = remade.iter().find(|change| change.to.name == table.name) {
                let (name, old) = (table.sql_name(self.dialect)?, self.old(&change.from)?);
                self.steps.create.extend(self.copied(change, &old, &name)?);
                self.steps.create.push(format!("DROP TABLE {old}"));
            }
            self.steps.create.extend(words.beside()?);
        }
        Ok(())
    }

    fn old(&self, table: &Table) -> Result<String> {
        Ok(Dialect::DuckDb.quote_identifier(&format!("{OLD}{}", table.bare_name()))?)
    }
}
