//! SQLite: pragmas as table-valued functions, joined to the list of tables.

mod ddl;

use std::collections::HashMap;

use hypostyle_core::{ErrorKind, Result, Type};

use self::ddl::{IndexText, TableText};
use super::Inspector;
use crate::{
    Action, Column, ForeignKey, Generated, Identity, Index, IndexPart, IndexedBy, Origin, Storage,
    Table, TableKind, Timing, Trigger,
};

/// Tables and views of the main database; a shadow table has a type of its own and is not among
/// them. `$1` is a name, or NULL for all.
const RELATIONS: &str = "\
    SELECT l.schema, l.name, l.type, l.strict, l.wr, s.sql \
    FROM pragma_table_list($1) AS l \
    LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view') \
    WHERE l.schema = 'main' AND l.type IN ('table', 'view', 'virtual') \
    AND substr(l.name, 1, 7) <> 'sqlite_' COLLATE NOCASE \
    ORDER BY l.name COLLATE NOCASE, l.name";

const COLUMNS: &str = "\
    SELECT s.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden \
    FROM sqlite_schema AS s CROSS JOIN pragma_table_xinfo(s.name, 'main') AS c \
    WHERE s.type IN ('table', 'view') AND ($1 IS NULL OR s.name = $1 COLLATE NOCASE) \
    ORDER BY s.name, c.cid";

/// SQLite numbers foreign keys from the last declared to the first.
const FOREIGN_KEYS: &str = "\
    SELECT s.name, f.id, f.\"table\", f.\"from\", f.\"to\", f.on_update, f.on_delete \
    FROM sqlite_schema AS s CROSS JOIN pragma_foreign_key_list(s.name, 'main') AS f \
    WHERE s.type = 'table' AND ($1 IS NULL OR s.name = $1 COLLATE NOCASE) \
    ORDER BY s.name, f.id DESC, f.seq";

const INDEXES: &str = "\
    SELECT s.name, i.name, i.\"unique\", i.origin, x.name, x.\"desc\", x.coll, d.sql \
    FROM sqlite_schema AS s CROSS JOIN pragma_index_list(s.name, 'main') AS i \
    CROSS JOIN pragma_index_xinfo(i.name, 'main') AS x \
    LEFT JOIN sqlite_schema AS d ON d.type = 'index' AND d.name = i.name \
    WHERE s.type = 'table' AND x.\"key\" AND ($1 IS NULL OR s.name = $1 COLLATE NOCASE) \
    ORDER BY s.name, i.seq DESC, x.seqno";

/// The primary keys that foreign keys of the named table refer to without naming columns.
const REFERENCED_KEYS: &str = "\
    SELECT s.name, c.name \
    FROM sqlite_schema AS s CROSS JOIN pragma_table_xinfo(s.name, 'main') AS c \
    WHERE s.type = 'table' AND c.pk > 0 AND lower(s.name) IN \
    (SELECT lower(f.\"table\") FROM pragma_foreign_key_list($1, 'main') AS f WHERE f.\"to\" IS NULL) \
    ORDER BY s.name, c.pk";

const TRIGGERS: &str = "\
    SELECT tbl_name, name, sql FROM sqlite_schema \
    WHERE type = 'trigger' AND ($1 IS NULL OR tbl_name = $1 COLLATE NOCASE) \
    ORDER BY tbl_name, name";

type RelationRow = (String, String, String, bool, bool, Option<String>);
type ColumnRow = (String, String, String, bool, Option<String>, i64, i64);
type ForeignKeyRow = (String, i64, String, String, Option<String>, String, String);
type IndexRow =
    (String, String, bool, String, Option<String>, bool, Option<String>, Option<String>);
type KeyRow = (String, String);

pub(super) async fn names(inspector: &mut Inspector<'_, '_>) -> Result<Vec<String>> {
    let relations: Vec<RelationRow> = inspector.ask(RELATIONS, (None::<&str>,)).await?;
    Ok(relations.into_iter().map(|(_, name, ..)| name).collect())
}

