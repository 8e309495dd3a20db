//! Whom a server runs as.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use hypostyle_core::{Error, ErrorKind, Result};
use nix::unistd::{User, geteuid};

use super::command::{prepare, run};

/// Accounts without rights that exist where servers are installed, the fitting one first.
const UNPRIVILEGED: [&str; 2] = ["postgres", "nobody"];

/// The account of a server: an unprivileged one when root starts it, or whoever starts it.
#[derive(Clone, Debug)]
pub(super) struct Account(Option<User>);

impl Account {
    /// Chooses the account.
    ///
    /// # Errors
    /// `Permission` when root finds no account without its rights: servers refuse to run as root.
    pub(super) fn unprivileged() -> Result<Self> {
        if !geteuid().is_root() {
            return Ok(Self(None));
        }
        let found = UNPRIVILEGED.iter().find_map(|name| User::from_name(name).ok().flatten());
        match found {
            Some(user) => Ok(Self(Some(user))),
            None => {
                let names = UNPRIVILEGED.join(" or ");
                Err(Error::new(ErrorKind::Permission, format!("root needs an account {names}")))
            }
        }
    }

    /// Makes a command run as the account.
    pub(super) fn runs(&self, command: &mut Command) {
        if let Some(user) = &self.0 {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
        }
    }

    /// Tells whether the account may enter a folder.
    pub(super) fn enters(&self, folder: &Path) -> bool {
        let mut shell = prepare(Path::new("/bin/sh"));
        self.runs(shell.args(["-c", "cd -- \"$0\""]).arg(folder));
        run(&mut shell).is_ok()
    }

    /// Gives a file or folder to the account.
    ///
    /// # Errors
    /// `Io` when the system refuses it.
    pub(super) fn owns(&self, path: &Path) -> Result<()> {
        let Some(user) = &self.0 else { return Ok(()) };
        chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw())).map_err(|error| {
            let message = format!("{} cannot be given to {}", path.display(), user.name);
            Error::new(ErrorKind::Io, message).caused_by(error)
        })
    }
}
