//! Where servers are: hosts and sockets, in the order they are tried.

use std::fmt;
use std::path::{Path, PathBuf};

use hypostyle_core::{ConnectionConfig, Error, ErrorKind, Result};

/// A server's address, resolved anew at each connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// A name or an address, and a port.
    Tcp(String, u16),
    /// The folder of a Unix socket, and the port in its name.
    Unix(PathBuf, u16),
}

const PORT: u16 = 5_432;

/// The folders where distributions put the socket.
const SOCKET_FOLDERS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// Lists the hosts of a URL: those before the path, or those of the options `host` and `port`.
pub(crate) fn hosts(url: &ConnectionConfig) -> Result<Vec<Host>> {
    let mut named: Vec<(String, Option<u16>)> = Vec::new();
    if let Some(host) = &url.host {
        named.push((host.clone(), url.port));
        named.extend(url.further_hosts.iter().cloned());
    } else if let Some(list) = url.options.get("host") {
        named.extend(list.split(',').map(|host| (host.trim().to_owned(), None)));
    }
    let ports = ports(url.options.get("port"))?;
    if named.is_empty() {
        let port = ports.first().copied().or(url.port).unwrap_or(PORT);
        return Ok(vec![local(port)]);
    }
    let port_of = |at: usize, own: Option<u16>| {
        own.or_else(|| ports.get(at).or(ports.first()).copied()).unwrap_or(PORT)
    };
    let hosts = named.into_iter().enumerate();
    Ok(hosts.map(|(at, (host, port))| Host::new(&host, port_of(at, port))).collect())
}

fn ports(option: Option<&String>) -> Result<Vec<u16>> {
    let parts = option.map(|list| list.split(',')).into_iter().flatten();
    parts
        .map(|part| {
            part.trim().parse().map_err(|_| {
                let message = format!("the option `port` takes ports by comma, not `{part}`");
                Error::new(ErrorKind::Config, message)
            })
        })
        .collect()
}

/// The server of this machine: by its socket where there is one.
fn local(port: u16) -> Host {
    let has_socket = |folder: &&&str| socket(Path::new(folder), port).exists();
    match SOCKET_FOLDERS.iter().find(has_socket) {
        Some(folder) => Host::Unix(PathBuf::from(folder), port),
        None => Host::Tcp("localhost".to_owned(), port),
    }
}

fn socket(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

impl Host {
    fn new(host: &str, port: u16) -> Self {
        match host {
            "" => local(port),
            path if path.starts_with('/') => Self::Unix(PathBuf::from(path), port),
            host => Self::Tcp(host.trim_matches(['[', ']']).to_owned(), port),
        }
    }

    /// The file of a Unix socket.
    pub(crate) fn socket(&self) -> Option<PathBuf> {
        match self {
            Self::Unix(folder, port) => Some(socket(folder, *port)),
            Self::Tcp(..) => None,
        }
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(folder, port) => write!(f, "{}:{port}", folder.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expect: &[&str]) {
        let config = ConnectionConfig::parse(url).unwrap();
        let shown: Vec<String> = hosts(&config).unwrap().iter().map(Host::to_string).collect();
        assert_eq!(shown, expect, "{url}");
    }

    #[test]
    fn hosts_are_tried_in_the_order_of_the_url() {
        check("postgres://u@h/db", &["h:5432"]);
        check("postgres://u@h1:1,h2:2,h3/db", &["h1:1", "h2:2", "h3:5432"]);
        check("postgres://u@[::1]:7/db", &["[::1]:7"]);
        check("postgres://u@%2Fvar%2Frun/db", &["/var/run:5432"]);
        check("postgres://u@/db?host=/run/pg&port=7", &["/run/pg:7"]);
        check("postgres:///db?user=u&host=a,b&port=1,2", &["a:1", "b:2"]);
        check("postgres:///db?user=u&host=a,b&port=9", &["a:9", "b:9"]);
    }
}
