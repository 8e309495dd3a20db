//! Connection configuration from a URL.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::{Error, ErrorKind, Result};

/// Where a database is and who asks, as a URL says it.
///
/// # Shape
/// `scheme://user:password@host:port/database?key=value`, with further hosts by comma, or
/// `scheme:rest` for engines that live in a file: their `database` is everything after the scheme
/// up to `?`, slashes included.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConnectionConfig {
    /// The kind of database: the scheme in lower case, without a `+driver` suffix.
    pub database_type: String,
    /// The host.
    pub host: Option<String>,
    /// The port.
    pub port: Option<u16>,
    /// Hosts to turn to where the first does not serve, with their ports, in order.
    pub further_hosts: Vec<(String, Option<u16>)>,
    /// The user.
    pub username: Option<String>,
    /// The password; never shown.
    pub password: Option<String>,
    /// The database, or the path of a file as the URL has it.
    pub database: String,
    /// The options after `?`, decoded.
    pub options: BTreeMap<String, String>,
}

/// The schemes whose databases are files.
const FILE_TYPES: [&str; 2] = ["sqlite", "duckdb"];

impl ConnectionConfig {
    /// Reads a URL.
    ///
    /// # Errors
    /// `Config` when it is none; the message never repeats a password.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_core::ConnectionConfig;
    /// let config = ConnectionConfig::parse("postgresql+asyncpg://u:p@h:5432/db?sslmode=require")?;
    /// assert_eq!(config.database_type, "postgresql");
    /// assert_eq!((config.host.as_deref(), config.port), (Some("h"), Some(5432)));
    /// assert_eq!(config.to_string(), "postgresql://u:***@h:5432/db?sslmode=require");
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn parse(url: &str) -> Result<Self> {
        let Some((scheme, rest)) = url.split_once(':') else {
            let message = "a database URL begins with its kind and a colon, as in sqlite:app.db";
            return Err(Error::new(ErrorKind::Config, message));
        };
        let scheme = scheme.to_ascii_lowercase();
        let database_type = scheme.split('+').next().unwrap_or_default().to_owned();
        if FILE_TYPES.contains(&database_type.as_str()) {
            return Self::file(database_type, rest);
        }
        Self::server(database_type, rest)
    }

    fn file(database_type: String, rest: &str) -> Result<Self> {
        let (database, query) = rest.split_once('?').unwrap_or((rest, ""));
        let options =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect::<BTreeMap<_, _>>();
        Ok(Self { database_type, database: decode(database)?, options, ..Self::default() })
    }

    fn server(database_type: String, rest: &str) -> Result<Self> {
        let invalid = |error: url::ParseError| {
            Error::new(ErrorKind::Config, format!("the {database_type} URL is not valid: {error}"))
        };
        let Authority { rest, further, is_without_host } = Authority::split(rest);
        // A scheme the URL standard does not know is read the same for every engine.
        let parse = |rest: &str| url::Url::parse(&format!("hypostyle:{rest}")).map_err(invalid);
        let url = parse(&rest)?;
        let some = |text: &str| (!text.is_empty()).then(|| decode(text)).transpose();
        let further_hosts = further.iter().map(|host| {
            let url = parse(&format!("//{host}"))?;
            Ok((decode(url.host_str().unwrap_or_default())?, url.port()))
        });
        Ok(Self {
            host: some(url.host_str().filter(|_| !is_without_host).unwrap_or_default())?,
            port: url.port(),
            further_hosts: further_hosts.collect::<Result<_>>()?,
            username: some(url.username())?,
            password: url.password().map(decode).transpose()?,
            database: decode(url.path().trim_start_matches('/'))?,
            options: url.query_pairs().into_owned().collect(),
            database_type,
        })
    }
}

impl ConnectionConfig {
    /// Hands each option of the URL to `take`, which answers `None` for a value that is none.
    ///
    /// # Errors
    /// `Config` for an option that is not among `known`, each with what it takes, and for a value that
    /// `take` refuses.
    pub fn read_options(
        &self,
        engine: &str,
        known: &[(&str, &str)],
        mut take: impl FnMut(&str, &str) -> Option<()>,
    ) -> Result<()> {
        for (key, value) in &self.options {
            let Some((_, takes)) = known.iter().find(|(name, _)| name == key) else {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                let message =
                    format!("{engine} has no option `{key}`; it has {}", names.join(", "));
                return Err(Error::new(ErrorKind::Config, message));
            };
            take(key, value).ok_or_else(|| {
                let message = format!("the option `{key}` takes {takes}, not `{value}`");
                Error::new(ErrorKind::Config, message)
            })?;
        }
        Ok(())
    }
}

