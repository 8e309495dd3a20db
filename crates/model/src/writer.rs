//! SQL being written: text and the values bound to it grow together.

mod condition;
mod pattern;

use hypostyle_core::{Result, Value, ValueRef};
use hypostyle_sql::Dialect;

use crate::column::ColumnName;
use crate::definition::Definition;
use crate::order::OrderBy;

/// A statement with its parameters, as it is written for an engine.
#[derive(Clone, Debug, PartialEq)]
pub struct Writer {
    /// The text, in which `?` stands for each value.
    pub text: String,
    /// The values in the order of the text.
    pub params: Vec<Value>,
    /// Whose words it is in.
    pub dialect: Dialect,
    /// What stands before the names of columns, where there are several tables.
    qualifier: String,
    /// What the table that is written about is called, for those inside of it.
    table: String,
    depth: usize,
}

impl Writer {
    /// Begins a statement.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            text: String::new(),
            params: Vec::new(),
            dialect,
            qualifier: String::new(),
            table: String::new(),
            depth: 0,
        }
    }

    /// Begins to write about a table, whose name others may refer to.
    pub(crate) fn about(definition: &Definition, dialect: Dialect) -> Result<Self> {
        let table = definition.texts(dialect)?.table.clone();
        Ok(Self { table, ..Self::new(dialect) })
    }

    /// Writes the names of columns with what stands before them.
    pub(crate) fn qualified_by(&mut self, qualifier: &str) {
        qualifier.clone_into(&mut self.qualifier);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends text of the program's own, never of a caller's.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a quoted name.
    ///
    /// # Errors
    /// `Query` for a name that no quotes hold.
    pub fn push_quoted(&mut self, name: &str) -> Result<()> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.bytes().all(is_plain) {
            let quote = if self.dialect == Dialect::Mysql { '`' } else { '"' };
            self.text.push(quote);
            self.text.push_str(name);
            self.text.push(quote);
            return Ok(());
        }
        let quoted = self.dialect.quote_identifier(name)?;
        self.text.push_str(&quoted);
        Ok(())
    }

    pub(crate) fn push_column(&mut self, column: ColumnName) -> Result<()> {
        if !self.qualifier.is_empty() {
            self.text.push_str(&self.qualifier);
            self.text.push('.');
        }
        self.push_bare(column)
    }

    pub(crate) fn push_bare(&mut self, column: ColumnName) -> Result<()> {
        if column.prefix.is_empty() {
            self.push_quoted(column.name)
        } else {
            self.push_quoted(&column.to_string())
        }
    }

    pub(crate) fn push_table(&mut self, definition: &Definition) -> Result<()> {
        if let Some(schema) = definition.schema {
            self.push_quoted(schema)?;
            self.text.push('.');
        }
        self.push_quoted(definition.table)
    }

    /// Appends all columns of a model by commas, with what stands before them.
    pub(crate) fn push_columns(&mut self, definition: &Definition) -> Result<()> {
        for (at, column) in definition.columns.iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " });
            self.push_column(column.name)?;
        }
        Ok(())
    }

    /// Appends what another has written.
    pub(crate) fn push_written(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.params.extend(other.params.iter().cloned());
    }

    /// Appends a placeholder with its value, of the type that its place wants.
    pub fn bind(&mut self, value: Value) {
        self.text.push('?');
        self.params.push(value);
    }

    /// Appends a placeholder whose value is compared with a column of whatever type. PostgreSQL would
    /// take it for one of the column's type, in which a number may have no place.
    pub(crate) fn bind_compared(&mut self, value: Value) {
        let cast = match &value {
            _ if !self.dialect.is_postgres() => "",
            Value::I64(_) => "::int8",
            Value::F32(_) => "::float4",
            Value::F64(_) => "::float8",
            Value::Decimal(_) => "::numeric",
            _ => "",
        };
        self.bind(value);
        self.push(cast);
    }

    /// Appends values in brackets, each by one of the two ways to bind it.
    pub(crate) fn push_values(
        &mut self,
        values: impl IntoIterator<Item = Value>,
        bind: impl Fn(&mut Self, Value),
    ) {
        self.push("(");
        for (at, value) in values.into_iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " });
            bind(self, value);
        }
        self.push(")");
    }

    pub(crate) fn push_order(&mut self, orders: &[OrderBy], definition: &Definition) -> Result<()> {
        self.push_order_there_or_back(orders, definition, false)
    }

    /// Appends an order, or the one that goes through the same rows from behind.
    pub(crate) fn push_order_there_or_back(
        &mut self,
        orders: &[OrderBy],
        definition: &Definition,
        backward: bool,
    ) -> Result<()> {
        for (at, order) in orders.iter().enumerate() {
            self.push(if at == 0 { " ORDER BY " } else { ", " });
            let column = definition.find(order.column).map(|(_, column)| column);
            let is_nullable = column.is_none_or(|column| column.nullable);
            let by_words = is_nullable && self.dialect != Dialect::Mysql;
            if is_nullable && !by_words {
                self.push_column(order.column)?;
                self.push(if backward { " IS NULL DESC, " } else { " IS NULL, " });
            }
            self.push_column(order.column)?;
            self.push(if order.descending == backward { "" } else { " DESC" });
            if by_words {
                self.push(if backward { " NULLS FIRST" } else { " NULLS LAST" });
            }
        }
        Ok(())
    }

    /// Appends how many rows are wanted and how many are passed over.
    pub(crate) fn push_limit(&mut self, take: Option<u64>, skip: u64) {
        let bound = |rows: u64| Value::I64(i64::try_from(rows).unwrap_or(i64::MAX));
        match take {
            Some(rows) => {
                self.push(" LIMIT ");
                self.bind(bound(rows));
            }
            // An OFFSET alone is not what all engines take.
            None if skip > 0 => {
                self.push(" LIMIT ");
                self.bind(Value::I64(i64::MAX));
            }
            None => {}
        }
        if skip > 0 {
            self.push(" OFFSET ");
            self.bind(bound(skip));
        }
    }

    /// Lends the values in the order of their placeholders.
    pub(crate) fn values(&self) -> Vec<ValueRef<'_>> {
        self.params.iter().map(Value::as_ref).collect()
    }
}
