//! The options of a PostgreSQL database, from its URL.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hypostyle_core::{ConnectionConfig, Error, ErrorKind, Result};

use crate::hosts::{Host, hosts};

/// How a database is reached and used; each field is an option of the URL.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) hosts: Vec<Host>,
    pub(crate) user: String,
    pub(crate) password: Option<Password>,
    pub(crate) database: String,
    pub(crate) tls: TlsMode,
    pub(crate) root_certificates: Option<PathBuf>,
    pub(crate) client_certificate: Option<(PathBuf, PathBuf)>,
    pub(crate) target: SessionTarget,
    /// What the server is told when a connection begins, by the server's own names.
    pub(crate) startup: Vec<(String, String)>,
    /// How long one host may take to answer.
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) keepalives_idle: Option<Duration>,
    pub(crate) tcp_user_timeout: Option<Duration>,
    /// Statements kept per connection; 0 for poolers that change servers under a client. `None`
    /// where the URL does not say, so that a pooler may be detected.
    pub(crate) statements_max: Option<usize>,
    pub(crate) reset: ResetMode,
    pub(crate) pipeline: Pipelining,
}

/// A password that no message shows.
#[derive(Clone)]
pub(crate) struct Password(pub(crate) String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Whether TLS is used and what it checks, with libpq's meaning.
///
/// # Source
/// <https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TlsMode {
    /// Never.
    Disable,
    /// Only where the server refuses to do without.
    Allow,
    /// Where the server offers it; nothing is checked.
    Prefer,
    /// Always; the certificate is checked only where root certificates are named.
    Require,
    /// Always; the certificate is of a known authority.
    VerifyCa,
    /// Always; the certificate is of a known authority and of this host.
    VerifyFull,
}

/// Which of several servers is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionTarget {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

/// When a session is cleaned before the next borrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResetMode {
    /// When a statement changed it.
    Changed,
    /// Always, which costs a round trip: also what a function hides is cleaned.
    Always,
}

/// How reads share connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pipelining {
    /// Connections that reads share; `None` for as many as the size of the pool suggests.
    pub(crate) connections: Option<usize>,
    /// Reads share connections also where others are free.
    pub(crate) is_always: bool,
}

impl Pipelining {
    /// How many of a pool's connections reads share.
    pub(crate) fn connections(self, connections_max: usize) -> usize {
        match self.connections {
            Some(count) => count.min(connections_max.saturating_sub(1)),
            None if self.is_always => 2.min(connections_max.saturating_sub(1)),
            None => (connections_max / 4).min(PIPELINES_MAX),
        }
    }
}

/// Options with what they take, for messages.
const OPTIONS: [(&str, &str); 22] = [
    ("host", "a host, a folder of a socket, or several by comma"),
    ("port", "a port, or as many by comma as there are hosts"),
    ("user", "a user"),
    ("password", "a password"),
    ("dbname", "a database"),
    ("sslmode", "disable, allow, prefer, require, verify-ca or verify-full"),
    ("sslrootcert", "a file of certificates in PEM, or system"),
    ("sslcert", "a file of certificates in PEM; sslkey goes with it"),
    ("sslkey", "the file of a private key in PEM; sslcert goes with it"),
    ("target_session_attrs", "any, read-write, read-only, primary, standby or prefer-standby"),
    ("application_name", "a name"),
    ("search_path", "schemas by comma"),
    ("statement_timeout", "milliseconds"),
    ("lock_timeout", "milliseconds"),
    ("idle_in_transaction_session_timeout", "milliseconds"),
    ("options", "settings as -c name=value"),
    ("connect_timeout", "seconds"),
    ("keepalives_idle", "seconds; 0 is the system's default"),
    ("tcp_user_timeout", "milliseconds; 0 is the system's default"),
    ("statement_cache", "a number of statements; 0 for a pooler in transaction mode"),
    ("reset", "changed or always"),
    ("pipeline", "on, off, always or a number of connections that share reads"),
];

const STATEMENTS_MAX: usize = 256;

/// More connections that reads share gain nothing on the machines measured.
const PIPELINES_MAX: usize = 4;

impl Config {
    pub(crate) fn parse(url: &ConnectionConfig) -> Result<Self> {
        let option = |name: &str| url.options.get(name).cloned();
        let user = url.username.clone().or_else(|| option("user")).ok_or_else(|| {
            let message = "the PostgreSQL URL names no user; write postgres://user@host/database \
                           or set PGUSER";
            Error::new(ErrorKind::Config, message)
        })?;
        let named =
            if url.database.is_empty() { option("dbname") } else { Some(url.database.clone()) };
        let mut config = Self {
            hosts: hosts(url)?,
            password: url.password.clone().or_else(|| option("password")).map(Password),
            database: named.unwrap_or_else(|| user.clone()),
            user,
            tls: TlsMode::Prefer,
            root_certificates: None,
            client_certificate: None,
            target: SessionTarget::Any,
            startup: vec![("application_name".to_owned(), "hypostyle".to_owned())],
            connect_timeout: None,
            keepalives_idle: Some(Duration::from_secs(60)),
            tcp_user_timeout: None,
            statements_max: None,
            reset: ResetMode::Changed,
            pipeline: Pipelining::default(),
        };
        url.read_options("PostgreSQL", &OPTIONS, |key, value| config.apply(key, value))?;
        config.client_certificate = client_certificate(url)?;
        config.check_system_roots(url.options.contains_key("sslmode"))?;
        Ok(config)
    }