/// A URL's text after the scheme, as the URL standard takes it.
struct Authority<'a> {
    rest: Cow<'a, str>,
    /// The hosts after the first.
    further: Vec<&'a str>,
    /// The options say where the server is.
    is_without_host: bool,
}

impl<'a> Authority<'a> {
    /// Takes the hosts after the first out of `//user@a:1,b:2/path`, and a name for none into
    /// `//user@/path`.
    fn split(rest: &'a str) -> Self {
        let plain =
            |rest: &'a str| Self { rest: rest.into(), further: Vec::new(), is_without_host: false };
        let Some(after) = rest.strip_prefix("//") else { return plain(rest) };
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (authority, path) = after.split_at(end);
        let hosts_at = authority.rfind('@').map_or(0, |at| at + 1);
        let (user, hosts) = authority.split_at(hosts_at);
        let mut hosts = hosts.split(',');
        let first = hosts.next().unwrap_or_default();
        let further: Vec<&str> = hosts.collect();
        let is_without_host = first.is_empty() && !user.is_empty();
        if further.is_empty() && !is_without_host {
            return plain(rest);
        }
        let host = if is_without_host { "none" } else { first };
        Self { rest: format!("//{user}{host}{path}").into(), further, is_without_host }
    }
}

/// Decodes `%20` and the like.
fn decode(text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digit = |at: usize| after.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorKind::Config, "the database URL is not valid UTF-8"))
}

impl fmt::Display for ConnectionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.database_type)?;
        if let Some(host) = &self.host {
            f.write_str("//")?;
            if let Some(username) = &self.username {
                write!(f, "{username}")?;
                f.write_str(if self.password.is_some() { ":***@" } else { "@" })?;
            }
            f.write_str(host)?;
            if let Some(port) = self.port {
                write!(f, ":{port}")?;
            }
            for (host, port) in &self.further_hosts {
                write!(f, ",{host}")?;
                if let Some(port) = port {
                    write!(f, ":{port}")?;
                }
            }
            f.write_str("/")?;
        }
        f.write_str(&self.database)?;
        for (at, (key, value)) in self.options.iter().enumerate() {
            let secret =
                ["token", "password", "secret", "key"].iter().any(|part| key.contains(part));
            let value = if secret { "***" } else { value };
            write!(f, "{}{key}={value}", if at == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for ConnectionConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectionConfig({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: &str) {
        let shown =
            ConnectionConfig::parse(url).map_or_else(|e| e.message().to_owned(), |c| c.to_string());
        assert_eq!(shown, expect);
    }

    #[test]
    fn urls_are_read_and_shown_without_secrets() {
        check("sqlite:app.db", "sqlite:app.db");
        check("sqlite:///./x.db?mode=ro", "sqlite:///./x.db?mode=ro");
        check("SQLite::memory:", "sqlite::memory:");
        check("sqlite:my%20db.db", "sqlite:my db.db");
        check("postgres://u:secret@h/db", "postgres://u:***@h/db");
        check(
            "postgresql://u:p%40ss@h:5432/db?sslmode=require",
            "postgresql://u:***@h:5432/db?sslmode=require",
        );
        check("postgres://u:x@h1:1,h2,[::1]:3/db", "postgres://u:***@h1:1,h2,[::1]:3/db");
        check("postgres://u@/db?host=%2Frun", "postgres:db?host=/run");
        check("d1://id?account_id=a&api_token=t", "d1://id/?account_id=a&api_token=***");
        check("app.db", "a database URL begins with its kind and a colon, as in sqlite:app.db");
        check("postgres://h:notaport/db", "the postgres URL is not valid: invalid port number");
    }

    #[test]
    fn a_password_is_decoded() {
        let config = ConnectionConfig::parse("mysql://u:p%40ss@h/db").unwrap();
        assert_eq!(config.password.as_deref(), Some("p@ss"));
    }
}
