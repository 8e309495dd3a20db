//! The exchange: what the server answers, packet by packet, to all it was asked.

use std::io;
use std::sync::Arc;

use hypostyle_core::{Batch, Error, ErrorKind, Fill};
use mysql_common::constants::{MariadbCapabilities, StatusFlags};

use crate::connection::MySqlConnection;
use crate::errors::{Circumstances, ServerError, lost};
use crate::failure::{Attempt, Failure};
use crate::packet::{Done, Fields, tag};
use crate::reading::Stage;
use crate::rows::{read_binary_row, read_text_row};
use crate::statements::Output;
use crate::wire::{Frame, Halt};

/// More columns than any table has are no columns.
const COLUMNS_MAX: u64 = 65_535;
/// What the definitions of the columns of one result take at most.
const DEFINITIONS_BYTES_MAX: usize = 64 * 1024 * 1024;

impl MySqlConnection {
    /// Fills a batch from the open answer.
    pub(crate) async fn pump(&mut self, batch: &mut Batch) -> Attempt<Fill> {
        loop {
            while let Some(frame) = self.wire.peek()? {
                if self.reading.stage == Stage::Rows && self.is_row(frame) {
                    if !self.reading.is_passing {
                        if batch.is_full() {
                            return Ok(Fill::More);
                        }
                        if batch.rows() == 0 {
                            batch.begin(self.reading.width());
                        }
                        self.read_row(frame, batch);
                    }
                    self.wire.pass(frame);
                } else if let Some(fill) = self.attend(frame)? {
                    return Ok(fill);
                }
            }
            if let Err(halt) = self.wire.read(&mut self.limits).await {
                return Err(self.halted(halt));
            }
        }
    }

    /// Tells a row from what ends the rows.
    #[inline]
    fn is_row(&self, frame: Frame) -> bool {
        match self.wire.body(frame).first() {
            Some(&tag::OK) => true,
            Some(&tag::ERROR) => false,
            // A value of 16 MiB begins so too, in a packet that is longer than what ends rows.
            Some(&tag::END) => frame.length() >= mysql_common::constants::MAX_PAYLOAD_LEN,
            _ => true,
        }
    }

    #[inline]
    fn read_row(&mut self, frame: Frame, batch: &mut Batch) {
        let (packet, output) = (self.wire.body(frame), &self.reading.output);
        let zero_dates = self.spec.config.zero_dates;
        let read = match self.reading.is_binary {
            true => read_binary_row(packet, &output.types, batch, zero_dates),
            false => read_text_row(packet, &output.types, batch, zero_dates),
        };
        self.reading.rows += 1;
        if let Err(error) = read {
            batch.discard_row();
            self.reading.failure = Some(error.into());
            self.reading.is_passing = true;
        }
    }

    /// Why waiting ended: where the server has said why it closes, its own words.
    fn halted(&mut self, halt: Halt) -> Failure {
        match (halt, self.reading.failure.take()) {
            (Halt::Lost(_), Some(told)) if self.is_broken() => told,
            (halt, failure) => {
                self.reading.failure = failure;
                halt.into()
            }
        }
    }

    /// Tells why the server has closed the connection since it was used last; nothing was sent to
    /// it that could have had an effect.
    #[cold]
    pub(crate) fn closed_before(&mut self) -> Error {
        let in_transaction = self.call.in_transaction;
        let circumstances = Circumstances { in_transaction, ..Circumstances::default() };
        if let Ok(Some(frame)) = self.wire.peek()
            && let Ok(told) = ServerError::read(self.wire.body(frame))
            && self.wire.body(frame).first() == Some(&tag::ERROR)
        {
            return told.into_error(circumstances);
        }
        lost(io::ErrorKind::UnexpectedEof.into(), circumstances)
    }

    /// Attends to a packet that is no row; answers how the batch was filled where a result has
    /// ended.
    fn attend(&mut self, frame: Frame) -> Attempt<Option<Fill>> {
        let first = self.wire.body(frame).first().copied();
        if first == Some(tag::ERROR) {
            return self.refused(frame);
        }
        match self.reading.stage {
            Stage::Head if first == Some(tag::OK) => self.done(frame, false),
            Stage::Head => self.head(frame),
            Stage::Columns(left) => self.column(frame, left),
            Stage::ColumnsEnd => {
                self.wire.pass(frame);
                self.columns_ended()
            }
            Stage::Rows => self.done(frame, true),
            Stage::Preparing => self.preparing(frame),
            Stage::Described { .. } => self.described(frame),
        }
    }

