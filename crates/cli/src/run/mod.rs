//! Runs a planned script and hands what comes back to a sink.

mod copy;
mod verbatim;

use std::io::{self, Write as _};
use std::ops::Range;
use std::time::{Duration, Instant};

use hypostyle::Database;
use hypostyle::core::{
    CancellationToken, ConnectionConfig, Error, HeldSession, Intent, Query, Reply, Transaction,
};
use hypostyle::sql::Access;

use crate::database;
use crate::exit::Result;
use crate::output::{Done, Sink};
use crate::parameters::Parameters;
use crate::progress::Progress;
use crate::script::{Act, Connect, Enclosure, Plan, Planned, Say, Stretch};
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
    /// No `?` is a placeholder: the script was written for a client that has none.
    pub(crate) is_verbatim: bool,
    pub(crate) cancel: &'a CancellationToken,
}

/// What hears of the statements while they run.
pub(crate) struct Watch<'a> {
    pub(crate) sink: &'a mut dyn Sink,
    pub(crate) progress: &'a Progress,
}

/// Runs scripts, all on one connection until one of them names another.
pub(crate) struct Runner {
    database: Database,
    /// Where the database is, for scripts that go elsewhere.
    config: Option<ConnectionConfig>,
    session: Option<HeldSession>,
    limits: Limits,
}

impl Runner {
    pub(crate) fn new(database: &Database, limits: Limits) -> Self {
        Self { database: database.clone(), config: None, session: None, limits }
    }

    /// Lets scripts go from here to another database.
    pub(crate) fn at(self, config: ConnectionConfig) -> Self {
        Self { config: Some(config), ..self }
    }

    /// Takes the connection now, so that every script after finds it, one that may write.
    pub(crate) async fn hold(&mut self) -> Result {
        self.session = Some(self.database.session(Intent::Write).await?);
        Ok(())
    }

    /// Closes what is open. What was done is done; a failure to close changes none of it.
    pub(crate) async fn close(mut self) {
        self.session = None;
        let _ = self.database.close().await;
    }

    /// Runs a script to its end or to its first failure, which undoes what the enclosure holds.
    pub(crate) async fn run(&mut self, script: Script<'_>, mut watch: Watch<'_>) -> Result {
        watch.sink.begin(script.plan.answers())?;
        let ran = self.stretches(script, &mut watch).await;
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

    async fn stretches(&mut self, script: Script<'_>, watch: &mut Watch<'_>) -> Result {
        for stretch in &script.plan.stretches {
            if let Some(planned) = script.plan.statements.get(stretch.range.start)
                && let Act::Connect(connect) = planned.act
            {
                let connected = self.connect(connect, script, stretch, watch).await;
                connected.map_err(|stopped| stopped.told(script, false))?;
            }
            self.stretch(stretch, script, watch).await?;
        }
        Ok(())
    }

    /// Leaves the database for another.
    async fn connect(
        &mut self,
        connect: &Connect,
        script: Script<'_>,
        stretch: &Stretch,
        watch: &mut Watch<'_>,
    ) -> Result<(), Stopped> {
        let at = stretch.range.start;
        let began = Instant::now();
        let stopped = |why: Why| Stopped { at, why };
        watch.progress.set_label("connecting");
        let config = self.config.as_ref().map(|former| connect.from(former)).transpose();
        let config = config.map_err(|error| stopped(error.into()))?;
        let Some(config) = config else { return Ok(()) };
        self.session = None;
        // Its own idle connection would keep a script from dropping the database it came from.
        let _ = self.database.close().await;
        let opened = script.cancel.run_until_cancelled(database::open_config(config.clone())).await;
        let opened = opened.unwrap_or_else(|| Err(Error::cancelled()));
        self.database = opened.map_err(|error| stopped(error.into()))?;
        self.config = Some(config);
        let done = done(&script.plan.statements[at], at, began);
        watch.sink.done(&done).map_err(|error| stopped(error.into()))
    }

    async fn stretch(
        &mut self,
        stretch: &Stretch,
        script: Script<'_>,
        watch: &mut Watch<'_>,
    ) -> Result {
        let limits = self.limits;
        if stretch.enclosure == Enclosure::ReadOnly {
            let transaction = self.database.begin_read_only().await?;
            return in_transaction(transaction, script, stretch, limits, watch).await;
        }
        let session = match &mut self.session {
            Some(session) => session,
            none => {
                let intent = if stretch.writes(script.plan) { Intent::Write } else { Intent::Read };
                none.insert(self.database.session(intent).await?)
            }
        };
        if stretch.enclosure == Enclosure::None {
            let range = stretch.range.clone();
            let ran = run_some(&mut On::Session(session), script, range, limits, watch).await;
            return ran.map_err(|stopped| stopped.told(script, false));
        }
        let before = stretch.range.start..stretch.enclosed().start;
        let ran = run_some(&mut On::Session(session), script, before, limits, watch).await;
        ran.map_err(|stopped| stopped.told(script, true))?;
        let transaction = match script.cancel.run_until_cancelled(session.begin()).await {
            Some(begun) => begun?,
            None => return Err(Error::cancelled().into()),
        };
        in_transaction(transaction, script, stretch, limits, watch).await
    }
}

async fn in_transaction(
    mut transaction: Transaction<'_>,
    script: Script<'_>,
    stretch: &Stretch,
    limits: Limits,
    watch: &mut Watch<'_>,
) -> Result {
    let mut on = On::Transaction(&mut transaction);
    match run_some(&mut on, script, stretch.enclosed(), limits, watch).await {
        Ok(()) => transaction.commit().await.map_err(|error| undecided(error, stretch)),
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
        let planned = &script.plan.statements[at];
        watch.progress.set_label(label(planned, at + 1, all));
        let ran = match planned.act {
            Act::Run => run_one(on, script, at, limits, watch).await,
            Act::Copy(block, rows) => {
                let began = Instant::now();
                let copied = copy::run(on, script, at, (block, rows), limits, watch).await;
                copied.and_then(|outcome| {
                    let done = Done { outcome, ..done(planned, at, began) };
                    Ok(watch.sink.done(&done)?)
                })
            }
            Act::Say(say) => self::say(say, watch),
            // It stands in front of the stretch, which it has begun.
            Act::Connect(_) => Ok(()),
        };
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
    let text = match script.is_verbatim {
        true => verbatim::without_placeholders(planned.statement.text),
        false => planned.statement.text.into(),
    };
    let mut query = on
        .request(&text)
        .params(script.parameters.lend(share))
        .intent(if writes { Intent::Write } else { Intent::Read })
        .cancel(script.cancel);
    if let Some(timeout) = limits.timeout {
        query = query.timeout(timeout);
    }
    let mut reply = query.stream().await?;
    loop {
        let mut done = Done { outcome: reply.outcome(), ..done(planned, at, began) };
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

fn say(say: &Say, watch: &mut Watch<'_>) -> Result<(), Why> {
    if say.is_warning {
        // A warning nobody can read is no failure.
        let _ = io::stderr().write_all(say.text.as_bytes());
        return Ok(());
    }
    watch.progress.yield_screen();
    Ok(watch.sink.say(&say.text)?)
}

/// What is said of a statement that has just ended.
fn done(planned: &Planned<'_>, at: usize, began: Instant) -> Done {
    Done {
        number: at + 1,
        line: planned.statement.line,
        keyword: planned.keyword(),
        counts_rows: planned.counts_rows(),
        outcome: hypostyle::core::Outcome::default(),
        rows: 0,
        is_limited: false,
        took: began.elapsed(),
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
