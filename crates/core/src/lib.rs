//! The core of Hypostyle: values, rows, requests, errors, capabilities, drivers, layers, guard,
//! pool, and the handle over them.
//!
//! # Invariants
//! - A [`Request`] is `Copy`; what it lends lives as long as the call.
//! - The guard marks a connection busy before the first await and undoes what dropped futures,
//!   half-read replies, transactions and savepoints left behind before the connection is used
//!   again. No driver does this for itself.
//! - An error ends its reply and leaves the connection in sync, unless the driver says `Broken`.
//! - The engine's transaction state is asked, never counted.
//! - Values are exact or refused: no conversion rounds, truncates or guesses.
//! - A clean connection goes back to the pool without I/O and without a task.
//! - Everything has a limit: connections, waiting time, rows collected, bytes of a batch.

mod analysis;
mod backend;
mod batch;
mod bulk;
mod capability;
mod catalog;
mod columns;
mod config;
mod copy;
mod database;
mod driver;
mod error;
mod executor;
pub mod files;
mod guard;
pub mod jitter;
mod nested;
mod owned;
mod pool;
mod query;
mod registry;
mod reply;
mod request;
mod result;
mod row;
mod session;
mod shelf;
mod shortcuts;
mod transact;
mod transaction;
mod value;

pub use analysis::Analysis;
pub use backend::{Backend, BoxFuture, Layer, Rank, Rows, Session, SessionAsk, stack};
pub use batch::{Batch, Columnar};
pub use bulk::{BulkInsert, IntoRow};
pub use capability::Capability;
pub use columns::{Column, Columns, Type};
pub use config::ConnectionConfig;
pub use copy::{Copy, CopyError, CopyInto};
pub use database::Database;
pub use driver::{Connection, Driver, Engine, Fill, Lanes, Outcome, TxState};
pub use error::{Effect, Error, ErrorKind, Result, Retry};
pub use executor::Executor;
pub use nested::Nested;
pub use owned::{OwnedParams, OwnedRequest};
pub use pool::{Event, Observer, Pool, PoolOptions, PoolStatus};
pub use query::{Query, ROWS_MAX};
pub use registry::{Opener, Registry};
pub use reply::Reply;
pub use request::{
    Access, Begin, Command, Context, Intent, IntoParams, Isolation, Name, Named, ParamList, Params,
    Request, Step,
};
pub use result::QueryResult;
pub use row::{ColumnIndex, FromRow, OwnedRow, Row};
pub use session::HeldSession;
pub use shelf::BatchBox;
pub use tokio_util::sync::CancellationToken;
pub use transact::{AsError, BodyTransaction, TransactRetry};
pub use transaction::Transaction;
pub use value::{
    Date, Decimal, DecimalRef, FromValue, Interval, ListRef, MapRef, Mismatch, Native,
    NativeFormat, NativeRef, Precision, TemporalText, Time, Timestamp, Uuid, Value, ValueRef,
    VectorRef, write_json, write_json_string,
};
