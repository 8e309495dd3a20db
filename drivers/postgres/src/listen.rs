//! LISTEN and NOTIFY: what others say, on a connection of its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hypostyle_core::{ConnectionConfig, Error, ErrorKind, Result};
use hypostyle_sql::Dialect;
use postgres_protocol::message::{backend::Message, frontend};

use crate::config::Config;
use crate::errors::{Circumstances, ServerError};
use crate::open::Spec;
use crate::opened::{Opened, halted, protocol};
use crate::wire::{Halt, Limits};

/// Silence after which the connection is checked.
const QUIET: Duration = Duration::from_secs(30);
/// How long a check may take.
const ANSWER: Duration = Duration::from_secs(10);
/// Waits between attempts to connect anew: the first, and the longest.
const WAITS: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// Hears notifications of a database, and comes back by itself when its connection is lost.
///
/// # Examples
/// ```no_run
/// use hypostyle_postgres::{Heard, Listener};
///
/// # async fn example() -> hypostyle_core::Result<()> {
/// let mut listener = Listener::connect("postgres://app@localhost/shop").await?;
/// listener.listen("orders").await?;
/// loop {
///     match listener.next().await? {
///         Heard::Notification { channel, payload, .. } => println!("{channel}: {payload}"),
///         Heard::MayHaveMissed => println!("read the table again"),
///     }
/// }
/// # }
/// ```
pub struct Listener {
    spec: Arc<Spec>,
    channels: Vec<String>,
    connection: Option<Opened>,
    /// What arrived while something else was waited for.
    heard: VecDeque<Heard>,
    /// When the server was asked whether it is still there.
    asked: Option<Instant>,
    /// Attempts to connect since the connection was lost.
    attempts: u32,
}

/// What a listener hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Somebody said something on a channel.
    Notification {
        /// The channel.
        channel: String,
        /// What was said; empty for nothing.
        payload: String,
        /// The server's process of who said it.
        process: i32,
    },
    /// The connection was lost and made anew: what was said in between was not heard.
    MayHaveMissed,
}

impl Listener {
    /// Connects to the database of a URL.
    ///
    /// # Errors
    /// `Config` for a URL that cannot be used; `Connection` and `Permission` as for any connection.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::open(&ConnectionConfig::parse(url)?).await
    }

    /// Connects to the database of a configuration.
    ///
    /// # Errors
    /// As [`Listener::connect`]; `Unsupported` behind a pooler, which would change servers.
    pub async fn open(config: &ConnectionConfig) -> Result<Self> {
        let spec = Arc::new(Spec::new(Config::parse(config)?, None)?);
        let opened = spec.open(&[]).await?;
        if spec.is_pooled() {
            let message = "LISTEN through a pooler; connect to the server itself";
            return Err(Error::new(ErrorKind::Unsupported, message).with("capability", "listen"));
        }
        let connection = Some(opened);
        let (channels, heard) = (Vec::new(), VecDeque::new());
        Ok(Self { spec, channels, connection, heard, asked: None, attempts: 0 })
    }

    /// Begins to hear a channel: what is said on it once this has answered is heard.
    ///
    /// # Errors
    /// `Connection` when the connection is lost meanwhile; the channel is heard once it is back.
    ///
    /// # Cancellation
    /// A dropped call may have begun to hear the channel.
    pub async fn listen(&mut self, channel: &str) -> Result<()> {
        let text = format!("LISTEN {}", Dialect::Postgres.quote_identifier(channel)?);
        if !self.channels.iter().any(|known| known == channel) {
            self.channels.push(channel.to_owned());
        }
        self.tell(&text).await
    }

    /// Hears a channel no more.
    ///
    /// # Errors
    /// As [`Listener::listen`].
    pub async fn unlisten(&mut self, channel: &str) -> Result<()> {
        let text = format!("UNLISTEN {}", Dialect::Postgres.quote_identifier(channel)?);
        self.channels.retain(|known| known != channel);
        self.tell(&text).await
    }

    /// Runs a statement, and answers once it holds.
    async fn tell(&mut self, text: &str) -> Result<()> {
        let Some(opened) = &mut self.connection else { return Ok(()) };
        frontend::query(text, &mut opened.wire.output).map_err(protocol)?;
        let mut limits = Limits::until(Instant::now() + ANSWER);
        let mut refusal = None;
        loop {
            match opened.wire.next(&mut limits).await {
                Ok(Message::ReadyForQuery(_)) => return refusal.map_or(Ok(()), Err),
                Ok(Message::ErrorResponse(body)) => {
                    let error = ServerError::read(body.fields()).map_err(protocol)?;
                    refusal = Some(error.into_error(Circumstances::default()));
                }
                Ok(message) => self.heard.extend(heard(message)?),
                Err(halt) => return Err(self.lose(halt)),
            }
        }
    }

    /// Waits for what is said next.
    ///
    /// # Errors
    /// `Permission` and `Config` when the server does not let it in again; a server that is away is
    /// waited for.
    ///
    /// # Cancellation
    /// A dropped call loses nothing.
    pub async fn next(&mut self) -> Result<Heard> {
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return Ok(heard);
            }
            let Some(opened) = &mut self.connection else {
                self.come_back().await?;
                return Ok(Heard::MayHaveMissed);
            };
            let until = self.asked.map_or(QUIET, |_| ANSWER);
            let mut limits = Limits::until(self.asked.unwrap_or_else(Instant::now) + until);
            match opened.wire.next(&mut limits).await {
                Ok(message) => {
                    self.asked = None;
                    if let Some(heard) = heard(message)? {
                        return Ok(heard);
                    }
                }
                Err(Halt::Deadline) if self.asked.is_none() => {
                    frontend::query("", &mut opened.wire.output).map_err(protocol)?;
                    self.asked = Some(Instant::now());
                }
                Err(halt) => {
                    let error = self.lose(halt);
                    tracing::warn!(target: "hypostyle::postgres", %error, "a listener comes back");
                }
            }
        }
    }

    fn lose(&mut self, halt: Halt) -> Error {
        self.connection = None;
        self.asked = None;
        self.attempts = 0;
        halted(halt)
    }

    /// Connects anew, however long the server is away.
    async fn come_back(&mut self) -> Result<()> {
        loop {
            if self.attempts > 0 {
                let [first, longest] = WAITS;
                let wait = first.saturating_mul(1 << self.attempts.min(10)).min(longest);
                tokio::time::sleep(wait).await;
            }
            self.attempts += 1;
            match self.connect_anew().await {
                Ok(opened) => {
                    self.connection = Some(opened);
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Connection => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn connect_anew(&self) -> Result<Opened> {
        let mut opened = self.spec.open(&[]).await?;
        for channel in &self.channels {
            opened
                .value(&format!("LISTEN {}", Dialect::Postgres.quote_identifier(channel)?))
                .await?;
        }
        Ok(opened)
    }
}

/// Reads a notification; `None` for what is none.
fn heard(message: Message) -> Result<Option<Heard>> {
    let Message::NotificationResponse(body) = message else { return Ok(None) };
    Ok(Some(Heard::Notification {
        channel: body.channel().map_err(protocol)?.to_owned(),
        payload: body.message().map_err(protocol)?.to_owned(),
        process: body.process_id(),
    }))
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").field("channels", &self.channels).finish_non_exhaustive()
    }
}
