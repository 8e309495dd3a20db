//! How a connection begins: hosts in turn, TLS as asked for, who it is, which server it got.

use std::sync::OnceLock;
use std::time::Duration;

use hypostyle_core::{BoxFuture, Error, ErrorKind, Result};
use hypostyle_net::{Gate, TlsConnector};

use crate::authentication::authenticate;
use crate::config::{Config, TlsMode};
use crate::errors::{ServerError, code};
use crate::greeting::{Agreed, Greeting, put_tls_request};
use crate::opened::{Opened, Values, halted, protocol};
use crate::packet::tag;
use crate::reach::{Peer, unreachable};
use crate::tls;
use crate::wire::{Frame, Limits, Wire};

/// Answers the password, anew at each connection.
pub(crate) type PasswordSource =
    std::sync::Arc<dyn Fn() -> BoxFuture<'static, Result<String>> + Send + Sync>;

/// Everything needed to make a connection.
pub(crate) struct Spec {
    pub(crate) config: Config,
    tls: Option<TlsConnector>,
    password: Option<PasswordSource>,
    pub(crate) gate: Gate,
    /// Which of the two servers the first connection found.
    is_mariadb: OnceLock<bool>,
}

/// A host that does not answer is left for the next after this, where the URL says nothing.
const HOST_TIMEOUT: Duration = Duration::from_secs(10);

/// What every session is set to: texts in UTF-8, moments in UTC, values refused that do not fit, the
/// quotes that our reading of SQL counts on, messages in the language that names are read in. The
/// server's other modes stay.
pub(crate) const SETTINGS: &str = "SET NAMES utf8mb4, time_zone = '+00:00', autocommit = 1, \
     lc_messages = 'en_US', session_track_state_change = 1, \
     session_track_system_variables = 'autocommit,sql_mode,time_zone,character_set_client', \
     sql_mode = REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(CONCAT(',', \
     @@sql_mode, ',STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION,'), \
     ',ANSI_QUOTES,', ','), \
     ',NO_BACKSLASH_ESCAPES,', ','), ',ANSI,', ','), ',ORACLE,', ','), ',MSSQL,', ','), \
     ',DB2,', ','), ',MAXDB,', ','), ',POSTGRESQL,', ',')";

/// Asks for what is to be known of the server.
const FACTS: &str = "SELECT @@max_allowed_packet";

/// Asks a member of a Galera cluster whether it serves; any other server does.
const READINESS: &str = "SELECT IF(@@wsrep_on, (SELECT variable_value FROM \
     information_schema.global_status WHERE variable_name = 'wsrep_ready'), 'ON')";

impl Spec {
    pub(crate) fn new(config: Config, password: Option<PasswordSource>) -> Result<Self> {
        let tls = tls::connector(&config)?;
        Ok(Self { config, tls, password, gate: Gate::default(), is_mariadb: OnceLock::new() })
    }

    pub(crate) async fn password(&self) -> Result<String> {
        if let Some(source) = &self.password {
            return source().await;
        }
        // One who has none is asked for none.
        Ok(self.config.password.as_ref().map(|password| password.0.clone()).unwrap_or_default())
    }

    /// Makes a connection to the first host that serves.
    ///
    /// # Errors
    /// That of the last host; `Permission` for a wrong password, at once.
    pub(crate) async fn open(&self) -> Result<Opened> {
        self.gate.pass().await;
        let opened = self.open_somewhere().await;
        self.gate.learn(opened.is_ok());
        opened
    }