    /// As libpq does: anybody may have a certificate of an authority that the system knows, so that
    /// one without a look at the host says nothing.
    fn check_system_roots(&mut self, names_mode: bool) -> Result<()> {
        if self.root_certificates.as_deref() != Some(Path::new("system")) {
            return Ok(());
        }
        if names_mode && self.tls != TlsMode::VerifyFull {
            let message = "sslrootcert=system goes with sslmode=verify-full alone";
            return Err(Error::new(ErrorKind::Config, message));
        }
        self.tls = TlsMode::VerifyFull;
        Ok(())
    }

    fn apply(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "sslmode" => self.tls = tls_mode(value)?,
            "sslrootcert" => self.root_certificates = Some(PathBuf::from(value)),
            "target_session_attrs" => self.target = session_target(value)?,
            "statement_timeout" | "lock_timeout" | "idle_in_transaction_session_timeout" => {
                value.parse::<u32>().ok()?;
                self.tell(key, value);
            }
            "application_name" | "search_path" | "options" => self.tell(key, value),
            "connect_timeout" => self.connect_timeout = seconds(value)?,
            "keepalives_idle" => self.keepalives_idle = seconds(value)?,
            "tcp_user_timeout" => {
                let time = Duration::from_millis(value.parse().ok()?);
                self.tcp_user_timeout = Some(time).filter(|time| !time.is_zero());
            }
            "statement_cache" => self.statements_max = Some(value.parse().ok()?),
            "reset" => {
                self.reset = match value {
                    "changed" => ResetMode::Changed,
                    "always" => ResetMode::Always,
                    _ => return None,
                };
            }
            "pipeline" => {
                self.pipeline = match value {
                    "on" => Pipelining::default(),
                    "off" => Pipelining { connections: Some(0), ..Pipelining::default() },
                    "always" => Pipelining { is_always: true, ..Pipelining::default() },
                    count => {
                        Pipelining { connections: count.parse().ok(), ..Pipelining::default() }
                    }
                };
                if value != "on" && value != "always" && self.pipeline.connections.is_none() {
                    return None;
                }
            }
            // Read where the others of their kind are.
            _ => {}
        }
        Some(())
    }

    fn tell(&mut self, name: &str, value: &str) {
        self.startup.retain(|(known, _)| known != name);
        self.startup.push((name.to_owned(), value.to_owned()));
    }

    /// Statements kept per connection, unless a pooler was found.
    pub(crate) fn statements_max(&self) -> usize {
        self.statements_max.unwrap_or(STATEMENTS_MAX)
    }

    /// The place shown to people.
    pub(crate) fn shown(&self) -> String {
        let hosts: Vec<String> = self.hosts.iter().map(ToString::to_string).collect();
        format!("postgres://{}@{}/{}", self.user, hosts.join(","), self.database)
    }
}

fn client_certificate(url: &ConnectionConfig) -> Result<Option<(PathBuf, PathBuf)>> {
    match (url.options.get("sslcert"), url.options.get("sslkey")) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some((certificate.into(), key.into()))),
        _ => {
            let message = "sslcert and sslkey go together; give both or neither";
            Err(Error::new(ErrorKind::Config, message))
        }
    }
}

fn tls_mode(value: &str) -> Option<TlsMode> {
    Some(match value {
        "disable" => TlsMode::Disable,
        "allow" => TlsMode::Allow,
        "prefer" => TlsMode::Prefer,
        "require" => TlsMode::Require,
        "verify-ca" => TlsMode::VerifyCa,
        "verify-full" => TlsMode::VerifyFull,
        _ => return None,
    })
}

fn session_target(value: &str) -> Option<SessionTarget> {
    Some(match value {
        "any" => SessionTarget::Any,
        "read-write" => SessionTarget::ReadWrite,
        "read-only" => SessionTarget::ReadOnly,
        "primary" => SessionTarget::Primary,
        "standby" => SessionTarget::Standby,
        "prefer-standby" => SessionTarget::PreferStandby,
        _ => return None,
    })
}

/// Reads whole seconds; 0 is no value of one's own.
fn seconds(value: &str) -> Option<Option<Duration>> {
    let time = Duration::from_secs(value.parse().ok()?);
    Some(Some(time).filter(|time| !time.is_zero()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Config> {
        Config::parse(&ConnectionConfig::parse(url)?)
    }

    #[track_caller]
    fn refused(url: &str, says: &str) {
        let error = parse(url).unwrap_err();
        assert!(error.message().contains(says), "{error}");
    }

    #[test]
    fn a_url_says_who_asks_for_what() {
        let config =
            parse("postgres://u:p%40ss@h:5433/db?sslmode=require&search_path=a,b").unwrap();
        assert_eq!((config.user.as_str(), config.database.as_str()), ("u", "db"));
        assert_eq!(config.password.map(|password| password.0).as_deref(), Some("p@ss"));
        assert_eq!(config.tls, TlsMode::Require);
        assert!(config.startup.contains(&("search_path".into(), "a,b".into())));
        assert_eq!(parse("postgres://u@h").unwrap().database, "u");
        assert_eq!(parse("postgres://h?user=u&dbname=d").unwrap().shown(), "postgres://u@h:5432/d");
    }

    #[test]
    fn what_an_option_does_not_take_is_told() {
        refused("postgres://u@h/db?sslmod=require", "sslmode");
        refused("postgres://u@h/db?sslmode=on", "verify-full");
        refused("postgres://u@h/db?statement_timeout=soon", "milliseconds");
        refused("postgres://u@h/db?sslcert=a.pem", "sslkey");
        refused("postgres://h/db", "PGUSER");
    }

    #[test]
    fn a_password_is_never_shown() {
        let config = parse("postgres://u:secret@h/db").unwrap();
        assert!(!format!("{config:?} {}", config.shown()).contains("secret"));
    }
}
