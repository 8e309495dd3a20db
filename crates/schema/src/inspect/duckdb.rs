//! DuckDB: its functions about tables, and the statements it keeps.

mod beside;
mod kinds;
mod text;

use std::collections::HashMap;

use hypostyle_core::{Result, Value};

pub(super) use self::beside::beside;
use self::kinds::kind;
use super::Inspector;
use super::labels::labels;
use crate::{
    Check, Column, ForeignKey, Generated, Index, IndexPart, IndexedBy, Origin, Storage, Table,
    TableKind,
};

/// The schema whose tables are named without it.
const DEFAULT_SCHEMA: &str = "main";

/// Tables and views; `$1` is a name with or without its schema, or NULL for all.
const RELATIONS: &str = "\
    SELECT schema_name, name, is_view, comment, sql FROM ( \
    SELECT schema_name, table_name AS name, false AS is_view, comment, sql FROM duckdb_tables() \
    WHERE NOT internal AND NOT temporary AND database_name = current_database() \
    UNION ALL SELECT schema_name, view_name, true, comment, sql FROM duckdb_views() \
    WHERE NOT internal AND NOT temporary AND database_name = current_database()) AS found \
    WHERE $1 IS NULL OR lower(name) = lower($1) \
    OR lower(schema_name || '.' || name) = lower($1) \
    ORDER BY schema_name <> 'main', lower(schema_name), lower(name), name";

const COLUMNS: &str = "\
    SELECT schema_name, table_name, column_name, data_type, is_nullable, column_default, comment \
    FROM duckdb_columns() WHERE NOT internal AND database_name = current_database() \
    ORDER BY schema_name, table_name, column_index";

const CONSTRAINTS: &str = "\
    SELECT schema_name, table_name, constraint_type, constraint_name, expression, \
    constraint_column_names, referenced_table, referenced_column_names \
    FROM duckdb_constraints() WHERE database_name = current_database() \
    AND constraint_type <> 'NOT NULL' ORDER BY schema_name, table_name, constraint_index";

const INDEXES: &str = "\
    SELECT schema_name, table_name, index_name, is_unique, sql, comment \
    FROM duckdb_indexes() WHERE database_name = current_database() \
    ORDER BY schema_name, table_name, index_name";

type RelationRow = (String, String, bool, Option<String>, Option<String>);
type ColumnRow = (String, String, String, String, bool, Option<String>, Option<String>);
type ConstraintRow =
    (String, String, String, Option<String>, Option<String>, Value, Option<String>, Value);
type IndexRow = (String, String, String, bool, Option<String>, Option<String>);

/// Lists the names of all tables and views.
pub(super) async fn names(inspector: &mut Inspector<'_, '_>) -> Result<Vec<String>> {
    let relations: Vec<RelationRow> = inspector.ask(RELATIONS, (None::<&str>,)).await?;
    Ok(relations.into_iter().map(|(schema, name, ..)| told(&schema, &name)).collect())
}

/// Inspects all tables and views, or the one that a name means.
pub(super) async fn find(
    inspector: &mut Inspector<'_, '_>,
    name: Option<&str>,
) -> Result<Vec<Table>> {
    let mut relations: Vec<RelationRow> = inspector.ask(RELATIONS, (name,)).await?;
    if let Some(name) = name {
        // The schema that needs no name comes first, then one that is named exactly.
        let exact = relations.iter().position(|(schema, found, ..)| told(schema, found) == name);
        let best = exact.unwrap_or_default();
        relations = relations.into_iter().skip(best).take(1).collect();
    }
    if relations.is_empty() {
        return Ok(Vec::new());
    }
    let mut tables = Tables::new(relations);
    tables.add_columns(inspector.ask(COLUMNS, ()).await?);
    tables.add_constraints(inspector.ask(CONSTRAINTS, ()).await?);
    tables.add_indexes(inspector.ask(INDEXES, ()).await?);
    Ok(tables.list)
}

fn told(schema: &str, name: &str) -> String {
    if schema == DEFAULT_SCHEMA { name.to_owned() } else { format!("{schema}.{name}") }
}

/// The tables as they are put together, found by schema and name.
struct Tables {
    list: Vec<Table>,
    at: HashMap<(String, String), usize>,
}

