//! Running one file: in one transaction, or statement by statement.

mod file;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use hypostyle_core::{
    Copy, CopyError, CopyInto, Database, Error, ErrorKind, HeldSession, Intent, Result, Transaction,
};
use hypostyle_sql::{Dialect, Statement};

pub(super) use self::file::{File, Way, Work};
use super::body::Script;
use super::data::Code;
use super::lock::{self, Patience};
use super::pieces::{Copied, Piece};
use super::plan::{self, State};
use super::tracking::{Tracking, TrackingTable};
use crate::on::On;

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
    /// The table, once it is known to stand.
    pub(super) table: OnceLock<TrackingTable>,
}

impl Run<'_> {
    /// Runs a file; answers how long it took, or nothing when another process was faster.
    ///
    /// `before` is the connection of the file before, where it may be used again.
    pub(super) async fn apply(
        &self,
        file: &File<'_>,
        before: &mut Option<HeldSession>,
    ) -> Result<Option<Duration>> {
        let dialect = self.tracking.dialect;
        if !file.is_transaction(dialect) {
            return self.by_statements(file).await;
        }
        if file.without_foreign_keys(dialect) {
            return self.without_foreign_keys(file).await;
        }
        if let Work::Code(code) = &file.work {
            return self.code(file, code).await;
        }
        if dialect.is_postgres() {
            return self.in_session(file, before).await;
        }
        let patience = Patience::new(self.lock_wait);
        let begun = lock::transaction(self.database, patience, self.lock_timeout).await;
        self.in_transaction(file, begun.map_err(|error| file.failed(error))?).await
    }

    async fn code(&self, file: &File<'_>, code: &Code) -> Result<Option<Duration>> {
        let failed = |error| file.failed(error);
        if self.tracking.dialect == Dialect::Mysql {
            // Making a table would end the transaction.
            let mut session = self.database.session(Intent::Write).await?;
            self.table(&mut On::Session(&mut session)).await.map_err(failed)?;
        }
        let patience = Patience::new(self.lock_wait);
        let begun = lock::transaction(self.database, patience, self.lock_timeout).await;
        let mut transaction = begun.map_err(failed)?;
        let began = Instant::now();
        let Some(table) = self.begun(file, &mut On::Transaction(&mut transaction)).await? else {
            transaction.rollback().await.map_err(failed)?;
            return Ok(None);
        };
        code.run(&mut transaction).await.map_err(failed)?;
        self.ended(file, table, transaction).await?;
        Ok(Some(began.elapsed()))
    }

    /// Runs a file of PostgreSQL on the connection of the file before, where that left it as it was:
    /// cleaning one and preparing every statement anew takes longer than a small file.
    async fn in_session(
        &self,
        file: &File<'_>,
        before: &mut Option<HeldSession>,
    ) -> Result<Option<Duration>> {
        let failed = |error| file.failed(error);
        let patience = Patience::new(self.lock_wait);
        let mut session = match before.take() {
            Some(session) => session,
            None => self.database.session(Intent::Write).await.map_err(failed)?,
        };
        loop {
            let mut transaction = session.begin().await.map_err(failed)?;
            let is_alone = lock::is_alone(self.database, &mut transaction, self.lock_timeout).await;
            if is_alone.map_err(failed)? {
                let done = self.in_transaction(file, transaction).await?;
                *before = file.leaves_session().then_some(session);
                return Ok(done);
            }
            transaction.rollback().await.map_err(failed)?;
            patience.pause(lock::held()).await.map_err(failed)?;
        }
    }

    async fn in_transaction(
        &self,
        file: &File<'_>,
        mut transaction: Transaction<'_>,
    ) -> Result<Option<Duration>> {
        let began = Instant::now();
        let Some(table) = self.begun(file, &mut On::Transaction(&mut transaction)).await? else {
            transaction.rollback().await.map_err(|error| file.failed(error))?;
            return Ok(None);
        };
        if let Work::Statements(script, pieces) = &file.work {
            self.pieces(file, script, pieces, &mut transaction).await?;
        }
        if file.without_foreign_keys(self.tracking.dialect) {
            check_references(file, &mut On::Transaction(&mut transaction)).await?;
        }
        self.ended(file, table, transaction).await?;
        Ok(Some(began.elapsed()))
    }

    /// Notes a file that was run, and commits.
    async fn ended(
        &self,
        file: &File<'_>,
        table: TrackingTable,
        mut transaction: Transaction<'_>,
    ) -> Result<()> {
        let failed = |error| file.failed(error);
        note(file, &table, &mut On::Transaction(&mut transaction)).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        self.table.get_or_init(|| table);
        Ok(())
    }

    /// Answers the table, and makes it where there is none.
    pub(super) async fn table(&self, on: &mut On<'_, '_>) -> Result<TrackingTable> {
        match self.table.get() {
            Some(table) => Ok(table.clone()),
            None => self.tracking.make(on).await,
        }
    }

    /// Runs a file of SQLite in one transaction in which references are not followed.
    async fn without_foreign_keys(&self, file: &File<'_>) -> Result<Option<Duration>> {
        let failed = |error| file.failed(error);
        let mut session = self.database.session(Intent::Write).await?;
        // SQLite hears this outside of a transaction alone; the connection is opened anew before
        // anybody else gets it.
        On::Session(&mut session).execute("PRAGMA foreign_keys = OFF", ()).await?;
        let transaction = session.begin().await.map_err(failed)?;
        self.in_transaction(file, transaction).await
    }

    /// Begins a file inside its transaction; answers nothing where another process was faster.
    async fn begun(&self, file: &File<'_>, on: &mut On<'_, '_>) -> Result<Option<TrackingTable>> {
        let failed = |error| file.failed(error);
        let table = self.table(on).await.map_err(failed)?;
        Ok((!is_done(file, &table, on).await?).then_some(table))
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
                Some(copied) => self.copy(transaction, copied, &script.file).await,
                None => self.statement(&mut On::Transaction(transaction), &piece.statement).await,
            };
            done.map_err(|error| file.failed_in(piece, error))?;
        }
        Ok(())
    }

    pub(super) async fn statement(
        &self,
        on: &mut On<'_, '_>,
        statement: &Statement<'_>,
    ) -> Result<()> {
        // On a thread of its own, so that a caller who drops the run is heard.
        let mut query = on.request(statement.text).offload();
        if let Some(limit) = self.statement_timeout {
            query = query.timeout(limit);
        }
        query.execute().await.map(drop)
    }

    /// Copies the rows that follow a statement, all in its time.
    pub(super) async fn copy(
        &self,
        transaction: &mut Transaction<'_>,
        copied: &Copied<'_>,
        file: &str,
    ) -> Result<()> {
        let mut copy = Copy::new(&copied.head, copied.rows());
        if let Some(limit) = self.statement_timeout {
            copy = copy.deadline(Instant::now() + limit);
        }
        let done = copy.run(&mut CopyInto::Transaction(transaction), |_| ()).await;
        done.map(drop).map_err(|CopyError { error, row }| match row {
            Some(row) => error.while_doing(&format!("{file}:{}: the row", row.line)),
            None => error,
        })
    }

    /// Lets statements give up waiting for a lock, so that those behind them get through.
    pub(super) async fn limit_locks(&self, on: &mut On<'_, '_>) -> Result<()> {
        let ms = self.lock_timeout.as_millis().max(1);
        let seconds = self.lock_timeout.as_secs().max(1);
        match self.tracking.dialect {
            dialect if dialect.is_postgres() => {
                on.execute(&format!("SET lock_timeout = {ms}"), ()).await
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
pub(super) async fn is_done(
    file: &File<'_>,
    table: &TrackingTable,
    on: &mut On<'_, '_>,
) -> Result<bool> {
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

pub(super) async fn note(
    file: &File<'_>,
    table: &TrackingTable,
    on: &mut On<'_, '_>,
) -> Result<()> {
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
