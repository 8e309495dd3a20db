//! Transactions, step by step, and what ends one that nobody ended.

use hypostyle_core::{
    Access, Batch, Begin, Effect, Error, ErrorKind, Fill, Isolation, Retry, Step,
};
use mysql_common::constants::Command;

use crate::commands;
use crate::connection::{Call, MySqlConnection};
use crate::failure::{Attempt, Failure};
use crate::session::SessionState;
use crate::wire::Limits;

/// The transaction that the guard began.
#[derive(Default)]
pub(crate) struct Lived {
    is_begun: bool,
}

impl Lived {
    /// Tells whether the transaction that was begun is still open, where one was.
    #[inline]
    pub(crate) fn is_as_begun(&self, session: &SessionState) -> bool {
        !self.is_begun || session.is_in_transaction()
    }

    /// Refuses a statement at which the server commits.
    pub(crate) fn check_no_commit(&self, engine: &'static str) -> Attempt<()> {
        if !self.is_begun {
            return Ok(());
        }
        let message = format!(
            "{engine} has no capability `transactional_ddl`: it would commit the transaction \
             before and after this statement; run it outside of transactions"
        );
        let error = Error::new(ErrorKind::Unsupported, message);
        Err(error.with("capability", "transactional_ddl").into())
    }
}

impl MySqlConnection {
    /// Moves the transaction.
    pub(crate) async fn step(&mut self, step: Step, batch: &mut Batch) -> Attempt<Fill> {
        batch.begin(0);
        match step {
            Step::Begin(begin) => self.begin(begin).await?,
            Step::Commit => self.commit().await?,
            Step::Rollback => self.end_with("ROLLBACK").await?,
            Step::Savepoint(level) => self.command(&format!("SAVEPOINT hypostyle_{level}")).await?,
            Step::Release(level) => {
                self.command(&format!("RELEASE SAVEPOINT hypostyle_{level}")).await?;
            }
            Step::RollbackTo(level) => {
                self.command(&format!("ROLLBACK TO SAVEPOINT hypostyle_{level}")).await?;
            }
        }
        Ok(Fill::End)
    }

    async fn begin(&mut self, begin: Begin) -> Attempt<()> {
        let start = begin_text(begin);
        match begin.isolation.map(isolation_text) {
            Some(isolation) => self.own_commands(&[isolation, start]).await?,
            None => self.command(start).await?,
        }
        self.lived.is_begun = true;
        Ok(())
    }

    /// Commits; nobody can be asked what became of it where the answer is lost.
    async fn commit(&mut self) -> Attempt<()> {
        match self.end_with("COMMIT").await {
            Err(Failure::Halted(_)) => {
                self.lose();
                Err(unknown().into())
            }
            Err(Failure::Server(_)) if self.is_broken() => Err(unknown().into()),
            done => done,
        }
    }

    /// Ends the transaction, and lets each statement commit by itself again where a bulk had
    /// switched that off.
    async fn end_with(&mut self, text: &str) -> Attempt<()> {
        self.lived.is_begun = false;
        if !self.has_stopped_commits() {
            return self.command(text).await;
        }
        self.own_commands(&[text, "SET autocommit = 1"]).await
    }

    /// Tells that a statement has ended the transaction around it.
    #[cold]
    pub(crate) fn committed_by_itself(&mut self, fill: Fill) -> hypostyle_core::Result<Fill> {
        if fill != Fill::End {
            return Ok(fill);
        }
        self.lived.is_begun = false;
        let message = "the statement ended the transaction around it: MySQL commits at statements \
                       that change tables or users, also inside of procedures; what ran before it \
                       stays, and what comes after it would commit by itself";
        let error = Error::new(ErrorKind::Aborted, message);
        Err(error.effect_of(Effect::Unknown))
    }

    /// Runs a text of our own that answers no rows.
    pub(crate) async fn command(&mut self, text: &str) -> Attempt<()> {
        self.own_commands(&[text]).await
    }

    /// Runs texts of our own, sent at once.
    pub(crate) async fn own_commands(&mut self, texts: &[&str]) -> Attempt<()> {
        for text in texts {
            commands::put_query(&mut self.wire.output, text, self.packet_bytes_max)?;
            self.pending += 1;
        }
        self.read_own().await
    }

    /// Waits for the answers to commands of our own.
    async fn read_own(&mut self) -> Attempt<()> {
        self.reading.script = None;
        self.reading.begin_own();
        self.pump(&mut Batch::default()).await.map(drop)
    }

    /// Asks for the flags of the session, which a refusal does not carry.
    pub(crate) async fn ask_status(&mut self) -> Attempt<()> {
        commands::put_plain(&mut self.wire.output, Command::COM_PING)?;
        self.pending += 1;
        self.read_own().await
    }

    /// Runs texts of our own outside any call.
    pub(crate) async fn run_own(&mut self, texts: &[&str]) -> hypostyle_core::Result<()> {
        self.begin_own_call();
        let done = self.own_commands(texts).await;
        self.ended_own_call(done)
    }

    /// Makes the session as it was when it began; statements prepared in it are gone.
    pub(crate) async fn clean(&mut self) -> hypostyle_core::Result<()> {
        self.begin_own_call();
        // There is no way to choose no database either.
        let is_lost = self.session.is_elsewhere && self.spec.config.database.is_empty();
        if self.session.is_spoilt || is_lost {
            self.break_off();
            return Err(Error::closed("connection"));
        }
        self.forget_statements();
        let done = self.send_clean().await;
        self.ended_own_call(done)?;
        self.session.be_clean();
        Ok(())
    }

    async fn send_clean(&mut self) -> Attempt<()> {
        let out = &mut self.wire.output;
        commands::put_plain(out, Command::COM_RESET_CONNECTION)?;
        commands::put_query(out, crate::open::SETTINGS, usize::MAX)?;
        self.pending += 2;
        if !self.spec.config.database.is_empty() {
            commands::put_database(out, &self.spec.config.database)?;
            self.pending += 1;
        }
        self.read_own().await
    }

    pub(crate) fn begin_own_call(&mut self) {
        self.limits = Limits::default();
        self.call = Call::default();
    }

    fn ended_own_call(&mut self, done: Attempt<()>) -> hypostyle_core::Result<()> {
        done.map_err(|failure| {
            self.break_off();
            Error::from(failure)
        })
    }
}

fn isolation_text(isolation: Isolation) -> &'static str {
    match isolation {
        Isolation::ReadCommitted => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        Isolation::RepeatableRead | Isolation::Snapshot => {
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        }
        Isolation::Serializable => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    }
}

fn begin_text(begin: Begin) -> &'static str {
    match (begin.isolation, begin.access) {
        (Some(Isolation::Snapshot), Access::ReadOnly) => {
            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
        }
        (Some(Isolation::Snapshot), Access::ReadWrite) => {
            "START TRANSACTION WITH CONSISTENT SNAPSHOT"
        }
        (_, Access::ReadOnly) => "START TRANSACTION READ ONLY",
        (_, Access::ReadWrite) => "START TRANSACTION",
    }
}

fn unknown() -> Error {
    let message = "the connection was lost while the transaction committed, and the server can \
                   tell nobody whether it did; look before repeating it";
    let error = Error::new(ErrorKind::Connection, message);
    error.retry_by(Retry::Transaction).effect_of(Effect::Unknown)
}
