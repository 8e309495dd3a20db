//! Texts with several statements: each is sent when its turn comes.

use std::collections::HashMap;
use std::sync::Arc;

use hypostyle_core::{Batch, Fill, Params, TxState, Value, ValueRef};
use hypostyle_sql::{Dialect, Marker, Slot, TokenKind, classify, split, tokens, translate};
use postgres_protocol::message::frontend;

use crate::binding;
use crate::connection::{Call, PostgresConnection};
use crate::errors::Circumstances;
use crate::failure::{Attempt, Failure};
use crate::statements::{Description, Sketch, answers_nothing};
use crate::taint::Taint;

/// The statements of a text that have not run yet, and all its parameters.
pub(crate) struct Script {
    statements: std::vec::IntoIter<Part>,
    params: OwnedParams,
    dialect: Dialect,
}

/// A statement, with placeholders counted from 1 in itself.
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

    fn value(&self, slot: &Slot) -> hypostyle_core::Result<ValueRef<'_>> {
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
    pub(crate) fn new(text: &str, params: Params<'_>, dialect: Dialect) -> Attempt<Self> {
        let translated = translate(text, dialect, Marker::Dollar)?;
        params.check_used(&translated.slots)?;
        for slot in &translated.slots {
            params.value(slot)?;
        }
        let is_own_text = matches!(translated.text, std::borrow::Cow::Borrowed(_));
        let parts = split(&translated.text, dialect).map(|statement| {
            let part = Part::new(statement.text, &translated.slots, dialect);
            let is_same = is_own_text && part.sql.len() == statement.text.len();
            Part { start: is_same.then_some(statement.start), ..part }
        });
        let statements = parts.collect::<Vec<_>>().into_iter();
        Ok(Self { statements, params: OwnedParams::of(params), dialect })
    }
}

impl Part {
    /// Counts the placeholders of one statement from 1, as the server wants them.
    fn new(sql: &str, all: &[Slot], dialect: Dialect) -> Self {
        let mut own: HashMap<usize, usize> = HashMap::new();
        let (mut slots, mut text, mut copied) = (Vec::new(), String::new(), 0);
        for token in tokens(sql, dialect).filter(|token| token.kind == TokenKind::Placeholder) {
            let Some(number) = token.text(sql).strip_prefix('$').and_then(|n| n.parse().ok())
            else {
                continue;
            };
            let number: usize = number;
            let Some(slot) = number.checked_sub(1).and_then(|at| all.get(at)) else { continue };
            let place = *own.entry(number).or_insert_with(|| {
                slots.push(slot.clone());
                slots.len()
            });
            text.push_str(sql.get(copied..token.start).unwrap_or_default());
            text.push_str(&format!("${place}"));
            copied = token.end;
        }
        text.push_str(sql.get(copied..).unwrap_or_default());
        Self { sql: text, slots, start: None }
    }
}

impl PostgresConnection {
    /// Runs the next statement of the open script and fills the first batch of its result.
    pub(crate) async fn go_on_with_script(&mut self, batch: &mut Batch) -> Attempt<Fill> {
        let Some(mut script) = self.reading.script.take() else {
            return Err(hypostyle_core::Error::closed("reply").into());
        };
        let Some(part) = script.statements.next() else {
            self.reading.begin_passing();
            batch.begin(0);
            return Ok(Fill::End);
        };
        let is_last = script.statements.as_slice().is_empty();
        let filled = self.run_part(&part, &script, batch).await;
        self.reading.script = (!is_last).then_some(script);
        match filled {
            Ok(Fill::End) if !is_last => Ok(Fill::EndOfResult),
            Err(failure) => {
                self.reading.script = None;
                Err(self.placed(failure, &part))
            }
            filled => filled,
        }
    }

    /// Says where in the caller's text a statement of a script was refused.
    fn placed(&self, failure: Failure, part: &Part) -> Failure {
        let Failure::Server(error) = failure else { return failure };
        let text = part.start.map(|_| part.sql.as_str());
        let Call { writes, in_transaction, .. } = self.call;
        let error = error.into_error(Circumstances { text, writes, in_transaction });
        match (error.position(), part.start) {
            (Some(position), Some(start)) => error.at_byte(start + position).into(),
            _ => error.into(),
        }
    }

