//! Statements on their way to be prepared: what the server tells of them.

use std::sync::Arc;

use hypostyle_core::{Batch, Fill};

use crate::commands;
use crate::connection::MySqlConnection;
use crate::exchange::out_of_turn;
use crate::failure::Attempt;
use crate::packet::{Fields, tag};
use crate::reading::{Prepared, Stage};
use crate::statements::{Sketch, Statement};
use crate::wire::Frame;

impl MySqlConnection {
    /// Finds a prepared statement, or has it prepared and keeps it.
    pub(crate) async fn known_or_prepared(
        &mut self,
        text: &str,
        sketch: impl FnOnce() -> Attempt<Sketch>,
    ) -> Attempt<usize> {
        if let Some(known) = self.statements.find(text) {
            return Ok(known);
        }
        let sketch = sketch()?;
        let statement = self.prepare(&sketch).await?;
        let (at, gone) = self.statements.keep(text, statement);
        if let Some(gone) = gone {
            commands::put_close(&mut self.wire.output, gone);
        }
        Ok(at)
    }

    /// Has a statement prepared.
    pub(crate) async fn prepare(&mut self, sketch: &Sketch) -> Attempt<Statement> {
        commands::put_prepare(&mut self.wire.output, &sketch.sql, self.packet_bytes_max)?;
        let Prepared { id, output } = self.read_prepared().await?;
        let (slots, effects) = (sketch.slots.clone(), sketch.effects);
        Ok(Statement { id, slots, output, effects, types: Vec::new() })
    }

    /// Forgets what is prepared, which the session has no more.
    pub(crate) fn forget_statements(&mut self) {
        drop(self.statements.clear());
    }

    /// Waits for a statement to be prepared, which was asked for last.
    pub(crate) async fn read_prepared(&mut self) -> Attempt<Prepared> {
        self.reading.begin_own();
        self.reading.stage = Stage::Preparing;
        self.pending += 1;
        self.pump(&mut Batch::default()).await?;
        let missing = || out_of_turn("a statement that was neither prepared nor refused");
        Ok(self.reading.prepared.take().ok_or_else(missing)?)
    }

    pub(crate) fn preparing(&mut self, frame: Frame) -> Attempt<Option<Fill>> {
        let mut fields = Fields::of(self.wire.body(frame));
        if fields.u8()? != tag::OK {
            return Err(out_of_turn("a statement that was neither prepared nor refused").into());
        }
        let (id, columns, parameters) = (fields.u32()?, fields.u16()?, fields.u16()?);
        self.wire.pass(frame);
        self.reading.definitions.clear();
        let ends = match self.agreed.deprecates_eof() {
            true => 0,
            false => u8::from(parameters > 0) + u8::from(columns > 0),
        };
        self.reading.stage = Stage::Described { id, parameters, columns, ends };
        self.described_ended()
    }

    /// Reads what is told of a parameter or a column.
    pub(crate) fn described(&mut self, frame: Frame) -> Attempt<Option<Fill>> {
        let is_end = self.wire.body(frame).first() == Some(&tag::END);
        let is_column = matches!(self.reading.stage, Stage::Described { parameters: 0, .. });
        if !is_end && is_column {
            self.keep_definition(frame)?;
        }
        self.wire.pass(frame);
        if let Stage::Described { parameters, columns, ends, .. } = &mut self.reading.stage {
            match (is_end, is_column) {
                (true, _) => *ends = ends.saturating_sub(1),
                (false, true) => *columns = columns.saturating_sub(1),
                (false, false) => *parameters = parameters.saturating_sub(1),
            }
        }
        self.described_ended()
    }

    fn described_ended(&mut self) -> Attempt<Option<Fill>> {
        let Stage::Described { id, parameters: 0, columns: 0, ends: 0 } = self.reading.stage else {
            return Ok(None);
        };
        let output = Arc::new(self.read_output()?);
        self.reading.prepared = Some(Prepared { id, output });
        self.answer_ended()
    }
}
