//! Which statements of a migration destroy data, told by their words.

use serde::Serialize;

use crate::sql::{Dialect, Token, TokenKind, tokens};

/// The most characters of a statement that are shown of it.
const SHOWN_CHARS_MAX: usize = 80;

/// What `ALTER … DROP` takes away without taking rows or values.
const NO_DATA: [&str; 10] = [
    "CHECK",
    "CONSTRAINT",
    "DEFAULT",
    "EXPRESSION",
    "FOREIGN",
    "IDENTITY",
    "INDEX",
    "KEY",
    "NOT",
    "PRIMARY",
];

/// How a statement destroys data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Destroys {
    /// It drops what holds data, or what others use.
    Drops,
    /// It deletes every row of a table.
    DeletesAll,
    /// It truncates a table.
    Truncates,
}

/// Tells how a statement destroys data; nothing for one that does not.
pub(crate) fn destroys(sql: &str, dialect: Dialect) -> Option<Destroys> {
    let words = outer_words(sql, dialect);
    let has = |word: &str| words.iter().any(|other| other == word);
    match words.first()?.as_str() {
        "DROP" => Some(Destroys::Drops),
        "ALTER" if drops_part(&words) => Some(Destroys::Drops),
        "TRUNCATE" => Some(Destroys::Truncates),
        "DELETE" if !has("WHERE") => Some(Destroys::DeletesAll),
        "WITH" if has("DELETE") && !has("WHERE") => Some(Destroys::DeletesAll),
        _ => None,
    }
}

/// Answers the beginning of a statement, on one line.
pub(crate) fn beginning(sql: &str) -> String {
    let line = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn drops_part(words: &[String]) -> bool {
    let after = words.iter().zip(words.iter().skip(1));
    after.into_iter().any(|(word, next)| word == "DROP" && !NO_DATA.contains(&next.as_str()))
}

/// The words outside of parentheses in upper case, and quoted names as they stand.
fn outer_words(sql: &str, dialect: Dialect) -> Vec<String> {
    let mut depth = 0_usize;
    let mut words = Vec::new();
    for token in tokens(sql, dialect) {
        let Token { kind, .. } = token;
        match kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            TokenKind::Word if depth == 0 => words.push(token.text(sql).to_ascii_uppercase()),
            TokenKind::QuotedIdentifier if depth == 0 => words.push(token.text(sql).to_owned()),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expect: Option<Destroys>) {
        assert_eq!(destroys(sql, Dialect::Postgres), expect, "{sql}");
    }

    #[test]
    fn only_what_takes_data_away_is_told() {
        check("DROP TABLE x", Some(Destroys::Drops));
        check("-- why\n drop view x", Some(Destroys::Drops));
        check("ALTER TABLE x DROP COLUMN y", Some(Destroys::Drops));
        check("ALTER TABLE x DROP y", Some(Destroys::Drops));
        check("ALTER TABLE x DROP \"not\"", Some(Destroys::Drops));
        check("ALTER TABLE x ALTER COLUMN y DROP NOT NULL", None);
        check("ALTER TABLE x DROP CONSTRAINT y", None);
        check("TRUNCATE x", Some(Destroys::Truncates));
        check("DELETE FROM x", Some(Destroys::DeletesAll));
        check("DELETE FROM x -- WHERE", Some(Destroys::DeletesAll));
        check("DELETE FROM x USING (SELECT 1 WHERE true) y", Some(Destroys::DeletesAll));
        check("DELETE FROM x WHERE y = 1", None);
        check("WITH old AS (SELECT 1 WHERE true) DELETE FROM x", Some(Destroys::DeletesAll));
        check("INSERT INTO x VALUES ('DROP TABLE x')", None);
        check("CREATE TABLE \"DROP\" (id int)", None);
        check("", None);
    }

    #[test]
    fn a_long_statement_is_shown_by_its_beginning() {
        assert_eq!(beginning("DROP\n  TABLE x"), "DROP TABLE x");
        assert_eq!(beginning(&"é".repeat(100)), format!("{}…", "é".repeat(80)));
    }
}
