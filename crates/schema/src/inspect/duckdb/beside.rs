//! What stands beside the tables: schemas, sequences and types. Of a macro nothing tells the defaults
//! of its parameters, so that it is named alone.

use hypostyle_core::{OwnedRow, Result, Value};
use hypostyle_sql::Dialect;

use super::{DEFAULT_SCHEMA, texts};
use crate::inspect::Inspector;
use crate::{Definition, DefinitionKind, Enumeration, Schema, Sequence, SequenceOptions};

const SCHEMAS: &str = "\
    SELECT schema_name FROM duckdb_schemas() \
    WHERE NOT internal AND database_name = current_database() AND schema_name <> $1 \
    ORDER BY schema_name";

const SEQUENCES: &str = "\
    SELECT schema_name, sequence_name, start_value, increment_by, min_value, max_value, cycle, \
    comment FROM duckdb_sequences() WHERE database_name = current_database() AND NOT temporary \
    ORDER BY schema_name, sequence_name";

const TYPES: &str = "\
    SELECT schema_name, type_name, labels, comment FROM duckdb_types() \
    WHERE database_name = current_database() AND NOT internal ORDER BY schema_name, type_name";

const BEYOND: &str = "\
    SELECT DISTINCT 'macro ' || function_name AS name FROM duckdb_functions() \
    WHERE database_name = current_database() AND NOT internal AND function_type LIKE '%macro' \
    ORDER BY name";

type SequenceRow = (String, String, i64, i64, i64, i64, bool, Option<String>);
type TypeRow = (String, String, Value, Option<String>);

/// Tells what stands beside the tables.
pub(in crate::inspect) async fn beside(
    inspector: &mut Inspector<'_, '_>,
    schema: &mut Schema,
) -> Result<()> {
    let schemas: Vec<(String,)> = inspector.ask(SCHEMAS, (DEFAULT_SCHEMA,)).await?;
    schema.schemas = schemas.into_iter().map(|(name,)| name).collect();
    let sequences: Vec<SequenceRow> = inspector.ask(SEQUENCES, ()).await?;
    schema.sequences = sequences.into_iter().map(sequence).collect();
    add_types(inspector, schema).await?;
    let beyond: Vec<(String,)> = inspector.ask(BEYOND, ()).await?;
    schema.beyond = beyond.into_iter().map(|(name,)| name).collect();
    Ok(())
}

fn sequence(row: SequenceRow) -> Sequence {
    let (schema, name, start, increment, minimum, maximum, cycle, comment) = row;
    let (least, greatest) = if increment < 0 { (i64::MIN, -1) } else { (1, i64::MAX) };
    let first = if increment < 0 { maximum } else { minimum };
    let unusual = |value: i64, usual: i64| Some(value).filter(|value| *value != usual);
    let options = SequenceOptions {
        start: unusual(start, first),
        increment: unusual(increment, 1),
        minimum: unusual(minimum, least),
        maximum: unusual(maximum, greatest),
        cycle,
        ..SequenceOptions::default()
    };
    Sequence { schema, name, options, comment, ..Sequence::default() }
}

/// Adds the types. What one that is no enumeration stands for is told of a value of it alone.
async fn add_types(inspector: &mut Inspector<'_, '_>, schema: &mut Schema) -> Result<()> {
    let types: Vec<TypeRow> = inspector.ask(TYPES, ()).await?;
    let (enumerations, others): (Vec<TypeRow>, Vec<TypeRow>) =
        types.into_iter().partition(|(_, _, labels, _)| matches!(labels, Value::List(_)));
    for (schema_name, name, labels, comment) in enumerations {
        let labels = texts(labels);
        schema.enumerations.push(Enumeration { schema: schema_name, name, labels, comment });
    }
    let (mut places, mut values) = (Vec::new(), Vec::new());
    for (schema_name, name, ..) in &others {
        let [within, quoted] = [schema_name, name].map(|it| Dialect::DuckDb.quote_identifier(it));
        let place = format!("{}.{}", within?, quoted?);
        values.push(format!("typeof(CAST(NULL AS {place}))"));
        places.push(place);
    }
    if others.is_empty() {
        return Ok(());
    }
    let question = format!("SELECT {}", values.join(", "));
    let answers: Vec<OwnedRow> = inspector.ask(&question, ()).await?;
    for (at, (schema_name, name, _, comment)) in others.into_iter().enumerate() {
        let Some(declared) = answers.first().map(|row| row.get::<String>(at)).transpose()? else {
            continue;
        };
        schema.definitions.push(Definition {
            kind: DefinitionKind::Type,
            schema: schema_name,
            name,
            sql: format!("CREATE TYPE {} AS {declared}", places[at]),
            drop: format!("DROP TYPE {}", places[at]),
            comment,
        });
    }
    Ok(())
}