    async fn open_somewhere(&self) -> Result<Opened> {
        let mut last = unreachable("no host", "none is named");
        for host in &self.config.hosts {
            for peer in self.peers(host).await? {
                let limit = self.host_timeout();
                match tokio::time::timeout(limit, self.open_at(&peer)).await {
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

    async fn open_at(&self, peer: &Peer) -> Result<Opened> {
        let mut opened = self.greet(peer).await?;
        let is_mariadb = opened.greeting.is_mariadb();
        self.check_family(&opened, is_mariadb)?;
        let is_one_of_many = is_mariadb && self.config.hosts.len() > 1;
        let questions: &[&str] = match is_one_of_many {
            true => &[SETTINGS, FACTS, READINESS],
            false => &[SETTINGS, FACTS],
        };
        let answers = opened.ask(questions).await?;
        let answer = |at: usize| answers.get(at).and_then(first_of);
        if is_one_of_many && answer(2).is_some_and(|ready| ready != "ON") {
            let place = opened.peer.shown();
            return Err(
                unreachable(&place, "the node is not ready").coded(code::NOT_READY.to_string())
            );
        }
        let bytes = answer(1).and_then(|bytes| bytes.parse().ok());
        opened.packet_bytes_max = bytes.unwrap_or(usize::MAX);
        Ok(opened)
    }

    /// What the database can do was told by its first server.
    fn check_family(&self, opened: &Opened, is_mariadb: bool) -> Result<()> {
        if *self.is_mariadb.get_or_init(|| is_mariadb) == is_mariadb {
            return Ok(());
        }
        let message = format!(
            "{} is {}, and the server before it was not: MySQL and MariaDB cannot stand in for \
             one another",
            opened.peer.shown(),
            opened.greeting.version
        );
        Err(Error::new(ErrorKind::Config, message))
    }

    /// Reaches a server and says who asks.
    pub(crate) async fn greet(&self, peer: &Peer) -> Result<Opened> {
        let mut wire = Wire::new(peer.connect(self.config.keepalive).await?);
        let frame = wire.next(&mut Limits::default()).await.map_err(halted)?;
        let greeting = greeting(&wire, frame)?;
        wire.pass(frame);
        let has_tls = self.wants_tls(peer, &greeting)?;
        let agreed = greeting.agree(&self.config, has_tls)?;
        let mut sequence = frame.sequence.wrapping_add(1);
        if let Some(connector) = self.tls.as_ref().filter(|_| has_tls) {
            wire = encrypt(wire, peer, connector, agreed, sequence).await?;
            sequence = sequence.wrapping_add(1);
        }
        let is_secret = has_tls || peer.is_unix();
        authenticate(&mut wire, self, &greeting, agreed, sequence, is_secret).await?;
        Ok(Opened::new(wire, peer.with_tls(has_tls), agreed, greeting))
    }

    fn wants_tls(&self, peer: &Peer, greeting: &Greeting) -> Result<bool> {
        if peer.is_unix() || self.tls.is_none() {
            return Ok(false);
        }
        if !greeting.has_tls() && self.config.tls != TlsMode::Preferred {
            let message = format!("{} offers no TLS, and ssl-mode asks for it", peer.shown());
            return Err(Error::new(ErrorKind::Permission, message));
        }
        Ok(greeting.has_tls())
    }
}

fn first_of(values: &Values) -> Option<&str> {
    values.first().and_then(|value| value.as_deref())
}

/// Reads the greeting, or why there is none.
fn greeting(wire: &Wire, frame: Frame) -> Result<Greeting> {
    let packet = wire.body(frame);
    if packet.first() == Some(&tag::ERROR) {
        let error = ServerError::read(packet).map_err(protocol)?;
        return Err(error.into_refusal());
    }
    Greeting::read(packet).map_err(protocol)
}

async fn encrypt(
    mut wire: Wire,
    peer: &Peer,
    connector: &TlsConnector,
    agreed: Agreed,
    sequence: u8,
) -> Result<Wire> {
    put_tls_request(&mut wire.output, agreed, sequence)?;
    wire.flush(&mut Limits::default()).await.map_err(halted)?;
    // What came before TLS may be anybody's.
    if !wire.input.is_empty() {
        return Err(protocol(std::io::Error::other("bytes out of turn before TLS")));
    }
    Ok(Wire::new(peer.encrypt(wire.into_socket(), connector).await?))
}
