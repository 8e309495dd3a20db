//! One statement, or several of one text: planned once, bound, executed.

use std::sync::Arc;

use hypostyle_core::{Batch, Fill, Params, TxState};
use postgres_protocol::message::frontend;

use crate::binding;
use crate::connection::PostgresConnection;
use crate::failure::Attempt;
use crate::script::Script;
use crate::statements::{Description, Plan, bound, key_with_wishes};

/// Codes of a plan or statement that is no longer what was prepared: nothing has been executed.
const OUTDATED: [&str; 3] = ["0A000", "26000", "42P05"];

impl PostgresConnection {
    /// Runs a text and fills the first batch.
    pub(crate) async fn text(
        &mut self,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.reading.script = None;
        if let Some(known) = self.statements.find(text) {
            let known = known.clone();
            if known.wishes(params).is_none() {
                return match self.run(&known, params, batch).await {
                    Err(failure) if failure.has_code(&OUTDATED) && self.may_heal() => {
                        self.forget(text, failure.has_code(&OUTDATED[1..]));
                        Box::pin(self.text_anew(text, params, batch)).await
                    }
                    run => run,
                };
            }
        }
        Box::pin(self.text_anew(text, params, batch)).await
    }

    /// Runs a text whose statement is not known, or not with parameters of these types.
    async fn text_anew(
        &mut self,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        match self.known_or_described(text, params).await? {
            Some(description) => match self.run(&description, params, batch).await {
                Err(failure) if failure.has_code(&OUTDATED) && self.may_heal() => {
                    self.forget(&key_of(text, &description), failure.has_code(&OUTDATED[1..]));
                    match self.known_or_described(text, params).await? {
                        Some(description) => self.run(&description, params, batch).await,
                        None => Err(failure),
                    }
                }
                run => run,
            },
            None => {
                let script = Script::new(text, params, self.dialect())?;
                self.reading.script = Some(Box::new(script));
                self.go_on_with_script(batch).await
            }
        }
    }

    /// Finds what describes a text with parameters of these types, or has it described; `None` for
    /// several statements.
    pub(crate) async fn known_or_described(
        &mut self,
        text: &str,
        params: Params<'_>,
    ) -> Attempt<Option<Arc<Description>>> {
        let known = self.statements.find(text).cloned();
        let described = match known {
            Some(known) => known,
            None => {
                let Plan::One(sketch) = self.plan(text)? else { return Ok(None) };
                params.check_used(&sketch.slots)?;
                let name = self.name_of(&sketch.sql, &[]);
                let described = self.describe(sketch, Vec::new(), name).await?;
                self.keep(text, &described)?;
                described
            }
        };
        let Some(wished) = described.wishes(params) else { return Ok(Some(described)) };
        let key = key_with_wishes(text, &wished);
        if let Some(known) = self.statements.find(&key) {
            return Ok(Some(known.clone()));
        }
        let Plan::One(sketch) = self.plan(text)? else { return Ok(None) };
        // Where the server refuses the types of the values, it reads them as text.
        let in_transaction = self.status != TxState::None;
        let name = self.name_of(&sketch.sql, &wished);
        let wishful = match self.describe(sketch, wished, name).await {
            Err(failure) if in_transaction || !failure.has_code(&["42883", "42804", "42725"]) => {
                return Err(failure);
            }
            Err(_) => described,
            Ok(wishful) => wishful,
        };
        self.keep(&key, &wishful)?;
        Ok(Some(wishful))
    }

    fn keep(&mut self, key: &str, description: &Arc<Description>) -> Attempt<()> {
        self.spec.known.keep(key, description);
        let gone = self.statements.keep(key, description.clone());
        if let Some(gone) = gone
            && !gone.name.is_empty()
        {
            frontend::close(b'S', &gone.name, &mut self.wire.output)?;
        }
        Ok(())
    }

    /// Forgets a statement, and with `all` every statement of the session.
    fn forget(&mut self, key: &str, all: bool) {
        self.spec.known.forget(key);
        if all {
            // Nobody here deallocated it: a pooler has changed servers.
            self.forget_statements();
            self.spec.find_pooler();
            return;
        }
        if let Some(gone) = self.statements.forget(key)
            && !gone.name.is_empty()
        {
            // A name without NUL can always be sent.
            let _ = frontend::close(b'S', &gone.name, &mut self.wire.output);
        }
    }

    fn may_heal(&self) -> bool {
        !self.call.in_transaction && self.status == TxState::None
    }

    /// Binds, executes and fills the first batch.
    pub(crate) async fn run(
        &mut self,
        description: &Arc<Description>,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        params.check_used(&description.slots)?;
        let begun = self.wire.output.len();
        if let Err(failure) = self.put(description, params) {
            self.wire.output.truncate(begun);
            return Err(failure);
        }
        self.mark(description);
        self.lived.ask_number(&mut self.wire.output, self.call)?;
        self.sync();
        self.reading.begin(description.output.clone());
        batch.begin(description.output.types.len());
        self.pump(batch).await
    }

    fn put(&mut self, description: &Description, params: Params<'_>) -> Attempt<()> {
        let out = &mut self.wire.output;
        if description.name.is_empty() {
            let types = description.params.iter().map(|kind| kind.oid);
            frontend::parse("", &description.sql, types, out)?;
        }
        let value = |at| bound(description, params, at);
        let formats = &description.output.formats;
        binding::bind(out, &description.name, &description.params, value, formats)?;
        binding::execute(out, 0);
        Ok(())
    }

    /// Goes on with the open answer, or with the next statement of a script.
    pub(crate) async fn go_on(&mut self, batch: &mut Batch) -> Attempt<Fill> {
        if self.pending > 0 {
            self.pump(batch).await
        } else if self.reading.script.is_some() {
            self.go_on_with_script(batch).await
        } else {
            Err(hypostyle_core::Error::closed("reply").into())
        }
    }
}

fn key_of(text: &str, description: &Description) -> String {
    if description.wished.is_empty() {
        text.to_owned()
    } else {
        key_with_wishes(text, &description.wished)
    }
}
