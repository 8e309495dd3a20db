//! A migration generated from what a model file wants.

mod unsaid;

use std::borrow::Cow;

use hypostyle_core::{Database, Result, Transaction};
use hypostyle_sql::{Dialect, TokenKind};

use crate::desired::{ModelFile, actual, enter_scratch, without_schema};
use crate::diff::{Answer, diff};
use crate::migrate::{JOURNAL_TABLE, MigrationKind, MigrationSet, Migrator, TRACKING_TABLE};
use crate::plan::{Plan, plan};
use crate::{Inspector, Schema, Table};

/// A migration that leads to what a model file wants, and its way back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GeneratedMigration {
    /// What it does and what it may do to data.
    pub plan: Plan,
    /// The text of the migration's file.
    pub up: String,
    /// The text of the file that undoes it.
    pub undo: String,
    /// Tables that stand in the database already and in no migration: they are made where they are
    /// missing, as in a database that is new.
    pub adopted: Vec<String>,
}

/// Generates what leads from the schema that a set of migrations makes to the one that a model file
/// wants; answers nothing where there is no difference.
///
/// The set is replayed: on PostgreSQL in a scratch schema of the database itself, which is undone,
/// elsewhere on the scratch database. So the file fits a new database as well as this one. Tables that
/// this database has and no migration makes are adopted as they are here. What a model file has no
/// words for, as policies and comments on PostgreSQL, stays as the migrations make it.
///
/// # Errors
/// `Validation` for a model file that does not fit the engine, and while it is open whether
/// something was renamed, with how to answer ([`OpenQuestions`](crate::diff::OpenQuestions) tells the
/// questions); `Unsupported` for a change that the engine has no words
/// for; those of the engine, as where a migration cannot be replayed.
///
/// # Cancellation
/// Nothing is written to the database.
///
/// # Capability
/// SQLite and DuckDB with an empty scratch database such as `sqlite::memory:`, MySQL and MariaDB with
/// that of a [`ScratchDatabase`](crate::ScratchDatabase), PostgreSQL with the database itself.
pub async fn generate(
    database: &Database,
    scratch: &Database,
    models: &ModelFile,
    set: &MigrationSet,
    answers: &[Answer],
) -> Result<Option<GeneratedMigration>> {
    let dialect = database.engine().dialect;
    let mut desired = models.check(scratch).await?;
    let replayed = replay(set, scratch).await?;
    let live = without_own(actual(database).await?);
    let from = adopt(&replayed, &live, &desired);
    let adopted: Vec<String> =
        from.tables[replayed.tables.len()..].iter().map(|table| table.name.clone()).collect();
    unsaid::keep(&from, &mut desired, dialect);
    let found = diff(&from, &desired, dialect, answers);
    let plan = plan(&found, &from, &desired, dialect)?;
    let adopting = adopting(&replayed, &from, dialect)?;
    if plan.up.statements.is_empty() && adopting.is_empty() {
        return Ok(None);
    }
    let mut up = plan.up.clone();
    up.statements.splice(0..0, adopting);
    let (up, undo) = (up.text(&remarks(&plan, &adopted), dialect), undo(&plan, dialect));
    Ok(Some(GeneratedMigration { plan, up, undo, adopted }))
}

/// Answers the schema that a set of migrations makes on an empty database: on PostgreSQL in a scratch
/// schema of the database itself, elsewhere on the scratch one, which must be empty.
///
/// # Errors
/// Those of the migrations; `Unsupported` for an engine without them.
///
/// # Cancellation
/// Nothing stays on PostgreSQL; a scratch database holds what was made.
pub async fn replay(set: &MigrationSet, scratch: &Database) -> Result<Schema> {
    if !scratch.engine().dialect.is_postgres() {
        let migrator = Migrator::new(scratch);
        match set.kind() {
            MigrationKind::System => migrator.system(set.clone()).up(None).await?,
            MigrationKind::App => migrator.app(set.clone()).up(None).await?,
        };
        return Ok(without_own(actual(scratch).await?));
    }
    let mut transaction = scratch.begin().await?;
    let home = enter_scratch(&mut transaction).await?;
    for migration in set.migrations() {
        run(migration.up.script().map_or("", |script| &script.text), &mut transaction)
            .await
            .map_err(|error| error.while_doing(&migration.shown()))?;
    }
    let schema = Inspector::new(scratch, &mut transaction)?.within(home).schema().await?;
    transaction.rollback().await?;
    Ok(without_own(without_schema(schema, Dialect::Postgres)))
}

