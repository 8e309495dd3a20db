//! One statement, or several of one text: prepared once, executed with its parameters.

use hypostyle_core::{Batch, Error, ErrorKind, Fill, Params};
use hypostyle_sql::Slot;

use crate::commands;
use crate::connection::MySqlConnection;
use crate::errors::code;
use crate::failure::{Attempt, Failure};
use crate::script::Script;
use crate::statements::{Effects, Plan, Sketch, bound, key_with_types, plan};

/// Numbers of a statement that is no longer what was prepared: nothing has been executed.
pub(crate) const OUTDATED: [u16; 2] = [code::OUTDATED, code::UNKNOWN_STATEMENT];

/// What a run came to.
enum Ran {
    Fill(Fill),
    /// The statement is of other types: it did not run.
    Other(Box<[u8]>),
}

impl Ran {
    fn fill(self) -> Attempt<Fill> {
        match self {
            Self::Fill(fill) => Ok(fill),
            // A statement of these very types takes them.
            Self::Other(_) => Err(Error::closed("statement").into()),
        }
    }
}

/// How often a statement is prepared anew while others change the schema.
pub(crate) const HEALS_MAX: usize = 5;

impl MySqlConnection {
    /// Runs a text and fills the first batch.
    #[inline]
    pub(crate) async fn text(
        &mut self,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.reading.script = None;
        let Some(known) = self.statements.find(text) else {
            return Box::pin(self.text_anew(text, params, batch)).await;
        };
        match self.run(known, params, batch).await {
            Ok(Ran::Other(types)) => Box::pin(self.run_of_types(text, &types, params, batch)).await,
            Ok(Ran::Fill(fill)) => Ok(fill),
            Err(failure) if failure.has_code(&OUTDATED) => {
                Box::pin(self.heal(text, text, params, failure, batch)).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Runs a text whose statement is not known.
    async fn text_anew(
        &mut self,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.check_words(text)?;
        match plan(text)? {
            Plan::Several => {
                let script = Script::new(text, params)?;
                self.reading.script = Some(Box::new(script));
                self.go_on_with_script(batch).await
            }
            Plan::Send(sketch) => {
                params.check_used(&[])?;
                self.send(&sketch.sql, sketch.effects, batch).await
            }
            Plan::Nothing => {
                params.check_used(&[])?;
                Ok(self.nothing(batch))
            }
            Plan::Prepare(sketch) => self.prepare_and_run(text, sketch, params, batch).await,
        }
    }

    async fn prepare_and_run(
        &mut self,
        text: &str,
        sketch: Sketch,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        params.check_used(&sketch.slots)?;
        self.check_effects(sketch.effects)?;
        let (sql, slots, effects) = (sketch.sql.clone(), sketch.slots.clone(), sketch.effects);
        let prepared = match self.known_or_prepared(text, || Ok(sketch)).await {
            Err(failure) if failure.has_code(&[code::TOO_MANY_PREPARED]) => {
                self.close_statements();
                return Err(failure);
            }
            Err(failure) if self.is_sendable(&failure, &slots) => {
                return self.send(&sql, effects, batch).await;
            }
            prepared => prepared?,
        };
        self.run_healed(prepared, text, text, params, batch).await
    }

    /// Runs a text with parameters of other types than those it ran with first: a statement of its own.
    async fn run_of_types(
        &mut self,
        text: &str,
        types: &[u8],
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        let key = key_with_types(text, types);
        let at = self.known_or_prepared(&key, || sketch_of(text)).await?;
        self.run_healed(at, &key, text, params, batch).await
    }

    async fn run_healed(
        &mut self,
        at: usize,
        key: &str,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        match self.run(at, params, batch).await {
            Ok(ran) => ran.fill(),
            Err(failure) if failure.has_code(&OUTDATED) => {
                self.heal(key, text, params, failure, batch).await
            }
            Err(failure) => Err(failure),
        }
    }

    /// Tells whether a statement that cannot be prepared can be sent as text.
    pub(crate) fn is_sendable(&self, failure: &Failure, slots: &[Slot]) -> bool {
        slots.is_empty() && failure.has_code(&[code::UNPREPARABLE])
    }

    /// Runs a statement again that the server has forgotten, or that it prepared against another
    /// schema. It has done nothing, also inside a transaction.
    async fn heal(
        &mut self,
        key: &str,
        text: &str,
        params: Params<'_>,
        mut failure: Failure,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        for _ in 0..HEALS_MAX {
            let at = self.prepare_again(key, text).await?;
            match self.run(at, params, batch).await {
                Err(again) if again.has_code(&OUTDATED) => failure = again,
                run => return run?.fill(),
            }
        }
        Err(failure)
    }

    /// Prepares a statement anew.
    pub(crate) async fn prepare_again(&mut self, key: &str, text: &str) -> Attempt<usize> {
        if let Some(gone) = self.statements.forget(key) {
            commands::put_close(&mut self.wire.output, gone);
        }
        self.known_or_prepared(key, || sketch_of(text)).await
    }

    /// Closes what is prepared: the server has no room for more.
    fn close_statements(&mut self) {
        for gone in self.statements.clear() {
            commands::put_close(&mut self.wire.output, gone);
        }
    }

    /// Executes a prepared statement and fills the first batch.
    #[inline]
    async fn run(&mut self, at: usize, params: Params<'_>, batch: &mut Batch) -> Attempt<Ran> {
        let Some(statement) = self.statements.get(at) else {
            return Err(Error::closed("statement").into());
        };
        let (slots, effects) = (&statement.slots, statement.effects);
        params.check_used(slots)?;
        if effects.taint.commits {
            self.lived.check_no_commit(self.engine)?;
        }
        let begun = self.wire.output.len();
        let count = slots.len();
        let types = commands::put_execute(
            &mut self.wire.output,
            statement.id,
            count,
            |at| bound(slots, params, at),
            self.packet_bytes_max,
        )?;
        self.reading.begin(statement.output.clone(), Some(at), effects);
        if self.types_stick && count > 0 {
            let types = self.wire.output.get(types..types + 2 * count).unwrap_or_default();
            if !self.statements.takes(at, types) {
                let types = types.into();
                self.wire.output.truncate(begun);
                return Ok(Ran::Other(types));
            }
        }
        self.mark(effects);
        self.pending += 1;
        batch.begin(self.reading.width());
        self.pump(batch).await.map(Ran::Fill)
    }

    /// Sends a statement as text and fills the first batch.
    pub(crate) async fn send(
        &mut self,
        text: &str,
        effects: Effects,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.check_effects(effects)?;
        batch.begin(0);
        commands::put_query(&mut self.wire.output, text, self.packet_bytes_max)?;
        self.mark(effects);
        self.pending += 1;
        self.reading.begin_text(effects);
        self.pump(batch).await
    }

    /// Answers a text without a statement.
    pub(crate) fn nothing(&mut self, batch: &mut Batch) -> Fill {
        self.reading.begin_own();
        batch.begin(0);
        Fill::End
    }

    /// Refuses what would commit the transaction around it.
    pub(crate) fn check_effects(&self, effects: Effects) -> Attempt<()> {
        if effects.taint.commits {
            self.lived.check_no_commit(self.engine)?;
        }
        Ok(())
    }

    /// Refuses a text that means something else to the server in this session.
    fn check_words(&self, text: &str) -> Attempt<()> {
        if self.session.reads_alike(text) {
            return Ok(());
        }
        let message = "the sql_mode of this session has ANSI_QUOTES or NO_BACKSLASH_ESCAPES, and \
                       the text has such a quote or a backslash; send the value as a parameter";
        Err(Error::new(ErrorKind::Unsupported, message).with("capability", "sql_mode").into())
    }

    /// Goes on with the open answer, or with the next statement of a script.
    pub(crate) async fn go_on(&mut self, batch: &mut Batch) -> Attempt<Fill> {
        if self.pending > 0 {
            self.pump(batch).await
        } else if self.reading.script.is_some() {
            self.go_on_with_script(batch).await
        } else {
            Err(Error::closed("reply").into())
        }
    }
}

/// Looks again at a text that was prepared before.
fn sketch_of(text: &str) -> Attempt<Sketch> {
    match plan(text)? {
        Plan::Prepare(sketch) => Ok(sketch),
        _ => Err(Error::closed("statement").into()),
    }
}
