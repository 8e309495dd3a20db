//! How a connection begins: hosts in turn, TLS as asked for, who it is, which server it got.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hypostyle_core::{BoxFuture, Error, ErrorKind, Result, Retry};
use postgres_protocol::message::{backend::Message, frontend};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::authentication::authenticate;
use crate::config::{Config, ResetMode, SessionTarget, TlsMode};
use crate::errors::{Circumstances, ServerError};
use crate::gate::Gate;
use crate::hosts::Host;
use crate::known::Known;
use crate::socket::Socket;
use crate::tls;
use crate::wire::{Halt, Limits, Wire};

/// Answers the password, anew at each connection.
pub(crate) type PasswordSource =
    std::sync::Arc<dyn Fn() -> BoxFuture<'static, Result<String>> + Send + Sync>;

/// Everything needed to make a connection.
pub(crate) struct Spec {
    pub(crate) config: Config,
    pub(crate) tls: Option<TlsConnector>,
    pub(crate) password: Option<PasswordSource>,
    pub(crate) gate: Gate,
    /// A pooler stands in between that may change servers from one transaction to the next.
    pub(crate) is_pooled: AtomicBool,
    pub(crate) known: Known,
}

/// A connection that the server is ready for.
pub(crate) struct Opened {
    pub(crate) wire: Wire,
    pub(crate) peer: Peer,
    pub(crate) process: i32,
    pub(crate) secret: i32,
    /// What the server reports of the session, by name.
    pub(crate) parameters: HashMap<String, String>,
}

/// The very server a connection goes to, for requests to cancel.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    place: Place,
    host: String,
    has_tls: bool,
}

#[derive(Clone, Debug)]
enum Place {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// A setting of our own prefix, which every server takes and a pooler refuses.
const MARK: (&str, &str) = ("hypostyle.client", "1");

/// A host that does not answer is left for the next after this, where the URL says nothing.
const HOST_TIMEOUT: Duration = Duration::from_secs(10);

impl Spec {
    pub(crate) fn new(config: Config, password: Option<PasswordSource>) -> Result<Self> {
        let tls = tls::connector(&config)?;
        let known = Known::new(config.statements_max());
        let is_pooled = AtomicBool::new(false);
        Ok(Self { config, tls, password, gate: Gate::default(), is_pooled, known })
    }

    /// Tells whether servers may change from one transaction to the next.
    pub(crate) fn is_pooled(&self) -> bool {
        match self.config.statements_max {
            Some(count) => count == 0,
            None => self.is_pooled.load(Ordering::Relaxed),
        }
    }

    /// How many of a pool's connections reads share: none where a session may be another's in
    /// between, nor where it is cleaned after each call.
    pub(crate) fn shared(&self, connections_max: usize) -> usize {
        if self.is_pooled() || self.config.reset == ResetMode::Always {
            return 0;
        }
        self.config.pipeline.connections(connections_max)
    }

    /// Notes that a pooler stands in between.
    pub(crate) fn find_pooler(&self) {
        if !self.is_pooled.swap(true, Ordering::Relaxed) {
            tracing::info!(target: "hypostyle::postgres", "a pooler stands before the server");
        }
    }

    /// Makes a connection to the first host that serves.
    ///
    /// # Errors
    /// That of the last host; `Permission` for a wrong password, at once.
    pub(crate) async fn open(&self, startup: &[(&str, &str)]) -> Result<Opened> {
        self.gate.pass().await;
        let opened = self.open_somewhere(startup).await;
        self.gate.learn(opened.is_ok());
        opened
    }

    async fn open_somewhere(&self, startup: &[(&str, &str)]) -> Result<Opened> {
        let target = self.config.target;
        if target != SessionTarget::PreferStandby {
            return self.open_one_of(startup, target).await;
        }
        match self.open_one_of(startup, SessionTarget::Standby).await {
            Err(error) if error.kind() == ErrorKind::Connection => {
                self.open_one_of(startup, SessionTarget::Any).await
            }
            opened => opened,
        }
    }

