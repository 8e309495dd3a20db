//! Texts with several statements: prepared one after another, each when its turn comes.

use std::borrow::Cow;

use hypostyle_core::{Batch, Error, OwnedParams, Params, Result};
use hypostyle_sql::{Dialect, Slot, Translated, split};

use crate::blocking::{BlockingConnection, Progress, Where};
use crate::run::{Open, Place, Run};
use crate::statements::slot_at;

/// The statements of a text that have not run yet, and all its parameters.
pub(crate) struct Script {
    statements: std::vec::IntoIter<Part>,
    slots: Vec<Slot>,
    params: OwnedParams,
}

struct Part {
    text: Box<str>,
    /// Where it starts in the caller's text, where that is what DuckDB reads.
    start: Option<usize>,
}

impl Script {
    pub(crate) fn new(translated: &Translated<'_>, params: Params<'_>) -> Self {
        let is_own = matches!(translated.text, Cow::Borrowed(_));
        let parts = split(&translated.text, Dialect::DuckDb)
            .map(|part| Part { text: part.text.into(), start: is_own.then_some(part.start) });
        let statements = parts.collect::<Vec<_>>().into_iter();
        Self { statements, slots: translated.slots.clone(), params: OwnedParams::of(params) }
    }

    /// Tells whether no statement follows the one that runs.
    pub(crate) fn is_last(&self) -> bool {
        self.statements.as_slice().is_empty()
    }
}

impl BlockingConnection {
    /// Prepares and runs the next statement of the open script.
    pub(crate) fn next_statement(&mut self, batch: &mut Batch) -> Result<Progress> {
        let Some(mut script) = self.open.take().and_then(|open| open.script) else {
            return Err(Error::closed("reply"));
        };
        let Some(part) = script.statements.next() else { return Err(Error::closed("reply")) };
        let mut prepared = self.prepare(&part.text, part.start)?;
        let Script { slots, params, .. } = &*script;
        prepared.bind(|slot| params.value(slot_at(slots, slot)?))?;
        let run = Run::new(Place::Own(prepared.into()));
        self.open = Some(Open { run: Some(run), script: Some(script) });
        self.drive(batch, Where::Away)
    }
}