pub(super) async fn find(
    inspector: &mut Inspector<'_, '_>,
    name: Option<&str>,
) -> Result<Vec<Table>> {
    let mut relations: Vec<RelationRow> = inspector.ask(RELATIONS, (name,)).await?;
    // A pragma reads its argument only up to a NUL.
    relations.retain(|(_, found, ..)| name.is_none_or(|name| found.eq_ignore_ascii_case(name)));
    if relations.is_empty() {
        return Ok(Vec::new());
    }
    let mut tables = Tables::new(relations);
    match inspector.ask(COLUMNS, (name,)).await {
        Ok(rows) => tables.add_columns(rows),
        // One view of a table that is gone fails the question for all.
        Err(error) if error.kind() == ErrorKind::Query => {
            add_columns_one_by_one(inspector, &mut tables).await?;
        }
        Err(error) => return Err(error),
    }
    tables.add_indexes(inspector.ask(INDEXES, (name,)).await?);
    tables.list.iter_mut().for_each(finish_key);
    let foreign_keys: Vec<ForeignKeyRow> = inspector.ask(FOREIGN_KEYS, (name,)).await?;
    let needs_keys = name.is_some() && foreign_keys.iter().any(|(_, _, _, _, to, ..)| to.is_none());
    let keys = if needs_keys { inspector.ask(REFERENCED_KEYS, (name,)).await? } else { Vec::new() };
    tables.add_foreign_keys(foreign_keys, &keys);
    tables.add_triggers(inspector.ask(TRIGGERS, (name,)).await?);
    Ok(tables.list)
}