    async fn run_part(&mut self, part: &Part, script: &Script, batch: &mut Batch) -> Attempt<Fill> {
        self.call.in_transaction = self.status != TxState::None;
        self.send_part(part, script).await?;
        batch.begin(self.reading.width());
        self.pump(batch).await
    }

    async fn send_part(&mut self, part: &Part, script: &Script) -> Attempt<()> {
        let class = classify(&part.sql, script.dialect);
        let taint = Taint::of(&part.sql, script.dialect, class.verb);
        if part.slots.is_empty() && answers_nothing(&part.sql, class.verb, script.dialect) {
            self.mark_script(taint);
            frontend::parse("", &part.sql, [], &mut self.wire.output)?;
            binding::bind(&mut self.wire.output, "", &[], |_| Ok(ValueRef::Null), &[])?;
            self.reading.begin_passing();
            self.finish_part()?;
            return Ok(());
        }
        let slots = part.slots.clone();
        let sketch = Sketch { sql: part.sql.as_str().into(), slots, taint };
        let described = self.describe_unnamed(&sketch, &script.params).await?;
        self.mark_script(taint);
        let out = &mut self.wire.output;
        let begun = out.len();
        let types = described.params.iter().map(|kind| kind.oid);
        frontend::parse("", &described.sql, types, out)?;
        let value = |at: usize| match described.slots.get(at) {
            Some(slot) => script.params.value(slot),
            None => Ok(ValueRef::Null),
        };
        let bound = binding::bind(out, "", &described.params, value, &described.output.formats);
        if let Err(error) = bound {
            out.truncate(begun);
            return Err(error.into());
        }
        self.reading.begin(described.output.clone());
        self.finish_part()
    }

    /// Describes a statement of a script, with the types of the values where the server would take
    /// text.
    async fn describe_unnamed(
        &mut self,
        sketch: &Sketch,
        params: &OwnedParams,
    ) -> Attempt<Arc<Description>> {
        let described = self.describe(sketch, Vec::new(), Box::default()).await?;
        let values = described.slots.iter().map(|slot| params.value(slot));
        let values = values.collect::<hypostyle_core::Result<Vec<_>>>()?;
        let local: Vec<Slot> = (0..values.len()).map(Slot::Position).collect();
        match described.wishes_at(&local, Params::Positional(&values)) {
            Some(wished) => self.describe(sketch, wished, Box::default()).await,
            None => Ok(described),
        }
    }

    fn finish_part(&mut self) -> Attempt<()> {
        binding::execute(&mut self.wire.output, 0);
        self.lived.ask_number(&mut self.wire.output, self.call)?;
        self.sync();
        Ok(())
    }

    fn mark_script(&mut self, taint: Taint) {
        if taint.session {
            self.taint();
        }
        if taint.statements {
            self.forget_statements();
            self.lived.change_schema();
        }
    }
}

impl From<Failure> for hypostyle_core::Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Here(error) => error,
            Failure::Server(error) => error.into_error(crate::errors::Circumstances::default()),
            Failure::Halted(halt) => crate::opened::halted(halt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[(&str, usize)]) {
        let values = [ValueRef::Null; 3];
        let params = Params::Positional(&values);
        let script = Script::new(text, params, Dialect::Postgres);
        let script =
            script.unwrap_or_else(|failure| panic!("{}", hypostyle_core::Error::from(failure)));
        let parts: Vec<(&str, usize)> =
            script.statements.as_slice().iter().map(|p| (p.sql.as_str(), p.slots.len())).collect();
        assert_eq!(parts, expect, "{text}");
    }

    #[test]
    fn each_statement_counts_its_own_parameters() {
        check("SELECT ?; SELECT ?, ?", &[("SELECT $1", 1), ("SELECT $1, $2", 2)]);
        check("SELECT $3, $1; SELECT $2, '$1'", &[("SELECT $1, $2", 2), ("SELECT $1, '$1'", 1)]);
    }
}
