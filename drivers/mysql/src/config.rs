//! The options of a MySQL or MariaDB database, from its URL.

use std::path::PathBuf;
use std::time::Duration;

use hypostyle_core::{ConnectionConfig, Error, ErrorKind, Result};
use hypostyle_net::Keepalive;

use crate::hosts::{Host, hosts};
use crate::types::ZeroDates;

/// How a database is reached and used; each field is an option of the URL.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) hosts: Vec<Host>,
    pub(crate) user: String,
    pub(crate) password: Option<Password>,
    /// Empty for none.
    pub(crate) database: String,
    pub(crate) tls: TlsMode,
    pub(crate) root_certificates: Option<PathBuf>,
    pub(crate) client_certificate: Option<(PathBuf, PathBuf)>,
    /// How long one host may take to answer.
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) keepalive: Keepalive,
    /// Statements kept per connection.
    pub(crate) statements_max: usize,
    pub(crate) reset: ResetMode,
    pub(crate) zero_dates: ZeroDates,
    scheme: String,
}

/// A password that no message shows.
#[derive(Clone)]
pub(crate) struct Password(pub(crate) String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Whether TLS is used and what it checks.
///
/// # Source
/// <https://dev.mysql.com/doc/refman/9.0/en/connection-options.html#option_general_ssl-mode>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TlsMode {
    /// Never.
    Disabled,
    /// Where the server offers it; nothing is checked.
    Preferred,
    /// Always; nothing is checked.
    Required,
    /// Always; the certificate is of a known authority.
    VerifyCa,
    /// Always; the certificate is of a known authority and of this host.
    VerifyIdentity,
}

/// When a session is cleaned before the next borrower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResetMode {
    /// When a statement changed it.
    Changed,
    /// Always, which costs a round trip and every prepared statement.
    Always,
}

/// Options with what they take, for messages.
const OPTIONS: [(&str, &str); 15] = [
    ("user", "a user"),
    ("password", "a password"),
    ("socket", "the file of a Unix socket"),
    ("ssl-mode", "disabled, preferred, required, verify_ca or verify_identity"),
    ("sslmode", "disabled, preferred, required, verify_ca or verify_identity"),
    ("ssl-ca", "a file of certificates in PEM"),
    ("ssl-cert", "a file of certificates in PEM; ssl-key goes with it"),
    ("ssl-key", "the file of a private key in PEM; ssl-cert goes with it"),
    ("charset", "utf8mb4: every text is UTF-8"),
    ("zero_dates", "refuse or null"),
    ("connect_timeout", "seconds"),
    ("keepalives_idle", "seconds; 0 is the system's default"),
    ("tcp_user_timeout", "milliseconds; 0 is the system's default"),
    ("statement_cache", "a number of statements, at least 1"),
    ("reset", "changed or always"),
];

const STATEMENTS_MAX: usize = 256;

impl Config {
    pub(crate) fn parse(url: &ConnectionConfig) -> Result<Self> {
        let option = |name: &str| url.options.get(name).cloned();
        let user = url.username.clone().or_else(|| option("user")).ok_or_else(|| {
            let message =
                "the MySQL URL names no user; write mysql://user@host/database or add ?user=";
            Error::new(ErrorKind::Config, message)
        })?;
        let mut config = Self {
            hosts: hosts(url),
            password: url.password.clone().or_else(|| option("password")).map(Password),
            database: url.database.clone(),
            user,
            tls: TlsMode::Preferred,
            root_certificates: None,
            client_certificate: client_certificate(url)?,
            connect_timeout: None,
            keepalive: Keepalive { idle: Some(Duration::from_secs(60)), user_timeout: None },
            statements_max: STATEMENTS_MAX,
            reset: ResetMode::Changed,
            zero_dates: ZeroDates::default(),
            scheme: url.database_type.clone(),
        };
        url.read_options("MySQL", &OPTIONS, |key, value| config.apply(key, value))?;
        config.check_roots()?;
        Ok(config)
    }

