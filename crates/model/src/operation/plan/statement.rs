//! SQL being written: text and the values bound to it grow together.

use hypostyle_core::{Result, Value};
use hypostyle_schema::Table;
use hypostyle_sql::Dialect;

/// A statement with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The text, in which `?` stands for each value.
    pub text: String,
    /// The values in the order of the text.
    pub params: Vec<Value>,
    /// Whose words it is in.
    pub dialect: Dialect,
}

impl Statement {
    /// Begins a statement.
    pub fn new(dialect: Dialect) -> Self {
        Self { text: String::new(), params: Vec::new(), dialect }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends text of the program's own, never of a caller.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a quoted name.
    ///
    /// # Errors
    /// `Query` for a name that no quotes hold.
    pub fn push_name(&mut self, name: &str) -> Result<()> {
        self.text.push_str(&self.dialect.quote_identifier(name)?);
        Ok(())
    }

    /// Appends the name of a table, quoted.
    pub(super) fn push_table(&mut self, table: &Table) -> Result<()> {
        self.text.push_str(&table.sql_name(self.dialect)?);
        Ok(())
    }

    /// Appends a placeholder with its value, of the type that its place wants.
    pub fn bind(&mut self, value: Value) {
        self.text.push('?');
        self.params.push(value);
    }

    /// Appends a placeholder whose value is compared with a column. PostgreSQL would take it for one
    /// of the column's type, in which a number may have no place.
    pub(super) fn bind_compared(&mut self, value: Value) {
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

    pub(super) fn push_statement(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.params.extend(other.params.iter().cloned());
    }

    pub(super) fn push_limit(&mut self, limit: u64, offset: u64) {
        let number = |number| Value::I64(i64::try_from(number).unwrap_or(i64::MAX));
        self.push(" LIMIT ");
        self.bind(number(limit));
        self.push(" OFFSET ");
        self.bind(number(offset));
    }
}
