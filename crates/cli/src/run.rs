//! Runs a planned script and hands what comes back to a sink.

use std::ops::Range;
use std::time::{Duration, Instant};

use hypostyle::Database;
use hypostyle::core::{CancellationToken, Error, HeldSession, Intent, Query, Reply, Transaction};
use hypostyle::sql::Access;

use crate::exit::Result;
use crate::output::{Done, Sink};
use crate::parameters::Parameters;
use crate::progress::Progress;
use crate::script::{Enclosure, Plan, Planned};
use crate::stopped::{Stopped, Why, undecided};

/// After so many rows the progress hears of them.
const ROWS_PER_ADVANCE: u64 = 512;

/// How a script is run.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// How long each statement may take.
    pub(crate) timeout: Option<Duration>,
    /// How many rows of each result are written.
    pub(crate) rows_max: Option<u64>,
}

/// A script that is ready to run.
#[derive(Clone, Copy)]
pub(crate) struct Script<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) parameters: &'a Parameters,
    /// The parameters of each statement; see [`Parameters::share`].
    pub(crate) shares: &'a [Vec<usize>],
    /// The name of the script's file for messages.
    pub(crate) file: Option<&'a str>,
    pub(crate) cancel: &'a CancellationToken,
}

/// What hears of the statements while they run.
pub(crate) struct Watch<'a> {
    pub(crate) sink: &'a mut dyn Sink,
    pub(crate) progress: &'a Progress,
}

/// Runs scripts, all on one connection.
pub(crate) struct Runner<'d> {
    database: &'d Database,
    session: Option<HeldSession>,
    limits: Limits,
}

impl<'d> Runner<'d> {
    pub(crate) fn new(database: &'d Database, limits: Limits) -> Self {
        Self { database, session: None, limits }
    }

    /// Takes the connection now, so that every script after finds it, one that may write.
    pub(crate) async fn hold(&mut self) -> Result {
        self.session = Some(self.database.session(Intent::Write).await?);
        Ok(())
    }

    /// Runs a script to its end or to its first failure, which undoes what the enclosure holds.
    pub(crate) async fn run(&mut self, script: Script<'_>, mut watch: Watch<'_>) -> Result {
        let plan = script.plan;
        watch.sink.begin(plan.statements.len())?;
        let ran = self.enclosed(script, &mut watch).await;
        watch.progress.hide();
        match ran {
            Ok(()) => Ok(watch.sink.finish()?),
            Err(failure) => {
                // What was written before is worth showing; the failure matters more.
                let _ = watch.sink.flush();
                Err(failure)
            }
        }
    }

    async fn enclosed(&mut self, script: Script<'_>, watch: &mut Watch<'_>) -> Result {
        let (plan, limits) = (script.plan, self.limits);
        let (before, all) = (plan.before, plan.statements.len());
        if plan.enclosure == Enclosure::ReadOnly {
            let transaction = self.database.begin_read_only().await?;
            return in_transaction(transaction, script, 0..all, limits, watch).await;
        }
        let session = match &mut self.session {
            Some(session) => session,
            none => {
                let intent = if plan.writes() { Intent::Write } else { Intent::Read };
                none.insert(self.database.session(intent).await?)
            }
        };
        if plan.enclosure == Enclosure::None {
            let ran = run_some(&mut On::Session(session), script, 0..all, limits, watch).await;
            return ran.map_err(|stopped| stopped.told(script, false));
        }
        let ran = run_some(&mut On::Session(session), script, 0..before, limits, watch).await;
        ran.map_err(|stopped| stopped.told(script, true))?;
        let transaction = match script.cancel.run_until_cancelled(session.begin()).await {
            Some(begun) => begun?,
            None => return Err(Error::cancelled().into()),
        };
        in_transaction(transaction, script, before..all, limits, watch).await
    }
}

