//! Requests that own what they hold, to be run on another thread.

use std::time::Instant;

use hypostyle_sql::Slot;
use tokio_util::sync::CancellationToken;

use crate::value::{Value, ValueRef};
use crate::{Batch, Command, Error, ErrorKind, Intent, Name, Params, Request, Result, Step};

/// Parameters that outlive the call they came with.
#[derive(Clone, Debug)]
pub enum OwnedParams {
    /// By position.
    Positional(Vec<Value>),
    /// By name, without the colon.
    Named(Vec<(String, Value)>),
}

impl OwnedParams {
    /// Copies parameters.
    pub fn of(params: Params<'_>) -> Self {
        match params {
            Params::Positional(values) => {
                Self::Positional(values.iter().map(ValueRef::to_value).collect())
            }
            Params::Named(values) => Self::Named(
                values.iter().map(|(name, value)| ((*name).to_owned(), value.to_value())).collect(),
            ),
        }
    }

    /// Finds the value a placeholder stands for.
    ///
    /// # Errors
    /// `Parameter` when there is none.
    pub fn value(&self, slot: &Slot) -> Result<ValueRef<'_>> {
        let found = match (self, slot) {
            (Self::Positional(values), Slot::Position(at)) => values.get(*at),
            (Self::Named(values), Slot::Name(name)) => {
                values.iter().find(|(key, _)| **key == **name).map(|(_, value)| value)
            }
            _ => None,
        };
        found.map(Value::as_ref).ok_or_else(|| {
            let what = match slot {
                Slot::Position(at) => format!("parameter {} is not bound", at + 1),
                Slot::Name(name) => format!("parameter `:{name}` is not bound"),
            };
            Error::new(ErrorKind::Parameter, what)
        })
    }
}

/// A request that outlives the call it came with.
#[derive(Clone, Debug)]
pub struct OwnedRequest {
    command: OwnedCommand,
    intent: Intent,
    columnar: bool,
    deadline: Option<Instant>,
    cancel: Option<CancellationToken>,
}

#[derive(Clone, Debug)]
enum OwnedCommand {
    Text { text: String, params: OwnedParams },
    Many { text: String, rows: Batch },
    Load { schema: Option<String>, table: String, columns: Vec<String>, rows: Batch },
    Transaction(Step),
}

impl OwnedRequest {
    /// Copies a request.
    pub fn of(request: &Request<'_>) -> Self {
        let command = match request.command {
            Command::Text { text, params } => {
                OwnedCommand::Text { text: text.to_owned(), params: OwnedParams::of(params) }
            }
            Command::Many { text, rows } => {
                OwnedCommand::Many { text: text.to_owned(), rows: rows.clone() }
            }
            Command::Load { table, columns, rows } => OwnedCommand::Load {
                schema: table.schema.map(str::to_owned),
                table: table.name.to_owned(),
                columns: columns.iter().map(|column| (*column).to_owned()).collect(),
                rows: rows.clone(),
            },
            Command::Transaction(step) => OwnedCommand::Transaction(step),
        };
        let Request { intent, columnar, deadline, .. } = *request;
        Self { command, intent, columnar, deadline, cancel: request.cancel.cloned() }
    }

    /// Lends the request to `run`.
    pub fn with<R>(&self, run: impl FnOnce(&Request<'_>) -> R) -> R {
        let positional: Vec<ValueRef<'_>>;
        let named: Vec<(&str, ValueRef<'_>)>;
        let names: Vec<&str>;
        let command = match &self.command {
            OwnedCommand::Text { text, params: OwnedParams::Positional(values) } => {
                positional = values.iter().map(Value::as_ref).collect();
                Command::Text { text, params: Params::Positional(&positional) }
            }
            OwnedCommand::Text { text, params: OwnedParams::Named(values) } => {
                named = values.iter().map(|(name, value)| (&**name, value.as_ref())).collect();
                Command::Text { text, params: Params::Named(&named) }
            }
            OwnedCommand::Many { text, rows } => Command::Many { text, rows },
            OwnedCommand::Load { schema, table, columns, rows } => {
                names = columns.iter().map(String::as_str).collect();
                let table = Name { schema: schema.as_deref(), name: table };
                Command::Load { table, columns: &names, rows }
            }
            OwnedCommand::Transaction(step) => Command::Transaction(*step),
        };
        let request = Request::new(command);
        let Self { intent, columnar, deadline, .. } = *self;
        let cancel = self.cancel.as_ref();
        run(&Request { intent, columnar, deadline, cancel, ..request })
    }
}
