//! The libraries that run in processes of their own, where they are found.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::child;
use crate::registry::{Entry, Setup};

const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// Where the libraries of other languages and builds are.
#[derive(Args)]
pub(crate) struct Elsewhere {
    /// The folder of SQLAlchemy, asyncpg and aiosqlite, if they are not Python's own
    #[arg(long, value_name = "PATH")]
    python_packages: Option<PathBuf>,
    /// The folder of Drizzle, better-sqlite3 and postgres.js
    #[arg(long, value_name = "PATH")]
    node_packages: Option<PathBuf>,
    /// The program that is built of `peers/toasty`
    #[arg(long, value_name = "PATH")]
    toasty: Option<PathBuf>,
}

impl Elsewhere {
    /// Starts those that are found, and says which are not.
    pub(crate) fn entries(&self, setup: &Setup) -> Vec<Entry> {
        let found = [
            ("toasty", self.toasty()),
            ("sqlalchemy", self.sqlalchemy()),
            ("drizzle", self.drizzle()),
        ];
        let started = found.into_iter().filter_map(|(name, command)| match command {
            Ok(command) => Some(child::entry(name, command, &setup.place)),
            Err(missing) => {
                println!("{name} is absent: {missing}");
                None
            }
        });
        started.collect()
    }

    fn toasty(&self) -> Result<Command, String> {
        let program = self.toasty.as_ref().ok_or("its program is not named")?;
        Ok(Command::new(program))
    }

    fn sqlalchemy(&self) -> Result<Command, String> {
        let python = || {
            let mut python = Command::new("python3");
            if let Some(packages) = &self.python_packages {
                python.env("PYTHONPATH", packages);
            }
            python
        };
        let mut asked = python();
        said(asked.args(["-c", "import sqlalchemy, asyncpg, aiosqlite"]))?;
        let mut command = python();
        command.arg(format!("{PEERS}/sqlalchemy_work.py"));
        Ok(command)
    }

    fn drizzle(&self) -> Result<Command, String> {
        let packages =
            self.node_packages.as_ref().ok_or("the folder of its packages is not named")?;
        let script =
            "for (const name of ['drizzle-orm', 'better-sqlite3', 'postgres']) require(name)";
        said(Command::new("node").args(["-e", script]).current_dir(packages))?;
        let mut command = Command::new("node");
        command.arg(format!("{PEERS}/drizzle_work.mjs")).env("PACKAGES", packages);
        Ok(command)
    }
}

/// Runs a command that only asks for packages.
///
/// # Errors
/// What is missing, in the command's words.
fn said(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.contains("Error")).unwrap_or("it failed");
    Err(line.to_owned())
}
