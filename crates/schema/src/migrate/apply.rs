//! Running one file: in one transaction, or statement by statement.

use std::time::{Duration, Instant};

use hypostyle_core::{Database, Error, ErrorKind, HeldSession, Intent, Result, Transaction};
use hypostyle_sql::{Dialect, Statement};

use super::body::{Change, Script};
use super::data::Code;
use super::journal::{self, Journal, Noted, Outcome};
use super::pieces::{Piece, place};
use super::plan::{self, State};
use super::report::{Applied, Planned};
use super::statements::{leaves_references, statements};
use super::tracking::{Tracking, TrackingTable};
use super::{Migration, copy, lock};
use crate::on::On;

/// Whether a migration is applied or undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// A migration that is to be run, and what there is to do.
pub(super) struct File<'m> {
    migration: &'m Migration,
    way: Way,
    work: Work<'m>,
}

enum Work<'m> {
    Statements(&'m Script, Vec<Piece<'m>>),
    Code(&'m Code),
}

/// How files are run.
pub(super) struct Run<'r> {
    pub(super) database: &'r Database,
    pub(super) tracking: Tracking,
    pub(super) lock_wait: Duration,
    pub(super) lock_timeout: Duration,
    pub(super) statement_timeout: Option<Duration>,
    /// Whether to take a statement for run that nobody knows of.
    pub(super) assume_ran: Option<bool>,
    pub(super) resumes: bool,
}

impl<'m> File<'m> {
    /// Takes what a migration does one way, cut into statements.
    pub(super) fn new(migration: &'m Migration, way: Way, dialect: Dialect) -> Result<Self> {
        let change = match way {
            Way::Up => Some(&migration.up),
            Way::Down => migration.undo.as_ref(),
        };
        let work = match change {
            Some(Change::Script(script)) => {
                let is_transaction = script.in_transaction && dialect != Dialect::Mysql;
                Work::Statements(script, statements(script, dialect, is_transaction)?)
            }
            Some(Change::Code(code)) => Work::Code(code),
            None => {
                let message = format!("nothing undoes {}", migration.shown());
                return Err(Error::new(ErrorKind::Validation, message));
            }
        };
        Ok(Self { migration, way, work })
    }

    pub(super) fn migration(&self) -> &'m Migration {
        self.migration
    }

    /// Tells whether all of it is one transaction: what changes a schema of MySQL commits by itself.
    pub(super) fn is_transaction(&self, dialect: Dialect) -> bool {
        match &self.work {
            Work::Statements(script, _) => script.in_transaction && dialect != Dialect::Mysql,
            Work::Code(_) => true,
        }
    }

    fn without_foreign_keys(&self, dialect: Dialect) -> bool {
        dialect == Dialect::Sqlite
            && matches!(&self.work, Work::Statements(script, _)
                if !script.with_foreign_keys || leaves_references(script))
    }

    fn pieces(&self) -> &[Piece<'m>] {
        match &self.work {
            Work::Statements(_, pieces) => pieces,
            Work::Code(_) => &[],
        }
    }

    pub(super) fn applied(&self, took: Duration) -> Applied {
        let Migration { version, kind, description, filename, .. } = self.migration;
        Applied {
            version: version.clone(),
            kind: *kind,
            description: description.clone(),
            filename: filename.clone(),
            statements: self.pieces().len(),
            took,
        }
    }

    pub(super) fn planned(&self, dialect: Dialect) -> Planned {
        let Migration { version, kind, description, filename, .. } = self.migration;
        let statements = self.pieces().iter();
        Planned {
            version: version.clone(),
            kind: *kind,
            description: description.clone(),
            filename: filename.clone(),
            statements: statements.map(|piece| piece.text().to_owned()).collect(),
            is_transaction: self.is_transaction(dialect),
        }
    }

    fn failed(&self, error: Error) -> Error {
        error.while_doing(&self.migration.shown())
    }

    /// Says where in its file a statement failed.
    fn failed_in(&self, piece: &Piece<'_>, error: Error) -> Error {
        match &self.work {
            Work::Statements(script, _) => {
                let position = error.position();
                error.while_doing(&place(script, piece, position))
            }
            Work::Code(_) => self.failed(error),
        }
    }
}

