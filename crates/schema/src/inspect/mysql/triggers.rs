//! Triggers, and their bodies as they were written.

use hypostyle_core::{OwnedRow, Result};
use hypostyle_sql::Dialect;

use super::queries;
use crate::Trigger;
use crate::inspect::Inspector;
use crate::words::firing;

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
                let body = |sql: &String| firing(sql).map(|(_, at)| sql[at..].trim().to_owned());
                written.as_ref().and_then(body).unwrap_or(told)
            }
            false => told,
        };
        let on = Dialect::Mysql.quote_identifier(&table)?;
        let sql = format!("CREATE TRIGGER {quoted} {timing} {event} ON {on} FOR EACH ROW {body}");
        triggers.push((table, Trigger { name, sql, ..Trigger::default() }));
    }
    Ok(triggers)
}
