//! What stdout and stderr are, and colours only where somebody sees them.

use std::io::{self, IsTerminal as _};

use hypostyle::Environment;

/// What the program's streams are connected to.
#[derive(Clone, Debug)]
pub(crate) struct Terminal {
    pub(crate) stdin: bool,
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
    colour: bool,
}

impl Terminal {
    pub(crate) fn detect() -> Self {
        let environment = Environment::process();
        let variable = |name: &str| environment.get(name).ok().flatten();
        let wanted = variable("NO_COLOR").is_none()
            && variable("TERM").is_none_or(|terminal| terminal != "dumb");
        Self {
            stdin: io::stdin().is_terminal(),
            stdout: io::stdout().is_terminal(),
            stderr: io::stderr().is_terminal(),
            colour: wanted,
        }
    }

    /// No terminal at all, as in a pipeline.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self { stdin: false, stdout: false, stderr: false, colour: false }
    }

    /// Answers the columns of the terminal that stdout is; none where it is something else.
    pub(crate) fn width(&self) -> Option<usize> {
        let (terminal_size::Width(width), _) = terminal_size::terminal_size()?;
        self.stdout.then_some(usize::from(width))
    }

    pub(crate) fn paints_stderr(&self) -> bool {
        self.stderr && self.colour
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        paint(self.stdout && self.colour, "1", text)
    }

    pub(crate) fn dim(&self, text: &str) -> String {
        paint(self.stdout && self.colour, "2", text)
    }

    pub(crate) fn green(&self, text: &str) -> String {
        paint(self.stdout && self.colour, "32", text)
    }

    pub(crate) fn yellow(&self, text: &str) -> String {
        paint(self.stdout && self.colour, "33", text)
    }

    pub(crate) fn red(&self, text: &str) -> String {
        paint(self.stdout && self.colour, "31", text)
    }

    pub(crate) fn red_on_stderr(&self, text: &str) -> String {
        paint(self.paints_stderr(), "31", text)
    }
}

fn paint(seen: bool, code: &str, text: &str) -> String {
    if seen { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}
