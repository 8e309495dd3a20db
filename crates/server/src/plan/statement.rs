//! SQL being written: text and the values bound to it grow together.

use crate::data::Value;
use crate::error::Error;
use crate::schema::Table;
use crate::sql::Dialect;

/// A statement with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) text: String,
    pub(crate) params: Vec<Value>,
    pub(crate) dialect: Dialect,
}

impl Statement {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self { text: String::new(), params: Vec::new(), dialect }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends text of the program's own, never of a request.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Appends a quoted name.
    pub(crate) fn push_name(&mut self, name: &str) -> Result<(), Error> {
        let quoted = self.dialect.quote_identifier(name).map_err(|_| Error::Internal)?;
        self.text.push_str(&quoted);
        Ok(())
    }

    /// Appends the name of a table, quoted.
    pub(crate) fn push_table(&mut self, table: &Table) -> Result<(), Error> {
        let quoted = table.sql_name(self.dialect).map_err(|_| Error::Internal)?;
        self.text.push_str(&quoted);
        Ok(())
    }

    /// Appends a placeholder with its value, of the type that its place wants.
    pub(super) fn bind(&mut self, value: Value) {
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

    pub(super) fn push_limit(&mut self, limit: u64, offset: i64) {
        self.push(" LIMIT ");
        self.bind(Value::I64(i64::try_from(limit).unwrap_or(i64::MAX)));
        self.push(" OFFSET ");
        self.bind(Value::I64(offset));
    }
}
