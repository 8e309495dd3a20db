//! What drivers that own their socket share: buffers over it, limits of waiting, TLS, addresses, and
//! the gate before new connections.
//!
//! # Invariants
//! - Every await may be dropped: what was read or is to be written stays in the buffers.
//! - Addresses are resolved anew at each connection.

mod buffers;
mod gate;
mod limits;
mod reach;
mod socket;
mod tls;

pub use buffers::Buffers;
pub use gate::Gate;
pub use limits::{Halt, Limits};
pub use reach::{Keepalive, Peer, Place, unreachable};
pub use socket::Socket;
pub use tls::{Checks, TlsConnector, TlsSettings, is_handshake};
