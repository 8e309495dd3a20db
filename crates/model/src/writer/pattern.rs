//! Patterns of text in the words of each engine.

use hypostyle_core::{Result, Value};
use hypostyle_sql::Dialect;

use super::Writer;
use crate::column::ColumnName;

impl Writer {
    /// Appends a match of a column with a pattern of `%`, `_` and `\` before what is meant literally.
    pub(super) fn push_like(
        &mut self,
        column: ColumnName,
        pattern: &str,
        fold_case: bool,
    ) -> Result<()> {
        self.push_column(column)?;
        let (operator, escape) = match (self.dialect, fold_case) {
            // LIKE of SQLite folds the case of ASCII letters; GLOB folds nothing.
            (Dialect::Sqlite, false) => {
                self.push(" GLOB ");
                self.bind(Value::Text(glob(pattern)));
                return Ok(());
            }
            (Dialect::Sqlite, true) => (" LIKE ", " ESCAPE '\\'"),
            (Dialect::Mysql, true) => (" COLLATE utf8mb4_general_ci LIKE ", ""),
            (Dialect::Mysql, false) => (" COLLATE utf8mb4_bin LIKE ", ""),
            // A backslash is the escape by itself.
            (dialect, true) if dialect.is_postgres() => (" ILIKE ", ""),
            (dialect, false) if dialect.is_postgres() => (" LIKE ", ""),
            (_, true) => (" ILIKE ", " ESCAPE '\\'"),
            (_, false) => (" LIKE ", " ESCAPE '\\'"),
        };
        self.push(operator);
        self.bind(Value::Text(pattern.to_owned()));
        self.push(escape);
        Ok(())
    }
}

fn glob(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let literal = match letter {
            '%' => {
                written.push('*');
                continue;
            }
            '_' => {
                written.push('?');
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            letter => letter,
        };
        if matches!(literal, '*' | '?' | '[') {
            written.extend(['[', literal, ']']);
        } else {
            written.push(literal);
        }
    }
    written
}
