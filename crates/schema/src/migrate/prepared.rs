//! What there is to do in one direction of a migration, as an engine runs it.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

use super::body::{Change, Script};
use super::data::Code;
use super::pieces::Piece;
use super::statements::statements;

/// A change that is ready to be run.
pub(super) struct Prepared<'m> {
    pub(super) work: Work<'m>,
    /// Whether all of it is one transaction.
    pub(super) is_transaction: bool,
    /// Whether references are not followed meanwhile, and checked at the end (SQLite).
    pub(super) without_foreign_keys: bool,
}

pub(super) enum Work<'m> {
    Script(&'m Script, Vec<Piece<'m>>),
    Code(&'m Code),
}

impl<'m> Prepared<'m> {
    /// Cuts a change into statements, and refuses what cannot run as it asks to.
    pub(super) fn new(change: &'m Change, dialect: Dialect) -> Result<Self> {
        let script = match change {
            Change::Script(script) => script,
            Change::Code(code) => {
                let work = Work::Code(code);
                return Ok(Self { work, is_transaction: true, without_foreign_keys: false });
            }
        };
        // What changes a schema of MySQL commits by itself.
        let is_transaction = script.in_transaction && dialect != Dialect::Mysql;
        Ok(Self {
            work: Work::Script(script, statements(script, dialect, is_transaction)?),
            is_transaction,
            without_foreign_keys: dialect == Dialect::Sqlite && !script.with_foreign_keys,
        })
    }

    /// Answers the statements; none where it is code.
    pub(super) fn pieces(&self) -> &[Piece<'m>] {
        match &self.work {
            Work::Script(_, pieces) => pieces,
            Work::Code(_) => &[],
        }
    }
}