impl Run<'_> {
    /// Runs a file; answers how long it took, or nothing when another process was faster.
    pub(super) async fn apply(&self, file: &File<'_>) -> Result<Option<Duration>> {
        let dialect = self.tracking.dialect;
        if !file.is_transaction(dialect) {
            return self.by_statements(file).await;
        }
        if file.without_foreign_keys(dialect) {
            return self.without_foreign_keys(file).await;
        }
        if dialect == Dialect::Mysql {
            // Making a table would end the transaction.
            let mut session = self.database.session(Intent::Write).await?;
            let made = self.tracking.make(&mut On::Session(&mut session)).await;
            made.map_err(|error| file.failed(error))?;
        }
        let give_up = Instant::now() + self.lock_wait;
        let begun = lock::transaction(self.database, give_up).await;
        let mut transaction = begun.map_err(|error| file.failed(error))?;
        let began = Instant::now();
        let Some(table) = self.begun(file, &mut On::Transaction(&mut transaction)).await? else {
            transaction.rollback().await.map_err(|error| file.failed(error))?;
            return Ok(None);
        };
        match &file.work {
            Work::Statements(script, pieces) => {
                self.pieces(file, script, pieces, &mut transaction).await?;
            }
            Work::Code(code) => {
                code.run(&mut transaction).await.map_err(|error| file.failed(error))?;
            }
        }
        let on = &mut On::Transaction(&mut transaction);
        note(file, &table, on).await.map_err(|error| file.failed(error))?;
        transaction.commit().await.map_err(|error| file.failed(error))?;
        Ok(Some(began.elapsed()))
    }

    /// Runs a file of SQLite in one transaction in which references are not followed.
    async fn without_foreign_keys(&self, file: &File<'_>) -> Result<Option<Duration>> {
        let failed = |error| file.failed(error);
        let mut session = self.database.session(Intent::Write).await?;
        // SQLite hears this outside of a transaction alone; the connection is opened anew before
        // anybody else gets it.
        On::Session(&mut session).execute("PRAGMA foreign_keys = OFF", ()).await?;
        let mut transaction = session.begin().await.map_err(failed)?;
        let began = Instant::now();
        let Some(table) = self.begun(file, &mut On::Transaction(&mut transaction)).await? else {
            transaction.rollback().await.map_err(failed)?;
            return Ok(None);
        };
        if let Work::Statements(script, pieces) = &file.work {
            self.pieces(file, script, pieces, &mut transaction).await?;
        }
        let on = &mut On::Transaction(&mut transaction);
        check_references(file, on).await?;
        note(file, &table, on).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(Some(began.elapsed()))
    }

    /// Begins a file inside its transaction; answers nothing where another process was faster.
    async fn begun(&self, file: &File<'_>, on: &mut On<'_, '_>) -> Result<Option<TrackingTable>> {
        let failed = |error| file.failed(error);
        let table = self.tracking.make(on).await.map_err(failed)?;
        if is_done(file, &table, on).await? {
            return Ok(None);
        }
        self.limit_locks(on, "SET LOCAL").await.map_err(failed)?;
        Ok(Some(table))
    }

    async fn pieces(
        &self,
        file: &File<'_>,
        script: &Script,
        pieces: &[Piece<'_>],
        transaction: &mut Transaction<'_>,
    ) -> Result<()> {
        for piece in pieces {
            let done = match &piece.rows {
                Some(copied) => copy::load(transaction, copied, &script.file).await,
                None => self.statement(&mut On::Transaction(transaction), &piece.statement).await,
            };
            done.map_err(|error| file.failed_in(piece, error))?;
        }
        Ok(())
    }

    /// Runs statements that each commit by themselves, each noted before and after.
    async fn by_statements(&self, file: &File<'_>) -> Result<Option<Duration>> {
        let failed = |error| file.failed(error);
        let give_up = Instant::now() + self.lock_wait;
        let (mut session, _lock) = lock::session(self.database, give_up).await.map_err(failed)?;
        let began = Instant::now();
        let on = &mut On::Session(&mut session);
        let table = self.tracking.make(on).await.map_err(failed)?;
        if is_done(file, &table, on).await? {
            return Ok(None);
        }
        let journal = Journal::make(self.tracking, on).await.map_err(failed)?;
        let noted = journal.of(on, file.migration).await.map_err(failed)?;
        self.check_noted(file, &noted)?;
        // What is built beside those who work waits for them to end, and keeps nobody waiting.
        let is_beside =
            |piece: &Piece<'_>| piece.statement.text.to_ascii_uppercase().contains("CONCURRENTLY");
        if !file.pieces().iter().any(is_beside) {
            self.limit_locks(on, "SET").await.map_err(failed)?;
        }
        for (piece, number) in file.pieces().iter().zip(1..) {
            let known = noted.iter().find(|noted| noted.number == number);
            if self.ran(file, known, &piece.statement, &mut session).await? {
                continue;
            }
            self.noted(file, &journal, number, piece, &mut session).await?;
        }
        let mut transaction = session.begin().await.map_err(failed)?;
        let on = &mut On::Transaction(&mut transaction);
        note(file, &table, on).await.map_err(failed)?;
        journal.forget(on, file.migration, None).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(Some(began.elapsed()))
    }

    /// Refuses what another run is at, or stopped at, unless this one goes on with it.
    fn check_noted(&self, file: &File<'_>, noted: &[Noted]) -> Result<()> {
        let is_refused = !self.resumes && !noted.is_empty();
        match noted.last().filter(|_| is_refused) {
            None => Ok(()),
            Some(last) => {
                let message = format!(
                    "another run is at, or stopped at, statement {} of {}, `{}`; resume once none \
                     is at work",
                    last.number,
                    file.migration.shown(),
                    last.statement
                );
                Err(Error::new(ErrorKind::Validation, message))
            }
        }
    }

    /// Tells whether a statement was run by an earlier run.
    async fn ran(
        &self,
        file: &File<'_>,
        known: Option<&Noted>,
        statement: &Statement<'_>,
        session: &mut HeldSession,
    ) -> Result<bool> {
        let Some(known) = known else { return Ok(false) };
        match known.outcome {
            Outcome::Done => known.check(&file.migration.shown(), statement).map(|()| true),
            Outcome::Failed => Ok(false),
            Outcome::Begun => {
                known.check(&file.migration.shown(), statement)?;
                if let Some(assumed) = self.assume_ran {
                    return Ok(assumed);
                }
                if journal::changes_rows(statement.text, self.tracking.dialect) {
                    return Ok(false);
                }
                if self.tracking.dialect.is_postgres()
                    && let Some(index) = journal::concurrent_index(statement.text)
                {
                    return drop_invalid(&index, session).await;
                }
                let now = journal::fingerprint(self.database).await?;
                Ok(known.seems_to_have_run(Some(&now)))
            }
        }
    }

    /// Runs a statement between its two notes; one that changes rows alone in one transaction with
    /// them.
    async fn noted(
        &self,
        file: &File<'_>,
        journal: &Journal,
        number: i64,
        piece: &Piece<'_>,
        session: &mut HeldSession,
    ) -> Result<()> {
        let failed = |error| file.failed(error);
        let (migration, statement) = (file.migration, &piece.statement);
        let changes_rows =
            piece.rows.is_some() || journal::changes_rows(statement.text, self.tracking.dialect);
        let fingerprint = match changes_rows {
            true => None,
            false => Some(journal::fingerprint(self.database).await.map_err(failed)?),
        };
        let on = &mut On::Session(session);
        journal
            .begin(on, migration, number, statement, fingerprint.as_deref())
            .await
            .map_err(failed)?;
        let done = match changes_rows {
            false => self.statement(on, statement).await,
            true => {
                let mut transaction = session.begin().await.map_err(failed)?;
                let done = async {
                    if let (Some(copied), Work::Statements(script, _)) = (&piece.rows, &file.work) {
                        copy::load(&mut transaction, copied, &script.file).await?;
                    } else {
                        self.statement(&mut On::Transaction(&mut transaction), statement).await?;
                    }
                    let on = &mut On::Transaction(&mut transaction);
                    journal.end(on, migration, number, None).await
                };
                let done = done.await;
                match done {
                    Ok(()) => transaction.commit().await,
                    Err(error) => transaction.rollback().await.and(Err(error)),
                }
            }
        };
        let on = &mut On::Session(session);
        match done {
            Ok(()) if changes_rows => Ok(()),
            Ok(()) => journal.end(on, migration, number, None).await.map_err(failed),
            Err(error) => {
                if error.effect() == hypostyle_core::Effect::None {
                    let told = error.to_string();
                    journal.end(on, migration, number, Some(&told)).await.map_err(failed)?;
                }
                Err(file.failed_in(piece, error))
            }
        }
    }

    async fn statement(&self, on: &mut On<'_, '_>, statement: &Statement<'_>) -> Result<()> {
        // On a thread of its own, so that a caller who drops the run is heard.
        let mut query = on.request(statement.text).offload();
        if let Some(limit) = self.statement_timeout {
            query = query.timeout(limit);
        }
        query.execute().await.map(drop)
    }

    /// Lets statements give up waiting for a lock, so that those behind them get through.
    async fn limit_locks(&self, on: &mut On<'_, '_>, set: &str) -> Result<()> {
        let ms = self.lock_timeout.as_millis().max(1);
        let seconds = self.lock_timeout.as_secs().max(1);
        match self.tracking.dialect {
            dialect if dialect.is_postgres() => {
                on.execute(&format!("{set} lock_timeout = {ms}"), ()).await
            }
            Dialect::Mysql => {
                let limits = format!(
                    "SET SESSION lock_wait_timeout = {seconds}, \
                     SESSION innodb_lock_wait_timeout = {seconds}"
                );
                on.execute(&limits, ()).await
            }
            _ => Ok(()),
        }
    }
}

