//! The tables as they are put together from rows of the catalogue, found by their numbers there.

use std::collections::{HashMap, HashSet};

use super::kinds::{definition, kind};
use super::names::told;
use crate::{
    Action, Check, Column, Definition, ForeignKey, Generated, Identity, Index, IndexPart,
    IndexedBy, Nulls, Origin, SequenceOptions, Storage, Table, TableKind, TableOption, Timing,
    Trigger,
};

/// A table or view: number, schema, name, kind, whether it may be read, whether the search path
/// leads to it, whether others inherit from it, the statement of a view, the comment.
pub(super) type RelationRow =
    (i64, String, String, String, bool, bool, bool, Option<String>, Option<String>);

/// Table, name, declared type, base type, nullability, default, identity and generation, labels of
/// an enumeration as JSON, comment, collation, how it is numbered as JSON, whether it is inherited.
pub(super) type ColumnRow = (
    i64,
    String,
    String,
    String,
    bool,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    bool,
);

/// Table, index, name, uniqueness, kind of its constraint, method, predicate, whether NULLs are
/// equal, timing, options as JSON, comment, whether it came with an index of the partitioned table.
pub(super) type IndexRow = (
    i64,
    i64,
    String,
    bool,
    String,
    String,
    Option<String>,
    bool,
    String,
    Option<String>,
    Option<String>,
    bool,
);

/// Index, column, expression, whether it is only stored, options, collation, operator class.
pub(super) type IndexPartRow =
    (i64, Option<String>, Option<String>, bool, i64, Option<String>, Option<String>);

/// Table, constraint, its name, schema and name of the table referred to, a column, the column it
/// refers to, actions, whether deletion sets the column.
pub(super) type ForeignKeyRow = (i64, i64, String, String, String, String, String, String, bool);

/// Table, name, expression, whether it is not inherited, not valid, not enforced.
pub(super) type CheckRow = (i64, String, String, bool, bool, bool);

/// Table, kind, name, the statements that make and drop it, comment; of a trigger the second statement
/// says when it fires.
pub(super) type AttachedRow = (i64, String, String, String, String, Option<String>);

/// How a sequence counts, as the questions answer it in JSON: type, start, increment, limits, cache,
/// cycle.
type Counting =
    (Option<String>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, bool);

/// The tables as they are put together.
pub(super) struct Tables<'h> {
    list: Vec<Table>,
    at: HashMap<i64, usize>,
    /// Table and place of an index by its number.
    index_at: HashMap<i64, (usize, usize)>,
    /// The places of tables whose primary key came with that of the partitioned table.
    keyed_by_parent: HashSet<usize>,
    home: &'h str,
}

impl<'h> Tables<'h> {
    pub(super) fn new(relations: Vec<RelationRow>, home: &'h str) -> Self {
        let at = relations.iter().enumerate().map(|(at, row)| (row.0, at)).collect();
        let list = relations.into_iter().map(|row| relation(row, home)).collect();
        Self { list, at, index_at: HashMap::new(), keyed_by_parent: HashSet::new(), home }
    }

    pub(super) fn add_columns(&mut self, rows: Vec<ColumnRow>) {
        for row in rows {
            let (oid, name, declared, base, nullable, default, how, ..) = row;
            let (.., labels, comment, collation, numbering, inherited) = row;
            let Some(table) = self.find(oid) else { continue };
            let generated = match how.chars().nth(1) {
                Some('v') => Some(Storage::Virtual),
                Some('s') => Some(Storage::Stored),
                _ => None,
            };
            let identity = match how.chars().next() {
                Some('a') => Some(Identity::Always),
                Some('d') => Some(Identity::ByDefault),
                _ => None,
            };
            // An expression that computes a column stands where a default would.
            let (default, generated) = match generated {
                Some(storage) => (None, Some(Generated { storage, expression: default })),
                None => (default, None),
            };
            let labels = labels.and_then(|labels| serde_json::from_str(&labels).ok());
            table.columns.push(Column {
                name,
                kind: kind(&base),
                declared,
                nullable,
                default,
                generated,
                identity,
                labels: labels.unwrap_or_default(),
                comment,
                collation,
                // Its numbers are of the column's type.
                numbering: SequenceOptions {
                    declared: None,
                    ..numbering.map(|it| counting(&it)).unwrap_or_default()
                },
                inherited,
                ..Column::default()
            });
        }
    }

    pub(super) fn add_indexes(&mut self, rows: Vec<IndexRow>) {
        for row in rows {
            let (
                oid,
                number,
                name,
                unique,
                kind,
                method,
                predicate,
                nulls,
                timing,
                options,
                comment,
                is_parents,
            ) = row;
            let Some(at) = self.at.get(&oid).copied() else { continue };
            let origin = match kind.as_str() {
                "p" => Origin::PrimaryKey,
                "u" => Origin::Unique,
                "" => Origin::Created,
                // The index of an exclusion constraint is carried with the constraint.
                _ => continue,
            };
            if is_parents {
                self.keyed_by_parent.insert(at);
            }
            self.index_at.insert(number, (at, self.list[at].indexes.len()));
            let options = options.and_then(|options| serde_json::from_str(&options).ok());
            self.list[at].indexes.push(Index {
                name,
                unique,
                origin,
                predicate,
                method: Some(method),
                nulls_not_distinct: nulls,
                timing: self::timing(timing.chars().next()),
                options: options.unwrap_or_default(),
                comment,
                ..Index::default()
            });
        }
    }

