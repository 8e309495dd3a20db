//! A line on stderr about whatever takes longer than a second; nothing where nobody watches.

use std::io::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use crate::terminal::Terminal;

/// Nothing is shown before.
const PATIENCE: Duration = Duration::from_secs(1);
const FRAME: Duration = Duration::from_millis(100);
const FRAMES: [&str; 10] = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const CLEAR_LINE: &str = "\r\x1b[2K";

/// Shows that work goes on, until it is dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    shares_screen: bool,
    shown: Option<(Arc<Shown>, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Shown {
    /// What is going on; `None` while the line is hidden.
    label: Mutex<Option<String>>,
    rows: AtomicU64,
    began: Instant,
}

impl Progress {
    pub(crate) fn start(terminal: &Terminal, quiet: bool, label: &str) -> Self {
        let shares_screen = terminal.stdout;
        if quiet || !terminal.stderr {
            return Self { shares_screen, shown: None };
        }
        let label = Mutex::new(Some(label.to_owned()));
        let shown = Arc::new(Shown { label, rows: AtomicU64::new(0), began: Instant::now() });
        let task = tokio::spawn(draw(shown.clone()));
        Self { shares_screen, shown: Some((shown, task)) }
    }

    pub(crate) fn set_label(&self, label: impl Into<String>) {
        if let Some((shown, _)) = &self.shown {
            *shown.label.lock().unwrap_or_else(PoisonError::into_inner) = Some(label.into());
        }
    }

    /// Counts further rows.
    pub(crate) fn advance(&self, by: u64) {
        if let Some((shown, _)) = &self.shown {
            shown.rows.fetch_add(by, Ordering::Relaxed);
        }
    }

    /// Takes the line away, so that something else can be written; a new label brings it back.
    pub(crate) fn hide(&self) {
        if let Some((shown, _)) = &self.shown {
            let mut label = shown.label.lock().unwrap_or_else(PoisonError::into_inner);
            if label.take().is_some() && shown.began.elapsed() >= PATIENCE {
                clear();
            }
        }
    }

    /// Hides where what is written would appear on the same screen.
    pub(crate) fn yield_screen(&self) {
        if self.shares_screen {
            self.hide();
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.hide();
        if let Some((_, task)) = &self.shown {
            task.abort();
        }
    }
}

async fn draw(shown: Arc<Shown>) {
    tokio::time::sleep(PATIENCE).await;
    for frame in FRAMES.iter().cycle() {
        {
            let label = shown.label.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(label) = &*label {
                let line = line(frame, label, &shown);
                let _ = write!(io::stderr(), "{CLEAR_LINE}{line}");
            }
        }
        tokio::time::sleep(FRAME).await;
    }
}

fn line(frame: &str, label: &str, shown: &Shown) -> String {
    let seconds = shown.began.elapsed().as_secs();
    match shown.rows.load(Ordering::Relaxed) {
        0 => format!("{frame} {label}, {seconds} s"),
        rows => format!("{frame} {label}, {rows} rows, {seconds} s"),
    }
}

fn clear() {
    let _ = write!(io::stderr(), "{CLEAR_LINE}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_shown_where_nobody_watches() {
        let progress = Progress::start(&Terminal::none(), false, "working");
        progress.advance(1);
        progress.hide();
        assert!(progress.shown.is_none());
    }

    #[test]
    fn the_line_says_how_far_it_is() {
        let shown = |rows: u64| Shown {
            label: Mutex::new(None),
            rows: AtomicU64::new(rows),
            began: Instant::now(),
        };
        assert_eq!(line("-", "loading", &shown(0)), "- loading, 0 s");
        assert_eq!(line("-", "reading", &shown(512)), "- reading, 512 rows, 0 s");
    }
}
