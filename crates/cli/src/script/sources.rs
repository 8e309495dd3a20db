//! The texts of a script: the one that was given, and the files it names.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hypostyle::sql::{Access, Class, Dialect, Verb, classify, split};

use super::block::Block;
use super::connect::Connect;
use super::meta::Say;
use super::scan::Scanner;
use crate::exit::{Failure, Result};

/// The longest script that is read.
const SCRIPT_BYTES_MAX: u64 = 1 << 30;

/// A text, and the name of its file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: Option<String>,
    pub(crate) text: Arc<String>,
}

/// What a script is made of, in order, and the texts it stands in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sources {
    pub(super) all: Vec<Source>,
    pub(super) pieces: Vec<Piece>,
}

/// A piece of a script.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// The number of the source it stands in.
    pub(super) source: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The line of its beginning, from 1.
    pub(super) line: usize,
    pub(super) class: Class,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Statement,
    Copy(Box<Block>),
    Say(Say),
    Connect(Box<Connect>),
}

impl Kind {
    /// What a command does to the data: nothing.
    pub(super) const COMMAND: Class = Class { access: Access::Read, verb: Verb::Other };
}

impl Sources {
    /// Takes a text without commands of a client.
    pub(crate) fn plain(text: String, name: Option<String>, dialect: Dialect) -> Self {
        let piece = |statement: hypostyle::sql::Statement<'_>| Piece {
            source: 0,
            start: statement.start,
            end: statement.start + statement.text.len(),
            line: statement.line,
            class: classify(statement.text, dialect),
            kind: Kind::Statement,
        };
        let pieces = split(&text, dialect).map(piece).collect();
        Self { all: vec![Source { name, text: Arc::new(text) }], pieces }
    }

    /// Takes a script as it stands in a file, with what the engine's own client would make of it: psql,
    /// or mysql.
    ///
    /// # Errors
    /// What is not read here, with its line.
    pub(crate) fn script(text: String, name: Option<String>, dialect: Dialect) -> Result<Self> {
        if !dialect.is_postgres() && dialect != Dialect::Mysql {
            return Ok(Self::plain(text, name, dialect));
        }
        let mut scanner = Scanner::new(dialect);
        scanner.scan(Source { name, text: Arc::new(text) })?;
        Ok(scanner.sources)
    }
}

impl Source {
    /// Reads a file of SQL, or of rows.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let shown = path.display().to_string();
        let read = |error: io::Error| Failure::file("read", &shown, &error);
        let text = read_text(File::open(path).map_err(read)?).map_err(read)?;
        Ok(Self { name: Some(shown), text: Arc::new(text) })
    }

    /// Answers where a path of its own folder is.
    pub(super) fn beside(&self, path: &str) -> PathBuf {
        let folder = self.name.as_deref().and_then(|name| Path::new(name).parent());
        folder.map_or_else(|| PathBuf::from(path), |folder| folder.join(path))
    }
}

/// Reads a text to its end.
pub(crate) fn read_text(source: impl io::Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    source.take(SCRIPT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SCRIPT_BYTES_MAX {
        return Err(io::Error::other("it is longer than 1 GiB; split it"));
    }
    let text = String::from_utf8(bytes);
    text.map_err(|error| io::Error::other(format!("it is not UTF-8: {}", error.utf8_error())))
}
