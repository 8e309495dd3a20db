//! Type names that are common elsewhere, in the words of the engine at hand.

use std::ops::Range;

use hypostyle_core::Engine;
use hypostyle_sql::{Dialect, Token, TokenKind, tokens};

/// What stands for a type name.
#[derive(Clone, Copy)]
enum Instead {
    /// A name that takes what stands in brackets behind it.
    Name(&'static str),
    /// A whole type: what stands in brackets is left out.
    Whole(&'static str),
}

use Instead::{Name, Whole};

/// The longest name, as in `TIMESTAMP WITH TIME ZONE`.
const WORDS_MAX: usize = 4;

/// What begins something else than a column in the brackets of a table.
const NO_COLUMN: [&str; 12] = [
    "CONSTRAINT",
    "PRIMARY",
    "UNIQUE",
    "CHECK",
    "FOREIGN",
    "EXCLUDE",
    "LIKE",
    "KEY",
    "INDEX",
    "FULLTEXT",
    "SPATIAL",
    "PERIOD",
];

/// A piece of a statement and what comes in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) place: Range<usize>,
    pub(super) instead: &'static str,
}

/// Finds the names of types in a `CREATE TABLE` that the engine does not have; `own` are the types
/// that the file makes itself, in lower case.
pub(super) fn edits(statement: &str, engine: &Engine, own: &[String]) -> Vec<Edit> {
    let blank = [TokenKind::Whitespace, TokenKind::LineComment, TokenKind::BlockComment];
    let tokens: Vec<Token> =
        tokens(statement, engine.dialect).filter(|token| !blank.contains(&token.kind)).collect();
    let mut edits = Vec::new();
    let (mut depth, mut begins_column) = (0_usize, false);
    for (at, token) in tokens.iter().enumerate() {
        let text = token.text(statement);
        if begins_column && depth == 1 && is_name(token, text) {
            edits.extend(edit(statement, tokens.get(at + 1..).unwrap_or_default(), engine, own));
        }
        begins_column = false;
        match token.kind {
            TokenKind::OpenParen => {
                depth += 1;
                begins_column = depth == 1;
            }
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => begins_column = depth == 1 && text == ",",
        }
    }
    edits
}

/// Puts what comes instead into a statement.
pub(super) fn edited(statement: &str, edits: &[Edit]) -> String {
    let mut text = statement.to_owned();
    for edit in edits.iter().rev() {
        text.replace_range(edit.place.clone(), edit.instead);
    }
    text
}

/// Answers where in the statement a place of the edited one was.
pub(super) fn origin(position: usize, edits: &[Edit]) -> usize {
    let mut position = position;
    for Edit { place, instead } in edits {
        if position < place.start {
            break;
        }
        let past = place.start + instead.len();
        position = if position < past { place.start } else { position - past + place.end };
    }
    position
}

fn is_name(token: &Token, text: &str) -> bool {
    match token.kind {
        TokenKind::QuotedIdentifier => true,
        TokenKind::Word => !NO_COLUMN.iter().any(|word| word.eq_ignore_ascii_case(text)),
        _ => false,
    }
}

/// Reads the type that tokens begin with.
fn edit(statement: &str, tokens: &[Token], engine: &Engine, own: &[String]) -> Option<Edit> {
    let words: Vec<String> = tokens
        .iter()
        .take(WORDS_MAX)
        .take_while(|token| token.kind == TokenKind::Word)
        .map(|token| token.text(statement).to_ascii_uppercase())
        .collect();
    if own.iter().any(|name| words.first().is_some_and(|word| word.eq_ignore_ascii_case(name))) {
        return None;
    }
    let brackets = |from: usize| {
        let rest = tokens.get(from..)?;
        (rest.first()?.kind == TokenKind::OpenParen).then_some(())?;
        let close = rest.iter().position(|token| token.kind == TokenKind::CloseParen)?;
        Some(from + close)
    };
    let start = tokens.first()?.start;
    for count in (1..=words.len()).rev() {
        let name = words.get(..count)?.join(" ");
        let in_brackets = brackets(count);
        let after = in_brackets.map_or(count, |close| close + 1);
        let unsigned = tokens
            .get(after)
            .filter(|token| token.text(statement).eq_ignore_ascii_case("UNSIGNED"));
        if let Some(token) = unsigned
            && let Some(instead) = without_sign(&name, engine.dialect)
        {
            return Some(Edit { place: start..token.end, instead });
        }
        let (last, instead) = match instead(&name, in_brackets.is_some(), engine) {
            Some(Name(instead)) => (count - 1, instead),
            Some(Whole(instead)) => (after - 1, instead),
            None => continue,
        };
        return Some(Edit { place: start..tokens.get(last)?.end, instead });
    }
    None
}

fn instead(name: &str, has_brackets: bool, engine: &Engine) -> Option<Instead> {
    match engine.dialect {
        Dialect::Sqlite => of_sqlite(name),
        Dialect::Mysql => of_mysql(name, has_brackets, engine.name == "mariadb"),
        Dialect::DuckDb => of_duckdb(name, has_brackets),
        _ => of_postgres(name, has_brackets),
    }
}

/// Whole numbers as MySQL writes those without a sign.
fn without_sign(name: &str, dialect: Dialect) -> Option<&'static str> {
    let of_duckdb = dialect == Dialect::DuckDb;
    if !of_duckdb && !dialect.is_postgres() {
        return None;
    }
    let (duckdb, postgres) = match name {
        "TINYINT" => ("UTINYINT", "smallint"),
        "SMALLINT" => ("USMALLINT", "integer"),
        "MEDIUMINT" => ("UINTEGER", "integer"),
        "INT" | "INTEGER" => ("UINTEGER", "bigint"),
        "BIGINT" => ("UBIGINT", "numeric(20)"),
        _ => return None,
    };
    Some(if of_duckdb { duckdb } else { postgres })
}

