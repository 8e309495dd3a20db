//! Changes as the statements of a dialect, in an order in which they can run.
//!
//! # Invariants
//! - There is no plan while a question of a rename is open.
//! - What reads a table that is made anew is dropped before and made again after.
//! - A plan back is the plan of the changes turned around: one writer for both.
//! - What a dialect has no words for is an error that names it, and no statement that does something
//!   else.

mod dependents;
mod duckdb;
mod mysql;
mod order;
mod postgres;
mod rebuild;
mod script;
mod sqlite;

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::Dialect;

pub use script::Script;

use self::dependents::Dependents;
use crate::create::Words;
use crate::diff::{Change, Diff, Risk, TableChange};
use crate::{ForeignKey, Schema, Table};

/// What leads from one schema to another, and back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// What it does, a sentence each.
    pub summary: Vec<String>,
    /// What it may do to data, the worst first.
    pub risks: Vec<Risk>,
    /// The statements there.
    pub up: Script,
    /// The statements back. Data that is lost is not brought back; see `lost`.
    pub down: Script,
    /// What the way back loses, or cannot bring back, a sentence each.
    pub lost: Vec<String>,
}

/// Plans the changes between two schemas.
///
/// # Errors
/// `Validation` while questions are open, each named with how to answer it; `Unsupported` for a
/// change that the dialect has no words for.
///
/// # Examples
/// ```
/// use hypostyle_core::Type;
/// use hypostyle_schema::{Column, Schema, Table, diff, plan};
/// use hypostyle_sql::Dialect;
/// let item = Table::new("item").with(Column::new("id", Type::I64)).keyed_by(["id"]);
/// let wanted = item.clone().with(Column::new("note", Type::Text));
/// let [from, to] = [item, wanted].map(|table| Schema { tables: vec![table], ..Schema::default() });
/// let found = diff::diff(&from, &to, Dialect::Sqlite, &[]);
/// let plan = plan::plan(&found, &from, &to, Dialect::Sqlite)?;
/// assert_eq!(plan.up.statements, ["ALTER TABLE \"item\"\n  ADD COLUMN \"note\" TEXT"]);
/// assert_eq!(plan.down.statements, ["ALTER TABLE \"item\"\n  DROP COLUMN \"note\""]);
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
pub fn plan(diff: &Diff, from: &Schema, to: &Schema, dialect: Dialect) -> Result<Plan> {
    if !diff.questions.is_empty() {
        let questions: Vec<String> = diff.questions.iter().map(ToString::to_string).collect();
        return Err(Error::new(ErrorKind::Validation, questions.join("\n")));
    }
    let back: Vec<Change> = diff.changes.iter().rev().map(Change::reversed).collect();
    let mut risks: Vec<Risk> = diff.changes.iter().flat_map(Change::risks).collect();
    risks.sort_by_key(|risk| std::cmp::Reverse(risk.level));
    let loses = |change: &Change| {
        let losing = |risk: &Risk| risk.level == crate::diff::RiskLevel::LosesData;
        change.risks().into_iter().filter(losing).map(|risk| risk.sentence).collect::<Vec<_>>()
    };
    Ok(Plan {
        summary: diff.changes.iter().flat_map(Change::sentences).collect(),
        risks,
        up: script(&diff.changes, from, to, dialect)?,
        down: script(&back, to, from, dialect)?,
        lost: diff.changes.iter().chain(&back).flat_map(loses).collect(),
    })
}

fn script(changes: &[Change], from: &Schema, to: &Schema, dialect: Dialect) -> Result<Script> {
    let dependents = Dependents::of(changes, from, to, dialect);
    let mut planner = Planner { dialect, from, to, steps: Steps::default(), dependents };
    let remade = match dialect {
        Dialect::DuckDb => duckdb::remade(changes, from, to),
        _ => Vec::new(),
    };
    let is_remade = |change: &&Change| match change {
        Change::AlterTable(change) => remade.iter().any(|it| it.from.name == change.from.name),
        _ => false,
    };
    for change in changes.iter().filter(|change| !is_remade(change)) {
        planner.change(change)?;
    }
    if remade.is_empty() {
        planner.create_tables(changes)?;
        planner.drop_tables(changes)?;
    } else {
        planner.remake(changes, &remade)?;
    }
    planner.views()?;
    planner.triggers();
    Ok(planner.steps.script())
}