    pub(super) fn add_index_parts(&mut self, rows: Vec<IndexPartRow>) {
        for (index, column, expression, is_stored, options, collation, class) in rows {
            let Some((table, at)) = self.index_at.get(&index) else { continue };
            let index = &mut self.list[*table].indexes[*at];
            if is_stored {
                index.include.extend(column);
                continue;
            }
            let by = match column {
                Some(column) => IndexedBy::Column(column),
                None => IndexedBy::Expression(expression.unwrap_or_default()),
            };
            let (descending, nulls) = order(options);
            index.parts.push(IndexPart { by, descending, collation, nulls, class, prefix: None });
        }
    }

    pub(super) fn add_foreign_keys(&mut self, rows: Vec<ForeignKeyRow>) {
        let mut last = None;
        for (oid, key, name, schema, parent, from, to, actions, is_set) in rows {
            let referenced_table = told(&schema, &parent, self.home);
            let Some(table) = self.find(oid) else { continue };
            if last != Some(key) {
                last = Some(key);
                let mut letters = actions.chars();
                let mut actions = letters.by_ref().take(2).map(action);
                table.foreign_keys.push(ForeignKey {
                    name: Some(name),
                    referenced_table,
                    on_update: actions.next().unwrap_or_default(),
                    on_delete: actions.next().unwrap_or_default(),
                    timing: timing(letters.next()),
                    match_full: letters.next() == Some('f'),
                    not_valid: letters.next() == Some('n'),
                    ..ForeignKey::default()
                });
            }
            if let Some(key) = table.foreign_keys.last_mut() {
                key.on_delete_columns.extend(is_set.then(|| from.clone()));
                key.columns.push(from);
                key.referenced_columns.push(to);
            }
        }
    }

    pub(super) fn add_checks(&mut self, rows: Vec<CheckRow>) {
        for (oid, name, expression, no_inherit, not_valid, not_enforced) in rows {
            if let Some(table) = self.find(oid) {
                let name = Some(name);
                let check = Check { name, expression, no_inherit, not_valid, not_enforced };
                table.checks.push(check);
            }
        }
    }

    pub(super) fn add_attached(&mut self, rows: Vec<AttachedRow>) {
        for (oid, kind, name, sql, drop, comment) in rows {
            let Some(table) = self.find(oid) else { continue };
            if kind == "trigger" {
                let enabled = Some(drop).filter(|when| !when.is_empty());
                table.triggers.push(Trigger { name, sql, enabled, comment });
                continue;
            }
            let (kind, schema) = (definition(&kind), String::new());
            table.definitions.push(Definition { kind, schema, name, sql, drop, comment });
        }
    }

    pub(super) fn add_options(&mut self, rows: Vec<(i64, String, String)>) {
        for (oid, name, value) in rows {
            if let Some(table) = self.find(oid) {
                table.options.push(TableOption { name, value });
            }
        }
    }

    pub(super) fn add_beyond(&mut self, rows: Vec<(i64, String)>) {
        for (oid, text) in rows {
            if let Some(table) = self.find(oid) {
                table.beyond.push(text);
            }
        }
    }

    /// Says of the columns which are the key, as its index has it; an index that came with one of the
    /// partitioned table is then left out.
    pub(super) fn finish(mut self) -> Vec<Table> {
        for (at, table) in self.list.iter_mut().enumerate() {
            let key = table.indexes.iter().find(|index| index.origin == Origin::PrimaryKey);
            let parts = key.into_iter().flat_map(|index| &index.parts);
            table.primary_key = parts.filter_map(|part| part.column().map(str::to_owned)).collect();
            for column in &mut table.columns {
                let place = table.primary_key.iter().position(|name| *name == column.name);
                column.primary_key = place.map(|place| place + 1);
            }
            if self.keyed_by_parent.contains(&at) {
                table.indexes.retain(|index| index.origin != Origin::PrimaryKey);
            }
        }
        self.list
    }

    fn find(&mut self, oid: i64) -> Option<&mut Table> {
        self.at.get(&oid).map(|at| &mut self.list[*at])
    }
}

fn relation(row: RelationRow, home: &str) -> Table {
    let (_, schema, relation, kind, may_read, _, inherited, sql, comment) = row;
    let name = told(&schema, &relation, home);
    let kind = match kind.as_str() {
        "p" => TableKind::Partitioned,
        "v" => TableKind::View,
        "m" => TableKind::MaterializedView,
        "f" => TableKind::Foreign,
        _ => TableKind::Table,
    };
    let problem = (!may_read).then(|| format!("permission denied for table {relation}"));
    let relation = (name != relation).then_some(relation);
    Table { schema, name, relation, kind, sql, problem, inherited, comment, ..Table::default() }
}

/// Reads how a sequence counts.
pub(super) fn counting(json: &str) -> SequenceOptions {
    let (declared, start, increment, minimum, maximum, cache, cycle): Counting =
        serde_json::from_str(json).unwrap_or_default();
    SequenceOptions { declared, start, increment, minimum, maximum, cache, cycle }
}

/// Reads the options of a part of an index: 1 for descending, 2 for NULLs first.
fn order(options: i64) -> (bool, Option<Nulls>) {
    let (is_descending, has_nulls_first) = (options & 1 != 0, options & 2 != 0);
    let nulls = if has_nulls_first { Nulls::First } else { Nulls::Last };
    (is_descending, (is_descending != has_nulls_first).then_some(nulls))
}

fn action(letter: char) -> Action {
    match letter {
        'r' => Action::Restrict,
        'n' => Action::SetNull,
        'd' => Action::SetDefault,
        'c' => Action::Cascade,
        _ => Action::NoAction,
    }
}

/// Reads when a constraint is checked: `i` with each statement, `d` where nobody defers it, `D` at the
/// end.
fn timing(letter: Option<char>) -> Timing {
    match letter {
        Some('d') => Timing::Deferrable,
        Some('D') => Timing::Deferred,
        _ => Timing::Immediate,
    }
}
