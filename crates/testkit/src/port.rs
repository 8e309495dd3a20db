//! Free ports of loopback, reserved for as long as a server may come back to them.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::atomic::{AtomicU16, Ordering};

use hypostyle_core::{Error, ErrorKind, Result};

/// Below the range from which systems take the ports of outgoing connections: one of those would
/// otherwise sit on the port of a server that is down for a moment.
const FIRST: u16 = 20_000;
const COUNT: u16 = 10_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port that no other process of these launchers takes while this lives.
///
/// The reservation is a UDP socket on the port of the same number: TCP does not mind, it holds
/// between processes and accounts, and it is gone with its process.
#[derive(Debug)]
pub(crate) struct Port {
    number: u16,
    _reservation: UdpSocket,
}

impl Port {
    /// Reserves a port on which nothing listens: the wanted one if it is free.
    ///
    /// # Errors
    /// `Limit` when none is free.
    pub(crate) fn reserve(wanted: Option<u16>) -> Result<Self> {
        if let Some(port) = wanted.and_then(Self::of) {
            return Ok(port);
        }
        let process = std::process::id() % u32::from(COUNT);
        let start = u16::try_from(process).unwrap_or_default().wrapping_mul(7);
        let free = (0..COUNT).find_map(|_| {
            let step = NEXT.fetch_add(1, Ordering::Relaxed);
            Self::of(FIRST + start.wrapping_add(step) % COUNT)
        });
        free.ok_or_else(|| Error::new(ErrorKind::Limit, "no port of loopback is free"))
    }

    /// Reserves a certain port, unless something listens there or has reserved it.
    fn of(number: u16) -> Option<Self> {
        let reservation = UdpSocket::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, number)).ok()?;
        Some(Self { number, _reservation: reservation })
    }

    /// Answers the number.
    pub(crate) fn number(&self) -> u16 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, Port};
    use std::net::{Ipv4Addr, TcpListener};

    #[test]
    fn a_reserved_port_is_free_for_a_server_and_given_to_nobody_else() {
        let port = Port::reserve(None).unwrap();
        assert!(port.number() >= FIRST);
        assert_ne!(Port::reserve(Some(port.number())).unwrap().number(), port.number());
        TcpListener::bind((Ipv4Addr::LOCALHOST, port.number())).unwrap();
        let number = port.number();
        drop(port);
        assert_eq!(Port::reserve(Some(number)).unwrap().number(), number);
    }

    #[test]
    fn a_port_with_a_listener_is_not_reserved() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = listener.local_addr().unwrap().port();
        assert_ne!(Port::reserve(Some(taken)).unwrap().number(), taken);
    }
}
