//! One statement, or several of one text: planned once, bound, executed.

use std::sync::Arc;

use hypostyle_core::{Batch, Fill, Params, Retry, TxState};
use hypostyle_sql::{Dialect, Verb, classify};
use postgres_protocol::message::frontend;

use crate::binding;
use crate::connection::PostgresConnection;
use crate::failure::{Attempt, Failure};
use crate::script::Script;
use crate::statements::{Description, Plan, Sketch, bound, key_with_wishes};
use crate::types::Oid;

/// Codes of a plan or statement that is no longer what was prepared: nothing has been executed.
const OUTDATED: [&str; 3] = ["0A000", "26000", "42P05"];
/// Those of them that tell that the server does not have what was prepared here.
const MISSING: [&str; 2] = ["26000", "42P05"];
/// Codes of a statement whose parameters have types that the server cannot infer, or not so.
const UNTYPED: [&str; 4] = ["42P18", "42725", "42883", "42804"];

/// How often a statement is described anew while others change the schema.
pub(crate) const HEALS_MAX: usize = 5;

/// What became of a failed statement.
pub(crate) enum Healed {
    /// It was outdated, and is described anew.
    Anew(Arc<Description>),
    /// It failed for another reason.
    Failed(Failure),
}

impl PostgresConnection {
    /// Runs a text and fills the first batch.
    pub(crate) async fn text(
        &mut self,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.reading.script = None;
        let known = match self.statements.find(text) {
            Some(known) if known.wishes(params).is_none() => known.clone(),
            _ => return Box::pin(self.text_anew(text, params, batch)).await,
        };
        match self.run(&known, params, batch).await {
            Err(failure) => Box::pin(self.heal(text, params, known, failure, batch)).await,
            run => run,
        }
    }

    /// Runs a text whose statement is not known, or not with parameters of these types.
    async fn text_anew(
        &mut self,
        text: &str,
        params: Params<'_>,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        let described = match runs_once(text, self.dialect()) {
            true => None,
            false => self.known_or_described(text, params).await?,
        };
        let Some(described) = described else {
            let script = Script::new(text, params, self.dialect())?;
            self.reading.script = Some(Box::new(script));
            return self.go_on_with_script(batch).await;
        };
        match self.run(&described, params, batch).await {
            Err(failure) => self.heal(text, params, described, failure, batch).await,
            run => run,
        }
    }

    /// Runs a statement again that failed because the schema has changed under it.
    async fn heal(
        &mut self,
        text: &str,
        params: Params<'_>,
        mut described: Arc<Description>,
        mut failure: Failure,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        for _ in 0..HEALS_MAX {
            match self.outdated(text, params, &described, failure).await? {
                Healed::Failed(failure) => return Err(failure),
                Healed::Anew(again) => described = again,
            }
            match self.run(&described, params, batch).await {
                Err(next) => failure = next,
                run => return run,
            }
        }
        Err(failure)
    }

    /// Finds out whether a statement failed for being outdated: then it has done nothing, and is
    /// described anew. Inside a transaction it cannot be repeated alone.
    pub(crate) async fn outdated(
        &mut self,
        text: &str,
        params: Params<'_>,
        described: &Description,
        failure: Failure,
    ) -> Attempt<Healed> {
        let is_outdated = failure.has_code(&OUTDATED);
        if !is_outdated && !failure.may_be_of_schema() {
            return Ok(Healed::Failed(failure));
        }
        let all = failure.has_code(&MISSING);
        self.forget(text, all);
        self.forget(&key_of(text, described), all);
        if self.call.in_transaction || self.status != TxState::None {
            if !is_outdated {
                return Ok(Healed::Failed(failure));
            }
            let error = self.failed(failure, Some(text)).await;
            return Ok(Healed::Failed(error.retry_by(Retry::Transaction).into()));
        }
        let runs = self.reading.runs;
        let again = self.known_or_described(text, params).await?;
        self.reading.runs = runs;
        Ok(match again {
            Some(again) if is_outdated || !again.is_like(described) => Healed::Anew(again),
            _ => Healed::Failed(failure),
        })
    }

    /// Finds what describes a text with parameters of these types, or has it described; `None` for
    /// several statements.
    pub(crate) async fn known_or_described(
        &mut self,
        text: &str,
        params: Params<'_>,
    ) -> Attempt<Option<Arc<Description>>> {
        let described = match self.statements.find(text) {
            Some(known) => known.clone(),
            None => {
                let Plan::One(sketch) = self.plan(text)? else { return Ok(None) };
                params.check_used(&sketch.slots)?;
                let described = match self.describe_or_undo(text, &sketch, Vec::new()).await {
                    Err(failure) if failure.has_code(&UNTYPED) && !sketch.slots.is_empty() => {
                        return self.describe_by_values(text, &sketch, params, failure).await;
                    }
                    described => described?,
                };
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
        let wishful = match self.describe_or_undo(&key, &sketch, wished).await {
            // Where the server refuses the types of the values, it reads them as text.
            Err(failure) if failure.has_code(&UNTYPED) && !described.is_untyped => described,
            wishful => wishful?,
        };
        self.keep(&key, &wishful)?;
        Ok(Some(wishful))
    }

    /// Has a statement described whose parameters take their types from the values, as in
    /// `SELECT ? + ?`.
    async fn describe_by_values(
        &mut self,
        text: &str,
        sketch: &Sketch,
        params: Params<'_>,
        failure: Failure,
    ) -> Attempt<Option<Arc<Description>>> {
        let untyped = Arc::new(Description::untyped(sketch));
        let wished = untyped.wishes(params).unwrap_or_default();
        let key = key_with_wishes(text, &wished);
        let Ok(described) = self.describe_or_undo(&key, sketch, wished).await else {
            return Err(failure);
        };
        self.keep(text, &untyped)?;
        self.keep(&key, &described)?;
        Ok(Some(described))
    }

    /// Has a statement described; inside a transaction a refusal of what can still be described in
    /// another way is undone. What was described before is not expected to be refused.
    async fn describe_or_undo(
        &mut self,
        key: &str,
        sketch: &Sketch,
        wished: Vec<Oid>,
    ) -> Attempt<Arc<Description>> {
        let name = self.name_of(&sketch.sql, &wished);
        let was_described = || self.spec.known.find(key).is_some_and(|known| !known.is_untyped);
        if self.status != TxState::Open || sketch.slots.is_empty() || was_described() {
            return self.describe(sketch, wished, name).await;
        }
        self.command("SAVEPOINT hypostyle_describe").await?;
        let described = self.describe(sketch, wished, name).await;
        match &described {
            Ok(_) => self.command("RELEASE SAVEPOINT hypostyle_describe").await?,
            Err(Failure::Server(_)) => {
                self.command("ROLLBACK TO SAVEPOINT hypostyle_describe").await?;
                self.command("RELEASE SAVEPOINT hypostyle_describe").await?;
            }
            Err(_) => {}
        }
        described
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
        if description.name.is_empty() {
            // Parsed anew each time, it may answer other columns than it did.
            frontend::describe(b'P', "", out)?;
        }
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

/// Tells whether a statement is not worth preparing: what changes a schema runs once.
fn runs_once(text: &str, dialect: Dialect) -> bool {
    matches!(classify(text, dialect).verb, Verb::Create | Verb::Alter | Verb::Drop)
}

fn key_of(text: &str, description: &Description) -> String {
    if description.wished.is_empty() {
        text.to_owned()
    } else {
        key_with_wishes(text, &description.wished)
    }
}
