//! Triggers, and their bodies as they were written.

use hypostyle_core::{OwnedRow, Result};
use hypostyle_sql::Dialect;

use super::queries;
use crate::Trigger;
use crate::inspect::Inspector;

/// Table, name, when, on what, body.
type Found = (String, String, String, String, String);

/// Answers the triggers, each with its table. `information_schema` takes the escapes out of texts, so
/// that a body with quotes or backslashes is asked for by itself.
pub(super) async fn triggers(
    inspector: &mut Inspector<'_, '_>,
    name: Option<&str>,
) -> Result<Vec<(String, Trigger)>> {
    let found: Vec<Found> = inspector.ask(queries::TRIGGERS, (name,)).await?;
    let mut triggers = Vec::with_capacity(found.len());
    for (table, name, timing, event, told) in found {
        let quoted = Dialect::Mysql.quote_identifier(&name)?;
        let body = match told.contains(['\'', '"', '\\']) {
            true => {
                let show = format!("SHOW CREATE TRIGGER {quoted}");
                let rows: Vec<OwnedRow> = inspector.ask(&show, ()).await?;
                let written = rows.first().map(|row| row.get::<String>(2)).transpose()?;
                written.as_deref().and_then(body_of).map_or(told, str::to_owned)
            }
            false => told,
        };
        let on = Dialect::Mysql.quote_identifier(&table)?;
        let sql = format!("CREATE TRIGGER {quoted} {timing} {event} ON {on} FOR EACH ROW {body}");
        triggers.push((table, Trigger { name, sql, ..Trigger::default() }));
    }
    Ok(triggers)
}

/// The part of a statement that follows `FOR EACH ROW`.
fn body_of(statement: &str) -> Option<&str> {
    let words = ["FOR", "EACH", "ROW"];
    let mut at = 0;
    for token in hypostyle_sql::tokens(statement, Dialect::Mysql) {
        let piece = token.text(statement);
        if piece.trim().is_empty() {
            continue;
        }
        at = match piece.eq_ignore_ascii_case(words[at]) {
            true => at + 1,
            false => usize::from(piece.eq_ignore_ascii_case(words[0])),
        };
        if at == words.len() {
            return statement.get(token.end..).map(str::trim);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_follows_its_rows() {
        let check = |statement, expect| assert_eq!(body_of(statement), expect, "{statement}");
        check(
            "CREATE TRIGGER `for` BEFORE INSERT ON t FOR each\nROW SET a = 'x'",
            Some("SET a = 'x'"),
        );
        check("CREATE TRIGGER g BEFORE INSERT ON t", None);
    }
}