async fn add_columns_one_by_one(
    inspector: &mut Inspector<'_, '_>,
    tables: &mut Tables,
) -> Result<()> {
    for at in 0..tables.list.len() {
        let name = tables.list[at].name.clone();
        match inspector.ask(COLUMNS, (Some(&*name),)).await {
            Ok(rows) => tables.add_columns(rows),
            Err(error) if error.kind() == ErrorKind::Query => {
                tables.list[at].problem = Some(error.message().to_owned());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// The tables as they are put together, found by the name that every row of an answer begins with.
struct Tables {
    list: Vec<Table>,
    at: HashMap<String, usize>,
    /// What only the statements say, table by table.
    texts: Vec<TableText>,
}

impl Tables {
    fn new(relations: Vec<RelationRow>) -> Self {
        let list: Vec<Table> = relations.into_iter().map(relation).collect();
        let at = list.iter().enumerate().map(|(at, table)| (table.name.clone(), at)).collect();
        let texts = list.iter().map(|table| TableText::read(table.sql.as_deref())).collect();
        let mut tables = Self { list, at, texts };
        for (table, text) in tables.list.iter_mut().zip(&mut tables.texts) {
            table.checks = std::mem::take(&mut text.checks);
            table.beyond = std::mem::take(&mut text.beyond);
        }
        tables
    }

    fn find(&mut self, name: &str) -> Option<&mut Table> {
        self.at.get(name).map(|at| &mut self.list[*at])
    }

    fn add_columns(&mut self, rows: Vec<ColumnRow>) {
        for (table, name, declared, not_null, default, key, hidden) in rows {
            let Some(at) = self.at.get(&table).copied() else { continue };
            let generated = match hidden {
                2 => Some(Storage::Virtual),
                3 => Some(Storage::Stored),
                _ => None,
            };
            let text = &self.texts[at];
            let column = Column {
                kind: Type::of_sqlite(&declared),
                nullable: !not_null,
                default,
                generated: generated
                    .map(|storage| Generated { storage, expression: text.expression_of(&name) }),
                primary_key: usize::try_from(key).ok().filter(|place| *place > 0),
                hidden: hidden == 1,
                collation: text.collation_of(&name),
                identity: (text.autoincrement.as_ref() == Some(&name))
                    .then_some(Identity::Autoincrement),
                name,
                declared,
                ..Column::default()
            };
            self.list[at].columns.push(column);
        }
    }

    fn add_indexes(&mut self, rows: Vec<IndexRow>) {
        for (table, name, unique, origin, column, descending, collation, sql) in rows {
            let Some(table) = self.find(&table) else { continue };
            let text = sql.map(|sql| IndexText::read(&sql)).unwrap_or_default();
            if table.indexes.last().is_none_or(|last| last.name != name) {
                let origin = match origin.as_str() {
                    "pk" => Origin::PrimaryKey,
                    "u" => Origin::Unique,
                    _ => Origin::Created,
                };
                let predicate = text.predicate;
                table.indexes.push(Index { name, unique, origin, predicate, ..Index::default() });
            }
            let Some(index) = table.indexes.last_mut() else { continue };
            let by = match column {
                Some(column) => IndexedBy::Column(column),
                None => {
                    let expression = text.parts.get(index.parts.len()).cloned();
                    IndexedBy::Expression(expression.unwrap_or_default())
                }
            };
            let own = match &by {
                IndexedBy::Column(name) => table
                    .columns
                    .iter()
                    .find(|column| column.name == *name)
                    .and_then(|column| column.collation.clone()),
                IndexedBy::Expression(_) => None,
            };
            let own = own.unwrap_or_else(|| "BINARY".to_owned());
            let collation = collation.filter(|name| !name.eq_ignore_ascii_case(&own));
            index.parts.push(IndexPart { by, descending, collation, ..IndexPart::default() });
        }
    }

    /// Adds foreign keys; `keys` are primary keys of tables that are not among these.
    fn add_foreign_keys(&mut self, rows: Vec<ForeignKeyRow>, keys: &[KeyRow]) {
        let mut last = None;
        for (table, id, parent, from, to, on_update, on_delete) in rows {
            let Some(at) = self.at.get(&table).copied() else { continue };
            if last != Some((at, id)) {
                last = Some((at, id));
                let referenced_columns = match to {
                    Some(_) => Vec::new(),
                    None => self.primary_key_of(&parent, keys),
                };
                let text = self.texts[at].foreign_keys.get_mut(self.list[at].foreign_keys.len());
                let text = text.map(std::mem::take).unwrap_or_default();
                self.list[at].foreign_keys.push(ForeignKey {
                    name: text.name,
                    timing: if text.is_deferred { Timing::Deferred } else { Timing::Immediate },
                    columns: Vec::new(),
                    referenced_columns,
                    referenced_table: parent,
                    on_update: action(&on_update),
                    on_delete: action(&on_delete),
                    ..ForeignKey::default()
                });
            }
            if let Some(key) = self.list[at].foreign_keys.last_mut() {
                key.columns.push(from);
                key.referenced_columns.extend(to);
            }
        }
    }

    fn add_triggers(&mut self, rows: Vec<(String, String, String)>) {
        for (table, name, sql) in rows {
            let at = self.list.iter().position(|one| one.name.eq_ignore_ascii_case(&table));
            if let Some(at) = at {
                self.list[at].triggers.push(Trigger { name, sql, ..Trigger::default() });
            }
        }
    }

    fn primary_key_of(&self, name: &str, keys: &[KeyRow]) -> Vec<String> {
        let known = self.list.iter().find(|table| table.name.eq_ignore_ascii_case(name));
        match known {
            Some(table) => table.primary_key.clone(),
            None => {
                let of_table = keys.iter().filter(|(table, _)| table.eq_ignore_ascii_case(name));
                of_table.map(|(_, column)| column.clone()).collect()
            }
        }
    }
}

fn relation((schema, name, kind, strict, without_rowid, sql): RelationRow) -> Table {
    let kind = match kind.as_str() {
        "view" => TableKind::View,
        "virtual" => TableKind::Virtual,
        _ => TableKind::Table,
    };
    Table { schema, name, kind, strict, without_rowid, sql, ..Table::default() }
}

/// Orders the key, and says what SQLite does not: a row id is never NULL.
fn finish_key(table: &mut Table) {
    let mut key: Vec<&mut Column> =
        table.columns.iter_mut().filter(|column| column.primary_key.is_some()).collect();
    key.sort_by_key(|column| column.primary_key);
    if let [only] = key.as_mut_slice()
        && !table.without_rowid
        && !table.indexes.iter().any(|index| index.origin == Origin::PrimaryKey)
        && only.declared.eq_ignore_ascii_case("integer")
    {
        only.nullable = false;
    }
    table.primary_key = key.into_iter().map(|column| column.name.clone()).collect();
}

fn action(text: &str) -> Action {
    match text {
        "RESTRICT" => Action::Restrict,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        "CASCADE" => Action::Cascade,
        _ => Action::NoAction,
    }
}
