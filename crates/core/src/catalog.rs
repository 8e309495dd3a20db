//! The two questions of the handle itself that each dialect asks in its own words.

use hypostyle_sql::Dialect;

use crate::{Capability, Engine, Error, Name, Result, Row};

/// The text that counts tables and views of a name given as the only parameter.
pub(crate) fn table_exists(dialect: Dialect, name: Name<'_>, engine: &str) -> Result<String> {
    match dialect {
        Dialect::Sqlite => {
            let schema = match name.schema {
                Some(schema) => dialect.quote_identifier(schema).map_err(Error::from)? + ".",
                None => String::new(),
            };
            // Names compare as SQLite compares them: without regard to ASCII case.
            Ok(format!(
                "SELECT count(*) FROM {schema}sqlite_schema \
                 WHERE type IN ('table', 'view') AND name = ? COLLATE NOCASE"
            ))
        }
        Dialect::Postgres => {
            let place = match name.schema {
                Some(schema) => format!("n.nspname = {}", dialect.quote_string(schema)?),
                None => "pg_table_is_visible(c.oid)".to_owned(),
            };
            Ok(format!(
                "SELECT count(*) FROM pg_catalog.pg_class c \
                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
                 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = $1::text AND {place}"
            ))
        }
        Dialect::Mysql => {
            let place = match name.schema {
                Some(schema) => dialect.quote_string(schema)?,
                None => "DATABASE()".to_owned(),
            };
            // The comparison alone would not see blanks at the end.
            Ok(format!(
                "SELECT count(*) FROM information_schema.tables \
                 WHERE table_schema = {place} AND table_name = $1 \
                 AND length(table_name) = length($1)"
            ))
        }
        Dialect::DuckDb => {
            let place = match name.schema {
                Some(schema) => format!("lower({})", dialect.quote_string(schema)?),
                None => "lower(current_schema())".to_owned(),
            };
            // Names compare as DuckDB compares them: without regard to case.
            Ok(format!(
                "SELECT count(*) FROM ( \
                 SELECT database_name, schema_name, table_name AS name FROM duckdb_tables() UNION ALL \
                 SELECT database_name, schema_name, view_name FROM duckdb_views() WHERE NOT internal \
                 ) AS found WHERE lower(name) = lower($1) AND lower(schema_name) = {place} \
                 AND database_name IN (current_database(), 'temp')"
            ))
        }
        _ => Err(Error::unsupported(engine, "table_exists")),
    }
}

/// A statement that answers a plan, and how to read a line of it.
pub(crate) struct Explain {
    pub(crate) text: String,
    line_column: &'static str,
}

impl Explain {
    pub(crate) fn line(&self, row: Row<'_>) -> Result<String> {
        row.get(self.line_column)
    }
}

pub(crate) fn explain(engine: &Engine, text: &str) -> Result<Explain> {
    match engine.dialect {
        Dialect::Sqlite if engine.capability.has(Capability::EXPLAIN) => {
            Ok(Explain { text: format!("EXPLAIN QUERY PLAN {text}"), line_column: "detail" })
        }
        Dialect::Postgres if engine.capability.has(Capability::EXPLAIN) => {
            Ok(Explain { text: format!("EXPLAIN {text}"), line_column: "QUERY PLAN" })
        }
        Dialect::Mysql if engine.capability.has(Capability::EXPLAIN) => {
            Ok(Explain { text: format!("EXPLAIN FORMAT=JSON {text}"), line_column: "EXPLAIN" })
        }
        Dialect::DuckDb if engine.capability.has(Capability::EXPLAIN) => {
            Ok(Explain { text: format!("EXPLAIN {text}"), line_column: "explain_value" })
        }
        _ => Err(Error::unsupported(engine.name, "explain")),
    }
}