    /// Reads how many columns a result has.
    fn head(&mut self, frame: Frame) -> Attempt<Option<Fill>> {
        let mut fields = Fields::of(self.wire.body(frame));
        // Nobody here asks to send a file; a server that asks for one does not get it.
        if fields.rest().first() == Some(&tag::LOCAL_INFILE) {
            return Err(out_of_turn("the server asks for a file").into());
        }
        let columns = fields.integer()?;
        if columns == 0 || columns > COLUMNS_MAX {
            return Err(out_of_turn("a result without columns, or with too many").into());
        }
        if self.reading.is_between && !self.reading.is_passing {
            self.reading.is_between = false;
            return Ok(Some(Fill::EndOfResult));
        }
        let caches = self.agreed.has(MariadbCapabilities::MARIADB_CLIENT_CACHE_METADATA);
        let is_told = !caches || fields.u8()? != 0;
        self.wire.pass(frame);
        self.reading.rows = 0;
        self.reading.definitions.clear();
        if is_told {
            self.reading.stage = Stage::Columns(columns);
            return Ok(None);
        }
        if self.reading.output.types.len() as u64 != columns && !self.reading.is_passing {
            return Err(out_of_turn("a result of other columns than were told").into());
        }
        self.columns_told()
    }

    /// Keeps the definition of a column until all are there.
    fn column(&mut self, frame: Frame, left: u64) -> Attempt<Option<Fill>> {
        self.keep_definition(frame)?;
        self.wire.pass(frame);
        if left > 1 {
            self.reading.stage = Stage::Columns(left - 1);
            return Ok(None);
        }
        self.learn_columns()?;
        self.columns_told()
    }

    pub(crate) fn keep_definition(&mut self, frame: Frame) -> io::Result<()> {
        let packet = self.wire.body(frame);
        let length = u32::try_from(packet.len()).map_err(io::Error::other)?;
        let definitions = &mut self.reading.definitions;
        if definitions.len() + packet.len() > DEFINITIONS_BYTES_MAX {
            return Err(out_of_turn("definitions of columns beyond any measure"));
        }
        definitions.extend_from_slice(&length.to_le_bytes());
        definitions.extend_from_slice(packet);
        Ok(())
    }

    fn columns_told(&mut self) -> Attempt<Option<Fill>> {
        if self.agreed.deprecates_eof() {
            return self.columns_ended();
        }
        self.reading.stage = Stage::ColumnsEnd;
        Ok(None)
    }

    fn columns_ended(&mut self) -> Attempt<Option<Fill>> {
        self.reading.stage = Stage::Rows;
        Ok(None)
    }

    /// Reads the definitions, unless they are those known already.
    fn learn_columns(&mut self) -> io::Result<()> {
        if self.reading.output.is_of(&self.reading.definitions) || self.reading.is_passing {
            return Ok(());
        }
        let output = Arc::new(self.read_output()?);
        if let Some(statement) = self.reading.statement {
            self.statements.set_output(statement, output.clone());
        }
        self.reading.output = output;
        Ok(())
    }

    pub(crate) fn read_output(&self) -> io::Result<Output> {
        let extended = MariadbCapabilities::MARIADB_CLIENT_EXTENDED_METADATA;
        Output::read(&self.reading.definitions, self.agreed.has(extended))
    }

    /// Reads how a command ended, or the rows of a result.
    fn done(&mut self, frame: Frame, ends_rows: bool) -> Attempt<Option<Fill>> {
        let packet = self.wire.body(frame);
        let done = match ends_rows && !self.agreed.deprecates_eof() {
            true => Done::read_eof(packet)?,
            false => Done::read(packet, self.agreed.capabilities)?,
        };
        self.session.status = done.status;
        let reading = &mut self.reading;
        let is_own = reading.is_own || reading.own_before > 0;
        if !done.changes.is_empty() {
            self.session.attend(done.changes, is_own)?;
        }
        if !is_own {
            reading.count(&done, ends_rows);
        }
        let effects = reading.effects;
        self.wire.pass(frame);
        self.note_schema(effects);
        if self.session.status.contains(StatusFlags::SERVER_MORE_RESULTS_EXISTS) {
            self.reading.stage = Stage::Head;
            self.reading.is_between = true;
            self.reading.statement = None;
            return Ok(None);
        }
        self.answer_ended()
    }

    fn refused(&mut self, frame: Frame) -> Attempt<Option<Fill>> {
        let error = ServerError::read(self.wire.body(frame))?;
        self.wire.pass(frame);
        if error.is_fatal() {
            self.lose();
        }
        if self.reading.failure.is_none() {
            self.reading.failure = Some(Failure::Server(Box::new(error)));
        }
        self.answer_ended()
    }

    pub(crate) fn answer_ended(&mut self) -> Attempt<Option<Fill>> {
        self.pending = self.pending.saturating_sub(1);
        let reading = &mut self.reading;
        reading.stage = Stage::Head;
        reading.is_between = false;
        match reading.own_before {
            // The row that failed is the one that is told.
            0 if reading.failure.is_none() => reading.runs += 1,
            0 => {}
            _ => reading.own_before -= 1,
        }
        if self.pending > 0 {
            return Ok(None);
        }
        match reading.failure.take() {
            Some(failure) => {
                reading.script = None;
                Err(failure)
            }
            None if reading.script.is_some() => Ok(Some(Fill::EndOfResult)),
            None => Ok(Some(Fill::End)),
        }
    }
}

#[cold]
pub(crate) fn out_of_turn(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Makes the error of a row that has another shape than its columns.
#[cold]
pub(crate) fn misshapen() -> Error {
    let message = "the server sent a row of another shape than it had described";
    Error::new(ErrorKind::Data, message)
}
