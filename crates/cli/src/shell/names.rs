//! What can be completed at the cursor: keywords, tables, columns, the shell's own commands.

use hypostyle::schema::Schema;
use hypostyle::sql::{Dialect, TokenKind, tokens};

use super::dot;

/// The words most statements are made of.
const KEYWORDS: &str = "\
ALTER ANALYZE AND AS ASC ATTACH BEGIN BETWEEN BY CASE CAST CHECK COALESCE COLLATE COLUMN COMMIT \
CONSTRAINT COUNT CREATE CROSS DATABASE DEFAULT DELETE DESC DETACH DISTINCT DROP ELSE END ESCAPE \
EXCEPT EXISTS EXPLAIN FALSE FOREIGN FROM FULL GROUP HAVING IN INDEX INNER INSERT INTERSECT INTO IS \
JOIN KEY LEFT LIKE LIMIT NOT NULL OFFSET ON OR ORDER OUTER OVER PARTITION PLAN PRAGMA PRIMARY QUERY \
RECURSIVE REFERENCES REINDEX RENAME REPLACE RETURNING RIGHT ROLLBACK SAVEPOINT SELECT SET SUM TABLE \
TEMPORARY THEN TO TRANSACTION TRIGGER TRUE UNION UNIQUE UPDATE USING VACUUM VALUES VIEW WHEN WHERE \
WINDOW WITH";

/// The names of a database, as the completer holds them.
#[derive(Clone, Debug)]
pub(super) struct Names {
    dialect: Dialect,
    /// In the order of the schema.
    tables: Vec<Known>,
}

/// A table or view, and its columns.
#[derive(Clone, Debug)]
struct Known {
    /// The schema, where the name alone does not lead to it.
    schema: Option<String>,
    name: String,
    columns: Vec<String>,
}

impl Names {
    pub(super) fn new(schema: &Schema, dialect: Dialect) -> Self {
        let known = |table: &hypostyle::schema::Table| Known {
            schema: table.relation.as_ref().map(|_| table.schema.clone()),
            name: table.bare_name().to_owned(),
            columns: table.columns.iter().map(|column| column.name.clone()).collect(),
        };
        Self { dialect, tables: schema.tables.iter().map(known).collect() }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Answers where the word at the cursor begins, and what it can become.
    pub(super) fn complete(&self, text: &str, cursor: usize) -> (usize, Vec<String>) {
        let before = text.get(..cursor).unwrap_or(text);
        if let Some(command) = before.strip_prefix('.') {
            return self.complete_command(command);
        }
        let start = word_start(before);
        let word = &before[start..];
        if before[..start].ends_with('.') {
            let table =
                before[..start - 1].rsplit(|each| !is_name(each)).next().unwrap_or_default();
            let meant = self.meant_by(table, text);
            return match meant.is_empty() {
                true => (start, self.tables_in(table, word)),
                false => (start, self.columns_of(&meant, word)),
            };
        }
        if word.is_empty() {
            return (start, Vec::new());
        }
        if is_table_next(&before[..start]) {
            return (start, self.tables_like(word));
        }
        let mentioned = self.mentioned(text);
        let mut found = self.columns_of(&mentioned, word);
        found.extend(self.tables_like(word));
        if mentioned.is_empty() {
            let all: Vec<String> = self.tables.iter().map(|table| table.name.clone()).collect();
            found.extend(self.columns_of(&all, word));
        }
        found.extend(keywords_like(word));
        (start, without_repeats(found))
    }

    fn complete_command(&self, command: &str) -> (usize, Vec<String>) {
        match command.split_once(' ') {
            None => {
                let found = dot::names().filter(|name| name.starts_with(command));
                (0, found.map(|name| format!(".{name}")).collect())
            }
            Some(("schema", word)) => (command.len() + 1 - word.len(), self.tables_like(word)),
            Some((_, word)) => (command.len() + 1 - word.len(), Vec::new()),
        }
    }

    fn tables_like(&self, word: &str) -> Vec<String> {
        let is_like = |table: &&Known| {
            begins(&table.name, word)
                || table.schema.as_ref().is_some_and(|name| begins(name, word))
        };
        let name = |table: &Known| match &table.schema {
            Some(schema) => format!("{}.{}", self.quoted(schema), self.quoted(&table.name)),
            None => self.quoted(&table.name),
        };
        self.tables.iter().filter(is_like).map(name).collect()
    }

    /// The tables of a schema, without its name.
    fn tables_in(&self, schema: &str, word: &str) -> Vec<String> {
        let is_in = |table: &&Known| {
            table.schema.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(schema))
        };
        let tables = self.tables.iter().filter(is_in).filter(|table| begins(&table.name, word));
        tables.map(|table| self.quoted(&table.name)).collect()
    }

    fn columns_of(&self, tables: &[String], word: &str) -> Vec<String> {
        let of_tables = self.tables.iter().filter(|table| tables.contains(&table.name));
        let columns = of_tables.flat_map(|table| &table.columns).filter(|name| begins(name, word));
        without_repeats(columns.map(|name| self.quoted(name)).collect())
    }

