//! Operation documents.

use super::write::{Written, refusal};
use super::{begin, runner};
use crate::call::Call;
use crate::data;
use crate::error::{Action, Error};
use crate::operation::{Answer, Limits, Operation, Refusal, Runner};
use crate::site::Mount;

/// An operation that writes.
pub(crate) struct Operate<'a> {
    pub(crate) operation: &'a Operation,
}

/// Runs an operation that only reads.
pub(crate) async fn read(
    mount: &Mount,
    call: &Call,
    operation: &Operation,
    limits: &Limits,
) -> Result<String, Error> {
    let mut transaction = begin(&mount.db, call).await?;
    let mut runner = runner(&mount.db, call, &mut transaction, limits).reads_only();
    let answer = runner.run(operation).await.map_err(|error| told(mount, error))?;
    transaction.commit().await?;
    Ok(written(&answer).body)
}

impl Operate<'_> {
    pub(super) async fn run(
        &self,
        mount: &Mount,
        mut runner: Runner<'_, 'static>,
    ) -> Result<Written, Error> {
        let answer = runner.run(self.operation).await;
        Ok(written(&answer.map_err(|error| told(mount, error))?))
    }

    /// Tells why the commit was refused: for what one of its operations left to be checked there.
    pub(super) fn refused(&self, mount: &Mount, error: data::Error) -> Error {
        let first = match self.operation {
            Operation::Transaction(operations) => operations.iter().find(|one| one.writes()),
            operation => Some(operation),
        };
        let (name, table) = first.map_or(("", None), |first| (first.name(), first.table()));
        refusal(mount, action(name), table.unwrap_or_default(), error)
    }
}

fn written(answer: &Answer) -> Written {
    Written { status: 200, location: None, body: answer.to_json(), replayed: false }
}

/// Tells why an operation was refused, and which one of a transaction it was.
fn told(mount: &Mount, error: data::Error) -> Error {
    let context = |key| error.context(key).unwrap_or_default().to_owned();
    let (name, table) = (context("operation"), context("table"));
    let at = error.context("at").and_then(|at| at.parse().ok());
    let failure = match name.as_str() {
        // REST says these of its own parameters.
        _ if is_of_document(&error) => Error::InvalidOperation { reason: error.message().into() },
        "insert" | "upsert" | "update" | "delete" => refusal(mount, action(&name), &table, error),
        _ => error.into(),
    };
    match at {
        // Whoever repeats the whole does not ask which it was.
        Some(at) if failure != Error::Conflict => Error::At { at, failure: Box::new(failure) },
        _ => failure,
    }
}

fn is_of_document(error: &data::Error) -> bool {
    matches!(
        Refusal::of(error),
        Some(
            Refusal::ColumnTwice { .. }
                | Refusal::InvalidKey { .. }
                | Refusal::InvalidRecord { .. }
        )
    )
}

fn action(operation: &str) -> Action {
    match operation {
        "insert" | "upsert" => Action::Create,
        "delete" => Action::Delete,
        _ => Action::Update,
    }
}
