//! The options of a server.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::data::{Error, ErrorKind, Result};
use crate::operation::{CallerSql, Limits};

/// How a server listens, whom it answers and where it stops.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// The address to listen on. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// What every request must carry, as `Authorization: Bearer …` or `X-API-Key: …`; without it
    /// the server listens on a loopback address only.
    pub api_key: Option<String>,
    /// The host names it answers to besides `localhost`, `127.0.0.1`, `[::1]` and the address it
    /// listens on; without a port.
    pub allowed_hosts: Vec<String>,
    /// The origins, as `https://app.example`, whose pages may ask besides its own.
    pub allowed_origins: Vec<String>,
    /// The name on its pages. Default `Hypostyle`.
    pub title: String,
    /// The rows of a page that names no size. Default 50.
    pub page_size_default: u64,
    /// The most rows of a page. Default 1000.
    pub page_size_max: u64,
    /// The longest path and query. Default 32 KiB, so that a list of 1000 numbers fits.
    pub url_bytes_max: usize,
    /// The longest body of a request. Default 1 MiB.
    pub body_bytes_max: u64,
    /// The most bytes of the rows of one answer. Default 32 MiB.
    pub response_bytes_max: usize,
    /// The most records that one request creates. Default 1000.
    pub records_max: usize,
    /// Whether callers may run SQL of their own, in transactions that only read. Default yes.
    pub sql_editor: bool,
    /// The most filters of a request, unless the table has more columns. Default 32.
    pub filters_max: usize,
    /// The most values of one `in` list. Default 1000.
    pub in_values_max: usize,
    /// The most requests under way; further ones are told to come back. Default 256.
    pub requests_max: usize,
    /// The most connections; further ones wait to be accepted. Default 1024.
    pub connections_max: usize,
    /// How long a request may take, waiting for a connection to the database included. Default 30 s.
    pub request_timeout: Duration,
    /// The most statements of callers' own under way; further ones wait. Default 8.
    pub statements_max: usize,
    /// How long a client may go without taking any of an answer. Default 30 s.
    pub write_timeout: Duration,
    /// How long a client may take to send the head of a request. Default 10 s.
    pub header_timeout: Duration,
    /// How long requests under way may go on once the server is to stop. Default 10 s.
    pub shutdown_timeout: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            api_key: None,
            allowed_hosts: Vec::new(),
            allowed_origins: Vec::new(),
            title: "Hypostyle".to_owned(),
            page_size_default: 50,
            page_size_max: 1_000,
            url_bytes_max: 32 * 1_024,
            body_bytes_max: 1_024 * 1_024,
            response_bytes_max: 32 * 1_024 * 1_024,
            records_max: 1_000,
            sql_editor: true,
            filters_max: 32,
            in_values_max: 1_000,
            requests_max: 256,
            connections_max: 1_024,
            request_timeout: Duration::from_secs(30),
            statements_max: 8,
            write_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

