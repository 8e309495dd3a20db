//! The exchange: what the server answers, message by message, until it is ready again.

use std::sync::Arc;

use hypostyle_core::{Batch, Columns, Error, ErrorKind, Fill, Outcome, TxState};
use postgres_protocol::message::backend::{self, ErrorResponseBody, Message};
use postgres_protocol::message::frontend;

use crate::connection::PostgresConnection;
use crate::errors::{Circumstances, ServerError, lost};
use crate::failure::{Attempt, Failure};
use crate::script::Script;
use crate::statements::{Field, Output, OutputColumns, read_columns};
use crate::types::{self, PgType};
use crate::wire::{Frame, Halt};

/// What is being read.
#[derive(Default)]
pub(crate) struct Reading {
    output: Arc<Output>,
    pub(crate) outcome: Outcome,
    stage: Stage,
    failure: Option<Failure>,
    /// Rows of parameters whose run has ended.
    pub(crate) runs: usize,
    pub(crate) script: Option<Box<Script>>,
}

/// Whose rows arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// The statement's own.
    #[default]
    Statement,
    /// Those of the question for the transaction's number, which follows a statement.
    TransactionNumber,
    /// Nobody's: they are passed over.
    Passed,
}

impl Reading {
    /// Begins to read a result.
    pub(crate) fn begin(&mut self, output: Arc<Output>) {
        self.output = output;
        self.outcome = Outcome::default();
        self.stage = Stage::Statement;
        self.failure = None;
        self.runs = 0;
    }

    /// Begins to read answers whose rows nobody wants.
    pub(crate) fn begin_passing(&mut self) {
        self.begin(Arc::default());
        self.stage = Stage::Passed;
    }

    /// Begins to read the number of the transaction.
    pub(crate) fn begin_number(&mut self) {
        self.begin(Arc::default());
        self.stage = Stage::TransactionNumber;
    }

    pub(crate) fn pass_over(&mut self) {
        self.stage = Stage::Passed;
    }

    pub(crate) fn width(&self) -> usize {
        self.output.types.len()
    }

    pub(crate) fn columns(&self) -> &Arc<Columns> {
        &self.output.columns
    }
}

