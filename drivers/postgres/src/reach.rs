//! How a server is reached: addresses, sockets, TLS, and the way back to cancel.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use hypostyle_core::{Error, ErrorKind, Result, Retry};
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::config::TlsMode;
use crate::hosts::Host;
use crate::open::Spec;
use crate::socket::Socket;

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

/// The context of an error of the TLS handshake.
const HANDSHAKE: &str = "TLS handshake";

impl Spec {
    /// Resolves a host, anew each time.
    pub(crate) async fn peers(&self, host: &Host) -> Result<Vec<Peer>> {
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

    /// The ways to try, in order: with TLS or without.
    pub(crate) fn tls_tries(&self, peer: &Peer) -> &'static [bool] {
        match (self.config.tls, &peer.place) {
            (TlsMode::Disable, _) | (_, Place::Unix(_)) => &[false],
            (TlsMode::Allow, _) => &[false, true],
            (TlsMode::Prefer, _) => &[true, false],
            _ => &[true],
        }
    }

    /// Reaches a server; answers whether TLS is used.
    pub(crate) async fn reach(&self, peer: &Peer, has_tls: bool) -> Result<(Socket, bool)> {
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
}

impl Peer {
    /// The same server, reached with TLS or without.
    pub(crate) fn with_tls(&self, has_tls: bool) -> Self {
        Self { has_tls, ..self.clone() }
    }

    pub(crate) fn shown(&self) -> String {
        match &self.place {
            Place::Tcp(address) if self.host.parse::<std::net::IpAddr>().is_ok() => {
                address.to_string()
            }
            Place::Tcp(address) => format!("{} ({address})", self.host),
            Place::Unix(path) => path.display().to_string(),
        }
    }
}

pub(crate) fn is_handshake(error: &Error) -> bool {
    error.context("step") == Some(HANDSHAKE)
}

pub(crate) fn unreachable(place: &str, error: impl std::fmt::Display) -> Error {
    let message = format!("no connection to {place}: {error}");
    Error::new(ErrorKind::Connection, message).retry_by(Retry::Request)
}
