//! What was done of a file whose statements each commit by themselves.
//!
//! A row is written before its statement and completed after. A statement that changes rows alone is
//! one transaction with its row; of any other that was begun and not ended, the schema tells whether
//! it ran: it is inspected before, and after a kill once more.

use hypostyle_core::{Database, Error, ErrorKind, Result};
use hypostyle_sql::{Dialect, Statement, TokenKind, Verb, classify, tokens};

use super::checksum::checksum;
use super::tracking::Tracking;
use super::{Migration, TRACKING_TABLE};
use crate::Schema;
use crate::on::On;
use crate::script::beginning;
use crate::words::unquote;

/// The table that remembers the statements of a file under way.
pub const JOURNAL_TABLE: &str = "ia_migration_statements";

/// A statement as the journal knows it.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    /// From 1.
    pub(super) number: i64,
    pub(super) statement: String,
    checksum: String,
    fingerprint: Option<String>,
    pub(super) outcome: Outcome,
    pub(super) error: Option<String>,
}

/// How a statement ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was begun, and nobody noted how it ended.
    Begun,
    Done,
    Failed,
}

/// The journal in the words of a dialect.
pub(super) struct Journal {
    name: String,
    dialect: Dialect,
}

type Found = (String, i64, String, String, Option<String>, String, Option<String>);

impl Journal {
    /// Answers the journal, and makes it where there is none.
    pub(super) async fn make(tracking: Tracking, on: &mut On<'_, '_>) -> Result<Self> {
        let dialect = tracking.dialect;
        if let Some(name) = tracking.find(on, JOURNAL_TABLE).await? {
            return Ok(Self { name, dialect });
        }
        let name = tracking.place(on, JOURNAL_TABLE).await?;
        let Tracking { key, now, .. } = tracking;
        let null = if dialect == Dialect::Mysql { " NULL" } else { "" };
        let create = format!(
            "CREATE TABLE {name} (\n    \
                 version {key} NOT NULL,\n    \
                 migration_type {key} NOT NULL,\n    \
                 number INTEGER NOT NULL,\n    \
                 statement TEXT NOT NULL,\n    \
                 checksum TEXT NOT NULL,\n    \
                 fingerprint TEXT,\n    \
                 started_at TIMESTAMP{null} DEFAULT {now},\n    \
                 ended_at TIMESTAMP{null},\n    \
                 outcome TEXT NOT NULL,\n    \
                 error TEXT,\n    \
                 PRIMARY KEY (version, migration_type, number)\n)"
        );
        on.execute(&create, ()).await?;
        Ok(Self { name, dialect })
    }

    /// Answers what was noted of all files, or nothing where there is no journal.
    pub(super) async fn all(
        tracking: Tracking,
        on: &mut On<'_, '_>,
    ) -> Result<Vec<(String, String, Noted)>> {
        let Some(name) = tracking.find(on, JOURNAL_TABLE).await? else { return Ok(Vec::new()) };
        let read = format!(
            "SELECT migration_type, version, number, statement, checksum, fingerprint, outcome, \
             error FROM {name} ORDER BY migration_type, version, number"
        );
        type All = (String, String, i64, String, String, Option<String>, String, Option<String>);
        let rows: Vec<All> = on.fetch_all(&read, ()).await?;
        let noted = |row: All| {
            let (kind, version, number, statement, checksum, fingerprint, outcome, error) = row;
            let outcome = outcome_of(&outcome);
            let noted = Noted { number, statement, checksum, fingerprint, outcome, error };
            (kind, version, noted)
        };
        Ok(rows.into_iter().map(noted).collect())
    }

    /// Answers what was noted of a file, in order.
    pub(super) async fn of(
        &self,
        on: &mut On<'_, '_>,
        migration: &Migration,
    ) -> Result<Vec<Noted>> {
        let read = format!(
            "SELECT version, number, statement, checksum, fingerprint, outcome, error FROM {} \
             WHERE version = ? AND migration_type = ? ORDER BY number",
            self.name
        );
        let key = (migration.version.to_string(), migration.kind.name());
        let rows: Vec<Found> = on.fetch_all(&read, (&key.0, key.1)).await?;
        let noted = |(_, number, statement, checksum, fingerprint, outcome, error): Found| Noted {
            number,
            statement,
            checksum,
            fingerprint,
            outcome: outcome_of(&outcome),
            error,
        };
        Ok(rows.into_iter().map(noted).collect())
    }

