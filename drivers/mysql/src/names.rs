//! Names of tables, columns and constraints, from what the server says of an error and from the
//! statement it says it of.

use hypostyle_core::ErrorKind;
use hypostyle_sql::{Dialect, TokenKind, split, tokens};

/// What a message names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) table: Option<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) constraint: Option<String>,
}

/// Reads the names out of a message, whose language is English in every session of ours, and out of
/// the statement where the message leaves the table to it.
pub(crate) fn read(kind: ErrorKind, message: &str, text: Option<&str>) -> Named {
    let written = || text.and_then(written_table).map(|(_, table)| table);
    match kind {
        ErrorKind::UniqueViolation => unique_key(message, written()),
        ErrorKind::NotNullViolation => Named {
            table: written(),
            columns: column(message).map(Into::into).into_iter().collect(),
            constraint: None,
        },
        ErrorKind::ForeignKeyViolation => foreign_key(message),
        ErrorKind::CheckViolation => check(message, written()),
        _ => Named::default(),
    }
}

/// The key of `Duplicate entry '1' for key 't.PRIMARY'`, to which MariaDB and older servers say no
/// table; the value before it may hold anything.
fn unique_key(message: &str, written: Option<String>) -> Named {
    let key = message.rsplit_once("for key '").and_then(|(_, key)| key.strip_suffix('\''));
    let Some(key) = key else { return Named { table: written, ..Named::default() } };
    let own = written.as_ref().and_then(|table| key.strip_prefix(table)?.strip_prefix('.'));
    let (table, constraint) = match (own, key.split_once('.')) {
        (Some(own), _) => (written.clone(), own),
        (None, Some((table, key))) if written.is_none() => (Some(table.to_owned()), key),
        (None, _) => (written, key),
    };
    Named { table, columns: Vec::new(), constraint: Some(constraint.to_owned()) }
}

/// The name in `Column 'v' cannot be null`, `Field 'v' doesn't have a default value` and their like.
fn column(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('\'')?;
    Some(rest.rsplit_once("' ")?.0)
}

/// Reads ``… fails (`db`.`t`, CONSTRAINT `c` FOREIGN KEY (`v`) REFERENCES `parent` (`id`))``.
fn foreign_key(message: &str) -> Named {
    let Some((_, rest)) = message.split_once(" fails (") else { return Named::default() };
    let Some((place, rest)) = rest.split_once(", CONSTRAINT ") else { return Named::default() };
    let columns = rest.split_once(" FOREIGN KEY (").and_then(|(_, rest)| rest.split_once(')'));
    Named {
        table: quoted(place).pop(),
        columns: columns.map(|(list, _)| quoted(list)).unwrap_or_default(),
        constraint: quoted(rest).into_iter().next(),
    }
}

/// Reads ``CONSTRAINT `c` failed for `db`.`t` `` (MariaDB) or `Check constraint 'c' is violated.`
fn check(message: &str, written: Option<String>) -> Named {
    let mut names = quoted(message).into_iter();
    match names.next() {
        Some(constraint) => {
            Named { constraint: Some(constraint), table: names.last(), columns: Vec::new() }
        }
        None => Named {
            table: written,
            columns: Vec::new(),
            constraint: column(message).map(Into::into),
        },
    }
}

/// The names in backticks, in order; one written twice stands for itself.
fn quoted(text: &str) -> Vec<String> {
    let (mut names, mut name) = (Vec::new(), None::<String>);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (&mut name, letter) {
            (Some(open), '`') if letters.next_if_eq(&'`').is_some() => open.push('`'),
            (Some(open), '`') => {
                names.push(std::mem::take(open));
                name = None;
            }
            (Some(open), letter) => open.push(letter),
            (None, '`') => name = Some(String::new()),
            (None, _) => {}
        }
    }
    names
}

/// The table that a statement writes, with its schema where it names one.
pub(crate) fn written_table(text: &str) -> Option<(Option<String>, String)> {
    /// What may stand between the verb and the table.
    const PASSED: [&str; 7] =
        ["into", "ignore", "low_priority", "high_priority", "delayed", "quick", "from"];
    let is_blank = |kind| {
        matches!(kind, TokenKind::Whitespace | TokenKind::LineComment | TokenKind::BlockComment)
    };
    let mut tokens = tokens(text, Dialect::Mysql).filter(|token| !is_blank(token.kind)).peekable();
    let verb = tokens.next()?.text(text).to_ascii_lowercase();
    if !matches!(&*verb, "insert" | "replace" | "update" | "delete") {
        return None;
    }
    let is_passed = |word: &str| PASSED.iter().any(|passed| word.eq_ignore_ascii_case(passed));
    while tokens.next_if(|token| is_passed(token.text(text))).is_some() {}
    let mut name = || {
        let token = tokens.next()?;
        match token.kind {
            TokenKind::Word => Some(token.text(text).to_owned()),
            TokenKind::QuotedIdentifier => quoted(token.text(text)).pop(),
            _ => None,
        }
    };
    let first = name()?;
    match tokens.next_if(|token| token.text(text) == ".") {
        None => Some((None, first)),
        Some(_) => {
            let token = tokens.next()?;
            let second = match token.kind {
                TokenKind::QuotedIdentifier => quoted(token.text(text)).pop()?,
                _ => token.text(text).to_owned(),
            };
            Some((Some(first), second))
        }
    }
}

