//! Ctrl-C: the first cancels what is running, the second quits.

use std::sync::{Arc, Mutex, PoisonError};

use hypostyle::core::CancellationToken;

use crate::exit::Exit;

/// Listens for Ctrl-C from its making on.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt {
    current: Arc<Mutex<CancellationToken>>,
}

impl Interrupt {
    pub(crate) fn listen() -> Self {
        let interrupt = Self { current: Arc::default() };
        // Taken before the task first runs; without it Ctrl-C ends the program at once.
        if let Ok(presses) = presses() {
            tokio::spawn(interrupt.clone().watch(presses));
        }
        interrupt
    }

    /// Answers the token that the next Ctrl-C cancels, or that one has cancelled already.
    pub(crate) fn current(&self) -> CancellationToken {
        self.current.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a token anew, for what goes on after a Ctrl-C.
    pub(crate) fn renew(&self) -> CancellationToken {
        let token = CancellationToken::new();
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = token.clone();
        token
    }

    async fn watch(self, mut presses: Presses) {
        while presses.recv().await.is_some() {
            let token = self.current();
            if token.is_cancelled() {
                quit();
            }
            token.cancel();
        }
    }
}

#[cfg(unix)]
type Presses = tokio::signal::unix::Signal;
#[cfg(windows)]
type Presses = tokio::signal::windows::CtrlC;

#[cfg(unix)]
fn presses() -> std::io::Result<Presses> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn presses() -> std::io::Result<Presses> {
    tokio::signal::windows::ctrl_c()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the statement did not heed the first Ctrl-C, so no return to main can be waited for; \
              the engine rolls back what is open"
)]
fn quit() -> ! {
    std::process::exit(Exit::Interrupted as i32)
}