    async fn open_one_of(&self, startup: &[(&str, &str)], target: SessionTarget) -> Result<Opened> {
        let mut last = unreachable("no host", "none is named");
        for host in &self.config.hosts {
            for peer in self.peers(host).await? {
                let trying = self.open_at(&peer, startup, target);
                let limit = self.host_timeout();
                match tokio::time::timeout(limit, trying).await {
                    Ok(Ok(opened)) => return Ok(opened),
                    Ok(Err(error)) if error.kind() == ErrorKind::Connection => last = error,
                    Ok(Err(error)) => return Err(error),
                    Err(_) => {
                        let waited = format!("no answer within {} s", limit.as_secs());
                        last = unreachable(&host.to_string(), waited);
                    }
                }
            }
        }
        Err(last)
    }

    /// How long one of several hosts is waited for; a single one has all the time there is.
    fn host_timeout(&self) -> Duration {
        let default = if self.config.hosts.len() > 1 { HOST_TIMEOUT } else { Duration::MAX };
        self.config.connect_timeout.unwrap_or(default)
    }

    /// Resolves a host, anew each time.
    async fn peers(&self, host: &Host) -> Result<Vec<Peer>> {
        let peer = |place, host: &str| Peer { place, host: host.to_owned(), has_tls: false };
        match host {
            Host::Unix(..) => {
                let socket = host.socket().unwrap_or_default();
                Ok(vec![peer(Place::Unix(socket), "")])
            }
            Host::Tcp(name, port) => match tokio::net::lookup_host((name.as_str(), *port)).await {
                Ok(found) => Ok(found.map(|address| peer(Place::Tcp(address), name)).collect()),
                // The next host may still be known.
                Err(_) if self.config.hosts.len() > 1 => Ok(Vec::new()),
                Err(error) => Err(unreachable(&host.to_string(), error)),
            },
        }
    }

