//! Texts with several statements: prepared one after another, each when its turn comes.

use std::borrow::Cow;

use hypostyle_core::{Batch, Error, OwnedParams, Params, Result};
use hypostyle_sql::{Dialect, Slot, TokenKind, Translated, split, tokens};

use crate::blocking::{BlockingConnection, Progress, Where};
use crate::run::{Open, Place, Run};
use crate::statements::slot_at;

/// The statements of a text that have not run yet, and all its parameters.
pub(crate) struct Script {
    statements: std::vec::IntoIter<Part>,
    params: OwnedParams,
}

/// A statement, with placeholders counted from 1 in itself.
struct Part {
    text: String,
    slots: Vec<Slot>,
    /// Where it starts in the caller's text, where that is what DuckDB reads.
    start: Option<usize>,
}

impl Script {
    pub(crate) fn new(translated: &Translated<'_>, params: Params<'_>) -> Self {
        let is_own = matches!(translated.text, Cow::Borrowed(_));
        let parts = split(&translated.text, Dialect::DuckDb).map(|part| {
            let own = Part::new(part.text, &translated.slots);
            let is_same = is_own && own.text == part.text;
            Part { start: is_same.then_some(part.start), ..own }
        });
        let statements = parts.collect::<Vec<_>>().into_iter();
        Self { statements, params: OwnedParams::of(params) }
    }

    /// Tells whether no statement follows the one that runs.
    pub(crate) fn is_last(&self) -> bool {
        self.statements.as_slice().is_empty()
    }
}

impl Part {
    /// Counts the placeholders of one statement from 1, as DuckDB wants them.
    fn new(sql: &str, all: &[Slot]) -> Self {
        let (mut own, mut slots): (Vec<usize>, Vec<Slot>) = (Vec::new(), Vec::new());
        let (mut text, mut copied) = (String::new(), 0);
        for token in tokens(sql, Dialect::DuckDb).filter(|t| t.kind == TokenKind::Placeholder) {
            let number = token.text(sql).strip_prefix('$').and_then(|n| n.parse::<usize>().ok());
            let Some(number) = number else { continue };
            let Some(slot) = number.checked_sub(1).and_then(|at| all.get(at)) else { continue };
            let at = own.iter().position(|known| *known == number).unwrap_or_else(|| {
                own.push(number);
                slots.push(slot.clone());
                own.len() - 1
            });
            text.push_str(sql.get(copied..token.start).unwrap_or_default());
            text.push_str(&format!("${}", at + 1));
            copied = token.end;
        }
        text.push_str(sql.get(copied..).unwrap_or_default());
        Self { text, slots, start: None }
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
        prepared.bind(|at| script.params.value(slot_at(&part.slots, at)?))?;
        let run = Run::new(Place::Own(prepared.into()));
        self.open = Some(Open { run: Some(run), script: Some(script) });
        self.drive(batch, Where::Away)
    }
}
