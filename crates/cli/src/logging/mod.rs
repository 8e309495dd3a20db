//! What the library tells while it works, on stderr: as much as RUST_LOG says.

mod notices;

use std::io;

use hypostyle::Environment;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::exit::{Failure, Result};
use crate::terminal::Terminal;

/// Begins to tell what a server says beside its answers, as psql does; with RUST_LOG logs.
pub(crate) fn start_notices(terminal: &Terminal) -> Result {
    if Environment::process().get("RUST_LOG")?.is_some() {
        return start(LevelFilter::OFF, terminal);
    }
    let filter = Targets::new().with_target(notices::TARGET, LevelFilter::INFO);
    let notices = notices::Notices { shares_screen: terminal.stderr };
    // A second start finds the first one in place, which is as good.
    let _ = tracing_subscriber::registry().with(notices).with(filter).try_init();
    Ok(())
}

/// Begins to write logs; without RUST_LOG those from `level` on.
pub(crate) fn start(level: LevelFilter, terminal: &Terminal) -> Result {
    let filter = match Environment::process().get("RUST_LOG")? {
        Some(text) => text
            .parse::<Targets>()
            .map_err(|error| Failure::invalid(format!("RUST_LOG cannot be read: {error}")))?,
        None => Targets::new().with_target("hypostyle", level),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(terminal.paints_stderr());
    // A second start finds the first one in place, which is as good.
    let _ = tracing_subscriber::registry().with(lines).with(filter).try_init();
    Ok(())
}
