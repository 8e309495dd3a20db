//! Tables and views, compared by name, and what they are made of.

use std::collections::HashSet;

use hypostyle_sql::Dialect;

use super::rename::{self, Said, Shape};
use super::{Answer, Change, Diff, Part, TableChange, pairs};
use crate::{
    Check, Column, Definition, ForeignKey, Index, IndexedBy, Origin, Schema, Table, TableKind,
    Timing, Trigger,
};

pub(super) fn compare(
    from: &Schema,
    to: &Schema,
    dialect: Dialect,
    answers: &[Answer],
    found: &mut Diff,
) {
    let found_tables = pairs(&from.tables, &to.tables, |table| same(&table.name, dialect));
    let (gone, new) = (found_tables.gone, found_tables.new);
    let mut matched = found_tables.both;
    let (mut dropped, mut made) = (Vec::new(), new.clone());
    let mut unsaid = Vec::new();
    for table in gone {
        let is = |name: &str, other: &&Table| same(&other.name, dialect) == same(name, dialect);
        match rename::said(answers, &table.name) {
            Said::Renamed(name) if made.iter().any(|other| is(name, other)) => {
                let at = made.iter().position(|other| is(name, other)).unwrap_or_default();
                matched.push((table, made.remove(at)));
            }
            Said::Nothing if stores(table) => unsaid.push(table),
            _ => dropped.push(table),
        }
    }
    let free: Vec<&Table> = made.iter().copied().filter(|table| stores(table)).collect();
    let gone: Vec<Shape<'_>> = unsaid.iter().map(|table| Shape::of(table)).collect();
    let new: Vec<Shape<'_>> = free.iter().map(|table| Shape::of(table)).collect();
    for (old, new) in rename::guesses(&gone, &new, Shape::may_be_renamed) {
        found.questions.push(rename::question(None, &old.table.name, &new.table.name));
    }
    dropped.extend(unsaid);
    for table in dropped {
        found.changes.push(match stores(table) {
            true => Change::DropTable(table.clone()),
            false => Change::DropView(table.clone()),
        });
    }
    for table in made {
        found.changes.push(match stores(table) {
            true => Change::CreateTable(table.clone()),
            false => Change::CreateView(table.clone()),
        });
    }
    for (old, new) in matched {
        compare_both(old, new, dialect, answers, found);
    }
}

fn compare_both(old: &Table, new: &Table, dialect: Dialect, answers: &[Answer], found: &mut Diff) {
    if old.beyond != new.beyond {
        let (from, to) = (old.beyond.clone(), new.beyond.clone());
        found.changes.push(Change::Beyond { table: Some(new.name.clone()), from, to });
    }
    match (stores(old), stores(new)) {
        (true, true) => {
            let parts = Tables { old, new, dialect, answers, parts: Vec::new() }.compare(found);
            if !parts.is_empty() {
                let change = TableChange { from: old.clone(), to: new.clone(), parts };
                found.changes.push(Change::AlterTable(Box::new(change)));
            }
        }
        (false, false) => {
            let is_same = old.kind == new.kind
                && words(old.sql.as_deref()) == words(new.sql.as_deref())
                && old.comment == new.comment
                && old.options == new.options
                && noted_columns(old) == noted_columns(new)
                && old.triggers == new.triggers
                && old.indexes == new.indexes
                && old.definitions == new.definitions;
            if !is_same {
                let (from, to) = (old.clone(), new.clone());
                found.changes.push(Change::ReplaceView { from, to });
            }
        }
        (true, false) => {
            found.changes.push(Change::DropTable(old.clone()));
            found.changes.push(Change::CreateView(new.clone()));
        }
        (false, true) => {
            found.changes.push(Change::DropView(old.clone()));
            found.changes.push(Change::CreateTable(new.clone()));
        }
    }
}

/// What is said of a view's columns beside its statement.
fn noted_columns(view: &Table) -> Vec<(&str, Option<&str>, Option<&str>)> {
    let noted = |it: &'_ Column| it.comment.is_some() || it.default.is_some();
    let columns = view.columns.iter().filter(|it| noted(it));
    columns.map(|it| (&*it.name, it.comment.as_deref(), it.default.as_deref())).collect()
}

/// Tells a table from a view; a table that an extension makes is replaced as a view is.
fn stores(table: &Table) -> bool {
    matches!(table.kind, TableKind::Table | TableKind::Partitioned | TableKind::Foreign)
}

