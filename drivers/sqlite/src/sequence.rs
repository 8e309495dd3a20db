//! Generated keys that are used up, which SQLite tells by the code of a full disk.

use hypostyle_sql::{Dialect, TokenKind, tokens};

use crate::raw::{Cell, Raw, Step};

/// Finds a table that a failed statement names and whose `AUTOINCREMENT` has given out its last
/// key. A sequence that was filled within the same transaction is not found: SQLite has rolled
/// that back.
pub(crate) fn used_up_sequence(raw: &Raw, text: &str) -> Option<String> {
    const USED_UP: &str = "SELECT name FROM main.sqlite_sequence WHERE seq = 9223372036854775807";
    // Without a table of that kind there is no such sequence to ask.
    let (statement, _) = raw.prepare(USED_UP, false).ok()?;
    let mut statement = statement?;
    while let Ok(Step::Row) = statement.step() {
        let Cell::Text(table) = statement.cell(0, false) else { continue };
        let table = String::from_utf8_lossy(table).into_owned();
        if is_named(text, &table) {
            return Some(table);
        }
    }
    None
}

fn is_named(text: &str, table: &str) -> bool {
    let quoted = |open: char, close: char| format!("{open}{table}{close}");
    let spellings = [table.to_owned(), quoted('"', '"'), quoted('`', '`'), quoted('[', ']')];
    tokens(text, Dialect::Sqlite)
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier))
        .any(|token| spellings.iter().any(|name| name.eq_ignore_ascii_case(token.text(text))))
}
