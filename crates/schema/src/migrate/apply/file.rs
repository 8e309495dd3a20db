//! A migration that is to be run, cut into statements.

use std::time::Duration;

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::{Dialect, Verb, classify};

use crate::migrate::Migration;
use crate::migrate::body::{Change, Script};
use crate::migrate::data::Code;
use crate::migrate::pieces::{Piece, place};
use crate::migrate::report::{Applied, Planned};
use crate::migrate::statements::{leaves_references, statements};

/// Whether a migration is applied or undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::migrate) enum Way {
    Up,
    Down,
}

/// A migration that is to be run, and what there is to do.
pub(in crate::migrate) struct File<'m> {
    pub(in crate::migrate) migration: &'m Migration,
    pub(super) way: Way,
    pub(in crate::migrate) work: Work<'m>,
}

pub(in crate::migrate) enum Work<'m> {
    Statements(&'m Script, Vec<Piece<'m>>),
    Code(&'m Code),
}

impl<'m> File<'m> {
    /// Takes what a migration does one way, cut into statements.
    pub(in crate::migrate) fn new(
        migration: &'m Migration,
        way: Way,
        dialect: Dialect,
    ) -> Result<Self> {
        let change = match way {
            Way::Up => Some(&migration.up),
            Way::Down => migration.undo.as_ref(),
        };
        let work = match change {
            Some(Change::Script(script)) => {
                let is_transaction = script.in_transaction && dialect != Dialect::Mysql;
                Work::Statements(script, statements(script, dialect, is_transaction)?)
            }
            Some(Change::Code(code)) => Work::Code(code),
            None => {
                let message = format!("nothing undoes {}", migration.shown());
                return Err(Error::new(ErrorKind::Validation, message));
            }
        };
        Ok(Self { migration, way, work })
    }

    pub(in crate::migrate) fn migration(&self) -> &'m Migration {
        self.migration
    }

    /// Tells whether all of it is one transaction: what changes a schema of MySQL commits by itself.
    pub(in crate::migrate) fn is_transaction(&self, dialect: Dialect) -> bool {
        match &self.work {
            Work::Statements(script, _) => script.in_transaction && dialect != Dialect::Mysql,
            Work::Code(_) => true,
        }
    }

    pub(super) fn without_foreign_keys(&self, dialect: Dialect) -> bool {
        dialect == Dialect::Sqlite
            && matches!(&self.work, Work::Statements(script, _)
                if !script.with_foreign_keys || leaves_references(script))
    }

    /// Tells whether its statements leave the settings of a connection of PostgreSQL as they were.
    pub(super) fn leaves_session(&self) -> bool {
        let Work::Statements(_, pieces) = &self.work else { return false };
        pieces.iter().all(|piece| {
            let text = piece.statement.text;
            let is_plain = matches!(
                classify(text, Dialect::Postgres).verb,
                Verb::Create
                    | Verb::Alter
                    | Verb::Drop
                    | Verb::Insert
                    | Verb::Update
                    | Verb::Delete
            );
            let changes = ["set_config", "temp"];
            let lower = text.to_ascii_lowercase();
            is_plain && !changes.iter().any(|word| lower.contains(word))
        })
    }

    pub(in crate::migrate) fn pieces(&self) -> &[Piece<'m>] {
        match &self.work {
            Work::Statements(_, pieces) => pieces,
            Work::Code(_) => &[],
        }
    }

    pub(in crate::migrate) fn applied(&self, took: Duration) -> Applied {
        let Migration { version, kind, description, filename, .. } = self.migration;
        Applied {
            version: version.clone(),
            kind: *kind,
            description: description.clone(),
            filename: filename.clone(),
            statements: self.pieces().len(),
            took,
        }
    }

    pub(in crate::migrate) fn planned(&self, dialect: Dialect) -> Planned {
        let Migration { version, kind, description, filename, .. } = self.migration;
        let statements = self.pieces().iter();
        Planned {
            version: version.clone(),
            kind: *kind,
            description: description.clone(),
            filename: filename.clone(),
            statements: statements.map(|piece| piece.text().to_owned()).collect(),
            is_transaction: self.is_transaction(dialect),
        }
    }

    pub(in crate::migrate) fn failed(&self, error: Error) -> Error {
        error.while_doing(&self.migration.shown())
    }

    /// Says where in its file a statement failed.
    pub(in crate::migrate) fn failed_in(&self, piece: &Piece<'_>, error: Error) -> Error {
        match &self.work {
            Work::Statements(script, _) => {
                let position = error.position();
                error.while_doing(&place(script, piece, position))
            }
            Work::Code(_) => self.failed(error),
        }
    }
}
