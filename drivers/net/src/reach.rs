//! How a server is reached: addresses and sockets.

use std::fmt::Display;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use hypostyle_core::{Error, ErrorKind, Result, Retry};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use crate::Socket;

/// The very server a connection goes to.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Where it is.
    pub place: Place,
    /// The name its certificate is to have.
    pub host: String,
    /// Whether it is spoken to through TLS.
    pub has_tls: bool,
}

/// Where a server is.
#[derive(Clone, Debug)]
pub enum Place {
    /// An address of the network.
    Tcp(SocketAddr),
    /// The file of a Unix socket.
    Unix(PathBuf),
}

/// How a connection that rests is kept from being forgotten by the network, and when one that is lost
/// is told; `None` for the system's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keepalive {
    /// The time without traffic after which the other side is probed.
    pub idle: Option<Duration>,
    /// The time that sent data may go unacknowledged (Linux).
    pub user_timeout: Option<Duration>,
}

impl Peer {
    /// A server behind a Unix socket.
    #[must_use]
    pub fn unix(path: PathBuf) -> Self {
        Self { place: Place::Unix(path), host: String::new(), has_tls: false }
    }

    /// Resolves a name, anew each time.
    ///
    /// # Errors
    /// Those of the resolver.
    pub async fn resolve(name: &str, port: u16) -> io::Result<Vec<Self>> {
        let found = tokio::net::lookup_host((name, port)).await?;
        let peer =
            |address| Self { place: Place::Tcp(address), host: name.to_owned(), has_tls: false };
        Ok(found.map(peer).collect())
    }

    /// The same server, reached with TLS or without.
    #[must_use]
    pub fn with_tls(&self, has_tls: bool) -> Self {
        Self { has_tls, ..self.clone() }
    }

    /// Tells whether it is reached without a network.
    #[must_use]
    pub fn is_unix(&self) -> bool {
        matches!(self.place, Place::Unix(_))
    }

    /// The place shown to people.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.place {
            Place::Tcp(address) if self.host.parse::<IpAddr>().is_ok() => address.to_string(),
            Place::Tcp(address) => format!("{} ({address})", self.host),
            Place::Unix(path) => path.display().to_string(),
        }
    }

    /// Reaches the server, without TLS.
    ///
    /// # Errors
    /// `Connection` where nobody answers.
    pub async fn connect(&self, keepalive: Keepalive) -> Result<Socket> {
        let failed = |error: io::Error| unreachable(&self.shown(), error);
        match &self.place {
            #[cfg(unix)]
            Place::Unix(path) => Ok(Socket::Unix(UnixStream::connect(path).await.map_err(failed)?)),
            #[cfg(not(unix))]
            Place::Unix(_) => Err(unreachable(&self.shown(), "there are no Unix sockets here")),
            Place::Tcp(address) => {
                let socket = TcpStream::connect(address).await.map_err(failed)?;
                keepalive.tune(&socket).map_err(failed)?;
                Ok(Socket::Tcp(socket))
            }
        }
    }
}

impl Keepalive {
    fn tune(self, socket: &TcpStream) -> io::Result<()> {
        socket.set_nodelay(true)?;
        let tuned = socket2::SockRef::from(socket);
        if let Some(idle) = self.idle {
            let keepalive = socket2::TcpKeepalive::new().with_time(idle);
            tuned.set_tcp_keepalive(&keepalive)?;
        }
        #[cfg(target_os = "linux")]
        if let Some(timeout) = self.user_timeout {
            tuned.set_tcp_user_timeout(Some(timeout))?;
        }
        Ok(())
    }
}

/// Makes the error of a server that is not reached: nothing was done, and a later attempt may
/// succeed.
#[must_use]
pub fn unreachable(place: &str, error: impl Display) -> Error {
    let message = format!("no connection to {place}: {error}");
    Error::new(ErrorKind::Connection, message).retry_by(Retry::Request)
}
