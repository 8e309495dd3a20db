//! Functions and procedures, put together from what is told of them. Who made a routine, and the
//! settings of that session, are left out.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

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

/// Adds the routines as definitions, and names those that are not told whole.
pub(super) fn add(rows: Vec<RoutineRow>, schema: &mut Schema) -> Result<()> {
    for routine in rows.chunk_by(|one, next| (&one.0, &one.1) == (&next.0, &next.1)) {
        let Some((kind, name, ..)) = routine.first() else { continue };
        match definition(routine)? {
            Some(definition) => schema.definitions.push(definition),
            None => schema.beyond.push(format!("{} {name}", kind.to_lowercase())),
        }
    }
    Ok(())
}

/// Answers nothing for a body that is not SQL or not to be seen, and for an aggregate of MariaDB,
/// which is told like a function.
fn definition(routine: &[RoutineRow]) -> Result<Option<Definition>> {
    let Some((word, name, language, body, is_deterministic, access, security, comment, ..)) =
        routine.first()
    else {
        return Ok(None);
    };
    let kind = match word.as_str() {
        "FUNCTION" => DefinitionKind::Function,
        "PROCEDURE" => DefinitionKind::Procedure,
        _ => return Ok(None),
    };
    let Some(body) = body.as_ref().filter(|_| language == "SQL") else { return Ok(None) };
    if body.to_ascii_uppercase().contains("FETCH GROUP NEXT ROW") {
        return Ok(None);
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
    Ok(Some(Definition {
        kind,
        name: name.clone(),
        sql: format!("{sql} {body}"),
        drop: format!("DROP {word} {quoted}"),
        ..Definition::default()
    }))
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
