//! How a server is reached: addresses, sockets, and the way back to interrupt.

use hypostyle_core::Result;
pub(crate) use hypostyle_net::{Peer, unreachable};
use mysql_common::constants::Command;

use crate::commands;
use crate::hosts::Host;
use crate::open::Spec;
use crate::wire::Limits;

impl Spec {
    /// Resolves a host, anew each time.
    pub(crate) async fn peers(&self, host: &Host) -> Result<Vec<Peer>> {
        match host {
            Host::Unix(socket) => Ok(vec![Peer::unix(socket.clone())]),
            Host::Tcp(name, port) => match Peer::resolve(name, *port).await {
                Ok(found) => Ok(found),
                // The next host may still be known.
                Err(_) if self.config.hosts.len() > 1 => Ok(Vec::new()),
                Err(error) => Err(unreachable(&host.to_string(), error)),
            },
        }
    }

    /// Asks the server to end the statement of a connection, and waits until it has been told.
    ///
    /// # Errors
    /// `Connection` where the server cannot be reached.
    pub(crate) async fn kill(&self, peer: &Peer, connection: u32) -> Result<()> {
        let mut opened = self.greet(peer).await?;
        opened.ask(&[&format!("KILL QUERY {connection}")]).await?;
        commands::put_plain(&mut opened.wire.output, Command::COM_QUIT)?;
        // It was heard; how this connection ends does not matter.
        let _ = opened.wire.flush(&mut Limits::default()).await;
        Ok(())
    }
}