/// A statement without what white space makes of it.
fn words(sql: Option<&str>) -> String {
    sql.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name as the engine compares it.
fn same(name: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite | Dialect::Mysql | Dialect::DuckDb => name.to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

/// Two states of a table.
struct Tables<'a> {
    old: &'a Table,
    new: &'a Table,
    dialect: Dialect,
    answers: &'a [Answer],
    parts: Vec<Part>,
}

impl Tables<'_> {
    fn compare(mut self, found: &mut Diff) -> Vec<Part> {
        if self.old.name != self.new.name {
            self.parts.push(Part::Rename);
        }
        self.columns(found);
        let renamed: Vec<(String, String)> = self
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::RenameColumn { from, to } => Some((from.clone(), to.clone())),
                _ => None,
            })
            .collect();
        let old = renamed_columns(self.old, &renamed);
        self.keys(&old);
        if self.old.options != self.new.options {
            let (from, to) = (self.old.options.clone(), self.new.options.clone());
            self.parts.push(Part::Options { from, to });
        }
        let (from, to) = (self.old, self.new);
        if (from.strict, from.without_rowid, from.kind) != (to.strict, to.without_rowid, to.kind) {
            self.parts.push(Part::Storage);
        }
        if from.comment != to.comment {
            let (from, to) = (from.comment.clone(), to.comment.clone());
            self.parts.push(Part::Comment { from, to });
        }
        self.attached();
        self.parts
    }

    fn columns(&mut self, found: &mut Diff) {
        let (old, new, dialect) = (self.old, self.new, self.dialect);
        let columns = pairs(&old.columns, &new.columns, |column| same(&column.name, dialect));
        let mut both = columns.both;
        let (mut made, mut unsaid, mut dropped) = (columns.new, Vec::new(), Vec::new());
        for column in columns.gone {
            match rename::said(self.answers, &format!("{}.{}", new.name, column.name)) {
                Said::Renamed(name) if made.iter().any(|other| other.name == name) => {
                    let at = made.iter().position(|other| other.name == name).unwrap_or_default();
                    both.push((column, made.remove(at)));
                }
                Said::Nothing if column.generated.is_none() => unsaid.push(column),
                _ => dropped.push(column),
            }
        }
        for (gone, added) in
            rename::guesses(unsaid.clone(), made.clone(), rename::column_may_be_renamed)
        {
            found.questions.push(rename::question(Some(new), &gone.name, &added.name));
        }
        dropped.extend(unsaid);
        for (from, to) in both {
            if from.name != to.name {
                let (from, to) = (from.name.clone(), to.name.clone());
                self.parts.push(Part::RenameColumn { from, to });
            }
            if !is_same_column(from, to) {
                let (from, to) = (from.clone(), to.clone());
                self.parts.push(Part::AlterColumn { from, to });
            }
        }
        self.parts.extend(dropped.into_iter().cloned().map(Part::DropColumn));
        self.parts.extend(made.into_iter().cloned().map(Part::AddColumn));
    }

    /// Keys, indexes and checks; those of before are compared by the columns' new names, and told by
    /// the names they had.
    fn keys(&mut self, renamed: &Table) {
        let (old, new) = (self.old, self.new);
        if renamed.primary_key != new.primary_key || key_ways(renamed) != key_ways(new) {
            let (from, to) = (old.primary_key.clone(), new.primary_key.clone());
            self.parts.push(Part::PrimaryKey { from, to });
        }
        let noted = self.noted_indexes(renamed);
        let is_told =
            |index: &&Index| index.origin != Origin::PrimaryKey && !noted.contains(&index.name);
        let indexes =
            |table: &Table| table.indexes.iter().filter(is_told).cloned().collect::<Vec<Index>>();
        let name = |index: &Index| Some(index.name.clone());
        let (gone, made) = unmatched(&indexes(renamed), &indexes(new), index_shape, name);
        let of_before = indexes(old);
        self.parts.extend(gone.into_iter().map(|at| Part::DropIndex(of_before[at].clone())));
        self.parts.extend(made.into_iter().map(Part::AddIndex));
        let (gone, made) =
            unmatched(&renamed.foreign_keys, &new.foreign_keys, foreign_key_shape, |key| {
                key.name.clone()
            });
        let of_before = &old.foreign_keys;
        self.parts.extend(gone.into_iter().map(|at| Part::DropForeignKey(of_before[at].clone())));
        self.parts.extend(made.into_iter().map(Part::AddForeignKey));
        let (gone, made) =
            unmatched(&renamed.checks, &new.checks, check_shape, |check| check.name.clone());
        self.parts.extend(gone.into_iter().map(|at| Part::DropCheck(old.checks[at].clone())));
        self.parts.extend(made.into_iter().map(Part::AddCheck));
    }

    /// Finds the indexes of which only the comment differs, where that is a statement of its own, and
    /// answers their names.
    fn noted_indexes(&mut self, old: &Table) -> HashSet<String> {
        let mut noted = HashSet::new();
        for to in self.new.indexes.iter().filter(|_| self.dialect.is_postgres()) {
            let plain = |index: &Index| Index { comment: None, ..index.clone() };
            let from = old.indexes.iter().find(|from| plain(from) == plain(to));
            if let Some(from) = from.filter(|from| from.comment != to.comment) {
                noted.insert(to.name.clone());
                self.parts.push(Part::NoteIndex { from: from.clone(), to: to.clone() });
            }
        }
        noted
    }

    fn attached(&mut self) {
        let triggers =
            pairs(&self.old.triggers, &self.new.triggers, |it: &Trigger| it.name.clone());
        let mut changed: Vec<_> =
            triggers.both.into_iter().filter(|(from, to)| from != to).collect();
        if self.dialect == Dialect::Mysql {
            changed.extend(super::triggers::moved(&self.old.triggers, &self.new.triggers));
        }
        let dropped = triggers.gone.into_iter().chain(changed.iter().map(|(from, _)| *from));
        self.parts.extend(dropped.cloned().map(Part::DropTrigger));
        let made = triggers.new.into_iter().chain(changed.iter().map(|(_, to)| *to));
        self.parts.extend(made.cloned().map(Part::AddTrigger));
        let key = |it: &Definition| (it.kind, it.name.clone());
        let found = pairs(&self.old.definitions, &self.new.definitions, key);
        let changed: Vec<_> = found.both.into_iter().filter(|(from, to)| from != to).collect();
        let dropped = found.gone.into_iter().chain(changed.iter().map(|(from, _)| *from));
        self.parts.extend(dropped.cloned().map(Part::DropDefinition));
        let made = found.new.into_iter().chain(changed.iter().map(|(_, to)| *to));
        self.parts.extend(made.cloned().map(Part::AddDefinition));
    }
}

