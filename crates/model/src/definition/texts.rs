//! The statements of a model that do not change from call to call.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

use super::{Definition, Role};
use crate::writer::Writer;

/// Texts for one dialect.
#[derive(Debug)]
pub(crate) struct Texts {
    /// The columns in the order of the fields, by commas.
    pub(crate) columns: String,
    /// The table's name.
    pub(crate) table: String,
    /// Selects all columns of all rows.
    pub(crate) select: String,
    /// Selects the row of a key.
    pub(crate) by_key: String,
}

impl Texts {
    pub(super) fn of(definition: &Definition, dialect: Dialect) -> Result<Self> {
        let mut columns = Writer::new(dialect);
        for (at, column) in definition.columns.iter().enumerate() {
            columns.push(if at == 0 { "" } else { ", " });
            columns.push_column(column.name)?;
        }
        let columns = columns.text;
        let mut table = Writer::new(dialect);
        table.push_table(definition)?;
        let table = table.text;
        let select = format!("SELECT {columns} FROM {table}");
        let mut by_key = Writer::new(dialect);
        by_key.push(&select);
        for (at, column) in definition.key_columns().enumerate() {
            by_key.push(if at == 0 { " WHERE " } else { " AND " });
            by_key.push_column(column.name)?;
            by_key.push(" = ?");
        }
        if let Some((_, deleted)) = definition.with_role(Role::Deleted) {
            by_key.push(" AND ");
            by_key.push_column(deleted.name)?;
            by_key.push(" IS NULL");
        }
        Ok(Self { columns, table, select, by_key: by_key.text })
    }
}