/// Only what SQLite would take for a number, or for nothing it knows.
fn of_sqlite(name: &str) -> Option<Instead> {
    Some(match name {
        "BYTEA" | "BINARY" | "VARBINARY" | "BINARY VARYING" => Whole("BLOB"),
        "STRING" => Whole("TEXT"),
        "SERIAL" | "BIGSERIAL" | "SMALLSERIAL" => Whole("INTEGER"),
        _ => return None,
    })
}

fn of_postgres(name: &str, has_brackets: bool) -> Option<Instead> {
    Some(match name {
        "BLOB" | "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" | "BINARY" | "VARBINARY"
        | "BINARY VARYING" => Whole("bytea"),
        "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "CLOB" | "STRING" => Whole("text"),
        "NVARCHAR" => Name("varchar"),
        "DATETIME" => Name("timestamp"),
        "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_US" | "TIMESTAMP_NS" => Whole("timestamp"),
        "DOUBLE PRECISION" => Name("double precision"),
        "DOUBLE" => Whole("double precision"),
        "TINYINT" | "YEAR" | "UTINYINT" => Whole("smallint"),
        "MEDIUMINT" | "USMALLINT" => Whole("integer"),
        "UINTEGER" => Whole("bigint"),
        "UBIGINT" => Whole("numeric(20)"),
        "HUGEINT" | "UHUGEINT" => Whole("numeric(39)"),
        "NUMBER" => Name("numeric"),
        "SMALLINT" if has_brackets => Whole("smallint"),
        "INT" | "INTEGER" if has_brackets => Whole("integer"),
        "BIGINT" if has_brackets => Whole("bigint"),
        _ => return None,
    })
}

/// Text without a length cannot be a key of MySQL's, and `varchar` needs one.
fn of_mysql(name: &str, has_brackets: bool, is_mariadb: bool) -> Option<Instead> {
    Some(match name {
        "BYTEA" => Whole("longblob"),
        "STRING" | "CLOB" | "CITEXT" => Whole("longtext"),
        "VARCHAR" | "CHARACTER VARYING" if !has_brackets => Whole("varchar(255)"),
        "JSONB" => Whole("json"),
        "UUID" if !is_mariadb => Whole("char(36)"),
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" if has_brackets => Name("timestamp"),
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => Whole("timestamp(6)"),
        "TIMESTAMP WITHOUT TIME ZONE" | "TIMESTAMP_US" | "TIMESTAMP_NS" => Whole("datetime(6)"),
        "TIMESTAMP_S" => Whole("datetime"),
        "TIMESTAMP_MS" => Whole("datetime(3)"),
        "SMALLSERIAL" => Whole("smallint NOT NULL AUTO_INCREMENT"),
        "BIGSERIAL" => Whole("bigint NOT NULL AUTO_INCREMENT"),
        "UTINYINT" => Whole("tinyint unsigned"),
        "USMALLINT" => Whole("smallint unsigned"),
        "UINTEGER" => Whole("int unsigned"),
        "UBIGINT" => Whole("bigint unsigned"),
        "HUGEINT" | "UHUGEINT" => Whole("decimal(39)"),
        "NUMBER" => Name("decimal"),
        "MONEY" => Whole("decimal(19, 4)"),
        _ => return None,
    })
}

