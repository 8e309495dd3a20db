//! A proxy of TCP that does to connections what networks do.

mod connection;
mod switches;

use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use hypostyle_core::{Error, ErrorKind, Result};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use self::connection::Connection;
use self::switches::{Figures, Switches};
use crate::port::Port;

/// A proxy before a port of loopback. Its switches act at once, on connections that are open and on
/// those to come; several may be on together. Dropping it cuts all connections.
///
/// # Examples
/// ```
/// use hypostyle_testkit::Proxy;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
/// use tokio::net::{TcpListener, TcpStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = TcpListener::bind("127.0.0.1:0").await?;
/// let proxy = Proxy::start(server.local_addr()?.port())?;
/// let mut client = TcpStream::connect(("127.0.0.1", proxy.port())).await?;
/// client.write_all(b"ping").await?;
/// let (mut session, _) = server.accept().await?;
/// let mut request = [0; 4];
/// session.read_exact(&mut request).await?;
/// assert_eq!(&request, b"ping");
/// proxy.reset();
/// assert!(client.read(&mut request).await.is_err());
/// # Ok(())
/// # }
/// ```
pub struct Proxy {
    port: Port,
    shared: Arc<Shared>,
    runtime: Handle,
    accepting: JoinHandle<()>,
}

struct Shared {
    /// None while connections are refused.
    listener: Mutex<Option<TcpListener>>,
    switches: watch::Sender<Switches>,
    figures: Arc<Figures>,
}

impl Proxy {
    /// Starts a proxy on a free port, on the runtime of the caller.
    ///
    /// # Errors
    /// `Io` outside a runtime or when the port cannot be listened on; `Limit` when none is free.
    pub fn start(upstream: u16) -> Result<Self> {
        let runtime = Handle::try_current().map_err(|error| {
            Error::new(ErrorKind::Io, "a proxy needs a runtime").caused_by(error)
        })?;
        let port = Port::reserve(None)?;
        let shared = Arc::new(Shared {
            listener: Mutex::new(Some(listen(port.number())?)),
            switches: watch::Sender::default(),
            figures: Arc::default(),
        });
        let accepting = runtime.spawn(accept(Arc::clone(&shared), upstream));
        Ok(Self { port, shared, runtime, accepting })
    }

    /// Answers the port that it listens on, the same for its whole life.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// Lets every byte wait, in both directions: latency, and no less throughput.
    pub fn delay(&self, delay: Duration) {
        self.shared.switches.send_modify(|switches| switches.delay = delay);
    }

    /// Holds everything back, in both directions: connections stay open and new ones are accepted,
    /// but no byte, end or reset comes through. As TCP does, what was sent arrives after
    /// [`Proxy::heal`].
    pub fn blackhole(&self) {
        self.shared.switches.send_modify(|switches| switches.is_blackhole = true);
    }

    /// Resets every open connection (RST), to client and server. New ones are not concerned.
    pub fn reset(&self) {
        self.shared.switches.send_modify(|switches| switches.resets += 1);
    }

    /// Closes the port: new connections are refused, open ones go on.
    pub fn refuse(&self) {
        self.shared.listener().take();
    }

    /// Swallows replies: the first bytes of a client for which `after` answers true reach the
    /// server, and nothing that the server sends reaches that client any more.
    ///
    /// It stays so for that connection until it is reset or its client closes it; others are
    /// concerned until [`Proxy::heal`].
    ///
    /// # Shape
    /// `after` sees what one read of the client's connection gave, 16 KiB at most.
    pub fn swallow_reply(&self, after: impl Fn(&[u8]) -> bool + Send + Sync + 'static) {
        self.shared.switches.send_modify(|switches| switches.swallow_after = Some(Arc::new(after)));
    }

    /// Takes back what was switched on, and listens again.
    ///
    /// # Errors
    /// `Io` when the port cannot be listened on again.
    pub fn heal(&self) -> Result<()> {
        let mut listener = self.shared.listener();
        if listener.is_none() {
            let _context = self.runtime.enter();
            *listener = Some(listen(self.port())?);
        }
        drop(listener);
        self.shared.switches.send_modify(Switches::heal);
        Ok(())
    }

    /// Counts the connections accepted so far.
    pub fn accepted(&self) -> usize {
        self.shared.figures.accepted()
    }

    /// Counts the connections that are open.
    pub fn open(&self) -> usize {
        self.shared.figures.open()
    }

    /// Counts the bytes of swallowed replies: the server has answered once there are some.
    pub fn swallowed_bytes(&self) -> usize {
        self.shared.figures.swallowed_bytes()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn listener(&self) -> MutexGuard<'_, Option<TcpListener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next connection; polled anew when the port opens again.
    async fn next(&self) -> io::Result<TcpStream> {
        let accepted = poll_fn(|context| match self.listener().as_ref() {
            Some(listener) => listener.poll_accept(context),
            None => Poll::Pending,
        });
        accepted.await.map(|(client, _)| client)
    }
}

fn listen(port: u16) -> Result<TcpListener> {
    let listening = || {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    };
    listening().map_err(|error: io::Error| {
        Error::new(ErrorKind::Io, format!("port {port} cannot be listened on")).caused_by(error)
    })
}

/// Accepts for ever. The connections end with this task.
async fn accept(shared: Arc<Shared>, upstream: u16) {
    /// Between attempts when the system has no more files to give.
    const PAUSE_MS: u64 = 10;

    let mut connections = JoinSet::new();
    let mut switched = shared.switches.subscribe();
    loop {
        let accepted = tokio::select! {
            accepted = shared.next() => accepted,
            _ = switched.changed() => continue,
        };
        match accepted {
            Ok(client) => {
                let (switches, figures) = (shared.switches.subscribe(), &shared.figures);
                let connection = Connection::new(switches, Arc::clone(figures));
                connections.spawn(connection.carry(client, upstream));
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(PAUSE_MS)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}
