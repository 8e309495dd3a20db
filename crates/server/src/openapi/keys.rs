//! Keys of records as the last part of a path.

use serde_json::{Value, json};

use super::{patterns, values};
use crate::data::Type;
use crate::schema::{Column, Table};
use crate::sql::Dialect;

/// The key of a table whose records can be named.
pub(super) struct Key<'t> {
    columns: Vec<&'t Column>,
    dialect: Dialect,
}

impl<'t> Key<'t> {
    /// Answers the key; `None` where there is none, or its values cannot be compared.
    pub(super) fn of(table: &'t Table, dialect: Dialect) -> Option<Self> {
        let found = table.primary_key.iter().map(|name| {
            let column = table.column(name).filter(|column| !column.hidden);
            column.filter(|column| patterns::compared(column.kind, dialect).is_some())
        });
        let columns: Vec<&Column> = found.collect::<Option<_>>()?;
        (!columns.is_empty()).then_some(Self { columns, dialect })
    }

    pub(super) fn parameter(&self, name: &str) -> Value {
        json!({
            "name": name, "in": "path", "required": true,
            "description": self.description(),
            "schema": self.schema(),
            "example": self.example(),
        })
    }

    /// Writes the key of a record that was answered as an expression of OpenAPI's links; `None`
    /// where a part may need quotes.
    pub(super) fn expression(&self) -> Option<String> {
        let of = |column: &Column| {
            let name = column.name.replace('~', "~0").replace('/', "~1");
            format!("$response.body#/record/{name}")
        };
        match self.columns.as_slice() {
            [column] if !column.name.contains(['{', '}']) => Some(of(column)),
            columns => {
                let plain = |column: &&&Column| {
                    column.kind == Type::I64 && !column.name.contains(['{', '}'])
                };
                (columns.len() > 1 && columns.iter().filter(plain).count() == columns.len()).then(
                    || {
                        let parts = columns.iter().map(|column| format!("{{{}}}", of(column)));
                        parts.collect::<Vec<_>>().join(",")
                    },
                )
            }
        }
    }

    fn description(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        match names.as_slice() {
            [name] => format!("The primary key, `{name}`"),
            names => format!(
                "The primary key: `{}`, in this order; a part with a comma stands in double quotes",
                names.join(",")
            ),
        }
    }

    fn schema(&self) -> Value {
        match self.columns.as_slice() {
            [column] if !column.labels.is_empty() => {
                json!({ "type": "string", "enum": column.labels })
            }
            [column] => match column.kind {
                Type::I64 => json!({
                    "type": "integer", "format": "int64",
                    "minimum": i64::MIN, "maximum": i64::MAX,
                }),
                Type::F32 | Type::F64 => json!({ "type": "number" }),
                Type::Bool => json!({ "type": "string", "enum": ["true", "false", "1", "0"] }),
                Type::Any | Type::Text | Type::Json => json!({ "type": "string", "minLength": 1 }),
                kind => {
                    let form = patterns::compared(kind, self.dialect).unwrap_or_default();
                    json!({ "type": "string", "minLength": 1, "pattern": format!("^{form}$") })
                }
            },
            columns => {
                let parts = columns.iter().filter_map(|column| match column.labels.as_slice() {
                    [] => patterns::item(column.kind, self.dialect),
                    labels => Some(patterns::item_of_labels(labels)),
                });
                let form = parts.collect::<Vec<_>>().join(",");
                json!({ "type": "string", "pattern": format!("^{form}$") })
            }
        }
    }

    fn example(&self) -> Value {
        match self.columns.as_slice() {
            [column] if matches!(column.kind, Type::I64 | Type::F32 | Type::F64) => {
                values::example(column.kind)
            }
            columns => {
                let parts = columns.iter().map(|column| match column.kind {
                    Type::Json => "1".to_owned(),
                    _ => values::example_text(column),
                });
                parts.collect::<Vec<_>>().join(",").into()
            }
        }
    }
}
