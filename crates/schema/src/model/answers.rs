//! What the model answers about itself.

use hypostyle_core::Result;
use hypostyle_sql::Dialect;

use super::{
    Action, Column, DefinitionKind, Index, IndexPart, IndexedBy, Origin, Schema, Table, TableKind,
    Timing,
};

impl TableKind {
    /// Answers the kind in words, as `materialized view`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::View => "view",
            Self::Virtual => "virtual table",
            Self::Partitioned => "partitioned table",
            Self::MaterializedView => "materialized view",
            Self::Foreign => "foreign table",
        }
    }

    /// Answers the kind as statements of PostgreSQL name it.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::View => "VIEW",
            Self::MaterializedView => "MATERIALIZED VIEW",
            Self::Foreign => "FOREIGN TABLE",
            Self::Table | Self::Virtual | Self::Partitioned => "TABLE",
        }
    }

    /// Tells whether it takes rows as a table does: neither a view nor made by an extension.
    pub fn takes_rows(self) -> bool {
        matches!(self, Self::Table | Self::Partitioned | Self::Foreign)
    }
}

impl Action {
    /// Answers the action in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
            Self::Cascade => "CASCADE",
        }
    }
}

impl DefinitionKind {
    /// Answers the kind in words, as `event trigger`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Other => "definition",
            Self::Collation => "collation",
            Self::Type => "type",
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Aggregate => "aggregate",
            Self::Operator => "operator",
            Self::Cast => "cast",
            Self::TextSearch => "text search object",
            Self::Macro => "macro",
            Self::Event => "event",
            Self::EventTrigger => "event trigger",
            Self::Publication => "publication",
            Self::Constraint => "constraint",
            Self::Rule => "rule",
            Self::Policy => "policy",
            Self::Statistics => "statistics",
        }
    }
}

impl Index {
    /// Answers what it is in words: a unique constraint, a unique index or an index.
    pub fn words(&self) -> &'static str {
        match (self.origin, self.unique) {
            (Origin::PrimaryKey, _) => "primary key",
            (Origin::Unique, _) => "unique constraint",
            (Origin::Created, true) => "unique index",
            (Origin::Created, false) => "index",
        }
    }
}

impl Timing {
    /// Tells whether it is checked with each statement, always.
    pub fn is_immediate(&self) -> bool {
        *self == Self::Immediate
    }
}

impl IndexPart {
    /// Makes a part of a column, in its usual order.
    pub fn of(column: impl Into<String>) -> Self {
        Self { by: IndexedBy::Column(column.into()), ..Self::default() }
    }

    /// Answers the column, where the part is one.
    pub fn column(&self) -> Option<&str> {
        match &self.by {
            IndexedBy::Column(name) => Some(name),
            IndexedBy::Expression(_) => None,
        }
    }
}

impl Schema {
    /// Finds a table by name: exactly, or else without regard to ASCII case.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let exact = self.tables.iter().find(|table| table.name == name);
        exact.or_else(|| self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name)))
    }
}

impl Table {
    /// Answers the name as a statement writes it: quoted, and with its schema on PostgreSQL and DuckDB,
    /// where the search path of a session may lead elsewhere.
    ///
    /// # Errors
    /// `Query` for a name with a NUL byte, which no engine has.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_schema::Table;
    /// use hypostyle_sql::Dialect;
    /// let orders = Table {
    ///     schema: "sales".into(),
    ///     name: "sales.orders".into(),
    ///     relation: Some("orders".into()),
    ///     ..Table::default()
    /// };
    /// assert_eq!(orders.sql_name(Dialect::Postgres)?, "\"sales\".\"orders\"");
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn sql_name(&self, dialect: Dialect) -> Result<String> {
        let name = dialect.quote_identifier(self.bare_name())?;
        let has_schemas = dialect.is_postgres() || dialect == Dialect::DuckDb;
        Ok(match has_schemas && !self.schema.is_empty() {
            true => format!("{}.{name}", dialect.quote_identifier(&self.schema)?),
            false => name,
        })
    }

    /// Answers the name without the schema.
    pub fn bare_name(&self) -> &str {
        self.relation.as_deref().unwrap_or(&self.name)
    }

    /// Finds a column by name: exactly, or else without regard to ASCII case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        let exact = self.columns.iter().find(|column| column.name == name);
        exact.or_else(|| self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
    }

    /// Lists the columns that `SELECT *` answers.
    pub fn visible_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.hidden)
    }

    /// Lists the unique constraints, by the indexes that hold them.
    pub fn unique_constraints(&self) -> impl Iterator<Item = &Index> {
        self.indexes.iter().filter(|index| index.origin == Origin::Unique)
    }

    /// Writes the table as a JSON document.
    ///
    /// # Shape
    /// An object with the fields of [`Table`] under their names; a column's declared type is
    /// `type`; an enum is its variant in snake case; what is absent is `null`.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_schema::{Column, Table};
    /// let id = Column { name: "id".into(), declared: "INTEGER".into(), ..Column::default() };
    /// let table = Table { name: "user".into(), columns: vec![id], ..Table::default() };
    /// assert!(table.to_json().contains(r#""columns":[{"name":"id","type":"INTEGER","kind":"any""#));
    /// ```
    pub fn to_json(&self) -> String {
        // Only maps with keys that are no strings fail, and the model has none.
        serde_json::to_string(self).unwrap_or_default()
    }
}
