//! Statements as the server shows them one by one, where `information_schema` does not tell all.

use hypostyle_core::{OwnedRow, Result};
use hypostyle_sql::{Dialect, TokenKind, tokens};

use crate::inspect::Inspector;

/// Answers the statement that makes something, as `("EVENT", "nightly")`; nothing where it may not be
/// seen.
pub(super) async fn shown(
    inspector: &mut Inspector<'_, '_>,
    what: &str,
    name: &str,
) -> Result<Option<String>> {
    let show = format!("SHOW CREATE {what} {}", Dialect::Mysql.quote_identifier(name)?);
    let rows: Vec<OwnedRow> = inspector.ask(&show, ()).await?;
    let place = match what {
        "TABLE" | "VIEW" => 1,
        "EVENT" => 3,
        _ => 2,
    };
    Ok(rows.first().map(|row| row.get::<Option<String>>(place)).transpose()?.flatten())
}

/// Answers how a table is cut into partitions, as the end of its statement tells it.
pub(super) fn partitions(statement: &str) -> Option<&str> {
    // No text within a statement that is shown has a line break.
    let lines = ["\n PARTITION BY ", "\n/*!50100 PARTITION BY ", "\n/*!50500 PARTITION BY "];
    let at = lines.iter().find_map(|line| Some(statement.find(line)? + line.len()))?;
    let told = statement[at..].trim_end();
    Some(told.strip_suffix("*/").unwrap_or(told).trim_end())
}

/// Leaves out whose an event or a routine is.
pub(super) fn without_definer(statement: &str) -> String {
    let made = ["EVENT", "PROCEDURE", "AGGREGATE", "FUNCTION"];
    let mut words = tokens(statement, Dialect::Mysql).filter(|token| token.kind == TokenKind::Word);
    let begins = words
        .find(|token| made.iter().any(|word| token.text(statement).eq_ignore_ascii_case(word)));
    match begins {
        Some(token) => format!("CREATE {}", &statement[token.start..]),
        None => statement.to_owned(),
    }
}

/// Leaves out the name of a database, which names of others are told with.
pub(super) fn without_database(expression: &str, database: &str) -> Result<String> {
    let quoted = Dialect::Mysql.quote_identifier(database)?;
    if !expression.contains(&quoted) {
        return Ok(expression.to_owned());
    }
    let all: Vec<&str> =
        tokens(expression, Dialect::Mysql).map(|token| token.text(expression)).collect();
    let mut plain = String::with_capacity(expression.len());
    let mut at = 0;
    while let Some(text) = all.get(at) {
        match *text == quoted && all.get(at + 1) == Some(&".") {
            true => at += 1,
            false => plain += text,
        }
        at += 1;
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_it_is_is_left_out() {
        for (shown, expect) in [
            ("CREATE DEFINER=`EVENT`@`%` EVENT `e` ON SCHEDULE", "CREATE EVENT `e` ON SCHEDULE"),
            ("CREATE DEFINER=`a`@`b` AGGREGATE FUNCTION `f`()", "CREATE AGGREGATE FUNCTION `f`()"),
            ("CREATE PROCEDURE `p`()", "CREATE PROCEDURE `p`()"),
        ] {
            assert_eq!(without_definer(shown), expect);
        }
    }

    #[test]
    fn partitions_end_the_statement() {
        for (shown, expect) in [
            (
                "CREATE TABLE `t` (\n  `a` int\n) COMMENT='\\n PARTITION BY x'\n PARTITION BY HASH (`a`)\nPARTITIONS 2",
                Some("HASH (`a`)\nPARTITIONS 2"),
            ),
            (
                "CREATE TABLE `t` (\n  `a` int\n)\n/*!50100 PARTITION BY KEY (a)\nPARTITIONS 3 */",
                Some("KEY (a)\nPARTITIONS 3"),
            ),
            ("CREATE TABLE `t` (\n  `a` int\n)", None),
        ] {
            assert_eq!(partitions(shown), expect);
        }
    }

    #[test]
    fn only_names_lose_their_database() -> Result<()> {
        let told = "nextval(`d`.`s`) + length('`d`.')";
        assert_eq!(without_database(told, "d")?, "nextval(`s`) + length('`d`.')");
        Ok(())
    }
}
