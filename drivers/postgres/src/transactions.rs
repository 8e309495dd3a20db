//! Transactions, step by step, and what becomes of a commit whose answer was lost.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use hypostyle_core::{
    Access, Batch, Begin, Effect, Error, ErrorKind, Fill, Isolation, Retry, Step, ValueRef,
};
use postgres_protocol::message::frontend;

use crate::binding;
use crate::connection::{Call, PostgresConnection};
use crate::failure::{Attempt, Failure};

/// The transaction that the guard began, and the number the server gave it.
#[derive(Default)]
pub(crate) struct Lived {
    is_begun: bool,
    number: Option<String>,
    is_asked: bool,
    is_prepared: bool,
    is_known_to_server: bool,
    was_rolled_back: bool,
    /// Statements were prepared against a schema that a rollback takes back.
    has_changed_schema: bool,
}

/// Asks which number the transaction has, once it has written.
const NUMBER: &str = "SELECT pg_current_xact_id_if_assigned()::text";
const NUMBER_NAME: &str = "hypostyle_transaction_number";

/// How long the fate of a commit is asked for past its deadline.
const FATE_TIMEOUT: Duration = Duration::from_millis(1_500);
const FATE_PAUSE: Duration = Duration::from_millis(50);

impl Lived {
    /// Says whether the server can tell what became of a transaction.
    pub(crate) fn of_version(version: Option<&str>) -> Self {
        let major = version.and_then(|version| {
            let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
            version[..end].parse::<u32>().ok()
        });
        Self { is_known_to_server: major.is_some_and(|major| major >= 13), ..Self::default() }
    }

    /// Asks for the number along with a statement that writes, until it is known: it costs no round
    /// trip of its own.
    pub(crate) fn ask_number(&mut self, out: &mut BytesMut, call: Call) -> std::io::Result<()> {
        self.is_asked = self.is_begun && call.writes && self.number.is_none();
        if !self.is_asked {
            return Ok(());
        }
        let name = if call.is_pooled { "" } else { NUMBER_NAME };
        if call.is_pooled {
            frontend::parse(name, NUMBER, [], out)?;
        } else if !self.is_prepared {
            // A statement that failed before may have kept it from being prepared, or not.
            frontend::close(b'S', name, out)?;
            frontend::parse(name, NUMBER, [], out)?;
        }
        binding::bind(out, name, &[], |_| Ok(ValueRef::Null), &[])
            .map_err(std::io::Error::other)?;
        binding::execute(out, 0);
        Ok(())
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked
    }

    pub(crate) fn read_number(&mut self, row: &[u8]) {
        self.is_prepared = true;
        // One column: two bytes of count, four of length, −1 for a transaction without a number.
        self.number = row
            .get(6..)
            .filter(|number| !number.is_empty())
            .map(|number| String::from_utf8_lossy(number).into_owned());
    }

    pub(crate) fn command_ended(&mut self, tag: &[u8]) {
        self.was_rolled_back = tag.starts_with(b"ROLLBACK");
    }

    pub(crate) fn change_schema(&mut self) {
        self.has_changed_schema = true;
    }

    /// The session has no transaction any more.
    pub(crate) fn ended(&mut self) {
        self.has_changed_schema = false;
        self.is_begun = false;
        self.number = None;
        self.is_asked = false;
    }

    pub(crate) fn forget_statement(&mut self) {
        self.is_prepared = false;
    }
}

impl PostgresConnection {
    /// Moves the transaction.
    pub(crate) async fn step(&mut self, step: Step, batch: &mut Batch) -> Attempt<Fill> {
        batch.begin(0);
        match step {
            Step::Begin(begin) => self.begin(begin).await?,
            Step::Commit => self.commit().await?,
            Step::Rollback => {
                self.forget_changes();
                self.command("ROLLBACK").await?;
            }
            Step::Savepoint(level) => self.command(&format!("SAVEPOINT hypostyle_{level}")).await?,
            Step::Release(level) => {
                self.command(&format!("RELEASE SAVEPOINT hypostyle_{level}")).await?;
            }
            Step::RollbackTo(level) => {
                self.forget_changes();
                self.command(&format!("ROLLBACK TO SAVEPOINT hypostyle_{level}")).await?;
            }
        }
        Ok(Fill::End)
    }