impl Tables {
    fn new(relations: Vec<RelationRow>) -> Self {
        let mut tables = Self { list: Vec::new(), at: HashMap::new() };
        for (schema, name, is_view, comment, sql) in relations {
            tables.at.insert((schema.clone(), name.clone()), tables.list.len());
            tables.list.push(Table {
                name: told(&schema, &name),
                relation: (schema != DEFAULT_SCHEMA).then_some(name),
                schema,
                kind: if is_view { TableKind::View } else { TableKind::Table },
                comment,
                sql,
                ..Table::default()
            });
        }
        tables
    }

    fn find(&mut self, schema: String, name: String) -> Option<&mut Table> {
        self.at.get(&(schema, name)).map(|at| &mut self.list[*at])
    }

    fn add_columns(&mut self, rows: Vec<ColumnRow>) {
        for (schema, table, name, declared, nullable, default, comment) in rows {
            let Some(table) = self.find(schema, table) else { continue };
            table.columns.push(Column {
                kind: kind(&declared),
                labels: labels(&declared),
                declared,
                nullable,
                default,
                comment,
                name,
                ..Column::default()
            });
        }
        for table in &mut self.list {
            let create = table.sql.as_deref().filter(|_| table.kind == TableKind::Table);
            for (name, collation) in create.map(text::collations).unwrap_or_default() {
                if let Some(column) = table.columns.iter_mut().find(|column| column.name == name) {
                    column.collation = Some(collation);
                }
            }
            for (name, expression) in create.map(text::generated).unwrap_or_default() {
                if let Some(column) = table.columns.iter_mut().find(|column| column.name == name) {
                    column.default = None;
                    let (storage, expression) = (Storage::Virtual, Some(expression));
                    column.generated = Some(Generated { storage, expression });
                }
            }
        }
    }

    fn add_constraints(&mut self, rows: Vec<ConstraintRow>) {
        for (schema, table, sort, name, expression, columns, referenced_table, referenced) in rows {
            let Some(table) = self.find(schema, table) else { continue };
            let columns = texts(columns);
            match sort.as_str() {
                "PRIMARY KEY" => {
                    table.indexes.push(key(name, Origin::PrimaryKey, &columns));
                    for (at, key) in columns.iter().enumerate() {
                        let column = table.columns.iter_mut().find(|column| column.name == *key);
                        if let Some(column) = column {
                            column.primary_key = Some(at + 1);
                        }
                    }
                    table.primary_key = columns;
                }
                "UNIQUE" => table.indexes.push(key(name, Origin::Unique, &columns)),
                "FOREIGN KEY" => table.foreign_keys.push(ForeignKey {
                    name,
                    columns,
                    // No key refers to another schema.
                    referenced_table: told(&table.schema, &referenced_table.unwrap_or_default()),
                    referenced_columns: texts(referenced),
                    ..ForeignKey::default()
                }),
                "CHECK" => table.checks.extend(expression.map(|expression| Check {
                    name,
                    expression,
                    ..Check::default()
                })),
                other => table.beyond.push(other.to_lowercase()),
            }
        }
    }

    fn add_indexes(&mut self, rows: Vec<IndexRow>) {
        for (schema, table, name, unique, sql, comment) in rows {
            let Some(table) = self.find(schema, table) else { continue };
            let parts = text::index_parts(&sql.unwrap_or_default());
            let part = |by: String| {
                let column = text::name(&by);
                match table.columns.iter().any(|known| known.name == column) {
                    true => IndexedBy::Column(column),
                    false => IndexedBy::Expression(by),
                }
            };
            let parts = parts.into_iter().map(part).map(ascending).collect();
            let origin = Origin::Created;
            table.indexes.push(Index { name, unique, origin, parts, comment, ..Index::default() });
        }
    }
}

fn ascending(by: IndexedBy) -> IndexPart {
    IndexPart { by, ..IndexPart::default() }
}

/// The index of a key, which has the constraint's name.
fn key(name: Option<String>, origin: Origin, columns: &[String]) -> Index {
    let parts = columns.iter().cloned().map(IndexedBy::Column).map(ascending).collect();
    let name = name.unwrap_or_default();
    Index { name, unique: true, origin, parts, ..Index::default() }
}

fn texts(list: Value) -> Vec<String> {
    let Value::List(items) = list else { return Vec::new() };
    let text = |item| match item {
        Value::Text(text) => Some(text),
        _ => None,
    };
    items.into_iter().filter_map(text).collect()
}