impl Config {
    /// Checks that the options make sense together.
    ///
    /// # Errors
    /// `Config` for an address that is not loopback without an API key, a key that no header can
    /// carry, an origin that no browser sends, a limit of zero, or a default page larger than the
    /// largest.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_server::Config;
    /// let open = Config { listen: "0.0.0.0:8080".parse()?, ..Config::default() };
    /// assert!(open.validate().unwrap_err().message().contains("API key"));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn validate(&self) -> Result<()> {
        self.check_address(self.listen)?;
        if let Some(key) = &self.api_key
            && (key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(invalid("the API key must be visible ASCII characters without spaces"));
        }
        if let Some(other) = self.allowed_origins.iter().find(|origin| !is_origin(origin)) {
            return Err(invalid(&format!(
                "an origin is a scheme and a host, as https://app.example, not `{other}`"
            )));
        }
        let limits = [
            ("page_size_default", self.page_size_default == 0),
            ("page_size_max", self.page_size_max == 0),
            ("url_bytes_max", self.url_bytes_max == 0),
            ("records_max", self.records_max == 0),
            ("requests_max", self.requests_max == 0),
            ("connections_max", self.connections_max == 0),
            ("request_timeout", self.request_timeout.is_zero()),
            ("statements_max", self.statements_max == 0),
            ("header_timeout", self.header_timeout.is_zero()),
            ("write_timeout", self.write_timeout.is_zero()),
        ];
        if let Some((name, _)) = limits.iter().find(|(_, is_zero)| *is_zero) {
            return Err(invalid(&format!("{name} must be more than 0")));
        }
        if self.page_size_default > self.page_size_max {
            return Err(invalid("page_size_default must not be more than page_size_max"));
        }
        Ok(())
    }

    /// Answers how much one operation may ask for.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            rows_default: self.page_size_default,
            rows_max: self.page_size_max,
            answer_bytes_max: self.response_bytes_max,
            records_max: self.records_max,
            filters_max: self.filters_max,
            in_values_max: self.in_values_max,
            document_bytes_max: usize::try_from(self.body_bytes_max).unwrap_or(usize::MAX),
            sql: if self.sql_editor { CallerSql::Reads } else { CallerSql::Off },
            ..Limits::default()
        }
    }

    /// Answers the last page there may be: its number survives a float of 64 bits, as JavaScript
    /// has them, and its rows can be counted in 63 bits.
    pub(crate) fn page_max(&self) -> u64 {
        const FLOAT_MAX: u64 = (1 << 53) - 1;
        FLOAT_MAX.min(i64::MAX.unsigned_abs() / self.page_size_max.max(1))
    }

    /// Refuses an address that others reach while nobody needs a key.
    pub(crate) fn check_address(&self, address: SocketAddr) -> Result<()> {
        if self.api_key.is_some() || address.ip().to_canonical().is_loopback() {
            return Ok(());
        }
        Err(invalid(&format!(
            "{address} can be reached from other machines: set an API key, or listen on 127.0.0.1"
        )))
    }
}

/// Tells whether a browser may send a text as an origin: without a path, not even a slash.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']))
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::Config, message)
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("api_key", &self.api_key.as_ref().map(|_| "***"))
            .field("allowed_hosts", &self.allowed_hosts)
            .field("allowed_origins", &self.allowed_origins)
            .field("title", &self.title)
            .field("request_timeout", &self.request_timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: impl FnOnce(&mut Config), expect: &str) {
        let mut config = Config::default();
        change(&mut config);
        let said = config.validate().map_or_else(|e| e.message().to_owned(), |()| "ok".to_owned());
        assert!(said.contains(expect), "{said}");
    }

    fn listen(address: &str) -> impl FnOnce(&mut Config) {
        move |config| config.listen = address.parse().unwrap()
    }

    #[test]
    fn an_address_others_reach_needs_a_key() {
        check(|_| {}, "ok");
        check(listen("[::1]:80"), "ok");
        check(listen("127.8.8.8:80"), "ok");
        check(listen("[::ffff:127.0.0.1]:80"), "ok");
        check(
            listen("0.0.0.0:8080"),
            "0.0.0.0:8080 can be reached from other machines: set an API key",
        );
        check(listen("[::]:8080"), "set an API key");
        check(listen("192.168.1.5:80"), "set an API key");
        check(
            |config| {
                listen("0.0.0.0:80")(config);
                config.api_key = Some("k3y".into());
            },
            "ok",
        );
    }

    #[test]
    fn options_that_make_no_sense_are_refused() {
        check(|config| config.api_key = Some(String::new()), "visible ASCII");
        check(|config| config.api_key = Some("a b".into()), "visible ASCII");
        check(|config| config.page_size_max = 10, "page_size_default must not be more");
        check(|config| config.requests_max = 0, "requests_max must be more than 0");
        let allow = |origin: &str| {
            let origin = origin.to_owned();
            move |config: &mut Config| config.allowed_origins = vec![origin]
        };
        check(allow("http://[::1]:5173"), "ok");
        check(allow("app.example"), "as https://app.example, not `app.example`");
        check(allow("https://app.example/"), "not `https://app.example/`");
    }

    #[test]
    fn the_key_is_never_shown() {
        let config = Config { api_key: Some("s3cret".into()), ..Config::default() };
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