    fn apply(&mut self, key: &str, value: &str) -> Option<()> {
        match key {
            "ssl-mode" | "sslmode" => self.tls = tls_mode(value)?,
            "ssl-ca" => self.root_certificates = Some(PathBuf::from(value)),
            "charset" if !value.eq_ignore_ascii_case("utf8mb4") => return None,
            "zero_dates" => {
                self.zero_dates = match value {
                    "refuse" => ZeroDates::Refuse,
                    "null" => ZeroDates::Null,
                    _ => return None,
                };
            }
            "connect_timeout" => self.connect_timeout = seconds(value)?,
            "keepalives_idle" => self.keepalive.idle = seconds(value)?,
            "tcp_user_timeout" => {
                let time = Duration::from_millis(value.parse().ok()?);
                self.keepalive.user_timeout = Some(time).filter(|time| !time.is_zero());
            }
            "statement_cache" => {
                self.statements_max = value.parse().ok().filter(|count| *count > 0)?;
            }
            "reset" => {
                self.reset = match value {
                    "changed" => ResetMode::Changed,
                    "always" => ResetMode::Always,
                    _ => return None,
                };
            }
            // Read where the others of their kind are.
            _ => {}
        }
        Some(())
    }

    /// Root certificates that nothing is checked by would look like a protection.
    fn check_roots(&self) -> Result<()> {
        let checks = matches!(self.tls, TlsMode::VerifyCa | TlsMode::VerifyIdentity);
        if self.root_certificates.is_some() && !checks {
            let message = "ssl-ca goes with ssl-mode=verify_ca or verify_identity";
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(())
    }

    /// The place shown to people.
    pub(crate) fn shown(&self) -> String {
        let hosts: Vec<String> = self.hosts.iter().map(ToString::to_string).collect();
        format!("{}://{}@{}/{}", self.scheme, self.user, hosts.join(","), self.database)
    }
}

fn client_certificate(url: &ConnectionConfig) -> Result<Option<(PathBuf, PathBuf)>> {
    match (url.options.get("ssl-cert"), url.options.get("ssl-key")) {
        (None, None) => Ok(None),
        (Some(certificate), Some(key)) => Ok(Some((certificate.into(), key.into()))),
        _ => {
            let message = "ssl-cert and ssl-key go together; give both or neither";
            Err(Error::new(ErrorKind::Config, message))
        }
    }
}

/// MySQL's own words, in any case, with `_` or `-`.
fn tls_mode(value: &str) -> Option<TlsMode> {
    Some(match &*value.to_ascii_lowercase().replace('-', "_") {
        "disabled" => TlsMode::Disabled,
        "preferred" => TlsMode::Preferred,
        "required" => TlsMode::Required,
        "verify_ca" => TlsMode::VerifyCa,
        "verify_identity" => TlsMode::VerifyIdentity,
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
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains(says), "{error}");
    }

    #[test]
    fn a_url_says_who_asks_for_what() {
        let url = "mysql://u:p%40ss@h:3307/db?ssl-mode=VERIFY_CA&ssl-ca=a.pem&zero_dates=null";
        let config = parse(url).unwrap();
        assert_eq!((config.user.as_str(), config.database.as_str()), ("u", "db"));
        assert_eq!(config.password.map(|password| password.0).as_deref(), Some("p@ss"));
        assert_eq!((config.tls, config.zero_dates), (TlsMode::VerifyCa, ZeroDates::Null));
        let config = parse("mariadb://u@h?sslmode=verify-identity&charset=UTF8MB4").unwrap();
        assert_eq!((config.tls, config.database.as_str()), (TlsMode::VerifyIdentity, ""));
        assert_eq!(config.shown(), "mariadb://u@h:3306/");
    }

    #[test]
    fn what_an_option_does_not_take_is_told() {
        refused("mysql://u@h/db?ssl-mod=required", "ssl-mode");
        refused("mysql://u@h/db?ssl-mode=on", "verify_identity");
        refused("mysql://u@h/db?charset=latin1", "utf8mb4");
        refused("mysql://u@h/db?zero_dates=keep", "refuse or null");
        refused("mysql://u@h/db?statement_cache=0", "at least 1");
        refused("mysql://u@h/db?ssl-cert=a.pem", "ssl-key");
        refused("mysql://u@h/db?ssl-ca=a.pem", "verify_ca");
        refused("mysql://h/db", "names no user");
    }

    #[test]
    fn a_password_is_never_shown() {
        let config = parse("mysql://u:secret@h/db").unwrap();
        assert!(!format!("{config:?} {}", config.shown()).contains("secret"));
    }
}
