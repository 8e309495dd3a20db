//! Where a value comes from.

use std::fmt;

pub(super) const FILE: &str = "hypostyle.toml";
pub(super) const DOT_ENV: &str = ".env";

/// Where a value comes from; the first of these that has one wins.
///
/// # Shape
/// Shown as `--listen`, `HYPOSTYLE_SERVER_LISTEN`, `.env:3`, `hypostyle.toml:12`, `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A flag of the command line, with its dashes.
    Flag(String),
    /// An environment variable.
    Variable(String),
    /// A line of the file `.env`, from 1.
    DotEnv(usize),
    /// A line of the file `hypostyle.toml`, from 1.
    File(usize),
    /// Nobody set it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.write_str(name),
            Self::DotEnv(line) => write!(f, "{DOT_ENV}:{line}"),
            Self::File(line) => write!(f, "{FILE}:{line}"),
            Self::Default => f.write_str("default"),
        }
    }
}
