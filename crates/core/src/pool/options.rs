//! The options of a pool, its figures and its events.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

/// How a pool behaves.
#[derive(Clone, Debug)]
pub struct PoolOptions {
    /// The most connections that serve reads, or everything where readers and writers are one.
    /// Default 20.
    pub connections_max: usize,
    /// How long a call waits for a connection. Default 30 s.
    pub acquire_timeout: Duration,
    /// How long making a connection may take. Default 30 s.
    pub connect_timeout: Duration,
    /// Idle connections beyond the first of a lane are closed after this. Default 30 s.
    pub idle_timeout: Duration,
    /// Connections are made anew after this. Default 1 h.
    pub lifetime_max: Duration,
    /// A connection idle for longer is checked before use. Default 30 s.
    pub ping_after: Duration,
    /// A transaction idle for longer is reported with the place that began it. Default 60 s.
    pub idle_transaction_report: Duration,
    /// A reply not read for longer is reported with the place that asked. Default 60 s.
    pub leaked_reply_report: Duration,
    /// The deadline of requests that ask for none of their own, where the layers set one: drivers
    /// may have the server hold it. Default none.
    pub timeout: Option<Duration>,
    /// Hears of what happens outside any call.
    pub observer: Option<Observer>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            connections_max: 20,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(30),
            lifetime_max: Duration::from_secs(3_600),
            ping_after: Duration::from_secs(30),
            idle_transaction_report: Duration::from_secs(60),
            leaked_reply_report: Duration::from_secs(60),
            timeout: None,
            observer: None,
        }
    }
}

/// A function that hears of events. It must not block.
#[derive(Clone)]
pub struct Observer(pub Arc<dyn Fn(&Event) + Send + Sync>);

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// What a pool tells outside any call; each also goes to `tracing` as a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A session has not been used for long and may hold locks.
    IdleSession {
        /// The place that began it.
        origin: &'static Location<'static>,
        /// For how long.
        idle: Duration,
    },
    /// A reply has not been read to its end for long and holds its connection.
    LeakedReply {
        /// The place that asked.
        origin: &'static Location<'static>,
        /// For how long.
        idle: Duration,
    },
    /// A connection could not be made.
    ConnectFailed {
        /// Why.
        message: String,
    },
    /// A connection could not be used again and was discarded.
    ConnectionDiscarded {
        /// Why.
        message: String,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::IdleSession { origin, idle } => {
                write!(f, "a session begun at {origin} has been idle for {} ms", idle.as_millis())
            }
            Self::LeakedReply { origin, idle } => {
                let idle = idle.as_millis();
                write!(f, "a reply asked for at {origin} has not been read for {idle} ms")
            }
            Self::ConnectFailed { message } => write!(f, "a connection failed: {message}"),
            Self::ConnectionDiscarded { message } => {
                write!(f, "a connection was discarded: {message}")
            }
        }
    }
}

/// The figures of a pool at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStatus {
    /// Connections in use.
    pub active: usize,
    /// Connections open and not in use.
    pub idle: usize,
    /// Calls waiting for a connection.
    pub waiting: usize,
    /// The most connections there may be.
    pub max: usize,
}
