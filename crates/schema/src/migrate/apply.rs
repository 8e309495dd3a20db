//! Running one file: in one transaction, or statement by statement.

use std::time::{Duration, Instant};

use hypostyle_core::{Database, Error, ErrorKind, HeldSession, Intent, Result};
use hypostyle_sql::Dialect;

use super::journal::{self, Journal, Noted, Outcome};
use super::on::On;
use super::pieces::{Piece, place};
use super::plan::{self, State};
use super::prepared::{Prepared, Work};
use super::report::{Applied, Planned};
use super::tracking::{Tracking, TrackingTable};
use super::{Migration, copy, lock};

/// Whether a migration is applied or undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Up,
    Down,
}

/// A migration that is to be run, cut into statements.
pub(super) struct File<'m> {
    pub(super) migration: &'m Migration,
    pub(super) way: Way,
    pub(super) prepared: Prepared<'m>,
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

impl File<'_> {
    pub(super) fn is_transaction(&self) -> bool {
        self.prepared.is_transaction
    }

    pub(super) fn applied(&self, took: Duration) -> Applied {
        let Migration { version, kind, description, filename, .. } = self.migration;
        Applied {
            version: version.clone(),
            kind: *kind,
            description: description.clone(),
            filename: filename.clone(),
            statements: self.prepared.pieces().len(),
            took,
        }
    }

    pub(super) fn planned(&self) -> Planned {
        let Migration { version, kind, description, filename, .. } = self.migration;
        let statements = self.prepared.pieces().iter();
        Planned {
            version: version.clone(),
            kind: *kind,
            description: description.clone(),
            filename: filename.clone(),
            statements: statements.map(|piece| piece.text().to_owned()).collect(),
            is_transaction: self.prepared.is_transaction,
        }
    }

    fn failed(&self, error: Error) -> Error {
        error.while_doing(&self.migration.shown())
    }

    /// Says where in its file a statement failed.
    fn failed_in(&self, piece: &Piece<'_>, error: Error) -> Error {
        match &self.prepared.work {
            Work::Script(script, _) => {
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
        match file.prepared.is_transaction {
            true if file.prepared.without_foreign_keys => {
                let mut session = self.database.session(Intent::Write).await?;
                // SQLite hears this outside of a transaction alone; the connection is opened anew
                // before anybody else gets it.
                On::Session(&mut session).execute("PRAGMA foreign_keys = OFF", ()).await?;
                let mut transaction = session.begin().await.map_err(|error| file.failed(error))?;
                let took =
                    self.in_transaction(file, &mut On::Transaction(&mut transaction)).await?;
                if took.is_some() {
                    check_references(file, &mut On::Transaction(&mut transaction)).await?;
                }
                transaction.commit().await.map_err(|error| file.failed(error))?;
                Ok(took)
            }
            true => {
                if self.tracking.dialect == Dialect::Mysql {
                    // Making a table would end the transaction.
                    let mut session = self.database.session(Intent::Write).await?;
                    self.tracking.make(&mut On::Session(&mut session)).await?;
                }
                let give_up = Instant::now() + self.lock_wait;
                let begun = lock::transaction(self.database, give_up).await;
                let mut transaction = begun.map_err(|error| file.failed(error))?;
                let took =
                    self.in_transaction(file, &mut On::Transaction(&mut transaction)).await?;
                transaction.commit().await.map_err(|error| file.failed(error))?;
                Ok(took)
            }
            false => self.by_statements(file).await,
        }
    }

    async fn in_transaction(
        &self,
        file: &File<'_>,
        on: &mut On<'_, '_>,
    ) -> Result<Option<Duration>> {
        let began = Instant::now();
        let failed = |error| file.failed(error);
        let table = self.tracking.make(on).await.map_err(failed)?;
        if is_done(file, &table, on).await? {
            return Ok(None);
        }
        self.limit_locks(on, "SET LOCAL").await.map_err(failed)?;
        match (&file.prepared.work, &mut *on) {
            (Work::Code(code), On::Transaction(transaction)) => {
                code.run(transaction).await.map_err(failed)?;
            }
            _ => {
                for piece in file.prepared.pieces() {
                    let done = self.statement(on, piece).await;
                    done.map_err(|error| file.failed_in(piece, error))?;
                }
            }
        }
        note(file, &table, on).await.map_err(failed)?;
        Ok(Some(began.elapsed()))
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
        self.limit_locks(on, "SET").await.map_err(failed)?;
        for (piece, number) in file.prepared.pieces().iter().zip(1..) {
            let known = noted.iter().find(|noted| noted.number == number);
            if self.ran(file, known, piece, &mut session).await? {
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
        piece: &Piece<'_>,
        session: &mut HeldSession,
    ) -> Result<bool> {
        let Some(known) = known else { return Ok(false) };
        match known.outcome {
            Outcome::Done => known.check(&file.migration.shown(), &piece.statement).map(|()| true),
            Outcome::Failed => Ok(false),
            Outcome::Begun => {
                known.check(&file.migration.shown(), &piece.statement)?;
                if let Some(assumed) = self.assume_ran {
                    return Ok(assumed);
                }
                if self.changes_rows(piece) {
                    return Ok(false);
                }
                if self.tracking.dialect.is_postgres()
                    && let Some(index) = journal::concurrent_index(piece.statement.text)
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
        let migration = file.migration;
        let changes_rows = self.changes_rows(piece);
        let fingerprint = match changes_rows {
            true => None,
            false => Some(journal::fingerprint(self.database).await.map_err(failed)?),
        };
        let on = &mut On::Session(session);
        journal
            .begin(on, migration, number, &piece.statement, fingerprint.as_deref())
            .await
            .map_err(failed)?;
        let done = match changes_rows {
            false => self.statement(on, piece).await,
            true => {
                let mut transaction = session.begin().await.map_err(failed)?;
                let on = &mut On::Transaction(&mut transaction);
                let done = async {
                    self.statement(on, piece).await?;
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

    fn changes_rows(&self, piece: &Piece<'_>) -> bool {
        piece.rows.is_some() || journal::changes_rows(piece.statement.text, self.tracking.dialect)
    }

    async fn statement(&self, on: &mut On<'_, '_>, piece: &Piece<'_>) -> Result<()> {
        if let (Some(copied), On::Transaction(transaction)) = (&piece.rows, &mut *on) {
            return copy::load(transaction, copied).await;
        }
        // On a thread of its own, so that a caller who drops the run is heard.
        let mut query = on.request(piece.statement.text).offload();
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
