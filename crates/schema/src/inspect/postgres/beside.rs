//! What stands beside the tables: schemas, extensions, types, sequences, definitions, and what needs
//! what.

use hypostyle_core::Result;

use super::assembly::counting;
use super::kinds::{definition, subject};
use super::queries;
use crate::inspect::Inspector;
use crate::order::in_order;
use crate::{
    Check, Definition, Dependency, Domain, Enumeration, Extension, Schema, Sequence, Subject,
};

type EnumerationRow = (String, String, Option<String>, Option<String>);
type DomainRow =
    (String, String, String, bool, Option<String>, Option<String>, Option<String>, Option<String>);
type SequenceRow = (String, String, String, Option<String>, Option<String>, Option<String>);
type DefinitionRow = (String, String, String, String, String, Option<String>);
type DependencyRow = (String, String, String, String, String, String);

/// Adds it to the tables.
pub(super) async fn add(
    inspector: &mut Inspector<'_, '_>,
    only: Option<&str>,
    schema: &mut Schema,
) -> Result<()> {
    let rows: Vec<(String,)> = inspector.ask(queries::SCHEMAS, (only,)).await?;
    schema.schemas = rows.into_iter().map(|(name,)| name).collect();
    let rows: Vec<(String, Option<String>, String)> =
        inspector.ask(queries::EXTENSIONS, (only,)).await?;
    let extension = |(name, schema, version)| Extension { name, schema, version: Some(version) };
    schema.extensions = rows.into_iter().map(extension).collect();
    let rows: Vec<EnumerationRow> = inspector.ask(queries::ENUMERATIONS, (only,)).await?;
    schema.enumerations = rows.into_iter().map(enumeration).collect();
    let rows: Vec<DomainRow> = inspector.ask(queries::DOMAINS, (only,)).await?;
    schema.domains = rows.into_iter().map(domain).collect();
    let rows: Vec<SequenceRow> = inspector.ask(queries::SEQUENCES, (only,)).await?;
    schema.sequences = rows.into_iter().map(sequence).collect();
    let mut rows: Vec<DefinitionRow> = inspector.ask(queries::ROUTINES, (only,)).await?;
    rows.append(&mut inspector.ask(queries::OBJECTS, (only,)).await?);
    let mut definitions: Vec<Definition> = rows.into_iter().map(of_row).collect();
    if let Some(only) = only {
        let tables = schema.tables.iter_mut().flat_map(|table| &mut table.definitions);
        definitions.iter_mut().chain(tables).for_each(|it| leave_schema_out(it, only));
    }
    let rows: Vec<DependencyRow> = inspector.ask(queries::DEPENDENCIES, (only,)).await?;
    schema.dependencies = rows.into_iter().map(dependency).collect();
    schema.dependencies.sort();
    let needs = &schema.dependencies;
    schema.definitions = in_order(definitions, |it| Some(it.subject()), needs);
    let rows: Vec<(String,)> = inspector.ask(queries::BESIDE, (only,)).await?;
    schema.beyond = rows.into_iter().map(|(name,)| name).collect();
    Ok(())
}

fn enumeration((schema, name, labels, comment): EnumerationRow) -> Enumeration {
    let labels = labels.and_then(|labels| serde_json::from_str(&labels).ok());
    Enumeration { schema, name, labels: labels.unwrap_or_default(), comment }
}

fn domain(row: DomainRow) -> Domain {
    let (schema, name, declared, not_null, default, collation, checks, comment) = row;
    let checks: Option<Vec<(String, String, bool)>> =
        checks.and_then(|checks| serde_json::from_str(&checks).ok());
    let check = |(name, expression, not_valid)| Check {
        name: Some(name),
        expression,
        not_valid,
        ..Check::default()
    };
    let checks = checks.unwrap_or_default().into_iter().map(check).collect();
    Domain { schema, name, declared, not_null, default, collation, checks, comment }
}

fn sequence((schema, name, options, table, column, comment): SequenceRow) -> Sequence {
    Sequence { schema, name, options: counting(&options), owned_by: table.zip(column), comment }
}

fn of_row((kind, schema, name, sql, drop, comment): DefinitionRow) -> Definition {
    let (kind, sql) = (definition(&kind), sql.trim_end().to_owned());
    Definition { kind, schema, name, sql, drop, comment }
}

fn dependency(row: DependencyRow) -> Dependency {
    let (kind, schema, name, on_kind, on_schema, on_name) = row;
    Dependency {
        of: Subject { kind: subject(&kind), schema, name },
        on: Subject { kind: subject(&on_kind), schema: on_schema, name: on_name },
    }
}

/// Leaves out the schema that the name of what is made is told with, so that it can be made in any.
fn leave_schema_out(definition: &mut Definition, schema: &str) {
    let head = definition.sql.find(['(', '\n']).unwrap_or(definition.sql.len());
    let qualified = format!(" {schema}.");
    if let Some(at) = definition.sql.find(&qualified).filter(|at| *at < head) {
        definition.sql.replace_range(at + 1..at + qualified.len(), "");
    }
}
