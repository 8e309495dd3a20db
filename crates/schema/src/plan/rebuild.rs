//! Making a table anew with its rows, where the engine cannot change it in place.

use hypostyle_core::Result;
use hypostyle_sql::{Dialect, TokenKind, tokens};

use super::Planner;
use crate::create::Words;
use crate::diff::{Part, TableChange};
use crate::{Column, Identity, Origin, Table};

/// What the new table is called until it takes the place of the old one.
const NEW: &str = "hypostyle_new_";

/// Tells whether SQLite cannot make the changes in place.
///
/// # Source
/// <https://www.sqlite.org/lang_altertable.html>
pub(super) fn is_needed(change: &TableChange) -> bool {
    change.parts.iter().any(|part| match part {
        Part::AddColumn(column) => !can_be_added(change, column),
        Part::DropColumn(column) => !can_be_dropped(change, column),
        Part::AddIndex(index) | Part::DropIndex(index) => index.origin != Origin::Created,
        // It comes with its column.
        Part::AddForeignKey(key) => match key.columns.as_slice() {
            [name] => !change
                .parts
                .iter()
                .any(|part| matches!(part, Part::AddColumn(column) if column.name == *name)),
            _ => true,
        },
        Part::Rename
        | Part::RenameColumn { .. }
        | Part::AddTrigger(_)
        | Part::DropTrigger(_)
        | Part::Comment { .. } => false,
        _ => true,
    })
}

/// A new column takes a constant for the rows there are, is no key, and comes last.
fn can_be_added(change: &TableChange, column: &Column) -> bool {
    let is_last = {
        let added = |name: &str| {
            change.parts.iter().any(|part| matches!(part, Part::AddColumn(it) if it.name == name))
        };
        let columns = &change.to.columns;
        let at = columns.iter().position(|other| other.name == column.name);
        at.is_some_and(|at| columns[at..].iter().all(|other| added(&other.name)))
    };
    let has_default = column.default.as_deref().is_some_and(|default| !is_null(default));
    let is_constant = column.default.as_deref().is_none_or(is_constant);
    let is_stored =
        column.generated.as_ref().is_some_and(|it| it.storage == crate::Storage::Stored);
    let refers = change.to.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
    is_last
        && column.primary_key.is_none()
        && is_constant
        && !is_stored
        && (column.nullable || has_default)
        && (!refers || !has_default)
        && column.identity.is_none()
}

fn can_be_dropped(change: &TableChange, column: &Column) -> bool {
    let table = &change.from;
    let is_in = |text: &str| has_word(text, &column.name);
    let in_index = table.indexes.iter().any(|index| {
        let in_part = index.parts.iter().any(|part| match &part.by {
            crate::IndexedBy::Column(name) => *name == column.name,
            crate::IndexedBy::Expression(text) => is_in(text),
        });
        in_part || index.predicate.as_deref().is_some_and(is_in)
    });
    let in_check = table.checks.iter().any(|check| is_in(&check.expression));
    let in_generated = table.columns.iter().any(|other| {
        let expression = other.generated.as_ref().and_then(|it| it.expression.as_deref());
        expression.is_some_and(is_in)
    });
    let refers = table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
    let in_trigger = table.triggers.iter().any(|trigger| is_in(&trigger.sql));
    column.primary_key.is_none() && !(in_index || in_check || in_generated || refers || in_trigger)
}

