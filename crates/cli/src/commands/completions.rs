//! `hypostyle completions`: what a shell needs to complete the command line.

use std::io::{self, Write as _};

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::Result;

const HELP: &str = "\
Examples:
  hypostyle completions bash > ~/.local/share/bash-completion/completions/hypostyle
  hypostyle completions zsh > ~/.zfunc/_hypostyle
  hypostyle completions fish > ~/.config/fish/completions/hypostyle.fish";

/// Writes a script that completes the command line in a shell
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self) -> Result {
        // Written in one piece: the generator panics on a pipe that was closed.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "hypostyle", &mut script);
        Ok(io::stdout().write_all(&script)?)
    }
}