impl PostgresConnection {
    /// Fills a batch from the open answer.
    pub(crate) async fn pump(&mut self, batch: &mut Batch) -> Attempt<Fill> {
        loop {
            while let Some(frame) = self.wire.peek()? {
                if frame.tag == backend::DATA_ROW_TAG && self.reading.stage == Stage::Statement {
                    if batch.is_full() {
                        return Ok(Fill::More);
                    }
                    if batch.rows() == 0 {
                        batch.begin(self.reading.width());
                    }
                    if let Err(error) = read_row(self.wire.body(frame), &self.reading.output, batch)
                    {
                        batch.discard_row();
                        self.reading.failure = Some(error.into());
                        self.reading.stage = Stage::Passed;
                    }
                    self.wire.pass(frame);
                } else if self.attend(frame)? && self.pending == 0 {
                    return self.ended();
                }
            }
            if let Err(halt) = self.wire.read(&mut self.limits).await {
                return Err(self.halted(halt));
            }
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
        while let Ok(Some(message)) = self.wire.take() {
            if let Message::ErrorResponse(body) = message
                && let Ok(told) = ServerError::read(body.fields())
            {
                return told.into_error(circumstances);
            }
        }
        lost(std::io::ErrorKind::UnexpectedEof.into(), circumstances)
    }

    /// Attends to a message that is no row; tells whether the server is ready.
    fn attend(&mut self, frame: Frame) -> Attempt<bool> {
        match frame.tag {
            backend::COMMAND_COMPLETE_TAG => self.command_ended(frame),
            backend::READY_FOR_QUERY_TAG => {
                let status = self.wire.body(frame).first().copied();
                self.wire.pass(frame);
                self.ready(status);
                return Ok(true);
            }
            backend::DATA_ROW_TAG => {
                if self.reading.stage == Stage::TransactionNumber {
                    self.lived.read_number(self.wire.body(frame));
                }
                self.wire.pass(frame);
            }
            backend::PARSE_COMPLETE_TAG
            | backend::BIND_COMPLETE_TAG
            | backend::CLOSE_COMPLETE_TAG
            | backend::NO_DATA_TAG
            | backend::EMPTY_QUERY_RESPONSE_TAG
            | backend::PORTAL_SUSPENDED_TAG
            | backend::PARAMETER_DESCRIPTION_TAG
            | backend::COPY_DATA_TAG
            | backend::COPY_DONE_TAG => self.wire.pass(frame),
            _ => self.attend_rarely()?,
        }
        Ok(false)
    }

    #[cold]
    fn attend_rarely(&mut self) -> Attempt<()> {
        match self.wire.take()? {
            Some(Message::ErrorResponse(body)) => {
                let error = self.server_error(&body)?;
                if self.reading.failure.is_none() {
                    self.reading.failure = Some(Failure::Server(Box::new(error)));
                }
                Ok(())
            }
            Some(Message::RowDescription(body)) => {
                let fields = read_columns(&body)?;
                if let Some(output) = self.other_output(fields) {
                    self.reading.output = Arc::new(output);
                }
                Ok(())
            }
            Some(Message::CopyInResponse(_)) => {
                if !self.is_copying {
                    self.refuse_copy()?;
                }
                Ok(())
            }
            Some(Message::CopyOutResponse(_)) => {
                let message = "COPY … TO STDOUT through a query; select the rows instead";
                let error = Error::new(ErrorKind::Unsupported, message);
                self.reading.failure = Some(error.with("capability", "copy_out").into());
                Ok(())
            }
            Some(message) => self.attend_aside(message),
            None => Ok(()),
        }
    }

    /// Makes the output of columns that are others than those described before; `None` where they
    /// are the same.
    fn other_output(&self, fields: Vec<Field>) -> Option<Output> {
        if self.reading.output.is_of(&fields) || self.reading.stage != Stage::Statement {
            return None;
        }
        let mut output = OutputColumns::default();
        for field in fields {
            let oid = field.oid;
            let kind = self.find_type(oid).unwrap_or_else(|| Arc::new(PgType::unknown(oid)));
            let format = field.format;
            output.push(field, kind, format);
        }
        Some(output.end())
    }

    /// A text that reads rows from the client has nowhere to read them from.
    fn refuse_copy(&mut self) -> Attempt<()> {
        frontend::copy_fail("rows come through insert_many", &mut self.wire.output)?;
        // The one sent with the statement counts as part of the copy.
        frontend::sync(&mut self.wire.output);
        let message = "COPY … FROM STDIN through a query; use insert_many or bulk_insert, or \
                       `hypostyle query --file` for a file of psql";
        let error = Error::new(ErrorKind::Unsupported, message).with("capability", "copy_in");
        self.reading.failure = Some(error.into());
        Ok(())
    }

    /// Attends to what may arrive at any time: notices, settings, notifications.
    pub(crate) fn attend_aside(&mut self, message: Message) -> Attempt<()> {
        match message {
            Message::NoticeResponse(body) => {
                let notice = ServerError::read(body.fields())?;
                notice_told(&notice);
            }
            Message::ParameterStatus(body) => {
                let (name, value) = (body.name()?, body.value()?);
                let known = self.parameters.get(name).map(String::as_str);
                if known != Some(value) {
                    // Also where a function did it that no text names.
                    self.parameters.insert(name.to_owned(), value.to_owned());
                    self.taint();
                }
            }
            Message::NotificationResponse(_) => {}
            _ => {
                let error = std::io::Error::other("a message out of turn");
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn command_ended(&mut self, frame: Frame) {
        match self.reading.stage {
            Stage::TransactionNumber => {}
            Stage::Statement | Stage::Passed => {
                let affected = rows_affected(self.wire.body(frame));
                self.reading.outcome.rows_affected += affected;
                self.reading.runs += 1;
                if self.lived.is_asked() && self.reading.stage == Stage::Statement {
                    self.reading.stage = Stage::TransactionNumber;
                }
            }
        }
        self.lived.command_ended(self.wire.body(frame));
        self.wire.pass(frame);
    }

    fn ready(&mut self, status: Option<u8>) {
        self.pending = self.pending.saturating_sub(1);
        self.is_copying = false;
        if !self.is_broken() {
            self.status = match status {
                Some(b'I') => TxState::None,
                Some(b'T') => TxState::Open,
                _ => TxState::Failed,
            };
        }
        if self.status == TxState::None {
            self.lived.ended();
        }
    }

    /// The server is ready: the answer was one of several, the last, or a failure.
    fn ended(&mut self) -> Attempt<Fill> {
        if let Some(failure) = self.reading.failure.take() {
            self.reading.script = None;
            return Err(failure);
        }
        Ok(if self.reading.script.is_some() { Fill::EndOfResult } else { Fill::End })
    }

    /// Takes the next message, and waits for it; notices and the like are attended to.
    pub(crate) async fn next(&mut self) -> Attempt<Message> {
        loop {
            match self.wire.next(&mut self.limits).await? {
                message @ (Message::NoticeResponse(_)
                | Message::ParameterStatus(_)
                | Message::NotificationResponse(_)) => self.attend_aside(message)?,
                Message::ReadyForQuery(body) => {
                    self.ready(Some(body.status()));
                    return Ok(Message::ReadyForQuery(body));
                }
                message => return Ok(message),
            }
        }
    }

    pub(crate) fn server_error(
        &mut self,
        body: &ErrorResponseBody,
    ) -> std::io::Result<ServerError> {
        let error = ServerError::read(body.fields())?;
        if error.is_fatal() {
            self.lose();
        }
        Ok(error)
    }
}

pub(crate) fn notice_told(notice: &ServerError) {
    let (severity, code, message) = (notice.severity(), &*notice.code, notice.message());
    match severity {
        "WARNING" => {
            tracing::warn!(target: "hypostyle::postgres", code, "{message}");
        }
        "NOTICE" | "INFO" => {
            tracing::info!(target: "hypostyle::postgres", code, "{message}");
        }
        _ => tracing::debug!(target: "hypostyle::postgres", code, "{message}"),
    }
}

/// Reads a row: two bytes of count, then each value with a length of four bytes, −1 for NULL.
#[inline]
pub(crate) fn read_row(
    body: &[u8],
    output: &Output,
    batch: &mut Batch,
) -> hypostyle_core::Result<()> {
    let mut rest = body.get(2..).unwrap_or_default();
    for (kind, format) in output.types.iter().zip(&output.formats) {
        let Some((length, after)) = rest.split_first_chunk::<4>() else { return Err(short()) };
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            batch.push_null();
            rest = after;
            continue;
        };
        let Some((value, after)) = after.split_at_checked(length) else { return Err(short()) };
        types::decode(kind, *format, value, batch)?;
        rest = after;
    }
    if !rest.is_empty() {
        return Err(short());
    }
    batch.end_row();
    Ok(())
}

#[cold]
fn short() -> Error {
    let message = "the server sent a row of another shape than it had described";
    Error::new(ErrorKind::Data, message)
}

/// Reads the count at the end of a tag as `INSERT 0 5`; statements that only read affect none.
fn rows_affected(tag: &[u8]) -> u64 {
    let tag = tag.strip_suffix(&[0]).unwrap_or(tag);
    if tag.starts_with(b"SELECT") || tag.starts_with(b"FETCH") {
        return 0;
    }
    let digits = tag.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_says_how_many_rows_were_affected() {
        for (tag, rows) in [
            ("INSERT 0 5\0", 5),
            ("UPDATE 12\0", 12),
            ("SELECT 7\0", 0),
            ("CREATE TABLE\0", 0),
            ("COPY 3\0", 3),
            ("MERGE 2\0", 2),
        ] {
            assert_eq!(rows_affected(tag.as_bytes()), rows, "{tag}");
        }
    }
}