    async fn open_at(
        &self,
        peer: &Peer,
        startup: &[(&str, &str)],
        target: SessionTarget,
    ) -> Result<Opened> {
        let mut last = None;
        for has_tls in self.tls_tries(peer) {
            match self.begin(peer, *has_tls, startup).await {
                Ok(opened) => return self.check_target(opened, target).await,
                // As libpq does: the server's rules may ask for the other way.
                Err(error) if error.code() == Some("28000") || is_handshake(&error) => {
                    last = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        Err(last.unwrap_or_else(|| unreachable(&peer.shown(), "no way is left to try")))
    }

    /// The ways to try, in order: with TLS or without.
    fn tls_tries(&self, peer: &Peer) -> &'static [bool] {
        match (self.config.tls, &peer.place) {
            (TlsMode::Disable, _) | (_, Place::Unix(_)) => &[false],
            (TlsMode::Allow, _) => &[false, true],
            (TlsMode::Prefer, _) => &[true, false],
            _ => &[true],
        }
    }

    async fn begin(&self, peer: &Peer, has_tls: bool, startup: &[(&str, &str)]) -> Result<Opened> {
        let marked = !self.is_pooled.load(Ordering::Relaxed);
        let begun = self.begin_marked(peer, has_tls, startup, marked).await;
        match begun {
            Err(error) if marked && error.code() == Some("08P01") => {
                let opened = self.begin_marked(peer, has_tls, startup, false).await?;
                self.find_pooler();
                Ok(opened)
            }
            begun => begun,
        }
    }

    async fn begin_marked(
        &self,
        peer: &Peer,
        has_tls: bool,
        startup: &[(&str, &str)],
        marked: bool,
    ) -> Result<Opened> {
        let (socket, has_tls) = self.reach(peer, has_tls).await?;
        let mut wire = Wire::new(socket);
        let own = self.config.startup.iter().map(|(name, value)| (&**name, &**value));
        let parameters = [
            ("user", &*self.config.user),
            ("database", &*self.config.database),
            ("client_encoding", "UTF8"),
            ("standard_conforming_strings", "on"),
        ]
        .into_iter()
        .chain(own)
        .chain(startup.iter().copied())
        .chain(marked.then_some(MARK));
        frontend::startup_message(parameters, &mut wire.output).map_err(protocol)?;
        let mut limits = Limits::default();
        wire.flush(&mut limits).await.map_err(halted)?;
        authenticate(&mut wire, self).await?;
        let peer = Peer { has_tls, ..peer.clone() };
        ready(wire, peer).await
    }

    /// Reaches a server; answers whether TLS is used.
    async fn reach(&self, peer: &Peer, has_tls: bool) -> Result<(Socket, bool)> {
        let failed = |error: io::Error| unreachable(&peer.shown(), error);
        match &peer.place {
            #[cfg(unix)]
            Place::Unix(path) => {
                Ok((Socket::Unix(UnixStream::connect(path).await.map_err(failed)?), false))
            }
            #[cfg(not(unix))]
            Place::Unix(_) => Err(unreachable(&peer.shown(), "there are no Unix sockets here")),
            Place::Tcp(address) => {
                let socket = TcpStream::connect(address).await.map_err(failed)?;
                self.tune(&socket).map_err(failed)?;
                match &self.tls {
                    Some(connector) if has_tls => self.encrypt(socket, connector, peer).await,
                    _ => Ok((Socket::Tcp(socket), false)),
                }
            }
        }
    }

    fn tune(&self, socket: &TcpStream) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let tuned = socket2::SockRef::from(socket);
        if let Some(idle) = self.config.keepalives_idle {
            let keepalive = socket2::TcpKeepalive::new().with_time(idle);
            tuned.set_tcp_keepalive(&keepalive)?;
        }
        #[cfg(target_os = "linux")]
        if let Some(timeout) = self.config.tcp_user_timeout {
            tuned.set_tcp_user_timeout(Some(timeout))?;
        }
        Ok(())
    }

    async fn encrypt(
        &self,
        mut socket: TcpStream,
        connector: &TlsConnector,
        peer: &Peer,
    ) -> Result<(Socket, bool)> {
        let failed = |error: io::Error| unreachable(&peer.shown(), error);
        let mut request = bytes::BytesMut::new();
        frontend::ssl_request(&mut request);
        socket.write_all(&request).await.map_err(failed)?;
        // One byte and no more: what follows must come through TLS.
        match socket.read_u8().await.map_err(failed)? {
            b'S' => {}
            _ if self.config.tls == TlsMode::Prefer => return Ok((Socket::Tcp(socket), false)),
            _ => {
                let message = format!("{} offers no TLS, and sslmode asks for it", peer.shown());
                return Err(Error::new(ErrorKind::Permission, message));
            }
        }
        let name = ServerName::try_from(peer.host.clone()).map_err(|error| {
            let message = format!("`{}` cannot be the host of a certificate", peer.host);
            Error::new(ErrorKind::Config, message).caused_by(error)
        })?;
        let encrypted = connector.connect(name, socket).await.map_err(|error| {
            let message = format!("TLS with {} failed: {error}", peer.shown());
            Error::new(ErrorKind::Permission, message).with("step", HANDSHAKE).caused_by(error)
        })?;
        Ok((Socket::Tls(Box::new(encrypted)), true))
    }

    /// Checks that the server is of the kind asked for.
    async fn check_target(&self, mut opened: Opened, target: SessionTarget) -> Result<Opened> {
        let (wanted, asked) = match target {
            SessionTarget::Any | SessionTarget::PreferStandby => return Ok(opened),
            SessionTarget::ReadWrite => (false, "transaction_read_only"),
            SessionTarget::ReadOnly => (true, "transaction_read_only"),
            SessionTarget::Primary => (false, "in_hot_standby"),
            SessionTarget::Standby => (true, "in_hot_standby"),
        };
        let is_so = match opened.parameters.get(asked) {
            Some(value) => value == "on",
            None if asked == "in_hot_standby" => opened.ask("SELECT pg_is_in_recovery()").await?,
            None => opened.ask("SHOW transaction_read_only").await?,
        };
        if is_so == wanted {
            return Ok(opened);
        }
        Err(unreachable(&opened.peer.shown(), "the server is not of the kind that was asked for"))
    }

    /// Asks the server to cancel what a connection is doing, and waits until it has been told.
    ///
    /// # Errors
    /// `Connection` where the server cannot be reached.
    pub(crate) async fn cancel(&self, peer: &Peer, process: i32, secret: i32) -> Result<()> {
        let (mut socket, _) = self.reach(peer, peer.has_tls).await?;
        let failed = |error: io::Error| unreachable(&peer.shown(), error);
        let mut request = bytes::BytesMut::new();
        frontend::cancel_request(process, secret, &mut request);
        socket.write_all(&request).await.map_err(failed)?;
        socket.flush().await.map_err(failed)?;
        // The server closes once it has passed the request on; how it closes does not matter.
        let _ = socket.read_u8().await;
        Ok(())
    }

    /// Answers what a text that answers one value answers, on a connection of its own.
    ///
    /// # Errors
    /// As [`Spec::open`], and those of the text.
    pub(crate) async fn ask_anew(&self, text: &str) -> Result<Option<String>> {
        let mut opened = self.open(&[]).await?;
        let answer = opened.value(text).await;
        frontend::terminate(&mut opened.wire.output);
        let mut limits = Limits::until(Instant::now() + Duration::from_secs(1));
        // The answer is there; how the connection ends does not matter.
        let _ = opened.wire.flush(&mut limits).await;
        answer
    }
}

impl Opened {
    /// Asks for a truth value.
    pub(crate) async fn ask(&mut self, text: &str) -> Result<bool> {
        Ok(matches!(self.value(text).await?.as_deref(), Some("t" | "on")))
    }