/// Statements by when they run.
#[derive(Debug, Default)]
struct Steps {
    /// Whether references must not be followed while it runs (SQLite).
    without_foreign_keys: bool,
    /// Whether each statement must commit by itself (DuckDB).
    without_transaction: bool,
    drop_triggers: Vec<String>,
    drop_views: Vec<String>,
    drop_references: Vec<String>,
    types: Vec<String>,
    create: Vec<String>,
    alter: Vec<String>,
    add_references: Vec<String>,
    drop: Vec<String>,
    drop_types: Vec<String>,
    definitions: Vec<String>,
    views: Vec<String>,
    triggers: Vec<String>,
    comments: Vec<String>,
}

impl Steps {
    fn script(self) -> Script {
        let statements = [
            self.drop_triggers,
            self.drop_views,
            self.drop_references,
            self.types,
            self.create,
            self.alter,
            self.add_references,
            self.drop,
            self.drop_types,
            self.definitions,
            self.views,
            self.triggers,
            self.comments,
        ];
        Script {
            statements: statements.concat(),
            without_foreign_keys: self.without_foreign_keys,
            without_transaction: self.without_transaction,
        }
    }
}

/// Writes changes as statements.
struct Planner<'a> {
    dialect: Dialect,
    from: &'a Schema,
    to: &'a Schema,
    steps: Steps,
    dependents: Dependents,
}