impl Planner<'_> {
    /// Makes the table anew: a new one, the rows, and the old name for it.
    pub(super) fn rebuild(&mut self, change: &TableChange) -> Result<()> {
        let (from, to) = (&change.from, &change.to);
        let new = Table {
            name: format!("{NEW}{}", to.bare_name()),
            relation: None,
            triggers: Vec::new(),
            ..to.clone()
        };
        let words = Words { table: &new, dialect: self.dialect };
        let (old_name, new_name) = (from.sql_name(self.dialect)?, new.sql_name(self.dialect)?);
        let bare = self.name(to.bare_name())?;
        self.steps.alter.push(words.create(&new.foreign_keys)?);
        self.steps.alter.extend(self.copied(change, &old_name, &new_name)?);
        self.keep_numbers(from, &new);
        self.steps.alter.push(format!("DROP TABLE {old_name}"));
        self.steps.alter.push(format!("ALTER TABLE {new_name} RENAME TO {bare}"));
        self.steps.alter.extend(Words { table: to, dialect: self.dialect }.beside()?);
        self.steps.triggers.extend(to.triggers.iter().map(|trigger| trigger.sql.clone()));
        self.steps.without_foreign_keys |= self.dialect == Dialect::Sqlite;
        Ok(())
    }

    /// Answers the statement that fills one table of a change with the rows of another.
    pub(super) fn copied(
        &self,
        change: &TableChange,
        from: &str,
        to: &str,
    ) -> Result<Option<String>> {
        let (into, values) = self.kept(change)?;
        let (columns, values) = (into.join(", "), values.join(", "));
        let copy = || format!("INSERT INTO {to} ({columns})\n  SELECT {values} FROM {from}");
        Ok((!into.is_empty()).then(copy))
    }

    /// Answers the columns that keep their values, and from what.
    fn kept(&self, change: &TableChange) -> Result<(Vec<String>, Vec<String>)> {
        let (mut into, mut values) = (Vec::new(), Vec::new());
        for column in &change.from.columns {
            let Some(new) = change.new_name(&column.name) else { continue };
            let Some(wanted) = change.to.column(new).filter(|wanted| wanted.generated.is_none())
            else {
                continue;
            };
            let old = self.name(&column.name)?;
            into.push(self.name(&wanted.name)?);
            values.push(match (&wanted.default, column.nullable && !wanted.nullable) {
                (Some(default), true) => format!("coalesce({old}, {default})"),
                _ => old,
            });
        }
        Ok((into, values))
    }

    /// Keeps the number that SQLite's `AUTOINCREMENT` goes on from, which may be above all keys.
    fn keep_numbers(&mut self, from: &Table, new: &Table) {
        let counts = |table: &Table| {
            table.columns.iter().any(|column| column.identity == Some(Identity::Autoincrement))
        };
        if self.dialect == Dialect::Sqlite && counts(from) && counts(new) {
            let literal = |name: &str| format!("'{}'", name.replace('\'', "''"));
            let (old, new) = (literal(from.bare_name()), literal(&new.name));
            self.steps.alter.push(format!("DELETE FROM sqlite_sequence WHERE name = {new}"));
            self.steps.alter.push(format!(
                "INSERT INTO sqlite_sequence (name, seq)\n  \
                 SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"
            ));
        }
    }
}

/// Tells whether SQLite takes a default for the rows there are: a literal, signed or not.
fn is_constant(default: &str) -> bool {
    let blank = [TokenKind::Whitespace, TokenKind::LineComment, TokenKind::BlockComment];
    let all: Vec<_> =
        tokens(default, Dialect::Sqlite).filter(|token| !blank.contains(&token.kind)).collect();
    let moments = ["current_time", "current_date", "current_timestamp"];
    match all.as_slice() {
        [sign, number] if ["-", "+"].contains(&sign.text(default)) => {
            number.kind == TokenKind::Number
        }
        [only] => match only.kind {
            TokenKind::Word => {
                !moments.iter().any(|word| only.text(default).eq_ignore_ascii_case(word))
            }
            _ => true,
        },
        _ => false,
    }
}

fn is_null(default: &str) -> bool {
    default.trim().eq_ignore_ascii_case("null")
}

/// Tells whether a text has a word, quoted or not.
fn has_word(text: &str, word: &str) -> bool {
    tokens(text, Dialect::Sqlite).any(|token| {
        matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier)
            && crate::words::unquote(token.text(text)).eq_ignore_ascii_case(word)
    })
}