    /// Forgets statements that know what is about to be undone.
    fn forget_changes(&mut self) {
        if self.lived.has_changed_schema {
            self.forget_statements();
        }
    }

    async fn begin(&mut self, begin: Begin) -> Attempt<()> {
        self.command(begin_text(begin)).await?;
        self.lived.is_begun = self.lived.is_known_to_server && begin.access == Access::ReadWrite;
        Ok(())
    }

    /// Commits; where the answer is lost, the server is asked what became of the transaction.
    async fn commit(&mut self) -> Attempt<()> {
        let number = self.lived.number.clone();
        match self.command("COMMIT").await {
            Ok(()) if self.lived.was_rolled_back => {
                let message = "the transaction had failed and was rolled back instead of committed";
                let error = Error::new(ErrorKind::Aborted, message);
                Err(error.retry_by(Retry::Transaction).into())
            }
            Err(Failure::Halted(_)) => {
                self.lose();
                self.fate(number).await
            }
            // The server ended the session: before or after it committed.
            Err(_) if self.is_broken() => self.fate(number).await,
            done => done,
        }
    }

    /// Finds out what became of a transaction whose commit was not answered.
    async fn fate(&mut self, number: Option<String>) -> Attempt<()> {
        let Some(number) = number else { return Err(unknown().into()) };
        let text = format!("SELECT pg_xact_status('{number}'::xid8)");
        let give_up = Instant::now() + FATE_TIMEOUT;
        loop {
            let asking = self.spec.ask_anew(&text);
            let Ok(answer) = tokio::time::timeout_at(give_up.into(), asking).await else {
                return Err(unknown().into());
            };
            match answer.ok().flatten().as_deref() {
                Some("committed") => return Ok(()),
                Some("aborted") => return Err(undone().into()),
                _ => tokio::time::sleep(FATE_PAUSE).await,
            }
        }
    }

    /// Runs a text of our own that answers no rows.
    pub(crate) async fn command(&mut self, text: &str) -> Attempt<()> {
        frontend::query(text, &mut self.wire.output)?;
        self.pending += 1;
        self.reading.script = None;
        self.reading.begin_passing();
        self.lived.is_asked = false;
        self.pump(&mut Batch::default()).await.map(drop)
    }

    /// Runs a text of our own outside any call.
    pub(crate) async fn run_own(&mut self, text: &str) -> hypostyle_core::Result<()> {
        self.limits = crate::wire::Limits::default();
        self.call = Call::default();
        match self.command(text).await {
            Ok(()) => Ok(()),
            Err(failure) => {
                let error = hypostyle_core::Error::from(failure);
                self.break_off();
                Err(error)
            }
        }
    }
}

fn begin_text(begin: Begin) -> &'static str {
    use Isolation::{ReadCommitted, RepeatableRead, Serializable, Snapshot};
    let read_only = begin.access == Access::ReadOnly;
    match (begin.isolation, read_only) {
        (None, false) => "BEGIN",
        (None, true) => "BEGIN READ ONLY",
        (Some(ReadCommitted), false) => "BEGIN ISOLATION LEVEL READ COMMITTED",
        (Some(ReadCommitted), true) => "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
        (Some(RepeatableRead | Snapshot), false) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        (Some(RepeatableRead | Snapshot), true) => {
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        }
        (Some(Serializable), false) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        (Some(Serializable), true) if begin.deferrable => {
            "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE"
        }
        (Some(Serializable), true) => "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY",
    }
}

fn unknown() -> Error {
    let message = "the connection was lost while the transaction committed, and the server could \
                   not be asked whether it did; look before repeating it";
    let error = Error::new(ErrorKind::Connection, message);
    error.retry_by(Retry::Transaction).effect_of(Effect::Unknown)
}

fn undone() -> Error {
    let message = "the connection was lost while the transaction committed; the server has rolled \
                   it back";
    Error::new(ErrorKind::Connection, message).retry_by(Retry::Transaction)
}