/// A place in the primary key is the key's matter, and the labels are the type's where it has a
/// name of its own.
fn is_same_column(from: &Column, to: &Column) -> bool {
    let plain = |column: &Column| Column {
        name: String::new(),
        primary_key: None,
        labels: Vec::new(),
        ..column.clone()
    };
    plain(from) == plain(to)
}

/// Pairs by name and shape, then what is left by shape alone where the engine gave a name; answers
/// what is left of both: the places of what is gone, and what is made.
fn unmatched<T: Clone + PartialEq, S: PartialEq>(
    from: &[T],
    to: &[T],
    shape: impl Fn(&T) -> S,
    name: impl Fn(&T) -> Option<String>,
) -> (Vec<usize>, Vec<T>) {
    let mut gone: Vec<usize> = (0..from.len()).collect();
    let mut made: Vec<&T> = to.iter().collect();
    made.retain(|wanted| {
        let is =
            |at: &usize| shape(&from[*at]) == shape(wanted) && name(&from[*at]) == name(wanted);
        gone.iter().position(is).map(|at| gone.remove(at)).is_none()
    });
    made.retain(|wanted| {
        let is = |at: &usize| {
            let is_given = is_given(name(&from[*at])) || is_given(name(wanted));
            shape(&from[*at]) == shape(wanted) && is_given
        };
        gone.iter().position(is).map(|at| gone.remove(at)).is_none()
    });
    (gone, made.into_iter().cloned().collect())
}

/// Tells whether an engine gave a name by itself: SQLite's `sqlite_autoindex_…`, none at all.
fn is_given(name: Option<String>) -> bool {
    name.is_none_or(|name| name.is_empty() || name.starts_with("sqlite_"))
}

/// How the index of a primary key is kept and when the key is checked; nothing beyond the usual where
/// no index is told.
fn key_ways(table: &Table) -> (Vec<String>, Timing, Vec<String>) {
    let index = table.indexes.iter().find(|index| index.origin == Origin::PrimaryKey);
    index.map(|it| (it.include.clone(), it.timing, it.options.clone())).unwrap_or_default()
}

fn index_shape(index: &Index) -> Index {
    Index { name: String::new(), ..index.clone() }
}

fn foreign_key_shape(key: &ForeignKey) -> ForeignKey {
    ForeignKey { name: None, ..key.clone() }
}

fn check_shape(check: &Check) -> Check {
    Check { name: None, ..check.clone() }
}

/// The table under the new names of its columns, wherever a list of names has them.
fn renamed_columns(table: &Table, renamed: &[(String, String)]) -> Table {
    let mut table = table.clone();
    if renamed.is_empty() {
        return table;
    }
    let new = |name: &mut String| {
        if let Some((_, to)) = renamed.iter().find(|(from, _)| from == name) {
            name.clone_from(to);
        }
    };
    table.primary_key.iter_mut().for_each(new);
    for index in &mut table.indexes {
        index.include.iter_mut().for_each(new);
        for part in &mut index.parts {
            if let IndexedBy::Column(name) = &mut part.by {
                new(name);
            }
        }
    }
    let own: HashSet<String> = [table.name.clone()].into();
    for key in &mut table.foreign_keys {
        key.columns.iter_mut().for_each(new);
        if own.contains(&key.referenced_table) {
            key.referenced_columns.iter_mut().for_each(new);
        }
    }
    table
}
