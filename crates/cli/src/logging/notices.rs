//! What a PostgreSQL server says beside its answers, a line each.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// What the driver says and passes on.
pub(super) const TARGET: &str = "hypostyle::postgres";

const CLEAR_LINE: &str = "\r\x1b[2K";

/// Writes notices to stderr.
pub(super) struct Notices {
    /// A line about the progress may stand there.
    pub(super) shares_screen: bool,
}

impl<S: Subscriber> Layer<S> for Notices {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut notice = Notice::default();
        event.record(&mut notice);
        if !notice.is_of_server {
            return;
        }
        let kind = if *event.metadata().level() == Level::WARN { "warning" } else { "notice" };
        let clear = if self.shares_screen { CLEAR_LINE } else { "" };
        // Nobody is left to tell when stderr is closed.
        let _ = writeln!(io::stderr(), "{clear}{kind}: {}", notice.message);
    }
}

#[derive(Default)]
struct Notice {
    message: String,
    /// It has a code, as all have that the server says.
    is_of_server: bool,
}

impl Visit for Notice {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        match field.name() {
            // Writing to a string does not fail.
            "message" => _ = write!(self.message, "{value:?}"),
            "code" => self.is_of_server = true,
            _ => {}
        }
    }
}
