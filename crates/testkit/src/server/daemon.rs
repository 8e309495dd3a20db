//! A server as a process: started, watched, ended.

use std::fs::{self, File};
use std::io::Error as IoError;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hypostyle_core::{Error, ErrorKind, Result};
use nix::sys::signal::Signal;

use super::account::Account;
use super::command;
use super::home::{Home, failed};
use super::processes::{Process, send};
use super::watchdog::Watchdog;

/// How long a server may take to answer its first query: a machine under load, not a hang.
const READY_MS_MAX: u64 = 60_000;
/// How long it may take to end by itself.
pub(super) const END_MS_MAX: u64 = 10_000;
const POLL_MS: u64 = 10;
/// How much of its output an error shows.
const LOG_BYTES_SHOWN: usize = 2_000;

/// What to start, and how it ends.
pub(super) struct Plan<'a> {
    pub(super) title: &'static str,
    pub(super) program: &'a Path,
    pub(super) arguments: &'a [String],
    pub(super) account: &'a Account,
    pub(super) home: &'a Home,
    pub(super) port: u16,
    /// The signal that ends it at once, its clients or not.
    pub(super) signal: Signal,
}

/// The place of a server that may run or be down.
#[derive(Debug, Default)]
pub(super) struct Slot(Mutex<Option<Daemon>>);

impl Slot {
    /// Starts a server, after it has ended what runs here, and waits until `answers` succeeds.
    ///
    /// # Errors
    /// `Io` when it cannot be started; `Connection` with the end of its output when it ends or does
    /// not answer in time.
    pub(super) fn start(&self, plan: &Plan<'_>, answers: impl Fn() -> Result<()>) -> Result<()> {
        let mut slot = self.lock();
        if let Some(mut daemon) = slot.take() {
            daemon.end_by(plan.signal);
        }
        *slot = Some(Daemon::start(plan, answers)?);
        Ok(())
    }

    /// Answers the process, none while it is down.
    pub(super) fn pid(&self) -> Option<u32> {
        self.lock().as_ref().map(Daemon::pid)
    }

    /// Asks it to end by a signal; what has not ended after some time is killed.
    pub(super) fn end(&self, signal: Signal) {
        if let Some(mut daemon) = self.lock().take() {
            daemon.end_by(signal);
        }
    }

    /// Kills it with all its processes; none of them learns of it.
    pub(super) fn kill(&self) {
        if let Some(mut daemon) = self.lock().take() {
            daemon.kill_family();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Daemon>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server that runs. Dropping it ends it, unless its home is kept.
#[derive(Debug)]
struct Daemon {
    child: Child,
    signal: Signal,
    watchdog: Option<Arc<Watchdog>>,
    /// Whether it outlives its handle.
    is_kept: bool,
}

impl Daemon {
    fn start(plan: &Plan<'_>, answers: impl Fn() -> Result<()>) -> Result<Self> {
        let log = plan.home.path().join("log");
        let output = File::options().create(true).append(true).open(&log);
        let output = output.map_err(|error| failed(&log, "written", error))?;
        let errors = output.try_clone().map_err(|error| failed(&log, "shared", error))?;
        let mut command = command::prepare(plan.program);
        detach(command.args(plan.arguments)).stdout(output).stderr(errors);
        plan.account.runs(&mut command);
        let child = command.spawn().map_err(|error| cannot_start(plan.title, error))?;

        let (signal, watchdog) = (plan.signal, plan.home.watchdog());
        let mut daemon = Self { child, signal, watchdog, is_kept: false };
        if let Some(watchdog) = &daemon.watchdog {
            watchdog.watch(daemon.pid(), signal)?;
        }
        daemon.wait_until(|| is_open(plan.port).and_then(|()| answers())).map_err(|error| {
            let message = format!("{} does not answer: {}", plan.title, end_of(&log));
            Error::new(ErrorKind::Connection, message).caused_by(error)
        })?;
        daemon.is_kept = daemon.watchdog.is_none();
        Ok(daemon)
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait_until(&mut self, answers: impl Fn() -> Result<()>) -> Result<()> {
        let began = Instant::now();
        loop {
            let error = match answers() {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if self.has_ended() || began.elapsed() > Duration::from_millis(READY_MS_MAX) {
                return Err(error);
            }
            pause();
        }
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn end_by(&mut self, signal: Signal) {
        let began = Instant::now();
        if !self.has_ended() {
            send(self.pid(), signal);
        }
        while !self.has_ended() {
            if began.elapsed() > Duration::from_millis(END_MS_MAX) {
                return self.kill_family();
            }
            pause();
        }
    }

    fn kill_family(&mut self) {
        if self.has_ended() {
            return;
        }
        Process::of(self.pid()).kill();
        let _ = self.child.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if !self.is_kept {
            self.end_by(self.signal);
        }
        if let Some(watchdog) = &self.watchdog {
            watchdog.forget();
        }
    }
}

/// Looks whether anything listens: asking a query each time costs a process.
fn is_open(port: u16) -> Result<()> {
    let connected = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    connected.map(drop).map_err(|error| {
        Error::new(ErrorKind::Connection, format!("port {port} is closed")).caused_by(error)
    })
}

/// Takes a command out of the terminal's group, so that Ctrl-C is not for it.
pub(super) fn detach(command: &mut Command) -> &mut Command {
    command.process_group(0)
}

pub(super) fn cannot_start(title: &str, error: IoError) -> Error {
    Error::new(ErrorKind::Io, format!("{title} cannot be started")).caused_by(error)
}

#[expect(clippy::disallowed_methods, reason = "launchers block their thread, and say so")]
pub(super) fn pause() {
    std::thread::sleep(Duration::from_millis(POLL_MS));
}

fn end_of(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let shown = text.len().saturating_sub(LOG_BYTES_SHOWN);
    String::from_utf8_lossy(&text[shown..]).trim().to_owned()
}
