//! Bulk: many rows sent at once and answered in turn, all or nothing.

use hypostyle_core::{Batch, Error, ErrorKind, Fill, Result, ValueRef};
use hypostyle_sql::Slot;
use mysql_common::constants::MariadbCapabilities;

use crate::array;
use crate::commands;
use crate::connection::MySqlConnection;
use crate::errors::code;
use crate::execute::{HEALS_MAX, OUTDATED};
use crate::failure::{Attempt, Failure};
use crate::statements::{Plan, Sketch, plan};

/// What is to be undone when a bulk does not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undo {
    /// The transaction of the bulk's own.
    Transaction,
    /// What the transaction around it did since.
    Savepoint,
}

/// Rows, and which value of a row each parameter takes.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) rows: &'a Batch,
    pub(crate) order: &'a [usize],
}

impl<'a> Rows<'a> {
    pub(crate) fn count(self) -> usize {
        self.rows.rows()
    }

    #[inline]
    pub(crate) fn value(self, row: usize, parameter: usize) -> ValueRef<'a> {
        self.order.get(parameter).map_or(ValueRef::Null, |at| self.rows.value(row, *at))
    }
}

impl MySqlConnection {
    /// Runs one statement for each row.
    pub(crate) async fn many(
        &mut self,
        text: &str,
        rows: &Batch,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.reading.script = None;
        batch.begin(0);
        for _ in 0..HEALS_MAX {
            let at = self.known_or_prepared(text, || sketch_of(text)).await?;
            let Some(statement) = self.statements.get(at) else { break };
            let order = order(&statement.slots, rows)?;
            let rows = Rows { rows, order: &order };
            match self.rows_into(at, rows).await {
                Err(failure) if failure.has_code(&OUTDATED) => {
                    self.prepare_again(text, text).await?;
                }
                done => return self.in_row(done, text).await,
            }
        }
        Err(Error::closed("statement").into())
    }

    /// Says which row the server refused.
    async fn in_row(&mut self, done: Attempt<Fill>, text: &str) -> Attempt<Fill> {
        let runs = self.reading.runs;
        match done {
            Err(failure @ Failure::Server(_)) => {
                let error = self.failed(failure, Some(text)).await;
                Err(error.with("row", runs.to_string()).into())
            }
            done => done,
        }
    }

    /// Runs a prepared statement for each row: in arrays where the server takes them, else each by
    /// itself.
    pub(crate) async fn rows_into(&mut self, at: usize, rows: Rows<'_>) -> Attempt<Fill> {
        let effects = self.statements.get(at).map(|statement| statement.effects);
        let effects = effects.unwrap_or_default();
        self.check_effects(effects)?;
        if rows.count() == 0 {
            self.reading.begin_passing(effects);
            return Ok(Fill::End);
        }
        let takes_arrays =
            self.agreed.has(MariadbCapabilities::MARIADB_CLIENT_STMT_BULK_OPERATIONS);
        let is_array = takes_arrays && effects.inserts && !effects.returns && rows.count() > 1;
        if is_array && !rows.order.is_empty() {
            match self.send_undoable(at, rows, array::put_all).await {
                // Which row it was is found below, or that it was none.
                Err(Failure::Server(error)) if !is_of_all(error.code) => {}
                done => return done,
            }
        }
        self.send_undoable(at, rows, put_each).await
    }

    /// Sends rows with what undoes them, and has them undone where one is refused.
    async fn send_undoable(&mut self, at: usize, rows: Rows<'_>, put: Put) -> Attempt<Fill> {
        let Some(statement) = self.statements.get(at) else {
            return Err(Error::closed("statement").into());
        };
        let (id, effects) = (statement.id, statement.effects);
        let begun = self.wire.output.len();
        let own = self.put_undo(rows.count());
        let sent = own.and_then(|own| {
            let (out, bytes_max) = (&mut self.wire.output, self.packet_bytes_max);
            put(out, id, rows, bytes_max).map(|packets| (own, packets))
        });
        let (own, packets) = match sent {
            Ok(sent) => sent,
            Err(error) => {
                self.wire.output.truncate(begun);
                self.undo = None;
                return Err(error.into());
            }
        };
        self.mark(effects);
        self.pending += own + packets;
        self.reading.begin_passing(effects);
        self.reading.expect_own(own);
        self.end_undoable().await
    }

    /// Appends what makes several statements all or nothing; answers how many commands.
    ///
    /// A conflict ends the whole transaction while further rows are on their way: without autocommit
    /// they fall into one that is rolled back, too.
    pub(crate) fn put_undo(&mut self, statements: usize) -> Result<usize> {
        if statements < 2 {
            return Ok(0);
        }
        let is_outside = !self.session.is_in_transaction() && self.session.commits_each();
        let undo = if is_outside { Undo::Transaction } else { Undo::Savepoint };
        self.undo = Some(undo);
        let (out, mut count) = (&mut self.wire.output, 0);
        if self.session.commits_each() {
            commands::put_query(out, "SET autocommit = 0", usize::MAX)?;
            self.stops_commits = true;
            count += 1;
        }
        if undo == Undo::Savepoint {
            commands::put_query(out, "SAVEPOINT hypostyle_bulk", usize::MAX)?;
            count += 1;
        }
        Ok(count)
    }