fn of_duckdb(name: &str, has_brackets: bool) -> Option<Instead> {
    Some(match name {
        "TINYBLOB" | "MEDIUMBLOB" | "LONGBLOB" => Whole("BLOB"),
        "TINYTEXT" | "MEDIUMTEXT" | "LONGTEXT" | "CLOB" | "CITEXT" | "NVARCHAR" => Whole("VARCHAR"),
        "JSONB" => Whole("JSON"),
        "MEDIUMINT" => Whole("INTEGER"),
        "YEAR" => Whole("SMALLINT"),
        "NUMBER" => Name("DECIMAL"),
        "MONEY" => Whole("DECIMAL(19, 4)"),
        "TINYINT" | "SMALLINT" | "INT" | "INTEGER" | "BIGINT" if has_brackets => {
            Whole(match name {
                "TINYINT" => "TINYINT",
                "SMALLINT" => "SMALLINT",
                "BIGINT" => "BIGINT",
                _ => "INTEGER",
            })
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use hypostyle_core::Capability;

    use super::*;

    fn check(name: &'static str, dialect: Dialect, text: &str, expect: &str) {
        let engine =
            Engine { name, dialect, capability: Capability::default(), location: String::new() };
        let text = format!("CREATE TABLE t ({text})");
        let edits = edits(&text, &engine, &["string".to_owned()]);
        assert_eq!(edited(&text, &edits), format!("CREATE TABLE t ({expect})"));
    }

    #[test]
    fn foreign_names_become_the_engines_own() {
        let postgres =
            |text: &str, expect: &str| check("postgres", Dialect::Postgres, text, expect);
        postgres("a blob, b longtext NOT NULL", "a bytea, b text NOT NULL");
        postgres("a int(11) unsigned, b int(11), c int", "a bigint, b integer, c int");
        postgres("at datetime(3) DEFAULT now()", "at timestamp(3) DEFAULT now()");
        postgres("a double, b double precision", "a double precision, b double precision");
        postgres("\"a\" varbinary(20)[]", "\"a\" bytea[]");
        let mysql = |text: &str, expect: &str| check("mysql", Dialect::Mysql, text, expect);
        mysql("id uuid PRIMARY KEY, a varchar", "id char(36) PRIMARY KEY, a varchar(255)");
        mysql("at timestamp with time zone", "at timestamp(6)");
        mysql("at timestamptz(3), b timestamp", "at timestamp(3), b timestamp");
        check("mariadb", Dialect::Mysql, "id uuid, a jsonb", "id uuid, a json");
        let duckdb = |text: &str, expect: &str| check("duckdb", Dialect::DuckDb, text, expect);
        duckdb("a bigint unsigned, b tinyint(1)", "a UBIGINT, b TINYINT");
        let sqlite = |text: &str, expect: &str| check("sqlite", Dialect::Sqlite, text, expect);
        sqlite("a bytea /* so */, b varbinary(3)", "a BLOB /* so */, b BLOB");
    }

    #[test]
    fn what_is_no_type_of_a_column_stays() {
        let same = |text: &str| check("postgres", Dialect::Postgres, text, text);
        same("blob int, CHECK (blob > 0), PRIMARY KEY (blob)");
        same("a text DEFAULT 'x, y blob', b numeric(10, 2)");
        same("kind string, \"double\" text");
    }

    #[test]
    fn places_are_told_as_the_file_has_them() {
        let edits =
            [Edit { place: 10..14, instead: "bytea" }, Edit { place: 20..30, instead: "x" }];
        let found: Vec<_> = [9, 10, 12, 15, 20, 21, 22, 25].map(|at| origin(at, &edits)).into();
        assert_eq!(found, [9, 10, 10, 14, 19, 20, 30, 33]);
    }
}