/// Where a syntax error is: the message quotes the statement from there on, up to 80 characters.
pub(crate) fn place(message: &str, text: &str) -> Option<usize> {
    let statement = split(text, Dialect::Mysql).next()?;
    let (sent, near) = (statement.text, message.split_once("near '")?.1);
    let (near, _) = near.rsplit_once("' at line ")?;
    if near.is_empty() {
        return Some(statement.start + sent.len());
    }
    let is_cut = near.chars().count() >= 80;
    let at = match sent.strip_suffix(near) {
        Some(before) if !is_cut => before.len(),
        _ => sent.find(near)?,
    };
    Some(statement.start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_last_thing_a_message_names() {
        let key = |message, text| {
            let named = read(ErrorKind::UniqueViolation, message, text);
            (named.table.unwrap_or_default(), named.constraint.unwrap_or_default())
        };
        let pair = |table: &str, key: &str| (table.to_owned(), key.to_owned());
        let text = Some("INSERT INTO t VALUES (1)");
        assert_eq!(key("Duplicate entry '1' for key 'PRIMARY'", text), pair("t", "PRIMARY"));
        assert_eq!(key("Duplicate entry '1' for key 't.PRIMARY'", text), pair("t", "PRIMARY"));
        assert_eq!(key("Duplicate entry '1' for key 'u.k'", None), pair("u", "k"));
        let odd = "Duplicate entry 'x' for key 'a'' for key 't.b.c'";
        assert_eq!(key(odd, text), pair("t", "b.c"));
        assert_eq!(key("Duplicate entry", text), pair("t", ""));
    }

    #[test]
    fn a_foreign_key_names_its_table_its_columns_and_itself() {
        let message = "Cannot add or update a child row: a foreign key constraint fails \
                       (`db`.`t``x`, CONSTRAINT `of_parent` FOREIGN KEY (`a`, `b`) REFERENCES \
                       `parent` (`id`, `v`))";
        let named = read(ErrorKind::ForeignKeyViolation, message, None);
        assert_eq!(named.table.as_deref(), Some("t`x"));
        assert_eq!(named.columns, ["a", "b"]);
        assert_eq!(named.constraint.as_deref(), Some("of_parent"));
    }

    #[test]
    fn a_check_names_itself() {
        let constraint = |message| read(ErrorKind::CheckViolation, message, None).constraint;
        let maria = "CONSTRAINT `positive` failed for `db`.`t`";
        assert_eq!(constraint(maria).as_deref(), Some("positive"));
        let mysql = "Check constraint 'positive' is violated.";
        assert_eq!(constraint(mysql).as_deref(), Some("positive"));
    }

    #[test]
    fn a_column_is_named_in_any_of_the_messages() {
        for message in ["Column 'v' cannot be null", "Field 'v' doesn't have a default value"] {
            let named = read(ErrorKind::NotNullViolation, message, Some("UPDATE t SET v = NULL"));
            assert_eq!((named.table.as_deref(), &*named.columns), (Some("t"), &["v".into()][..]));
        }
    }

    #[test]
    fn a_statement_names_the_table_it_writes() {
        let table = |text| {
            written_table(text).map(|(schema, name)| match schema {
                Some(schema) => format!("{schema}.{name}"),
                None => name,
            })
        };
        for (text, expect) in [
            ("INSERT INTO t VALUES (1)", Some("t")),
            ("insert ignore t (a) VALUES (1)", Some("t")),
            ("/* x */ UPDATE `a``b` SET v = 1", Some("a`b")),
            ("DELETE QUICK FROM d.t WHERE 1", Some("d.t")),
            ("REPLACE INTO `d`.`t` VALUES (1)", Some("d.t")),
            ("SELECT 1", None),
            ("INSERT", None),
        ] {
            assert_eq!(table(text).as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn a_syntax_error_is_found_in_its_text() {
        let near = |near: &str| format!("You have an error; use near '{near}' at line 1");
        assert_eq!(place(&near("FORM t"), "SELECT 1 FORM t"), Some(9));
        assert_eq!(place(&near(""), "SELECT ("), Some(8));
        assert_eq!(place(&near("'' x"), "SELECT 1 '' x"), Some(9));
        let long = format!("SELECT 1 FORM {}", "é".repeat(100));
        let cut: String = long[9..].chars().take(80).collect();
        assert_eq!(place(&near(&cut), &long), Some(9));
        assert_eq!(place(&near("FORM t"), " SELECT 1 FORM t; -- FORM t"), Some(10));
        assert_eq!(place("no place", "SELECT"), None);
    }
}