async fn run(text: &str, transaction: &mut Transaction<'_>) -> Result<()> {
    for statement in hypostyle_sql::split(text, Dialect::Postgres) {
        let plain = inside_transaction(statement.text);
        transaction.request(&plain).tag("schema.replay").execute().await?;
    }
    Ok(())
}

/// Leaves out the word by which an index is built outside of transactions: the same is made without.
fn inside_transaction(statement: &str) -> Cow<'_, str> {
    let words = hypostyle_sql::tokens(statement, Dialect::Postgres)
        .filter(|token| token.kind == TokenKind::Word);
    let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
    let head: Vec<_> = words.take(4).collect();
    let is_of_index = head.iter().any(|token| is(token.text(statement), "INDEX"));
    match head.iter().find(|token| is(token.text(statement), "CONCURRENTLY")) {
        Some(word) if is_of_index => {
            Cow::Owned(format!("{}{}", &statement[..word.start], &statement[word.end..]))
        }
        _ => Cow::Borrowed(statement),
    }
}

/// Leaves out the tables of the project itself.
fn without_own(mut schema: Schema) -> Schema {
    let is_own = |table: &Table| {
        let name = table.bare_name();
        name == TRACKING_TABLE || name == JOURNAL_TABLE || name.starts_with("hypostyle_")
    };
    schema.tables.retain(|table| !is_own(table));
    schema
}

/// Adds to what migrations make what the database has beside it and the models want.
fn adopt(replayed: &Schema, live: &Schema, desired: &Schema) -> Schema {
    let mut from = replayed.clone();
    adopt_all(&mut from.enumerations, &live.enumerations, &desired.enumerations, |it| &it.name);
    adopt_all(&mut from.domains, &live.domains, &desired.domains, |it| &it.name);
    adopt_all(&mut from.sequences, &live.sequences, &desired.sequences, |it| &it.name);
    adopt_all(&mut from.definitions, &live.definitions, &desired.definitions, |it| &it.name);
    adopt_all(&mut from.tables, &live.tables, &desired.tables, |it| &it.name);
    from
}

fn adopt_all<T: Clone>(into: &mut Vec<T>, live: &[T], desired: &[T], name: fn(&T) -> &String) {
    let has = |all: &[T], one: &T| all.iter().any(|other| name(other) == name(one));
    let new: Vec<T> =
        live.iter().filter(|one| has(desired, one) && !has(into, one)).cloned().collect();
    into.extend(new);
}

/// The statements that make what stands already, where it is missing.
fn adopting(replayed: &Schema, from: &Schema, dialect: Dialect) -> Result<Vec<String>> {
    let found = diff(replayed, from, dialect, &[]);
    let statements = plan(&found, replayed, from, dialect)?.up.statements;
    Ok(statements.into_iter().map(|statement| where_missing(&statement, dialect)).collect())
}

/// Makes a statement do nothing where its object is there.
fn where_missing(statement: &str, dialect: Dialect) -> String {
    let begins = |kind: &str| {
        let head = statement.get(..kind.len())?;
        head.eq_ignore_ascii_case(kind).then(|| &statement[kind.len()..])
    };
    let always = ["CREATE TABLE ", "CREATE UNIQUE INDEX ", "CREATE INDEX ", "CREATE SEQUENCE "];
    let of_sqlite = ["CREATE VIEW ", "CREATE TRIGGER "];
    let kinds = always.iter().chain(of_sqlite.iter().filter(|_| !dialect.is_postgres()));
    for kind in kinds {
        if let Some(rest) = begins(kind) {
            return format!("{kind}IF NOT EXISTS {rest}");
        }
    }
    let is_replaced = begins("CREATE OR REPLACE ").is_some() || begins("CREATE ").is_none();
    if !dialect.is_postgres() || is_replaced {
        return statement.to_owned();
    }
    let statement = statement.trim_end().trim_end_matches(';');
    format!(
        "DO $adopt$ BEGIN\n  {statement};\nEXCEPTION WHEN duplicate_object OR duplicate_table THEN \
         NULL;\nEND $adopt$"
    )
}

fn remarks(plan: &Plan, adopted: &[String]) -> Vec<String> {
    let mut remarks: Vec<String> = plan.summary.clone();
    if !adopted.is_empty() {
        remarks.insert(0, format!("make where missing: {}", adopted.join(", ")));
    }
    for risk in &plan.risks {
        remarks.push(format!("Beware: {}", risk.sentence));
    }
    remarks
}

fn undo(plan: &Plan, dialect: Dialect) -> String {
    let lost = plan.lost.iter().map(|lost| format!("Beware: {lost}")).collect::<Vec<_>>();
    plan.down.text(&lost, dialect)
}
