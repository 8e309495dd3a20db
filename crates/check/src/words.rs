//! Statements by their first words: which an engine can prepare, and which only a run can tell of.

use hypostyle::sql::{Dialect, TokenKind, Verb, classify, tokens};

use crate::engine::Fault;
use crate::names::near;

/// What is to be done with a statement.
pub(crate) enum Sort {
    /// It is prepared.
    Prepared,
    /// It changes the schema for those after it.
    Schema,
    /// Only a run can tell.
    Unchecked(&'static str),
    Wrong(Fault),
}

/// The words that begin what is prepared.
const PREPARED: [&str; 8] =
    ["select", "insert", "update", "delete", "with", "values", "merge", "replace"];

/// Tells what is to be done with a statement.
pub(crate) fn sort(text: &str, dialect: Dialect) -> Sort {
    match classify(text, dialect).verb {
        Verb::Select | Verb::Values | Verb::Insert | Verb::Update | Verb::Delete | Verb::Merge => {
            Sort::Prepared
        }
        Verb::Replace if dialect != Dialect::Postgres => Sort::Prepared,
        Verb::Create | Verb::Alter | Verb::Drop => Sort::Schema,
        Verb::Other => other(text, dialect),
        _ => Sort::Unchecked("it is no query"),
    }
}

/// Tells a mistyped word from one that begins what only this engine knows.
fn other(text: &str, dialect: Dialect) -> Sort {
    let mut words = tokens(text, dialect).filter(|token| token.kind == TokenKind::Word);
    let Some(first) = words.next() else { return Sort::Unchecked("it is no query") };
    let word = first.text(text);
    let known = PREPARED.map(str::to_owned);
    let begins = known.iter().any(|begin| begin.eq_ignore_ascii_case(word));
    match near(word, known.iter()) {
        Some(meant) if !begins => {
            let fault = Fault::new(format!("`{word}` begins no statement"));
            let help = format!("did you mean `{}`?", meant.to_uppercase());
            Sort::Wrong(fault.at(first.start, first.end).help(help))
        }
        _ if begins => Sort::Prepared,
        _ => Sort::Unchecked("it is no query"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_word_is_told_from_one_of_the_engine() {
        let check = |text: &str, expect: &str| {
            let sort = match sort(text, Dialect::Postgres) {
                Sort::Prepared => "prepared".to_owned(),
                Sort::Schema => "schema".to_owned(),
                Sort::Unchecked(_) => "unchecked".to_owned(),
                Sort::Wrong(fault) => fault.help.join(""),
            };
            assert_eq!(sort, expect, "{text}");
        };
        check("SELECT 1", "prepared");
        check("/* a */ with a AS (SELECT 1) SELECT * FROM a", "prepared");
        check("CREATE TABLE a (b int)", "schema");
        check("LISTEN a", "unchecked");
        check("BEGIN", "unchecked");
        check("SELCT 1", "did you mean `SELECT`?");
        check("isnert INTO a VALUES (1)", "did you mean `INSERT`?");
    }
}
