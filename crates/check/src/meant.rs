//! Which word of a statement an engine speaks of, and what was meant by it.

use hypostyle::sql::{Dialect, Token, TokenKind, tokens};

use crate::names::{Names, near};

/// The words of a statement, as far as they may be names.
pub(crate) struct Words<'t> {
    text: &'t str,
    tokens: Vec<Token>,
}

/// Words of statements that engines use in messages, too.
const PLAIN: [&str; 20] = [
    "in", "of", "for", "from", "table", "column", "values", "select", "as", "is", "not", "no",
    "on", "to", "where", "by", "update", "delete", "insert", "set",
];

/// Words that are easily mistyped and then read as names.
const KEYWORDS: [&str; 14] = [
    "FROM",
    "WHERE",
    "GROUP",
    "ORDER",
    "HAVING",
    "LIMIT",
    "OFFSET",
    "JOIN",
    "VALUES",
    "SET",
    "INTO",
    "RETURNING",
    "BETWEEN",
    "UNION",
];

impl<'t> Words<'t> {
    pub(crate) fn of(text: &'t str, dialect: Dialect) -> Self {
        let is_blank = |token: &Token| {
            use TokenKind::{BlockComment, LineComment, Whitespace};
            matches!(token.kind, Whitespace | LineComment | BlockComment)
        };
        Self { text, tokens: tokens(text, dialect).filter(|token| !is_blank(token)).collect() }
    }

    pub(crate) fn range(&self, index: usize) -> (usize, usize) {
        self.tokens.get(index).map_or((0, 0), |token| (token.start, token.end))
    }

    /// Finds the word that a message speaks of: a name that nothing has, else what stands where the
    /// engine says.
    pub(crate) fn meant(&self, message: &str, at: Option<usize>, names: &Names) -> Option<usize> {
        let is_said = |name: &str| {
            let not_in_names = |each: char| !(each.is_alphanumeric() || each == '_');
            message.split(not_in_names).any(|said| said.eq_ignore_ascii_case(name))
        };
        let unknown = |index: &usize| {
            let name = self.name(*index);
            let is_plain = PLAIN.iter().any(|word| word.eq_ignore_ascii_case(name));
            let is_known = match self.is_of_table(*index) {
                true => names.has_table(name),
                false => names.has(name),
            };
            self.is_name(*index) && !is_plain && !is_known && is_said(name)
        };
        let all = || 0..self.tokens.len();
        let stands = |index: &usize| {
            let (begin, end) = self.range(*index);
            at.is_some_and(|at| (begin..end).contains(&at))
        };
        all()
            .filter(|index| !self.qualifies(*index))
            .find(unknown)
            .or_else(|| all().find(unknown))
            .or_else(|| all().find(stands))
    }

    /// Says what was meant by a word, or what there is.
    pub(crate) fn help(&self, index: usize, names: &Names) -> Option<String> {
        let name = self.name(index);
        if !self.is_name(index) || self.word(index + 1) == "(" {
            return None;
        }
        if self.is_of_table(index) {
            return names.of_table(name);
        }
        let keywords = KEYWORDS.map(str::to_owned);
        match (names.near_column(name, &self.tables(names)), near(name, keywords.iter())) {
            (Some(near), _) => Some(format!("did you mean `{near}`?")),
            (None, Some(near)) => Some(format!("did you mean `{near}`?")),
            _ => names.columns_of(&self.tables(names)),
        }
    }

    fn word(&self, index: usize) -> &'t str {
        self.tokens.get(index).map_or("", |token| token.text(self.text))
    }

    fn name(&self, index: usize) -> &'t str {
        self.word(index).trim_matches(['"', '`', '[', ']'])
    }

    fn is_name(&self, index: usize) -> bool {
        let kind = self.tokens.get(index).map(|token| token.kind);
        matches!(kind, Some(TokenKind::Word | TokenKind::QuotedIdentifier))
    }

    /// Tells whether a word names the table of the one behind it.
    fn qualifies(&self, index: usize) -> bool {
        self.word(index + 1) == "."
    }

    /// Tells whether a word stands where a table does.
    fn is_of_table(&self, index: usize) -> bool {
        let first = match index.checked_sub(1) {
            Some(dot) if self.word(dot) == "." => dot.saturating_sub(1),
            _ => index,
        };
        let before = first.checked_sub(1).map_or("", |before| self.word(before));
        let words = ["from", "join", "into", "update", "table"];
        words.iter().any(|word| word.eq_ignore_ascii_case(before))
    }

    /// Finds the tables that the statement names.
    fn tables(&self, names: &Names) -> Vec<&'t str> {
        let all = (0..self.tokens.len()).filter(|index| self.is_name(*index));
        all.map(|index| self.name(index)).filter(|name| names.has_table(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_found_that_a_message_speaks_of() {
        let columns = vec!["id".to_owned(), "name".to_owned()];
        let tables = [("person", columns), ("author", vec!["posts".to_owned()])];
        let names = Names::from_tables(tables.into_iter());
        let check =
            |text: &str, message: &str, at: Option<usize>, word: &str, help: Option<&str>| {
                let words = Words::of(text, Dialect::Sqlite);
                let index = words.meant(message, at, &names).unwrap();
                let (begin, end) = words.range(index);
                assert_eq!(text.get(begin..end), Some(word), "{text}");
                assert_eq!(words.help(index, &names).as_deref(), help, "{text}");
            };
        let name = Some("did you mean `name`?");
        check("SELECT naem FROM person", "no such column: naem", None, "naem", name);
        check("SELECT p.naem FROM person p", "no such column: p.naem", Some(7), "naem", name);
        check(
            "SELECT q.name FROM person",
            "no such column: q.name",
            Some(7),
            "q",
            Some("`person` has id, name"),
        );
        check(
            "DELETE FROM posts",
            "no such table: posts",
            None,
            "posts",
            Some("the tables are author, person"),
        );
        check(
            "SELECT id FORM person",
            "near \"FORM\": syntax error",
            Some(10),
            "FORM",
            Some("did you mean `FROM`?"),
        );
        check("SELECT f(id) FROM person", "no such function: f", None, "f", None);
        check("UPDATE person SET nmae = 1", "update column nmae not found", None, "nmae", name);
    }
}
