//! Changes as the statements of a dialect, in an order in which they can run.
//!
//! # Invariants
//! - There is no plan while a question of a rename is open.
//! - What reads a table that is made anew is dropped before and made again after.
//! - A plan back is the plan of the changes turned around: one writer for both.
//! - What a dialect has no words for is an error that names it, and no statement that does something
//!   else.

mod beside;
mod dependents;
mod duckdb;
mod mysql;
mod order;
mod postgres;
mod rebuild;
mod script;
mod sqlite;
mod steps;

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::Dialect;

pub use script::Script;

use self::dependents::Dependents;
use self::steps::Steps;
use crate::create::Words;
use crate::diff::{Change, Diff, OpenQuestions, Part, Risk, TableChange};
use crate::{Column, ForeignKey, Schema, Table, TableKind};

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
/// `Validation` while questions are open, each named with how to answer it, caused by
/// [`OpenQuestions`]; `Unsupported` for a change that the dialect has no words for.
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
        let open = OpenQuestions(diff.questions.clone());
        return Err(Error::new(ErrorKind::Validation, open.to_string()).caused_by(open));
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
    let mut planner = Planner { dialect, from, to, changes, steps: Steps::default(), dependents };
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
        planner.steps.belong_to(change.subject());
    }
    if dialect == Dialect::Mysql {
        mysql::references::around(&mut planner, changes)?;
    }
    if remade.is_empty() {
        planner.create_tables(changes)?;
        planner.drop_tables(changes)?;
    } else {
        planner.remake(changes, &remade)?;
    }
    planner.views()?;
    planner.triggers();
    match dialect.is_postgres() {
        true => postgres::script(planner, changes),
        false => Ok(planner.steps.script()),
    }
}

/// Writes changes as statements.
struct Planner<'a> {
    dialect: Dialect,
    from: &'a Schema,
    to: &'a Schema,
    changes: &'a [Change],
    steps: Steps,
    dependents: Dependents,
}

impl<'a> Planner<'a> {
    fn change(&mut self, change: &Change) -> Result<()> {
        match change {
            Change::CreateSchema(name) => {
                let name = self.name(name)?;
                self.steps.schemas.push(format!("CREATE SCHEMA {name}"));
            }
            Change::DropSchema(name) => {
                let name = self.name(name)?;
                self.steps.drop_schemas.push(format!("DROP SCHEMA {name}"));
            }
            Change::AlterTable(it) => self.alter(it)?,
            Change::CreateDefinition(_)
            | Change::DropDefinition(_)
            | Change::ReplaceDefinition { .. } => self.definition(change)?,
            // Those of tables and views are ordered by what they refer to.
            Change::CreateTable(_) | Change::DropTable(_) => {}
            Change::CreateView(_) | Change::DropView(_) | Change::ReplaceView { .. } => {}
            // There are no words for it: the summary says it.
            Change::Beyond { .. } => {}
            other => self.of_types(other)?,
        }
        Ok(())
    }

    fn definition(&mut self, change: &Change) -> Result<()> {
        match change {
            _ if self.dialect.is_postgres() => postgres::definition(self, change)?,
            Change::CreateDefinition(it) => self.steps.definitions.push(it.sql.clone()),
            Change::DropDefinition(it) => self.steps.drop_types.insert(0, it.drop.clone()),
            Change::ReplaceDefinition { from, to } => {
                self.steps.definitions.push(from.drop.clone());
                self.steps.definitions.push(to.sql.clone());
            }
            _ => {}
        }
        Ok(())
    }

