//! Functions and procedures, put together from what is told of them. Who made a routine, and the
//! settings of that session, are left out.

use hypostyle_core::Result;
use hypostyle_sql::{Dialect, TokenKind, tokens};

use super::queries;
use super::shown::{shown, without_definer};
use crate::inspect::Inspector;
use crate::{Definition, DefinitionKind, Schema};

/// Kind, name, language, body, determinism, access, security and comment; then one parameter by its
/// place, mode, name and type.
type RoutineRow = (
    String,
    String,
    String,
    Option<String>,
    bool,
    String,
    String,
    String,
    i64,
    String,
    String,
    String,
);

/// Adds the routines as definitions, and names those that may not be seen.
pub(super) async fn add(inspector: &mut Inspector<'_, '_>, schema: &mut Schema) -> Result<()> {
    let rows: Vec<RoutineRow> = inspector.ask(queries::ROUTINES, ()).await?;
    for routine in rows.chunk_by(|one, next| (&one.0, &one.1) == (&next.0, &next.1)) {
        let Some((word, name, ..)) = routine.first() else { continue };
        let statement = match routine[0].3 {
            Some(_) => None,
            None => shown(inspector, word, name).await?,
        };
        match told(routine, statement.as_deref())? {
            Some(sql) => schema.definitions.push(definition(word, name, sql)?),
            None => schema.beyond.push(format!("{} {name}", word.to_lowercase())),
        }
    }
    Ok(())
}

fn definition(word: &str, name: &str, sql: String) -> Result<Definition> {
    let kind = match word {
        "PROCEDURE" => DefinitionKind::Procedure,
        _ if sql.starts_with("CREATE AGGREGATE") => DefinitionKind::Aggregate,
        _ => DefinitionKind::Function,
    };
    let drop = format!("DROP {word} {}", Dialect::Mysql.quote_identifier(name)?);
    Ok(Definition { kind, name: name.to_owned(), sql, drop, ..Definition::default() })
}

/// Puts the statement together, with the body of the one that is shown where that is needed; nothing
/// for a body that is not to be seen. An aggregate of MariaDB is told like a function.
fn told(routine: &[RoutineRow], shown: Option<&str>) -> Result<Option<String>> {
    let Some((word, name, language, body, is_deterministic, access, security, comment, ..)) =
        routine.first()
    else {
        return Ok(None);
    };
    let Some(body) = body.as_deref().or_else(|| shown.and_then(body_of)) else { return Ok(None) };
    if language != "SQL" || body.to_ascii_uppercase().contains("FETCH GROUP NEXT ROW") {
        return Ok(shown.map(without_definer));
    }
    let quoted = Dialect::Mysql.quote_identifier(name)?;
    let mut sql = format!("CREATE {word} {quoted}({})", parameters(routine)?);
    if let Some((.., answer)) = routine.iter().find(|row| row.8 == 0) {
        sql += &format!(" RETURNS {answer}");
    }
    sql += if *is_deterministic { " DETERMINISTIC" } else { "" };
    if access != "CONTAINS SQL" {
        sql += &format!(" {access}");
    }
    sql += if security == "INVOKER" { " SQL SECURITY INVOKER" } else { "" };
    if !comment.is_empty() {
        sql += &format!(" COMMENT {}", Dialect::Mysql.quote_string(comment)?);
    }
    Ok(Some(format!("{sql} {body}")))
}

/// Answers the body of a statement that is shown: it follows the lines of what is known of a routine.
fn body_of(statement: &str) -> Option<&str> {
    const KNOWN: [&str; 7] = [
        "    LANGUAGE ",
        "    NO SQL",
        "    READS SQL DATA",
        "    MODIFIES SQL DATA",
        "    DETERMINISTIC",
        "    SQL SECURITY INVOKER",
        "    COMMENT '",
    ];
    let mut depth = 0_usize;
    let end = tokens(statement, Dialect::Mysql).find(|token| {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        token.kind == TokenKind::CloseParen && depth == 0
    })?;
    let (_, mut rest) = statement[end.end..].split_once('\n')?;
    while KNOWN.iter().any(|line| rest.starts_with(line)) {
        rest = rest.split_once('\n')?.1;
    }
    Some(rest)
}

fn parameters(routine: &[RoutineRow]) -> Result<String> {
    let mut parameters = Vec::new();
    for (word, .., place, mode, name, declared) in routine {
        if *place > 0 {
            let mode = if word == "PROCEDURE" { format!("{mode} ") } else { String::new() };
            let name = Dialect::Mysql.quote_identifier(name)?;
            parameters.push(format!("{mode}{name} {declared}"));
        }
    }
    Ok(parameters.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_follows_what_is_known() {
        let check = |statement, expect| assert_eq!(body_of(statement), expect, "{statement}");
        check("CREATE DEFINER=`a`@`b` PROCEDURE `p`()\nSELECT '\\n'", Some("SELECT '\\n'"));
        check(
            "CREATE DEFINER=`a`@`b` FUNCTION `f`(a enum('(', ')'),\n b int) RETURNS varchar(9)\n    \
             NO SQL\n    DETERMINISTIC\n    COMMENT 'it''s\\n'\n    BEGIN RETURN 'x'; END",
            Some("    BEGIN RETURN 'x'; END"),
        );
        check("CREATE PROCEDURE p", None);
    }
}