async fn in_transaction(
    mut transaction: Transaction<'_>,
    script: Script<'_>,
    which: Range<usize>,
    limits: Limits,
    watch: &mut Watch<'_>,
) -> Result {
    let mut on = On::Transaction(&mut transaction);
    match run_some(&mut on, script, which, limits, watch).await {
        Ok(()) => transaction.commit().await.map_err(|error| undecided(error, script.plan)),
        Err(stopped) => {
            let is_undone = transaction.rollback().await.is_ok();
            Err(stopped.told(script, is_undone))
        }
    }
}

/// Runs some of the statements of a script, one after another.
async fn run_some(
    on: &mut On<'_, '_>,
    script: Script<'_>,
    which: Range<usize>,
    limits: Limits,
    watch: &mut Watch<'_>,
) -> Result<(), Stopped> {
    let all = script.plan.statements.len();
    for at in which {
        watch.progress.set_label(label(&script.plan.statements[at], at + 1, all));
        let ran = run_one(on, script, at, limits, watch).await;
        ran.map_err(|why| Stopped { at, why })?;
    }
    Ok(())
}

async fn run_one(
    on: &mut On<'_, '_>,
    script: Script<'_>,
    at: usize,
    limits: Limits,
    watch: &mut Watch<'_>,
) -> Result<(), Why> {
    let began = Instant::now();
    let planned = &script.plan.statements[at];
    let writes = planned.class.access == Access::Write;
    let share = script.shares.get(at).map_or(&[][..], Vec::as_slice);
    let mut query = on
        .request(planned.statement.text)
        .params(script.parameters.lend(share))
        .intent(if writes { Intent::Write } else { Intent::Read })
        .cancel(script.cancel);
    if let Some(timeout) = limits.timeout {
        query = query.timeout(timeout);
    }
    let mut reply = query.stream().await?;
    loop {
        let mut done = Done {
            number: at + 1,
            line: planned.statement.line,
            keyword: planned.keyword(),
            counts_rows: planned.counts_rows(),
            outcome: reply.outcome(),
            rows: 0,
            is_limited: false,
            took: began.elapsed(),
        };
        if reply.columns().is_empty() {
            watch.sink.done(&done)?;
        } else {
            let rows_max = limits.rows_max.unwrap_or(u64::MAX);
            write_rows(&mut reply, watch, rows_max, writes, &mut done).await?;
            done.outcome = reply.outcome();
            done.took = began.elapsed();
            watch.sink.rows_done(&done)?;
            watch.sink.flush()?;
        }
        if (done.is_limited && !writes) || !reply.next_result().await? {
            return Ok(());
        }
    }
}

/// Where a statement runs.
enum On<'a, 's> {
    Session(&'a mut HeldSession),
    Transaction(&'a mut Transaction<'s>),
}

impl On<'_, '_> {
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        match self {
            Self::Session(session) => session.request(text),
            Self::Transaction(transaction) => transaction.request(text),
        }
    }
}

/// Writes the rows of a result. One that writes is read to its end, so that it is not undone.
async fn write_rows(
    reply: &mut Reply<'_>,
    watch: &mut Watch<'_>,
    rows_max: u64,
    writes: bool,
    done: &mut Done,
) -> Result<(), Why> {
    watch.sink.columns(reply.columns())?;
    while let Some(row) = reply.next().await? {
        if done.rows == rows_max {
            done.is_limited = true;
            if writes {
                continue;
            }
            break;
        }
        if done.rows == 0 {
            watch.progress.yield_screen();
        }
        watch.sink.row(row)?;
        done.rows += 1;
        if done.rows.is_multiple_of(ROWS_PER_ADVANCE) {
            watch.progress.advance(ROWS_PER_ADVANCE);
        }
    }
    watch.progress.yield_screen();
    Ok(())
}

fn label(planned: &Planned<'_>, number: usize, statements: usize) -> String {
    match statements {
        1 => planned.keyword(),
        _ => format!("statement {number} of {statements}, {}", planned.keyword()),
    }
}
