//! Ports, and serving on one until somebody stops it.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hypostyle_server::{Config, Server, Site};
use tokio::net::TcpListener;

use crate::exit::{Exit, Failure, Result};
use crate::interrupt::Interrupt;

/// Where a server listens that is told nothing else.
pub(crate) const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// The ports after a busy one that are tried before any free one is taken.
const NEIGHBOURS: u16 = 20;

/// Reads the address and port of a command line.
pub(crate) fn parse(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        let port = text.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        let example = SocketAddr::new(DEFAULT.ip(), port.unwrap_or(DEFAULT.port()));
        format!("it takes an IP address with a port, as {example}")
    })
}

/// Takes an address, or says who may have it.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let message = match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "{address} is in use by another program; choose a port with --listen, 0 for any"
            ),
            io::ErrorKind::PermissionDenied => {
                format!("{address} is not for this user; choose a port from 1024 on with --listen")
            }
            io::ErrorKind::AddrNotAvailable => {
                format!("{address} is no address of this machine")
            }
            _ => format!("cannot listen on {address}: {error}"),
        };
        Failure::new(Exit::Failure, message)
    })
}

/// Takes an address, or the next port that is free.
pub(crate) async fn bind_near(address: SocketAddr) -> Result<TcpListener> {
    for step in 0..NEIGHBOURS {
        let near = SocketAddr::new(address.ip(), address.port().saturating_add(step));
        match TcpListener::bind(near).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(_) => break,
        }
    }
    bind(SocketAddr::new(address.ip(), 0)).await
}

pub(crate) fn address(listener: &TcpListener) -> Result<SocketAddr> {
    listener.local_addr().map_err(|error| {
        Failure::new(Exit::Failure, format!("the listener has no address: {error}"))
    })
}

/// Begins to listen for Ctrl-C and SIGTERM, and is done when one comes; a second Ctrl-C quits.
pub(crate) fn stopped() -> impl Future<Output = ()> {
    let interrupted = Interrupt::listen().current();
    let terminated = terminated();
    async move {
        tokio::select! {
            () = interrupted.cancelled() => {}
            () = terminated => {}
        }
    }
}

/// Serves a site until `stop`; requests under way are finished, then its databases closed.
pub(crate) async fn serve(
    listener: TcpListener,
    config: Config,
    site: Site,
    stop: impl Future<Output = ()>,
) -> Result {
    let config = Config { listen: address(&listener)?, ..config };
    let databases: Vec<_> = site.mounts.iter().map(|mount| mount.db.clone()).collect();
    let ended = Server::new(config, site)?.run(listener, stop).await;
    for database in databases {
        // Serving is over; what could not be closed in time closes with the process.
        let _ = database.close().await;
    }
    Ok(ended?)
}

/// Begins to listen for SIGTERM at once, and is done when it comes.
#[cfg(unix)]
fn terminated() -> impl Future<Output = ()> {
    let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
fn terminated() -> impl Future<Output = ()> {
    std::future::pending()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_is_told_with_one_that_is() {
        let check = |text: &str, expect: &str| {
            let said = parse(text).map_or_else(|said| said, |address| address.to_string());
            assert!(said.ends_with(expect), "{text}: {said}");
        };
        check("[::1]:80", "[::1]:80");
        check("9000", "a port, as 127.0.0.1:9000");
        check("localhost:9000", "a port, as 127.0.0.1:9000");
        check("127.0.0.1", "a port, as 127.0.0.1:8080");
    }
}
