//! One connection through a proxy: two directions, each a reader and a writer with a queue between
//! them, so that what waits holds up nobody who reads.

use std::future::{pending, ready};
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::switches::{Figures, Switches};

const PIECE_BYTES_MAX: usize = 16 * 1024;
/// What a direction holds back before its sender has to wait, as it has for a full TCP window.
const PIECES_MAX: usize = 64;

/// A connection that is carried to its end.
pub(super) struct Connection {
    switches: watch::Receiver<Switches>,
    figures: Arc<Figures>,
    /// How often connections had been reset when this one began.
    resets: u64,
    /// The replies of this connection are swallowed from now on.
    is_swallowing: AtomicBool,
}

/// What one side did, and when.
struct Event {
    at: Instant,
    what: What,
}

enum What {
    Sent(Vec<u8>),
    Ended,
    Broke(io::Error),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Requests,
    Replies,
}

impl Connection {
    /// Counts a connection as open.
    pub(super) fn new(switches: watch::Receiver<Switches>, figures: Arc<Figures>) -> Self {
        figures.count_opened();
        let resets = switches.borrow().resets;
        Self { switches, figures, resets, is_swallowing: AtomicBool::new(false) }
    }

    /// Carries a client's connection to its end.
    pub(super) async fn carry(self, mut client: TcpStream, upstream: u16) {
        let is_let_in = tokio::select! {
            () = self.is_reset() => false,
            is_let_in = self.lets_in(&client) => is_let_in,
        };
        if !is_let_in {
            return cut(&client);
        }
        // Not given up halfway: the server may have accepted it, and would see an end, no reset.
        let Ok(mut server) = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream)).await else {
            return cut(&client);
        };
        let is_broken = tokio::select! {
            () = self.is_reset() => true,
            relayed = self.relay(&mut client, &mut server) => relayed.is_err(),
        };
        if is_broken {
            cut(&client);
            cut(&server);
        }
    }

    /// Completes when the connections that are open are reset.
    async fn is_reset(&self) {
        let mut switches = self.switches.clone();
        if switches.wait_for(|switches| switches.resets != self.resets).await.is_err() {
            pending().await
        }
    }

    /// Tells whether a client comes to the server, once it can: one that gave up in a blackhole
    /// would not have reached it.
    async fn lets_in(&self, client: &TcpStream) -> bool {
        let was_held = self.switches.borrow().is_blackhole;
        self.passes(Instant::now()).await;
        !(was_held && has_left(client).await)
    }

    async fn relay(&self, client: &mut TcpStream, server: &mut TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        let requests = self.pump(Direction::Requests, from_client, to_server);
        let replies = self.pump(Direction::Replies, from_server, to_client);
        tokio::try_join!(requests, replies).map(|_| ())
    }

    /// Carries one direction until its sender ends it.
    async fn pump(
        &self,
        direction: Direction,
        from: ReadHalf<'_>,
        to: WriteHalf<'_>,
    ) -> io::Result<()> {
        let (sender, events) = mpsc::channel(PIECES_MAX);
        tokio::select! {
            written = self.write(direction, events, to) => written,
            () = read(from, sender) => Ok(()),
        }
    }

    async fn write(
        &self,
        direction: Direction,
        mut events: mpsc::Receiver<Event>,
        mut to: WriteHalf<'_>,
    ) -> io::Result<()> {
        while let Some(Event { at, what }) = events.recv().await {
            self.passes(at).await;
            let is_swallowed = match direction {
                Direction::Requests => false,
                Direction::Replies => self.is_swallowing.load(Ordering::SeqCst),
            };
            match what {
                What::Broke(error) => return Err(error),
                What::Sent(bytes) if is_swallowed => self.figures.count_swallowed(bytes.len()),
                What::Ended if is_swallowed => return Ok(()),
                What::Ended => return to.shutdown().await,
                What::Sent(bytes) => {
                    if direction == Direction::Requests {
                        self.look_at(&bytes);
                    }
                    to.write_all(&bytes).await?;
                }
            }
        }
        Ok(())
    }

    /// Waits until what was sent at a moment is let through.
    async fn passes(&self, sent_at: Instant) {
        let mut switches = self.switches.clone();
        loop {
            let (is_blackhole, delay) = {
                let switches = switches.borrow_and_update();
                (switches.is_blackhole, switches.delay)
            };
            let waited = async {
                if is_blackhole {
                    pending::<()>().await;
                }
                // A timer would round no delay up to a millisecond.
                if !delay.is_zero() {
                    sleep_until(sent_at + delay).await;
                }
            };
            tokio::select! {
                biased;
                Ok(()) = switches.changed() => {}
                () = waited => return,
            }
        }
    }

    /// Notes from what request on the replies are swallowed, before the server sees it.
    fn look_at(&self, request: &[u8]) {
        let after = self.switches.borrow().swallow_after.clone();
        if after.is_some_and(|after| after(request)) {
            self.is_swallowing.store(true, Ordering::SeqCst);
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.figures.count_closed();
    }
}

/// Reads until a side ends, and never completes before the writer has heard of it.
async fn read(mut from: ReadHalf<'_>, events: mpsc::Sender<Event>) {
    loop {
        let mut bytes = Vec::with_capacity(PIECE_BYTES_MAX);
        let what = match from.read_buf(&mut bytes).await {
            Ok(0) => What::Ended,
            Ok(_) => What::Sent(bytes),
            Err(error) => What::Broke(error),
        };
        let is_last = !matches!(what, What::Sent(_));
        if events.send(Event { at: Instant::now(), what }).await.is_err() || is_last {
            pending().await
        }
    }
}

/// Tells whether a client has closed its side, without waiting for it to do so.
async fn has_left(client: &TcpStream) -> bool {
    tokio::select! {
        biased;
        ready = client.ready(Interest::READABLE) => ready.is_ok_and(|ready| ready.is_read_closed()),
        () = ready(()) => false,
    }
}

/// Lets the end of a connection be a reset.
fn cut(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}
