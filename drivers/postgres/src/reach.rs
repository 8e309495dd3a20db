//! How a server is reached: addresses, sockets, TLS, and the way back to cancel.

use std::io;

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_net::{Keepalive, Socket, TlsConnector};
pub(crate) use hypostyle_net::{Peer, is_handshake, unreachable};
use postgres_protocol::message::frontend;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::config::TlsMode;
use crate::hosts::Host;
use crate::open::Spec;

impl Spec {
    /// Resolves a host, anew each time.
    pub(crate) async fn peers(&self, host: &Host) -> Result<Vec<Peer>> {
        match host {
            Host::Unix(..) => Ok(vec![Peer::unix(host.socket().unwrap_or_default())]),
            Host::Tcp(name, port) => match Peer::resolve(name, *port).await {
                Ok(found) => Ok(found),
                // The next host may still be known.
                Err(_) if self.config.hosts.len() > 1 => Ok(Vec::new()),
                Err(error) => Err(unreachable(&host.to_string(), error)),
            },
        }
    }

    /// The ways to try, in order: with TLS or without.
    pub(crate) fn tls_tries(&self, peer: &Peer) -> &'static [bool] {
        match self.config.tls {
            _ if peer.is_unix() => &[false],
            TlsMode::Disable => &[false],
            TlsMode::Allow => &[false, true],
            TlsMode::Prefer => &[true, false],
            _ => &[true],
        }
    }

    /// Reaches a server; answers whether TLS is used.
    pub(crate) async fn reach(&self, peer: &Peer, has_tls: bool) -> Result<(Socket, bool)> {
        let keepalive = Keepalive {
            idle: self.config.keepalives_idle,
            user_timeout: self.config.tcp_user_timeout,
        };
        let socket = peer.connect(keepalive).await?;
        match &self.tls {
            Some(connector) if has_tls => self.encrypt(socket, connector, peer).await,
            _ => Ok((socket, false)),
        }
    }

    async fn encrypt(
        &self,
        mut socket: Socket,
        connector: &TlsConnector,
        peer: &Peer,
    ) -> Result<(Socket, bool)> {
        let failed = |error: io::Error| unreachable(&peer.shown(), error);
        let mut request = bytes::BytesMut::new();
        frontend::ssl_request(&mut request);
        socket.write_all(&request).await.map_err(failed)?;
        // One byte and no more: what follows must come through TLS.
        match socket.read_u8().await.map_err(failed)? {
            b'S' => Ok((peer.encrypt(socket, connector).await?, true)),
            _ if self.config.tls == TlsMode::Prefer => Ok((socket, false)),
            _ => {
                let message = format!("{} offers no TLS, and sslmode asks for it", peer.shown());
                Err(Error::new(ErrorKind::Permission, message))
            }
        }
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
