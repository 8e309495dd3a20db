use crate::{Error, ErrorKind};

/// Names the SQL whose rules a text follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite, and what speaks it (D1).
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// PostgreSQL in a session whose `standard_conforming_strings` is off: `\` escapes in every
    /// string.
    PostgresBackslash,
    /// MySQL and MariaDB.
    Mysql,
    /// DuckDB.
    DuckDb,
}

impl Dialect {
    /// Quotes a name so that the engine takes it literally: backticks on MySQL, `"…"` elsewhere.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NulByte`] when the name holds a NUL byte, which no engine accepts;
    /// [`ErrorKind::NameCharacter`] for a character beyond the first plane on MySQL, which takes it
    /// for a question mark.
    ///
    /// # Examples
    ///
    /// ```
    /// use hypostyle_sql::Dialect;
    ///
    /// assert_eq!(Dialect::Postgres.quote_identifier("a\"b")?, "\"a\"\"b\"");
    /// assert_eq!(Dialect::Mysql.quote_identifier("order")?, "`order`");
    /// # Ok::<(), hypostyle_sql::Error>(())
    /// ```
    pub fn quote_identifier(self, name: &str) -> Result<String, Error> {
        refuse_nul(name, "name")?;
        if self == Dialect::Mysql
            && let Some((position, found)) = name.char_indices().find(|(_, c)| *c > '\u{ffff}')
        {
            let message = format!("MySQL has no {found:?} in names, only in strings");
            return Err(Error::new(ErrorKind::NameCharacter, position, message));
        }
        let quote = if self == Dialect::Mysql { '`' } else { '"' };
        Ok(wrap("", quote, name, |c| c == quote))
    }

    /// Tells whether it is PostgreSQL, whatever the session says of backslashes.
    #[must_use]
    pub fn is_postgres(self) -> bool {
        matches!(self, Dialect::Postgres | Dialect::PostgresBackslash)
    }

    /// Quotes a text as a string literal.
    ///
    /// A backslash keeps its meaning whatever the session says: MySQL gets it doubled, PostgreSQL
    /// gets an `E'…'` string. Under MySQL's `NO_BACKSLASH_ESCAPES` it stays doubled; the literal
    /// still ends where it should.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NulByte`] when the text holds a NUL byte; bind it as a parameter instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use hypostyle_sql::Dialect;
    ///
    /// assert_eq!(Dialect::Sqlite.quote_string("it's")?, "'it''s'");
    /// assert_eq!(Dialect::Postgres.quote_string(r"a\b")?, r"E'a\\b'");
    /// # Ok::<(), hypostyle_sql::Error>(())
    /// ```
    pub fn quote_string(self, text: &str) -> Result<String, Error> {
        refuse_nul(text, "string")?;
        let backslash = self != Dialect::Sqlite && self != Dialect::DuckDb && text.contains('\\');
        let prefix = if backslash && self.is_postgres() { "E" } else { "" };
        Ok(wrap(prefix, '\'', text, |c| c == '\'' || (backslash && c == '\\')))
    }
}

fn refuse_nul(text: &str, what: &str) -> Result<(), Error> {
    match text.find('\0') {
        Some(position) => Err(Error::new(
            ErrorKind::NulByte,
            position,
            format!("the {what} holds a NUL byte, which cannot be quoted; remove it"),
        )),
        None => Ok(()),
    }
}

fn wrap(prefix: &str, quote: char, text: &str, doubled: impl Fn(char) -> bool) -> String {
    let mut quoted = String::with_capacity(prefix.len() + text.len() + 2);
    quoted.push_str(prefix);
    quoted.push(quote);
    for c in text.chars() {
        if doubled(c) {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push(quote);
    quoted
}

#[cfg(test)]
mod tests {
    use super::Dialect::{DuckDb, Mysql, Postgres, Sqlite};
    use crate::{Dialect, ErrorKind};

    #[test]
    fn identifiers_are_quoted_and_escaped() {
        let check = |dialect: Dialect, name: &str, expect: &str| {
            assert_eq!(dialect.quote_identifier(name).unwrap(), expect, "{dialect:?} {name}");
        };
        check(Sqlite, "a", r#""a""#);
        check(Postgres, r#"a"b"#, r#""a""b""#);
        check(DuckDb, "größe", r#""größe""#);
        check(Mysql, "a`b\"c", "`a``b\"c`");
        check(Sqlite, "", r#""""#);
    }

    #[test]
    fn strings_are_quoted_and_escaped() {
        let check = |dialect: Dialect, text: &str, expect: &str| {
            assert_eq!(dialect.quote_string(text).unwrap(), expect, "{dialect:?} {text}");
        };
        check(Sqlite, r"it's \", r"'it''s \'");
        check(DuckDb, r"\", r"'\'");
        check(Postgres, "it's", "'it''s'");
        check(Postgres, r"\'", r"E'\\'''");
        check(Mysql, r"\'", r"'\\'''");
    }

    #[test]
    fn a_character_that_mysql_takes_for_another_is_refused_in_names() {
        let error = Mysql.quote_identifier("é🦀").unwrap_err();
        assert_eq!((error.kind(), error.position()), (ErrorKind::NameCharacter, 2));
        assert_eq!(Mysql.quote_identifier("é\u{ffff}").unwrap(), "`é\u{ffff}`");
        assert_eq!(Mysql.quote_string("🦀").unwrap(), "'🦀'");
        assert_eq!(Postgres.quote_identifier("🦀").unwrap(), "\"🦀\"");
    }

    #[test]
    fn a_nul_byte_is_refused_at_its_position() {
        for dialect in [Sqlite, Postgres, Mysql, DuckDb] {
            for result in [dialect.quote_identifier("ab\0"), dialect.quote_string("ab\0")] {
                let error = result.unwrap_err();
                assert_eq!((error.kind(), error.position()), (ErrorKind::NulByte, 2));
            }
        }
    }
}
