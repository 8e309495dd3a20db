//! The names of what an error concerns, which DuckDB's message leaves out: asked of its catalog.

use hypostyle_core::{Batch, Error, ErrorKind, Result, TxState, ValueRef};
use hypostyle_sql::{Dialect, TokenKind, tokens};

use crate::blocking::BlockingConnection;
use crate::errors::{duplicate_key, failed_check, of_value};
use crate::raw::{Connection, Layout};
use crate::types::push_row;

/// Between the names of columns: no name holds it that a person has written.
const SEPARATOR: char = '\u{1f}';

/// The columns of every unique key of a table.
const KEYS: &str = "SELECT array_to_string(constraint_column_names, chr(31)) FROM duckdb_constraints() \
     WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND lower(table_name) = lower($1) \
     UNION ALL \
     SELECT replace(replace(trim(expressions, '[]'), ', ', chr(31)), '\"', '') \
     FROM duckdb_indexes() WHERE is_unique AND lower(table_name) = lower($1)";

/// The checks of a table, by name and expression.
const CHECKS: &str = "SELECT constraint_name || chr(31) || constraint_text FROM duckdb_constraints() \
     WHERE constraint_type = 'CHECK' AND table_name = $1";

impl BlockingConnection {
    /// Names table and columns of a key that exists already, and a check that does not hold.
    pub(crate) fn named(&mut self, error: Error, message: &str, text: &str) -> Error {
        match error.kind() {
            ErrorKind::UniqueViolation => self.with_key(error, message, text),
            ErrorKind::CheckViolation => self.with_check(error, message),
            _ => error,
        }
    }

    fn with_key(&mut self, error: Error, message: &str, text: &str) -> Error {
        let (Some(key), Some(table)) = (duplicate_key(message), written_table(text)) else {
            return error;
        };
        let keys = self.names(KEYS, &table);
        let mut keys: Vec<Vec<&str>> =
            keys.iter().map(|names| names.split(SEPARATOR).collect()).collect();
        keys.sort_by_key(|columns| std::cmp::Reverse(columns.len()));
        let found = match keys.as_slice() {
            // Some messages tell the values alone.
            [only] => Some(only),
            keys => keys.iter().find(|columns| is_key_of(columns, key)),
        };
        match found {
            Some(columns) => {
                error.on(table, columns.iter().map(|name| (*name).to_owned()).collect())
            }
            None => error,
        }
    }

    fn with_check(&mut self, error: Error, message: &str) -> Error {
        let Some((table, expression)) = failed_check(message) else { return error };
        let checks = self.names(CHECKS, table);
        let error = error.on(table, Vec::new());
        let found = checks.iter().filter_map(|check| check.split_once(SEPARATOR));
        match found.into_iter().find(|(_, text)| *text == expression) {
            Some((name, _)) => error.constrained_by(name),
            None => error,
        }
    }

    /// Reads a column of texts; what cannot be read is none, for it only adorns an error.
    fn names(&mut self, text: &str, table: &str) -> Vec<String> {
        let read = match self.tx() {
            TxState::None => texts(&self.raw, text, table),
            // One that has failed answers nothing more.
            _ => match self.instance.connect() {
                Ok(other) => texts(&other, text, table),
                Err(failure) => Err(of_value(failure)),
            },
        };
        read.unwrap_or_default()
    }
}

fn texts(connection: &Connection, text: &str, table: &str) -> Result<Vec<String>> {
    let mut statement = connection.prepare(text).map_err(of_value)?;
    let value = crate::types::value(ValueRef::Text(table), None, false)?;
    statement.bind(1, &value).map_err(of_value)?;
    let mut answer = statement.begin(false).and_then(|run| run.finish()).map_err(of_value)?;
    answer.describe(&Layout::default());
    let mut batch = Batch::default();
    batch.begin(1);
    while let Some(chunk) = answer.fetch().map_err(of_value)? {
        let columns = chunk.columns();
        (0..chunk.rows()).try_for_each(|row| push_row(&mut batch, &columns, row))?;
    }
    let text = |row| match batch.value(row, 0) {
        ValueRef::Text(text) => text.to_owned(),
        _ => String::new(),
    };
    Ok((0..batch.rows()).map(text).collect())
}

/// Tells whether a key in a message is one of these columns: `a: 1, b: 2`.
fn is_key_of(columns: &[&str], key: &str) -> bool {
    let mut rest = key;
    for (at, column) in columns.iter().enumerate() {
        let head = if at == 0 { format!("{column}: ") } else { format!(", {column}: ") };
        let Some(found) = rest.find(&head).filter(|found| at > 0 || *found == 0) else {
            return false;
        };
        rest = &rest[found + head.len()..];
    }
    !columns.is_empty()
}

/// The name of the table that a statement writes, without its schema.
fn written_table(text: &str) -> Option<String> {
    let names = [TokenKind::Word, TokenKind::QuotedIdentifier, TokenKind::Operator];
    let mut words = tokens(text, Dialect::DuckDb)
        .filter(|token| names.contains(&token.kind))
        .map(|token| token.text(text))
        .skip_while(|word| !["into", "update"].iter().any(|verb| verb.eq_ignore_ascii_case(word)))
        .skip(1)
        .peekable();
    let mut name = words.next()?;
    while words.next_if_eq(&".").is_some() {
        name = words.next()?;
    }
    match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(quoted) => Some(quoted.replace("\"\"", "\"")),
        None => Some(name.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_that_is_written_is_found() {
        let check = |text: &str, expect: &str| {
            assert_eq!(written_table(text).as_deref(), Some(expect), "{text}");
        };
        check("INSERT INTO t VALUES (1)", "t");
        check("INSERT OR IGNORE INTO main.\"a \"\"b\" (x) VALUES (1)", "a \"b");
        check("WITH x AS (SELECT 1) UPDATE a.b.c SET v = 1", "c");
    }

    #[test]
    fn a_key_is_told_by_its_columns() {
        assert!(is_key_of(&["a", "b"], "a: 1, b: 2"));
        assert!(is_key_of(&["a"], "a: 1"));
        assert!(!is_key_of(&["b"], "a: 1, b: 2"));
        assert!(!is_key_of(&["a", "c"], "a: 1, b: 2"));
    }
}
