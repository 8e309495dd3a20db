//! Events, as the statements that make them.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

use super::queries;
use super::shown::{shown, without_definer};
use crate::inspect::Inspector;
use crate::{Definition, DefinitionKind, Schema};

/// Adds the events as definitions, and names those whose statement may not be seen.
pub(super) async fn add(inspector: &mut Inspector<'_, '_>, schema: &mut Schema) -> Result<()> {
    let names: Vec<(String,)> = inspector.ask(queries::EVENTS, ()).await?;
    for (name,) in names {
        match shown(inspector, "EVENT", &name).await? {
            Some(statement) => schema.definitions.push(Definition {
                kind: DefinitionKind::Event,
                sql: without_definer(&statement),
                drop: format!("DROP EVENT {}", Dialect::Mysql.quote_identifier(&name)?),
                name,
                ..Definition::default()
            }),
            None => schema.beyond.push(format!("event {name}")),
        }
    }
    Ok(())
}
