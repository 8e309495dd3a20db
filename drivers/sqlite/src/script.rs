//! Texts with several statements: prepared one after another, each when its turn comes.

use std::borrow::Cow;

use hypostyle_core::{Batch, Error, Fill, OwnedParams, Params, Result};
use hypostyle_sql::{Dialect, Slot, Translated, Verb, classify};

use crate::binding::{bind_copy, unbound};
use crate::blocking::{BlockingConnection, Open};
use crate::errors::{Circumstances, error_of};
use crate::raw::Failure;
use crate::statements::Prepared;
use crate::types::Scratch;

/// The open reply of a text with several statements.
pub(crate) struct Script {
    text: String,
    /// The text is the caller's, so that positions in it mean something to them.
    is_own_text: bool,
    /// Where the next statement begins.
    next: usize,
    slots: Vec<Slot>,
    /// Parameters written as bare `?` that statements before have taken.
    taken: usize,
    params: OwnedParams,
    pub(crate) running: Option<Prepared>,
}

impl BlockingConnection {
    /// Prepares and starts the next statement of the open script.
    pub(crate) fn next_statement(&mut self, batch: &mut Batch) -> Result<Fill> {
        let Some(Open::Script(mut script)) = self.open.take() else {
            return Err(Error::closed("reply"));
        };
        loop {
            let prepared = self.raw.prepare(&script.text[script.next..], false);
            let taints = self.raw.hooks().take_taint();
            let from = script.next;
            let (statement, rest) = prepared.map_err(|failure| {
                let offset = failure.offset.filter(|_| script.is_own_text);
                let offset = offset.map(|offset| offset + from);
                self.failed(Failure { offset, ..failure }, false)
            })?;
            script.next += rest;
            script.next += blank_bytes(&script.text[script.next..]);
            let Some(statement) = statement else {
                if script.next >= script.text.len() {
                    self.no_rows(batch);
                    return Ok(Fill::End);
                }
                continue;
            };
            let verb = classify(&script.text[from..from + rest], Dialect::Sqlite).verb;
            let mut prepared = Prepared::new(statement, Vec::new(), verb, taints);
            script.bind(&mut prepared, &mut self.scratch)?;
            if taints {
                self.is_pristine = false;
            }
            if matches!(verb, Verb::Commit) {
                self.prepare_commit();
            }
            script.running = Some(prepared);
            self.open = Some(Open::Script(script));
            return self.pump(batch);
        }
    }
}

impl Script {
    pub(crate) fn new(translated: Translated<'_>, params: Params<'_>) -> Self {
        Self {
            is_own_text: matches!(translated.text, Cow::Borrowed(_)),
            text: translated.text.into_owned(),
            next: 0,
            slots: translated.slots,
            taken: 0,
            params: OwnedParams::of(params),
            running: None,
        }
    }

    /// Tells whether no statement follows the one that runs.
    pub(crate) fn is_last(&self) -> bool {
        self.next >= self.text.len()
    }

    /// Binds the parameters of the statement, which share one space with the others of the text.
    fn bind(&mut self, prepared: &mut Prepared, scratch: &mut Scratch) -> Result<()> {
        let count = prepared.statement.parameter_count();
        let is_numbered = (1..=count).any(|at| prepared.statement.is_parameter_named(at));
        let first = if is_numbered { 0 } else { self.taken };
        if !is_numbered {
            self.taken += count;
        }
        for at in 1..=count {
            let Some(slot) = self.slots.get(first + at - 1) else {
                return Err(unbound(first + at, self.slots.len()));
            };
            let value = self.params.value(slot)?;
            bind_copy(&mut prepared.statement, scratch, at, value)?
                .map_err(|failure| error_of(failure, Circumstances::default()))?;
        }
        Ok(())
    }
}

/// Counts the bytes of blanks, comments and semicolons at the start of a text.
pub(crate) fn blank_bytes(text: &str) -> usize {
    use hypostyle_sql::TokenKind::{BlockComment, LineComment, Semicolon, Whitespace};
    let is_blank = |kind| matches!(kind, Whitespace | LineComment | BlockComment | Semicolon);
    let mut tokens = hypostyle_sql::tokens(text, Dialect::Sqlite);
    tokens.find(|token| !is_blank(token.kind)).map_or(text.len(), |token| token.start)
}
