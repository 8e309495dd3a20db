//! How a connection begins: hosts in turn, TLS as asked for, who it is, which server it got.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hypostyle_core::{BoxFuture, ErrorKind, Result};
use hypostyle_net::{Gate, TlsConnector};
use postgres_protocol::message::frontend;

use crate::authentication::authenticate;
use crate::config::{Config, ResetMode, SessionTarget};
use crate::known::Known;
use crate::opened::{Opened, halted, protocol, ready};
use crate::reach::{Peer, is_handshake, unreachable};
use crate::tls;
use crate::wire::{Limits, Wire};

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
        let peer = peer.with_tls(has_tls);
        ready(wire, peer).await
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
