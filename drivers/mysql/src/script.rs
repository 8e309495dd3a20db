//! Texts with several statements: each is sent when its turn comes.

use hypostyle_core::{Batch, Error, Fill, Params, Result, Value, ValueRef};
use hypostyle_sql::{Dialect, Marker, Slot, TokenKind, split, tokens, translate};

use crate::commands;
use crate::connection::MySqlConnection;
use crate::failure::{Attempt, Failure};
use crate::statements::{Plan, Sketch, Statement, plan};

/// The statements of a text that have not run yet, and all its parameters.
pub(crate) struct Script {
    statements: std::vec::IntoIter<Part>,
    params: OwnedParams,
}

/// A statement of a text.
#[derive(Debug)]
struct Part {
    sql: String,
    slots: Vec<Slot>,
    /// Where it starts in the caller's text, where that is what is sent.
    start: Option<usize>,
}

/// Parameters that outlive the call.
enum OwnedParams {
    Positional(Vec<Value>),
    Named(Vec<(String, Value)>),
}

impl OwnedParams {
    fn of(params: Params<'_>) -> Self {
        match params {
            Params::Positional(values) => {
                Self::Positional(values.iter().map(ValueRef::to_value).collect())
            }
            Params::Named(values) => Self::Named(
                values.iter().map(|(name, value)| ((*name).to_owned(), value.to_value())).collect(),
            ),
        }
    }

    fn value(&self, slot: &Slot) -> Result<ValueRef<'_>> {
        let found = match (self, slot) {
            (Self::Positional(values), Slot::Position(at)) => values.get(*at),
            (Self::Named(values), Slot::Name(name)) => {
                values.iter().find(|(key, _)| **key == **name).map(|(_, value)| value)
            }
            _ => None,
        };
        match found {
            Some(value) => Ok(value.as_ref()),
            // What is missing is told as for a single statement.
            None => Params::NONE.value(slot),
        }
    }
}

impl Script {
    /// Cuts a text into statements.
    pub(crate) fn new(text: &str, params: Params<'_>) -> Attempt<Self> {
        let translated = translate(text, Dialect::Mysql, Marker::Question)?;
        params.check_used(&translated.slots)?;
        for slot in &translated.slots {
            params.value(slot)?;
        }
        let is_own_text = matches!(translated.text, std::borrow::Cow::Borrowed(_));
        let mut slots = translated.slots.iter().cloned();
        let parts = split(&translated.text, Dialect::Mysql).map(|statement| {
            let sql = statement.text;
            let is_slot = |kind| kind == TokenKind::Placeholder;
            let count = tokens(sql, Dialect::Mysql).filter(|token| is_slot(token.kind)).count();
            Part {
                sql: sql.to_owned(),
                slots: slots.by_ref().take(count).collect(),
                start: is_own_text.then_some(statement.start),
            }
        });
        let statements = parts.collect::<Vec<_>>().into_iter();
        Ok(Self { statements, params: OwnedParams::of(params) })
    }
}

impl MySqlConnection {
    /// Runs the next statement of the open script and fills the first batch of its result.
    pub(crate) async fn go_on_with_script(&mut self, batch: &mut Batch) -> Attempt<Fill> {
        let Some(mut script) = self.reading.script.take() else {
            return Err(Error::closed("reply").into());
        };
        let Some(part) = script.statements.next() else {
            return Ok(self.nothing(batch));
        };
        let is_last = script.statements.as_slice().is_empty();
        let filled = self.run_part(&part, &script, batch).await;
        self.reading.script = (!is_last).then_some(script);
        match filled {
            Ok(Fill::End) if !is_last => Ok(Fill::EndOfResult),
            Err(failure) => {
                self.reading.script = None;
                Err(self.placed(failure, &part).await)
            }
            filled => filled,
        }
    }

    /// Says where in the caller's text a statement of a script was refused.
    async fn placed(&mut self, failure: Failure, part: &Part) -> Failure {
        if !matches!(failure, Failure::Server(_)) {
            return failure;
        }
        let error = self.failed(failure, Some(&part.sql)).await;
        match (error.position(), part.start) {
            (Some(position), Some(start)) => error.at_byte(start + position).into(),
            _ => error.into(),
        }
    }

    async fn run_part(&mut self, part: &Part, script: &Script, batch: &mut Batch) -> Attempt<Fill> {
        self.call.in_transaction = self.session.is_in_transaction();
        match plan(&part.sql)? {
            Plan::Prepare(sketch) => {
                let sketch = Sketch { slots: part.slots.clone(), ..sketch };
                self.run_part_prepared(&sketch, script, batch).await
            }
            Plan::Send(sketch) => self.send(&sketch.sql, sketch.effects, batch).await,
            // A part is one statement.
            Plan::Nothing | Plan::Several => Ok(self.nothing(batch)),
        }
    }

    /// Runs a statement of a script, which is prepared for this once.
    async fn run_part_prepared(
        &mut self,
        sketch: &Sketch,
        script: &Script,
        batch: &mut Batch,
    ) -> Attempt<Fill> {
        self.check_effects(sketch.effects)?;
        let statement = match self.prepare(sketch).await {
            Err(failure) if self.is_sendable(&failure, &sketch.slots) => {
                return self.send(&sketch.sql, sketch.effects, batch).await;
            }
            statement => statement?,
        };
        let Statement { id, slots, output, effects, .. } = statement;
        let value = |at: usize| match slots.get(at) {
            Some(slot) => script.params.value(slot),
            None => Ok(ValueRef::Null),
        };
        let (out, bytes_max) = (&mut self.wire.output, self.packet_bytes_max);
        let put = commands::put_execute(out, id, slots.len(), value, bytes_max);
        // The server knows it until then.
        commands::put_close(&mut self.wire.output, id);
        put?;
        self.mark(effects);
        self.pending += 1;
        self.reading.begin(output, None, effects);
        batch.begin(self.reading.width());
        self.pump(batch).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(&str, usize)]) {
        let values = [ValueRef::Null; 3];
        let script = Script::new(text, Params::Positional(&values));
        let script = script.unwrap_or_else(|failure| panic!("{}", Error::from(failure)));
        let parts: Vec<(&str, usize)> =
            script.statements.as_slice().iter().map(|p| (p.sql.as_str(), p.slots.len())).collect();
        assert_eq!(parts, expect, "{text}");
    }

    #[test]
    fn each_statement_has_its_own_parameters() {
        check("SELECT ?; SELECT ?, ?", &[("SELECT ?", 1), ("SELECT ?, ?", 2)]);
        check("SELECT $3, $1; SELECT $2, '$1'", &[("SELECT ?, ?", 2), ("SELECT ?, '$1'", 1)]);
    }
}
