//! MySQL and MariaDB: `information_schema`, joined table by table.

mod events;
mod expression;
mod kinds;
mod queries;
mod relation;
mod routines;
mod sequences;
mod shown;
mod triggers;
mod views;

use std::collections::HashMap;

use hypostyle_core::{Result, Type};
use hypostyle_sql::Dialect;

use self::kinds::kind;
use self::relation::{RelationRow, relation};
use self::shown::{partitions, shown, without_database};
use super::Inspector;
use super::labels::labels;
use crate::{
    Action, Check, Column, ForeignKey, Generated, Identity, Index, IndexPart, IndexedBy, Origin,
    Schema, Storage, Table, TableKind, TableOption, Trigger,
};

type ColumnRow = (
    String,
    String,
    String,
    bool,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);
type IndexRow =
    (String, String, bool, Option<String>, bool, Option<i64>, String, Option<String>, String, bool);
type ForeignKeyRow = (String, String, String, String, String, String, String);

/// Lists the names of all tables and views.
pub(super) async fn names(inspector: &mut Inspector<'_, '_>) -> Result<Vec<String>> {
    let found: Vec<(String,)> = inspector.ask(queries::NAMES, ()).await?;
    Ok(found.into_iter().map(|(name,)| name).collect())
}

/// Inspects all tables and views, or the one that a name means.
pub(super) async fn find(
    inspector: &mut Inspector<'_, '_>,
    name: Option<&str>,
) -> Result<Vec<Table>> {
    let mut relations: Vec<RelationRow> = inspector.ask(queries::RELATIONS, (name,)).await?;
    if let Some(name) = name
        && let Some(exact) = relations.iter().position(|(_, found, ..)| found == name)
    {
        relations = vec![relations.swap_remove(exact)];
    }
    if relations.is_empty() {
        return Ok(Vec::new());
    }
    let (is_mariadb, ignores_indexes): (bool, bool) =
        inspector.ask(queries::BRAND, ()).await?.pop().unwrap_or_default();
    let (indexes, checks) = match (is_mariadb, ignores_indexes) {
        (true, true) => (queries::indexes("NULL", "ignored = 'YES'"), queries::CHECKS_OF_MARIADB),
        (true, false) => (queries::indexes("NULL", "false"), queries::CHECKS_OF_MARIADB),
        (false, _) => (queries::indexes("expression", "is_visible = 'NO'"), queries::CHECKS),
    };
    let columns = queries::columns(if is_mariadb { "NULL" } else { "srs_id" });
    let mut tables = Tables::new(relations, is_mariadb);
    tables.add_columns(inspector.ask(&columns, (name,)).await?)?;
    tables.add_indexes(inspector.ask(&indexes, (name,)).await?);
    tables.add_foreign_keys(inspector.ask(queries::FOREIGN_KEYS, (name,)).await?);
    tables.add_checks(inspector.ask(checks, (name,)).await?);
    tables.add_triggers(triggers::triggers(inspector, name).await?);
    let mut tables = tables.list;
    for table in &mut tables {
        if table.kind == TableKind::View {
            views::set(inspector, table).await?;
        } else if relation::is_partitioned(table) {
            let statement = shown(inspector, "TABLE", &table.name).await?;
            relation::set_partitions(table, statement.as_deref().and_then(partitions));
        }
    }
    Ok(tables)
}

/// Tells what stands beside the tables.
pub(super) async fn beside(inspector: &mut Inspector<'_, '_>, schema: &mut Schema) -> Result<()> {
    schema.sequences = sequences::sequences(inspector).await?;
    routines::add(inspector, schema).await?;
    events::add(inspector, schema).await
}

/// The tables as they are put together, found by the name that every row of an answer begins with.
struct Tables {
    list: Vec<Table>,
    at: HashMap<String, usize>,
    /// The collation of each table.
    collations: Vec<String>,
    is_mariadb: bool,
}

impl Tables {
    fn new(relations: Vec<RelationRow>, is_mariadb: bool) -> Self {
        let (list, collations): (Vec<Table>, Vec<String>) =
            relations.into_iter().map(relation).unzip();
        let at = list.iter().enumerate().map(|(at, table)| (table.name.clone(), at)).collect();
        Self { list, at, collations, is_mariadb }
    }

    fn find(&mut self, name: &str) -> Option<&mut Table> {
        self.at.get(name).map(|at| &mut self.list[*at])
    }

