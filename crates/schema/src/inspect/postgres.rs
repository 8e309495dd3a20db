//! PostgreSQL: its catalogue, joined table by table.

mod assembly;
mod beside;
mod kinds;
mod names;
mod queries;

use std::borrow::Cow;

use hypostyle_core::{Result, Value};

use self::assembly::{RelationRow, Tables};
use self::names::{Asked, told};
use super::Inspector;
use crate::{Schema, Table};

/// Keeps the plan of a statement for its next call: planning these questions takes longer than answering
/// them.
const PLAN_ONCE: &str = "SET LOCAL plan_cache_mode = force_generic_plan";
const PLAN_AS_BEFORE: &str = "SET LOCAL plan_cache_mode TO DEFAULT";

/// The schema whose tables are named without it.
const DEFAULT_SCHEMA: &str = "public";

/// Lists the names of all tables and views.
pub(super) async fn names(inspector: &mut Inspector<'_, '_>) -> Result<Vec<String>> {
    let (only, home) = schemas(inspector);
    let found: Vec<(String, String)> = inspector.ask(queries::NAMES, (only,)).await?;
    Ok(found.iter().map(|(schema, name)| told(schema, name, home)).collect())
}

/// Inspects all tables and views, or the one that a name means.
pub(super) async fn find(
    inspector: &mut Inspector<'_, '_>,
    name: Option<&str>,
) -> Result<Vec<Table>> {
    let (only, home) = schemas(inspector);
    let relations = relations(inspector, name).await?;
    if relations.is_empty() {
        return Ok(Vec::new());
    }
    let oids = [Value::List(relations.iter().map(|row| Value::I64(row.0)).collect())];
    let mut tables = Tables::new(relations, home);
    let [list] = &oids;
    add_rows(inspector, &mut tables, list).await?;
    tables.add_foreign_keys(inspector.ask(queries::FOREIGN_KEYS, &oids[..]).await?);
    tables.add_checks(inspector.ask(queries::CHECKS, &oids[..]).await?);
    tables.add_options(inspector.ask(queries::OPTIONS, &oids[..]).await?);
    let [list] = oids.clone();
    let only = only.map_or(Value::Null, |only| Value::Text(only.to_owned()));
    tables.add_attached(inspector.ask(queries::ATTACHED, &[list, only][..]).await?);
    tables.add_beyond(inspector.ask(queries::OF_TABLES, &oids[..]).await?);
    Ok(tables.finish())
}

/// Inspects the table or view that a name means as far as its rows go: in four questions of nine.
pub(super) async fn find_rows_of(
    inspector: &mut Inspector<'_, '_>,
    name: &str,
) -> Result<Vec<Table>> {
    let (_, home) = schemas(inspector);
    let relations = relations(inspector, Some(name)).await?;
    let Some(oid) = relations.first().map(|row| Value::I64(row.0)) else {
        return Ok(Vec::new());
    };
    let mut tables = Tables::new(relations, home);
    inspector.execute(PLAN_ONCE).await?;
    add_rows(inspector, &mut tables, &oid).await?;
    inspector.execute(PLAN_AS_BEFORE).await?;
    Ok(tables.finish())
}

/// All tables and views, or the one that a name means.
async fn relations(
    inspector: &mut Inspector<'_, '_>,
    name: Option<&str>,
) -> Result<Vec<RelationRow>> {
    let (only, home) = schemas(inspector);
    let asked = name.map(Asked::new);
    let (bare, schema, relation) = asked.as_ref().map_or((None, None, None), Asked::parts);
    let params = (bare, schema, relation, only);
    let relations = inspector.ask(queries::RELATIONS, params).await?;
    Ok(match asked {
        Some(asked) => asked.best(relations, home),
        None => relations,
    })
}

/// Adds columns, keys and indexes of a table, or of a list of them.
async fn add_rows(
    inspector: &mut Inspector<'_, '_>,
    tables: &mut Tables<'_>,
    of: &Value,
) -> Result<()> {
    let params = std::slice::from_ref(of);
    tables.add_columns(inspector.ask(&about(queries::COLUMNS, of), params).await?);
    tables.add_indexes(inspector.ask(&about(queries::INDEXES, of), params).await?);
    tables.add_index_parts(inspector.ask(&about(queries::INDEX_PARTS, of), params).await?);
    Ok(())
}

/// A question about a list of tables, or in the words for one: a plan that is made for a list whose length
/// is not known reads whole catalogues.
fn about<'t>(question: &'t str, of: &Value) -> Cow<'t, str> {
    match of {
        Value::List(_) => Cow::Borrowed(question),
        _ => Cow::Owned(question.replace("= ANY ($1::int8[]::oid[])", "= $1::int8::oid")),
    }
}

/// Adds what stands beside the tables.
pub(super) async fn beside(inspector: &mut Inspector<'_, '_>, schema: &mut Schema) -> Result<()> {
    beside::add(inspector, inspector.schema, schema).await
}

/// The only schema that is looked at, and the one whose tables are named without it.
fn schemas<'t>(inspector: &Inspector<'t, '_>) -> (Option<&'t str>, &'t str) {
    (inspector.schema, inspector.schema.unwrap_or(DEFAULT_SCHEMA))
}