    /// Asks for the only value of the only row, as text.
    pub(crate) async fn value(&mut self, text: &str) -> Result<Option<String>> {
        frontend::query(text, &mut self.wire.output).map_err(protocol)?;
        let mut limits = Limits::default();
        let (mut value, mut failure) = (None, None);
        loop {
            match self.wire.next(&mut limits).await.map_err(halted)? {
                Message::DataRow(row) => {
                    // One column: a length of four bytes, and the text.
                    value = row.buffer().get(4..).map(|raw| String::from_utf8_lossy(raw).into());
                }
                Message::ErrorResponse(body) => {
                    failure = Some(ServerError::read(body.fields()).map_err(protocol)?);
                }
                Message::ReadyForQuery(_) => break,
                _ => {}
            }
        }
        match failure {
            Some(error) => Err(error.into_error(Circumstances::default())),
            None => Ok(value),
        }
    }
}

/// Reads what the server says of itself until it is ready.
async fn ready(mut wire: Wire, peer: Peer) -> Result<Opened> {
    let mut limits = Limits::default();
    let (mut process, mut secret) = (0, 0);
    let mut parameters = HashMap::new();
    loop {
        match wire.next(&mut limits).await.map_err(halted)? {
            Message::BackendKeyData(key) => {
                (process, secret) = (key.process_id(), key.secret_key());
            }
            Message::ParameterStatus(status) => {
                let name = status.name().map_err(protocol)?.to_owned();
                parameters.insert(name, status.value().map_err(protocol)?.to_owned());
            }
            Message::ErrorResponse(body) => {
                let error = ServerError::read(body.fields()).map_err(protocol)?;
                return Err(error.into_error(Circumstances::default()));
            }
            Message::ReadyForQuery(_) => {
                return Ok(Opened { wire, peer, process, secret, parameters });
            }
            _ => {}
        }
    }
}

impl Peer {
    fn shown(&self) -> String {
        match &self.place {
            Place::Tcp(address) if self.host.parse::<std::net::IpAddr>().is_ok() => {
                address.to_string()
            }
            Place::Tcp(address) => format!("{} ({address})", self.host),
            Place::Unix(path) => path.display().to_string(),
        }
    }
}

/// The context of an error of the TLS handshake.
const HANDSHAKE: &str = "TLS handshake";

fn is_handshake(error: &Error) -> bool {
    error.context("step") == Some(HANDSHAKE)
}

fn unreachable(place: &str, error: impl std::fmt::Display) -> Error {
    let message = format!("no connection to {place}: {error}");
    Error::new(ErrorKind::Connection, message).retry_by(Retry::Request)
}

/// Makes the error of a server that does not speak the protocol.
pub(crate) fn protocol(error: io::Error) -> Error {
    let message = format!("the server does not speak the protocol of PostgreSQL: {error}");
    Error::new(ErrorKind::Connection, message).caused_by(error)
}

pub(crate) fn halted(halt: Halt) -> Error {
    match halt {
        Halt::Lost(error) => {
            let message = format!("the server closed the connection while it began: {error}");
            Error::new(ErrorKind::Connection, message).retry_by(Retry::Request).caused_by(error)
        }
        Halt::Deadline => Error::timeout(None),
        Halt::Cancelled => Error::cancelled(),
    }
}