    fn add_columns(&mut self, rows: Vec<ColumnRow>) -> Result<()> {
        let is_mariadb = self.is_mariadb;
        for row in rows {
            let (table, name, declared, nullable, default, extra, expression, comment, collation) =
                row;
            let Some(at) = self.at.get(&table).copied() else { continue };
            let table = &mut self.list[at];
            let of_table = &self.collations[at];
            let storage = match extra.as_str() {
                extra if extra.contains("virtual generated") => Some(Storage::Virtual),
                extra if extra.contains("stored generated") => Some(Storage::Stored),
                _ => None,
            };
            let on_update = extra.split_once("on update ").map(|(_, update)| update.to_owned());
            let generated = storage.map(|storage| Generated {
                storage,
                expression: expression
                    .filter(|text| !text.is_empty())
                    .map(|text| expression::expression(&text, is_mariadb)),
            });
            let kind = kind(&declared);
            let default = match default {
                Some(text) if is_mariadb => {
                    Some(without_database(&text, &table.schema)?).filter(|text| text != "NULL")
                }
                Some(text) if extra.contains("default_generated") => {
                    Some(expression::expression(&text, is_mariadb))
                }
                Some(text) if is_written_bare(kind, &text) => Some(text),
                Some(text) => Some(Dialect::Mysql.quote_string(&text)?),
                None => None,
            };
            let is_view = table.kind == TableKind::View;
            table.columns.push(Column {
                kind,
                labels: labels(&declared),
                declared,
                nullable,
                // A view has no defaults of its own.
                default: default.filter(|_| !is_view && generated.is_none()),
                generated,
                identity: extra.contains("auto_increment").then_some(Identity::ByDefault),
                comment: comment.filter(|text| !text.is_empty()),
                hidden: extra.contains("invisible"),
                collation: collation.filter(|own| !is_view && own != of_table),
                on_update,
                name,
                ..Column::default()
            });
        }
        Ok(())
    }

    fn add_indexes(&mut self, rows: Vec<IndexRow>) {
        for row in rows {
            let (table, name, unique, column, descending, prefix, method, expression, note, unused) =
                row;
            let Some(table) = self.find(&table) else { continue };
            let origin = match (name.as_str(), unique) {
                ("PRIMARY", _) => Origin::PrimaryKey,
                (_, true) => Origin::Unique,
                (_, false) => Origin::Created,
            };
            if origin == Origin::PrimaryKey
                && let Some(column) = &column
            {
                table.primary_key.push(column.clone());
                let place = table.primary_key.len();
                let found = table.columns.iter_mut().find(|found| found.name == *column);
                if let Some(found) = found {
                    found.primary_key = Some(place);
                }
            }
            let by = match (column, expression) {
                (Some(column), _) => IndexedBy::Column(column),
                (None, expression) => IndexedBy::Expression(expression::expression(
                    &expression.unwrap_or_default(),
                    false,
                )),
            };
            let prefix = prefix.filter(|_| method != "spatial");
            let prefix = prefix.and_then(|length| u32::try_from(length).ok());
            let part = IndexPart { by, descending, prefix, ..IndexPart::default() };
            match table.indexes.last_mut().filter(|index| index.name == name) {
                Some(index) => index.parts.push(part),
                None => table.indexes.push(Index {
                    name,
                    unique,
                    origin,
                    parts: vec![part],
                    method: Some(method).filter(|method| method != usual_method(table)),
                    comment: Some(note).filter(|text| !text.is_empty()),
                    unused,
                    ..Index::default()
                }),
            }
        }
    }

    fn add_foreign_keys(&mut self, rows: Vec<ForeignKeyRow>) {
        for (table, name, column, referenced_table, referenced, update, delete) in rows {
            let Some(table) = self.find(&table) else { continue };
            let known = table.foreign_keys.iter_mut().find(|key| key.name.as_ref() == Some(&name));
            match known {
                Some(key) => {
                    key.columns.push(column);
                    key.referenced_columns.push(referenced);
                }
                None => table.foreign_keys.push(ForeignKey {
                    name: Some(name),
                    columns: vec![column],
                    referenced_table,
                    referenced_columns: vec![referenced],
                    on_update: action(&update),
                    on_delete: action(&delete),
                    ..ForeignKey::default()
                }),
            }
        }
    }

    /// The check by which MariaDB makes text JSON is its type `json`.
    fn add_checks(&mut self, rows: Vec<(String, String, String, bool)>) {
        let is_mariadb = self.is_mariadb;
        for (table, name, clause, not_enforced) in rows {
            let Some(table) = self.find(&table) else { continue };
            let of_json = |column: &Column| clause == format!("json_valid(`{}`)", column.name);
            match table.columns.iter_mut().find(|column| of_json(column)) {
                Some(column) => {
                    column.kind = Type::Json;
                    "json".clone_into(&mut column.declared);
                    column.collation = None;
                }
                None => table.checks.push(Check {
                    name: Some(name),
                    expression: expression::expression(&clause, is_mariadb),
                    not_enforced,
                    ..Check::default()
                }),
            }
        }
    }

    fn add_triggers(&mut self, triggers: Vec<(String, Trigger)>) {
        for (table, trigger) in triggers {
            if let Some(table) = self.find(&table) {
                table.triggers.push(trigger);
            }
        }
    }
}

/// The method of an index of which nothing is said.
fn usual_method(table: &Table) -> &'static str {
    let in_memory = |option: &TableOption| option.name == "ENGINE" && option.value == "MEMORY";
    if table.options.iter().any(in_memory) { "hash" } else { "btree" }
}

/// Tells whether MySQL shows a literal as SQL writes it.
fn is_written_bare(kind: Type, text: &str) -> bool {
    let is_number =
        matches!(kind, Type::Bool | Type::I64 | Type::U64 | Type::F32 | Type::F64 | Type::Decimal);
    is_number || text.starts_with("b'") || text.starts_with("0x")
}

fn action(rule: &str) -> Action {
    match rule {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