impl Planner<'_> {
    fn change(&mut self, change: &Change) -> Result<()> {
        match change {
            Change::CreateSchema(name) => {
                let name = self.name(name)?;
                self.steps.types.insert(0, format!("CREATE SCHEMA {name}"));
            }
            Change::DropSchema(name) => {
                let name = self.name(name)?;
                self.steps.drop_types.push(format!("DROP SCHEMA {name}"));
            }
            Change::CreateExtension(it) => {
                let name = self.name(&it.name)?;
                let schema = it.schema.as_ref().map(|schema| self.name(schema)).transpose()?;
                let within = schema.map_or_else(String::new, |name| format!(" WITH SCHEMA {name}"));
                self.steps.types.push(format!("CREATE EXTENSION {name}{within}"));
            }
            Change::DropExtension(it) => {
                let name = self.name(&it.name)?;
                self.steps.drop_types.push(format!("DROP EXTENSION {name}"));
            }
            Change::AlterTable(it) => self.alter(it)?,
            Change::CreateDefinition(it) => self.steps.definitions.push(it.sql.clone()),
            Change::DropDefinition(it) => self.steps.drop_types.insert(0, it.drop.clone()),
            Change::ReplaceDefinition { from, to } => {
                self.steps.definitions.push(from.drop.clone());
                self.steps.definitions.push(to.sql.clone());
            }
            // Those of tables and views are ordered by what they refer to.
            Change::CreateTable(_) | Change::DropTable(_) => {}
            Change::CreateView(_) | Change::DropView(_) | Change::ReplaceView { .. } => {}
            other => self.of_types(other)?,
        }
        Ok(())
    }

    fn of_types(&mut self, change: &Change) -> Result<()> {
        match self.dialect.is_postgres() {
            true => postgres::types(self, change),
            false => {
                let what = change.sentences().join(", ");
                Err(Error::new(ErrorKind::Unsupported, format!("the engine cannot {what}")))
            }
        }
    }

    fn alter(&mut self, change: &TableChange) -> Result<()> {
        match self.dialect {
            Dialect::Sqlite => sqlite::alter(self, change),
            Dialect::Mysql => mysql::alter(self, change),
            Dialect::DuckDb => duckdb::alter(self, change),
            _ => postgres::alter(self, change),
        }
    }

    /// Makes new tables, those first that others refer to. A reference around a circle is added
    /// once all stand; SQLite looks at references only when rows come.
    fn create_tables(&mut self, changes: &[Change]) -> Result<()> {
        let new: Vec<&Table> = changes
            .iter()
            .filter_map(|change| match change {
                Change::CreateTable(table) => Some(table),
                _ => None,
            })
            .collect();
        for (table, later) in order::referred_first(&new) {
            let words = Words { table, dialect: self.dialect };
            let is_later = |key: &&ForeignKey| {
                self.dialect != Dialect::Sqlite && later.contains(&key.referenced_table.as_str())
            };
            let (after, inside): (Vec<&ForeignKey>, Vec<&ForeignKey>) =
                table.foreign_keys.iter().partition(is_later);
            let inside: Vec<ForeignKey> = inside.into_iter().cloned().collect();
            self.steps.create.push(words.create(&inside)?);
            self.steps.create.extend(words.beside()?);
            for key in after {
                self.refuse_on_duckdb(table, "a circle of references")?;
                let (name, key) = (table.sql_name(self.dialect)?, words.foreign_key(key)?);
                self.steps.add_references.push(format!("ALTER TABLE {name}\n  ADD {key}"));
            }
            self.steps.triggers.extend(table.triggers.iter().map(|trigger| trigger.sql.clone()));
        }
        Ok(())
    }

    /// Drops tables, those last that others refer to.
    fn drop_tables(&mut self, changes: &[Change]) -> Result<()> {
        let gone: Vec<&Table> = changes
            .iter()
            .filter_map(|change| match change {
                Change::DropTable(table) => Some(table),
                _ => None,
            })
            .collect();
        let mut ordered = order::referred_first(&gone);
        ordered.reverse();
        for (table, later) in ordered {
            let name = table.sql_name(self.dialect)?;
            for key in &table.foreign_keys {
                let (true, Some(key_name)) =
                    (later.contains(&key.referenced_table.as_str()), &key.name)
                else {
                    continue;
                };
                let what =
                    if self.dialect == Dialect::Mysql { "FOREIGN KEY" } else { "CONSTRAINT" };
                if self.dialect == Dialect::Mysql || self.dialect.is_postgres() {
                    let key_name = self.name(key_name)?;
                    let drop = format!("ALTER TABLE {name}\n  DROP {what} {key_name}");
                    self.steps.drop_references.push(drop);
                }
            }
            self.steps.drop.push(format!("DROP TABLE {name}"));
        }
        Ok(())
    }

    /// Drops and makes views, those that changed and those that stand in the way.
    fn views(&mut self) -> Result<()> {
        for view in self.dependents.dropped_views(self.from) {
            let kind = view.kind.words().to_ascii_uppercase();
            let kind = if kind.starts_with("VIRTUAL") { "TABLE" } else { kind.as_str() };
            let name = view.sql_name(self.dialect)?;
            self.steps.drop_views.push(format!("DROP {kind} {name}"));
        }
        for view in self.dependents.made_views(self.to) {
            let sql = view.sql.as_deref().ok_or_else(|| {
                let message = format!("the statement of the view `{}` is not known", view.name);
                Error::new(ErrorKind::Unsupported, message)
            })?;
            self.steps.views.push(sql.trim_end().trim_end_matches(';').to_owned());
            let words = Words { table: view, dialect: self.dialect };
            self.steps.views.extend(words.beside()?);
            self.steps.triggers.extend(view.triggers.iter().map(|trigger| trigger.sql.clone()));
        }
        Ok(())
    }

    /// Drops and makes the triggers that read a table that is made anew.
    fn triggers(&mut self) {
        for trigger in self.dependents.triggers(self.from) {
            let drop = format!("DROP TRIGGER {}", quoted(&trigger.name));
            self.steps.drop_triggers.push(drop);
        }
        for trigger in self.dependents.triggers(self.to) {
            self.steps.triggers.push(trigger.sql.clone());
        }
    }

    fn name(&self, name: &str) -> Result<String> {
        Ok(self.dialect.quote_identifier(name)?)
    }

    fn refuse_on_duckdb(&self, table: &Table, what: &str) -> Result<()> {
        match self.dialect {
            Dialect::DuckDb => Err(unsupported(table, what)),
            _ => Ok(()),
        }
    }
}

fn unsupported(table: &Table, what: &str) -> Error {
    let message = format!("the engine has no words for {what} of `{}`", table.name);
    Error::new(ErrorKind::Unsupported, message)
}

/// A name of SQLite between quotes; the inspected ones have no NUL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
