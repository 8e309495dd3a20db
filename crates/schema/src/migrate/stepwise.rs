//! Running one file statement by statement, each noted in the journal before and after it.

use std::time::{Duration, Instant};

use hypostyle_core::{Error, ErrorKind, HeldSession, Result};
use hypostyle_sql::{Dialect, Statement};

use super::apply::{File, Run, Work, is_done, note};
use super::journal::{self, Journal, Noted, Outcome};
use super::lock::{self, Patience};
use super::pieces::Piece;
use crate::on::On;

impl Run<'_> {
    /// Runs statements that each commit by themselves, each noted before and after.
    pub(super) async fn by_statements(&self, file: &File<'_>) -> Result<Option<Duration>> {
        let failed = |error| file.failed(error);
        let patience = Patience::new(self.lock_wait);
        let (mut session, _lock) = lock::session(self.database, patience).await.map_err(failed)?;
        let began = Instant::now();
        let on = &mut On::Session(&mut session);
        let table = self.table(on).await.map_err(failed)?;
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
            self.limit_locks(on).await.map_err(failed)?;
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
                        self.copy(&mut transaction, copied, &script.file).await?;
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
                    let told = Some(error.message());
                    journal.end(on, migration, number, told).await.map_err(failed)?;
                }
                Err(file.failed_in(piece, error))
            }
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
