//! Statements as a file.

use hypostyle_sql::Dialect;

use crate::migrate::{NO_TRANSACTION, WITHOUT_FOREIGN_KEYS};

/// Statements in the order in which they run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Script {
    /// The statements, without semicolons.
    pub statements: Vec<String>,
    /// Whether references must not be followed while it runs, and are checked at its end (SQLite).
    pub without_foreign_keys: bool,
    /// Whether each statement must commit by itself (DuckDB: an index that went is in the way of
    /// others until then).
    pub without_transaction: bool,
}

impl Script {
    /// Writes it as a migration file, with remarks before the first statement.
    ///
    /// # Shape
    /// A remark on each line after `-- `, then the statements with their semicolons, an empty line
    /// between them.
    pub fn text(&self, remarks: &[String], dialect: Dialect) -> String {
        let mut text = String::new();
        if self.without_foreign_keys && dialect == Dialect::Sqlite {
            text += &format!("-- {WITHOUT_FOREIGN_KEYS}\n");
        }
        if self.without_transaction {
            text += &format!("-- {NO_TRANSACTION}\n");
        }
        for line in remarks.iter().flat_map(|remark| remark.lines()) {
            text += &format!("-- {line}\n");
        }
        for statement in &self.statements {
            let break_before = if text.is_empty() { "" } else { "\n" };
            text += &format!("{break_before}{};\n", statement.trim_end().trim_end_matches(';'));
        }
        text
    }
}