    /// Notes that a statement begins. Another run that is at the same one fails by the key.
    pub(super) async fn begin(
        &self,
        on: &mut On<'_, '_>,
        migration: &Migration,
        number: i64,
        statement: &Statement<'_>,
        fingerprint: Option<&str>,
    ) -> Result<()> {
        let version = migration.version.to_string();
        self.forget(on, migration, Some(number)).await?;
        let insert = format!(
            "INSERT INTO {} (version, migration_type, number, statement, checksum, fingerprint, \
             outcome) VALUES (?, ?, ?, ?, ?, ?, 'begun')",
            self.name
        );
        let (shown, digest) = (beginning(statement.text), checksum(statement.text));
        let kind = migration.kind.name();
        on.execute(&insert, (&version, kind, number, &shown, &digest, fingerprint)).await
    }

    /// Notes how a statement ended.
    pub(super) async fn end(
        &self,
        on: &mut On<'_, '_>,
        migration: &Migration,
        number: i64,
        error: Option<&str>,
    ) -> Result<()> {
        let now = if self.dialect == Dialect::Mysql || self.dialect == Dialect::Sqlite {
            "CURRENT_TIMESTAMP"
        } else {
            "CURRENT_TIMESTAMP AT TIME ZONE 'UTC'"
        };
        let update = format!(
            "UPDATE {} SET outcome = ?, error = ?, ended_at = {now} \
             WHERE version = ? AND migration_type = ? AND number = ?",
            self.name
        );
        let outcome = if error.is_some() { "failed" } else { "done" };
        let version = migration.version.to_string();
        on.execute(&update, (outcome, error, &version, migration.kind.name(), number)).await
    }

    /// Forgets a statement of a file, or all of it.
    pub(super) async fn forget(
        &self,
        on: &mut On<'_, '_>,
        migration: &Migration,
        number: Option<i64>,
    ) -> Result<()> {
        let version = migration.version.to_string();
        let kind = migration.kind.name();
        let of_file = format!("DELETE FROM {} WHERE version = ? AND migration_type = ?", self.name);
        match number {
            None => on.execute(&of_file, (&version, kind)).await,
            Some(number) => {
                let one = format!("{of_file} AND number = ?");
                on.execute(&one, (&version, kind, number)).await
            }
        }
    }
}

impl Noted {
    /// Refuses a statement that ran and was changed since.
    pub(super) fn check(&self, file: &str, statement: &Statement<'_>) -> Result<()> {
        if self.checksum == checksum(statement.text) {
            return Ok(());
        }
        let message = format!(
            "{file}:{}: statement {} was `{}` when it ran, and is another now; what ran may not \
             change, only what comes after it",
            statement.line, self.number, self.statement
        );
        Err(Error::new(ErrorKind::Validation, message))
    }

    /// Tells by the schema whether a statement ran that was begun and is not known to have ended.
    pub(super) fn seems_to_have_run(&self, now: Option<&str>) -> bool {
        self.fingerprint.is_some() && self.fingerprint.as_deref() != now
    }
}

fn outcome_of(text: &str) -> Outcome {
    match text {
        "done" => Outcome::Done,
        "failed" => Outcome::Failed,
        _ => Outcome::Begun,
    }
}

/// Tells whether a statement changes rows alone, so that it can be one transaction with its row.
pub(super) fn changes_rows(statement: &str, dialect: Dialect) -> bool {
    let verb = classify(statement, dialect).verb;
    matches!(verb, Verb::Insert | Verb::Update | Verb::Delete | Verb::Replace | Verb::Merge)
}

/// A digest of the schema, without the tables of the runner.
pub(super) async fn fingerprint(database: &Database) -> Result<String> {
    let mut schema = crate::inspect(database).await?;
    let is_own = |name: &str| name == TRACKING_TABLE || name == JOURNAL_TABLE;
    schema.tables.retain(|table| !is_own(table.bare_name()));
    let text = serde_json::to_string::<Schema>(&schema).map_err(|error| {
        Error::new(ErrorKind::Data, "the schema cannot be written").caused_by(error)
    })?;
    Ok(checksum(&text))
}

/// The index that `CREATE INDEX CONCURRENTLY` makes: left invalid where it was killed.
pub(super) fn concurrent_index(statement: &str) -> Option<String> {
    let is_name = |kind| matches!(kind, TokenKind::Word | TokenKind::QuotedIdentifier);
    let mut words = tokens(statement, Dialect::Postgres)
        .filter(|token| is_name(token.kind))
        .map(|token| token.text(statement));
    let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
    words.next().filter(|word| is(word, "CREATE"))?;
    words.find(|word| is(word, "CONCURRENTLY"))?;
    let name = words.find(|word| !["IF", "NOT", "EXISTS"].iter().any(|other| is(word, other)))?;
    (!is(name, "ON")).then(|| match name.starts_with('"') {
        true => unquote(name),
        false => name.to_ascii_lowercase(),
    })
}
