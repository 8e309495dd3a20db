//! What stands beside the tables: extensions, types, sequences, functions.

use hypostyle_core::Result;

use super::queries;
use crate::inspect::Inspector;
use crate::{
    Check, Definition, DefinitionKind, Domain, Enumeration, Extension, Schema, Sequence,
    SequenceOptions,
};

type EnumerationRow = (String, String, Option<String>, Option<String>);
type DomainRow =
    (String, String, String, bool, Option<String>, Option<String>, Option<String>, Option<String>);
type SequenceRow = (
    String,
    String,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    bool,
    Option<String>,
    Option<String>,
    Option<String>,
);
type FunctionRow = (String, bool, String, String, String, Option<String>);

/// Adds it to the tables; `home` is the schema whose objects are told without it.
pub(super) async fn add(
    inspector: &mut Inspector<'_, '_>,
    only: Option<&str>,
    home: &str,
    schema: &mut Schema,
) -> Result<()> {
    let rows: Vec<(String, String)> = inspector.ask(queries::EXTENSIONS, (only,)).await?;
    let extension =
        |(name, version)| Extension { name, version: Some(version), ..Extension::default() };
    schema.extensions = rows.into_iter().map(extension).collect();
    let rows: Vec<EnumerationRow> = inspector.ask(queries::ENUMERATIONS, (only,)).await?;
    schema.enumerations = rows.into_iter().map(enumeration).collect();
    let rows: Vec<DomainRow> = inspector.ask(queries::DOMAINS, (only,)).await?;
    schema.domains = rows.into_iter().map(domain).collect();
    let rows: Vec<SequenceRow> = inspector.ask(queries::SEQUENCES, (only,)).await?;
    schema.sequences = rows.into_iter().map(sequence).collect();
    let rows: Vec<FunctionRow> = inspector.ask(queries::FUNCTIONS, (only,)).await?;
    schema.definitions = rows.into_iter().map(function).collect();
    if let Some(only) = only {
        let tables = schema.tables.iter_mut().flat_map(|table| &mut table.definitions);
        schema.definitions.iter_mut().chain(tables).for_each(|it| leave_schema_out(it, only));
    }
    let rows: Vec<(String,)> = inspector.ask(queries::BESIDE, (only,)).await?;
    schema.beyond = rows.into_iter().map(|(name,)| name).collect();
    let tables = schema.tables.iter().map(|table| table.schema.clone());
    let mut others: Vec<String> = tables.filter(|name| name != home).collect();
    others.sort();
    others.dedup();
    schema.schemas = others;
    Ok(())
}

fn enumeration((schema, name, labels, comment): EnumerationRow) -> Enumeration {
    let labels = labels.and_then(|labels| serde_json::from_str(&labels).ok());
    Enumeration { schema, name, labels: labels.unwrap_or_default(), comment }
}

fn domain(row: DomainRow) -> Domain {
    let (schema, name, declared, not_null, default, collation, checks, comment) = row;
    let checks: Option<Vec<(String, String)>> =
        checks.and_then(|checks| serde_json::from_str(&checks).ok());
    let check = |(name, expression)| Check { name: Some(name), expression, ..Check::default() };
    let checks = checks.unwrap_or_default().into_iter().map(check).collect();
    Domain { schema, name, declared, not_null, default, collation, checks, comment }
}

fn sequence(row: SequenceRow) -> Sequence {
    let (schema, name, declared, start, increment, minimum, maximum, cache, cycle, ..) = &row;
    let options = SequenceOptions {
        declared: declared.clone(),
        start: *start,
        increment: *increment,
        minimum: *minimum,
        maximum: *maximum,
        cache: *cache,
        cycle: *cycle,
    };
    let (schema, name) = (schema.clone(), name.clone());
    let (.., table, column, comment) = row;
    Sequence { schema, name, options, owned_by: table.zip(column), comment }
}

/// Leaves out the schema that the name of what is made is told with, so that it can be made in any.
fn leave_schema_out(definition: &mut Definition, schema: &str) {
    let head = definition.sql.find(['(', '\n']).unwrap_or(definition.sql.len());
    let qualified = format!(" {schema}.");
    if let Some(at) = definition.sql.find(&qualified).filter(|at| *at < head) {
        definition.sql.replace_range(at + 1..at + qualified.len(), "");
    }
}

fn function((schema, is_procedure, name, sql, drop, comment): FunctionRow) -> Definition {
    let kind = match is_procedure {
        true => DefinitionKind::Procedure,
        false => DefinitionKind::Function,
    };
    Definition { kind, schema, name, sql: sql.trim_end().to_owned(), drop, comment }
}