/// Tells whether another process did the same since the plan was made.
async fn is_done(file: &File<'_>, table: &TrackingTable, on: &mut On<'_, '_>) -> Result<bool> {
    let migration = file.migration;
    let row = table.row(on, migration).await.map_err(|error| file.failed(error))?;
    match (file.way, row) {
        (Way::Down, row) => Ok(row.is_none()),
        (Way::Up, None) => Ok(false),
        (Way::Up, Some(row)) => {
            let entry = plan::entry(migration, plan::applied_state(migration, &row));
            match (&entry.state, plan::fault(&entry)) {
                (State::Pending, _) => Ok(false),
                (State::Changed { .. }, Some(fault)) => {
                    let message = format!("another process has applied another file: {fault}");
                    Err(Error::new(ErrorKind::Validation, message))
                }
                _ => Ok(true),
            }
        }
    }
}

async fn note(file: &File<'_>, table: &TrackingTable, on: &mut On<'_, '_>) -> Result<()> {
    let migration = file.migration;
    match file.way {
        Way::Up => table.insert(on, migration).await,
        Way::Down => {
            let Some(row) = table.row(on, migration).await? else { return Ok(()) };
            table.delete(on, &row.version.to_string(), migration.kind).await
        }
    }
}

/// Fails where a row refers to nothing, as SQLite says it when references were not followed.
async fn check_references(file: &File<'_>, on: &mut On<'_, '_>) -> Result<()> {
    let check =
        "SELECT \"table\", \"parent\", count(*) FROM pragma_foreign_key_check GROUP BY 1, 2";
    let broken: Vec<(String, String, i64)> =
        on.fetch_all(check, ()).await.map_err(|error| file.failed(error))?;
    match broken.first() {
        None => Ok(()),
        Some((table, parent, count)) => {
            let message =
                format!("{count} rows of `{table}` refer to no row of `{parent}` afterwards");
            Err(file.failed(Error::new(ErrorKind::ForeignKeyViolation, message)))
        }
    }
}

/// Drops an index that a killed build left invalid; answers whether there is a valid one.
async fn drop_invalid(index: &str, session: &mut HeldSession) -> Result<bool> {
    let find = "SELECT i.indisvalid FROM pg_catalog.pg_index AS i \
                WHERE i.indexrelid = to_regclass(quote_ident(?))";
    let on = &mut On::Session(session);
    match on.fetch_all::<(bool,)>(find, (index,)).await?.first() {
        Some((true,)) => Ok(true),
        Some((false,)) => {
            let name = Dialect::Postgres.quote_identifier(index)?;
            on.execute(&format!("DROP INDEX {name}"), ()).await?;
            Ok(false)
        }
        None => Ok(false),
    }
}