    fn of_types(&mut self, change: &Change) -> Result<()> {
        match self.dialect.is_postgres() {
            true => postgres::types(self, change),
            false if beside::beside(self, change)? => Ok(()),
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
        for (table, later) in order::referred_first(&created(changes)) {
            let words = Words { table, dialect: self.dialect };
            let is_later = |key: &&ForeignKey| {
                self.dialect != Dialect::Sqlite
                    && !key.not_valid
                    && (later.contains(&key.referenced_table.as_str())
                        || self.alters_key(key, changes))
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
            self.steps.triggers.extend(words.late()?);
            self.steps.belong_to(table.subject());
        }
        Ok(())
    }

    /// Tells whether the key that a reference needs may come or go with this plan.
    fn alters_key(&self, key: &ForeignKey, changes: &[Change]) -> bool {
        (self.dialect.is_postgres() || self.dialect == Dialect::Mysql)
            && changes.iter().any(|change| match change {
                Change::AlterTable(change) => {
                    [&change.from.name, &change.to.name].contains(&&key.referenced_table)
                }
                _ => false,
            })
    }

    /// Drops tables, those last that others refer to.
    fn drop_tables(&mut self, changes: &[Change]) -> Result<()> {
        let mut ordered = order::referred_first(&dropped(changes));
        ordered.reverse();
        for (table, later) in ordered {
            let name = table.sql_name(self.dialect)?;
            for key in &table.foreign_keys {
                let is_held = later.contains(&key.referenced_table.as_str())
                    || self.dialect == Dialect::Mysql && self.alters_key(key, changes);
                let (true, Some(key_name)) = (is_held, &key.name) else { continue };
                let what =
                    if self.dialect == Dialect::Mysql { "FOREIGN KEY" } else { "CONSTRAINT" };
                if self.dialect == Dialect::Mysql || self.dialect.is_postgres() {
                    let key_name = self.name(key_name)?;
                    let drop = format!("ALTER TABLE {name}\n  DROP {what} {key_name}");
                    self.steps.drop_references.push(drop);
                }
            }
            let is_foreign = table.kind == TableKind::Foreign;
            let drop =
                format!("DROP {} {name}", if is_foreign { "FOREIGN TABLE" } else { "TABLE" });
            // A view may take the name.
            match self.to.tables.iter().any(|other| other.name == table.name) {
                true => self.steps.drop_views.push(drop),
                false => self.steps.drop.push(drop),
            }
            self.steps.belong_to(table.subject());
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
            self.steps.belong_to(view.subject());
        }
        for view in self.dependents.made_views(self.to) {
            let sql = view.sql.as_deref().ok_or_else(|| {
                let message = format!("the statement of the view `{}` is not known", view.name);
                Error::new(ErrorKind::Unsupported, message)
            })?;
            self.steps.views.push(sql.trim_end().trim_end_matches(';').to_owned());
            let words = Words { table: view, dialect: self.dialect };
            self.steps.views.extend(words.beside()?);
            self.steps.triggers.extend(words.late()?);
            self.steps.belong_to(view.subject());
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

    /// Tells whether a reference goes by a difference of its own table.
    fn drops_key(&self, table: &Table, key: &ForeignKey) -> bool {
        self.changes.iter().any(|change| match change {
            Change::AlterTable(change) => {
                change.from.name == table.name
                    && change.parts.contains(&Part::DropForeignKey(key.clone()))
            }
            _ => false,
        })
    }

    /// What a column of before becomes.
    fn column_after(&self, table: &Table, column: &Column) -> Option<&'a Column> {
        let change = self.changes.iter().find_map(|change| match change {
            Change::AlterTable(change) if change.from.name == table.name => Some(&**change),
            _ => None,
        });
        let (table, name) = match change {
            Some(change) => (&change.to.name, change.new_name(&column.name)?),
            None => (&table.name, column.name.as_str()),
        };
        self.to.tables.iter().find(|other| other.name == *table)?.column(name)
    }

    fn name(&self, name: &str) -> Result<String> {
        Ok(self.dialect.quote_identifier(name)?)
    }

    /// A name with its schema before it, where that is told.
    fn place(&self, schema: &str, name: &str) -> Result<String> {
        let name = self.name(name)?;
        match schema {
            "" => Ok(name),
            schema => Ok(format!("{}.{name}", self.name(schema)?)),
        }
    }

    fn refuse_on_duckdb(&self, table: &Table, what: &str) -> Result<()> {
        match self.dialect {
            Dialect::DuckDb => Err(unsupported(table, what)),
            _ => Ok(()),
        }
    }
}

/// The tables that are new.
fn created(changes: &[Change]) -> Vec<&Table> {
    let tables = changes.iter().filter_map(|change| match change {
        Change::CreateTable(table) => Some(table),
        _ => None,
    });
    tables.collect()
}

/// The tables that go.
fn dropped(changes: &[Change]) -> Vec<&Table> {
    let tables = changes.iter().filter_map(|change| match change {
        Change::DropTable(table) => Some(table),
        _ => None,
    });
    tables.collect()
}

fn unsupported(table: &Table, what: &str) -> Error {
    let message = format!("the engine has no words for {what} of `{}`", table.name);
    Error::new(ErrorKind::Unsupported, message)
}

/// A name of SQLite between quotes; the inspected ones have no NUL.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