    /// Reads what became of rows that were sent, and keeps or undoes them.
    pub(crate) async fn end_undoable(&mut self) -> Attempt<Fill> {
        let writes = self.call.writes;
        // Until the commit all of it is undone, whatever happens.
        self.call.writes &= self.undo.is_none();
        let done = self.pump(&mut Batch::default()).await;
        let (outcome, runs) = (self.reading.outcome, self.reading.runs);
        let done = match done {
            Ok(fill) => {
                self.call.writes = writes;
                self.keep_bulk().await.map(|()| fill)
            }
            Err(failure) => Err(failure),
        };
        let done = match done {
            Err(failure @ Failure::Server(_)) => self.undo_bulk().await.and(Err(failure)),
            Err(failure) => {
                let error = self.failed(failure, None).await;
                // Whatever is left is undone where the exchange is ended.
                let _ = self.end_exchange().await;
                Err(error.into())
            }
            done => done,
        };
        self.call.writes = writes;
        (self.reading.outcome, self.reading.runs) = (outcome, runs);
        done
    }

    /// Tells whether a bulk has switched autocommit off, and nothing has switched it on again.
    pub(crate) fn has_stopped_commits(&self) -> bool {
        self.stops_commits && !self.session.commits_each()
    }

    /// Lets each statement commit by itself again, after a transaction in which a bulk ran.
    #[cold]
    pub(crate) async fn resume_commits(&mut self) -> Result<()> {
        match self.command("SET autocommit = 1").await {
            Ok(()) => Ok(()),
            Err(failure) => Err(self.failed(failure, None).await),
        }
    }

    async fn keep_bulk(&mut self) -> Attempt<()> {
        if self.undo == Some(Undo::Transaction) {
            self.own_commands(&["COMMIT", "SET autocommit = 1"]).await?;
        }
        self.undo = None;
        Ok(())
    }

    /// Undoes what a bulk did, where it is not undone by itself.
    pub(crate) async fn undo_bulk(&mut self) -> Attempt<()> {
        match self.undo {
            None => return Ok(()),
            Some(Undo::Transaction) => {
                self.own_commands(&["ROLLBACK", "SET autocommit = 1"]).await?;
            }
            Some(Undo::Savepoint) => {
                match self.command("ROLLBACK TO SAVEPOINT hypostyle_bulk").await {
                    // The transaction is gone, and what came after it began another.
                    Err(failure) if failure.has_code(&[code::NO_SUCH_SAVEPOINT]) => {
                        self.own_commands(&["ROLLBACK", "SET autocommit = 1"]).await?;
                    }
                    undone => undone?,
                }
            }
        }
        self.undo = None;
        Ok(())
    }
}

/// Appends rows as commands; answers how many.
pub(crate) type Put = fn(&mut bytes::BytesMut, u32, Rows<'_>, usize) -> Result<usize>;

/// Appends a run of a statement for each row.
fn put_each(out: &mut bytes::BytesMut, id: u32, rows: Rows<'_>, bytes_max: usize) -> Result<usize> {
    for row in 0..rows.count() {
        let value = |parameter| Ok(rows.value(row, parameter));
        commands::put_execute(out, id, rows.order.len(), value, bytes_max)
            .map_err(|error| error.with("row", row.to_string()))?;
    }
    Ok(rows.count())
}

/// Tells whether a refusal is of the whole transaction or of no row, so that none is to be found.
pub(crate) fn is_of_all(number: u16) -> bool {
    const CONFLICTS: [u16; 3] = [1020, 1205, 1213];
    OUTDATED.contains(&number) || CONFLICTS.contains(&number) || number == code::INTERRUPTED
}

fn sketch_of(text: &str) -> Attempt<Sketch> {
    match plan(text)? {
        Plan::Prepare(sketch) | Plan::Send(sketch) => Ok(sketch),
        Plan::Nothing | Plan::Several => {
            let message =
                "rows of parameters go to one statement, and the text has none or several";
            Err(Error::new(ErrorKind::Query, message).into())
        }
    }
}

/// Which value of a row each parameter takes.
fn order(slots: &[Slot], rows: &Batch) -> Result<Vec<usize>> {
    let places = slots.iter().map(|slot| match slot {
        Slot::Position(at) => Ok(*at),
        Slot::Name(name) => {
            let message = format!("rows of parameters go by position, not by name (`:{name}`)");
            Err(Error::new(ErrorKind::Parameter, message))
        }
    });
    let order = places.collect::<Result<Vec<usize>>>()?;
    let used = order.iter().max().map_or(0, |last| last + 1);
    if rows.rows() > 0 && used != rows.width() {
        let message = format!("rows of {} values were given for {used}", rows.width());
        return Err(Error::new(ErrorKind::Parameter, message));
    }
    Ok(order)
}
