//! Where servers are: hosts and sockets, in the order they are tried.

use std::fmt;
use std::path::{Path, PathBuf};

use hypostyle_core::ConnectionConfig;

/// A server's address, resolved anew at each connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// A name or an address, and a port.
    Tcp(String, u16),
    /// The file of a Unix socket.
    Unix(PathBuf),
}

const PORT: u16 = 3_306;

/// Where distributions put the socket.
const SOCKETS: [&str; 3] =
    ["/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"];

/// Lists the hosts of a URL: those before the path, or the socket of the option.
pub(crate) fn hosts(url: &ConnectionConfig) -> Vec<Host> {
    if let Some(socket) = url.options.get("socket") {
        return vec![Host::Unix(socket.into())];
    }
    let Some(host) = &url.host else { return vec![local(url.port)] };
    let first = std::iter::once((host, url.port));
    let further = url.further_hosts.iter().map(|(host, port)| (host, *port));
    first.chain(further).map(|(host, port)| Host::new(host, port)).collect()
}

/// The server of this machine: by its socket where there is one.
fn local(port: Option<u16>) -> Host {
    let socket = SOCKETS.iter().find(|socket| port.is_none() && Path::new(socket).exists());
    match socket {
        Some(socket) => Host::Unix(socket.into()),
        None => Host::Tcp("localhost".to_owned(), port.unwrap_or(PORT)),
    }
}

impl Host {
    fn new(host: &str, port: Option<u16>) -> Self {
        match host {
            "" => local(port),
            path if path.starts_with('/') => Self::Unix(path.into()),
            host => Self::Tcp(host.trim_matches(['[', ']']).to_owned(), port.unwrap_or(PORT)),
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(socket) => write!(f, "{}", socket.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: &[&str]) {
        let config = ConnectionConfig::parse(url).unwrap();
        let shown: Vec<String> = hosts(&config).iter().map(Host::to_string).collect();
        assert_eq!(shown, expect, "{url}");
    }

    #[test]
    fn hosts_are_tried_in_the_order_of_the_url() {
        check("mysql://u@h/db", &["h:3306"]);
        check("mysql://u@h1:1,h2:2,h3/db", &["h1:1", "h2:2", "h3:3306"]);
        check("mariadb://u@[::1]:7/db", &["[::1]:7"]);
        check("mysql://u@%2Frun%2Fm.sock/db", &["/run/m.sock"]);
        check("mysql://u@/db?socket=/run/m.sock", &["/run/m.sock"]);
        check("mysql://u@h/db?socket=/run/m.sock", &["/run/m.sock"]);
    }
}