    /// The tables that the text names anywhere.
    fn mentioned(&self, text: &str) -> Vec<String> {
        let words: Vec<&str> = words(text, self.dialect).collect();
        let is_mentioned = |name: &str| words.iter().any(|word| word.eq_ignore_ascii_case(name));
        let names = self.tables.iter().map(|table| &table.name);
        names.filter(|name| is_mentioned(name)).cloned().collect()
    }

    /// The table of a name, or of an alias that follows a table's name.
    fn meant_by(&self, name: &str, text: &str) -> Vec<String> {
        let find = |name: &str| {
            let mut names = self.tables.iter().map(|table| &table.name);
            names.find(|table| table.eq_ignore_ascii_case(name))
        };
        if let Some(table) = find(name) {
            return vec![table.clone()];
        }
        let words: Vec<&str> =
            words(text, self.dialect).filter(|word| !word.eq_ignore_ascii_case("AS")).collect();
        let aliased = words.windows(2).filter(|pair| pair[1].eq_ignore_ascii_case(name));
        aliased.filter_map(|pair| find(pair[0]).cloned()).collect()
    }

    /// Quotes a name that could not stand as it is.
    fn quoted(&self, name: &str) -> String {
        let folds = self.dialect == Dialect::Postgres && name.contains(char::is_uppercase);
        let is_plain = !folds
            && !name.starts_with(|first: char| first.is_ascii_digit())
            && name.chars().all(is_name)
            && !KEYWORDS.split(' ').any(|keyword| keyword.eq_ignore_ascii_case(name));
        let quoted = if is_plain { None } else { self.dialect.quote_identifier(name).ok() };
        quoted.unwrap_or_else(|| name.to_owned())
    }
}

fn words(text: &str, dialect: Dialect) -> impl Iterator<Item = &str> {
    let is_name = |kind| matches!(kind, TokenKind::Word | TokenKind::QuotedIdentifier);
    let tokens = tokens(text, dialect).filter(move |token| is_name(token.kind));
    tokens.map(move |token| token.text(text).trim_matches(['"', '`', '[', ']']))
}

fn is_name(each: char) -> bool {
    each.is_alphanumeric() || each == '_'
}

fn word_start(before: &str) -> usize {
    before
        .rfind(|each: char| !is_name(each))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8))
}

/// Tells whether only a table can follow.
fn is_table_next(before: &str) -> bool {
    let last = before.trim_end().rsplit(|each| !is_name(each)).next().unwrap_or_default();
    ["FROM", "JOIN", "INTO", "UPDATE", "TABLE"].iter().any(|word| word.eq_ignore_ascii_case(last))
}

fn begins(name: &str, word: &str) -> bool {
    name.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

/// Keywords in the case in which the word is being written.
fn keywords_like(word: &str) -> Vec<String> {
    let is_upper = word.starts_with(|first: char| first.is_ascii_uppercase());
    let found = KEYWORDS.split(' ').filter(|keyword| begins(keyword, word));
    found
        .map(|keyword| if is_upper { keyword.to_owned() } else { keyword.to_lowercase() })
        .collect()
}

fn without_repeats(names: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dialect: Dialect) -> Names {
        let known = |schema: Option<&str>, name: &str, columns: &[&str]| Known {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
        };
        let tables = vec![
            known(None, "orders", &["id", "total"]),
            known(None, "order lines", &["id", "order_id"]),
        ];
        let far = known(Some("Far"), "places", &["Town"]);
        let has_schemas = dialect == Dialect::Postgres;
        Names { dialect, tables: tables.into_iter().chain(has_schemas.then_some(far)).collect() }
    }

    /// Completes at `|`.
    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        check_in(Dialect::Sqlite, text, expect);
    }

    #[track_caller]
    fn check_in(dialect: Dialect, text: &str, expect: &[&str]) {
        let cursor = text.find('|').unwrap();
        let (start, found) = names(dialect).complete(&text.replace('|', ""), cursor);
        let shown: Vec<String> = found.iter().map(|f| format!("{}{f}", &text[..start])).collect();
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn the_word_at_the_cursor_is_completed() {
        check("sel|", &["select"]);
        check("SEL|", &["SELECT"]);
        check("SELECT * FROM ord|", &["SELECT * FROM orders", "SELECT * FROM \"order lines\""]);
        check(
            "SELECT orde|",
            &["SELECT orders", "SELECT \"order lines\"", "SELECT order_id", "SELECT order"],
        );
        check("SELECT to| FROM orders", &["SELECT total", "SELECT to"]);
        check("SELECT o.| FROM orders AS o", &["SELECT o.id", "SELECT o.total"]);
        check("SELECT orders.t|", &["SELECT orders.total"]);
        check("SELECT |", &[]);
    }

    #[test]
    fn tables_of_other_schemas_are_completed_with_theirs() {
        let check = |text: &str, expect: &[&str]| check_in(Dialect::Postgres, text, expect);
        check("SELECT * FROM pla|", &["SELECT * FROM \"Far\".places"]);
        check("SELECT * FROM fa|", &["SELECT * FROM \"Far\".places"]);
        check("SELECT * FROM far.p|", &["SELECT * FROM far.places"]);
        check("SELECT p.t| FROM \"Far\".places p", &["SELECT p.\"Town\""]);
    }

    #[test]
    fn commands_of_the_shell_are_completed() {
        check(".sch|", &[".schema"]);
        check(".schema orde|", &[".schema orders", ".schema \"order lines\""]);
    }
}
