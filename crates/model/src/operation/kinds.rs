//! What can be asked: each operation with its parts, as documents write them.

use super::{Filter, Json, Record};

/// What is to be done, as data: the typed twin of a document.
///
/// # Examples
/// ```
/// use hypostyle_model::operation::{Limits, Operation, Select};
/// let typed = Operation::Select(Select { table: "person".into(), ..Select::default() });
/// let document = r#"{"operation": "select", "table": "person"}"#;
/// assert_eq!(Operation::parse(document, &Limits::default())?, typed);
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reads rows.
    Select(Select),
    /// Counts rows.
    Count(Count),
    /// Makes rows.
    Insert(Insert),
    /// Makes rows, or updates those that stand in their way.
    Upsert(Upsert),
    /// Changes rows.
    Update(Update),
    /// Deletes rows.
    Delete(Delete),
    /// Runs a statement of the caller's own.
    Query(Query),
    /// Does all of these or nothing; none of them is a transaction itself.
    Transaction(Vec<Self>),
    /// Lists the tables and views.
    Tables,
    /// Says what a table looks like.
    Schema {
        /// Its name.
        table: String,
    },
}

/// Which rows: those that meet both; all where neither is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The one with this primary key.
    pub key: Option<Key>,
    /// Those that meet it.
    pub filter: Option<Filter>,
}

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Its values in the order of its columns.
    Values(Vec<Json>),
    /// Its values by the names of its columns.
    Named(Record),
}

/// A column to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: String,
    /// Whether the greatest value comes first.
    pub descending: bool,
}

/// Reads rows. The primary key decides where nothing else does, so that no page skips or repeats one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Select {
    /// The table or view.
    pub table: String,
    /// The columns; empty for all.
    pub columns: Vec<String>,
    /// Which rows.
    pub rows: Rows,
    /// The columns to order by, the most significant first.
    pub order_by: Vec<Sort>,
    /// The most rows; `None` for as many as the limits say.
    pub limit: Option<u64>,
    /// How many rows are passed over.
    pub offset: u64,
    /// Asks for a page of `limit` rows, counted from 1, with the number of all rows.
    pub page: Option<u64>,
}

/// Counts rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// The table or view.
    pub table: String,
    /// Which rows.
    pub rows: Rows,
}

/// Makes rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insert {
    /// The table.
    pub table: String,
    /// What they hold; a column that is left out takes its default.
    pub records: Vec<Record>,
    /// Whether the rows are answered as the database has them.
    pub returning: bool,
}

/// Makes rows, or updates those that have the same key already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upsert {
    /// The table.
    pub table: String,
    /// What they hold; each gives every column of the key.
    pub records: Vec<Record>,
    /// The columns of the key, which are the primary key or unique; empty for the primary key.
    pub conflict: Vec<String>,
    /// Whether the rows are answered as the database has them.
    pub returning: bool,
}

/// Changes rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// The table.
    pub table: String,
    /// Which rows.
    pub rows: Rows,
    /// Whether every row of the table is meant where `rows` names none.
    pub all: bool,
    /// What they are to hold. `{"increment": 5}` and `{"decrement": 5}` count on from what a number is.
    pub record: Record,
    /// How many rows must be changed; any other number changes nothing.
    pub expect: Option<u64>,
    /// Whether the rows are answered as the database has them.
    pub returning: bool,
}

/// Deletes rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delete {
    /// The table.
    pub table: String,
    /// Which rows.
    pub rows: Rows,
    /// Whether every row of the table is meant where `rows` names none.
    pub all: bool,
    /// How many rows must be deleted; any other number deletes nothing.
    pub expect: Option<u64>,
    /// Whether the rows are answered as they were.
    pub returning: bool,
}

/// A statement of the caller's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// One statement.
    pub sql: String,
    /// The values of its placeholders.
    pub params: Params,
    /// Whether it may write; what only reads runs where the engine refuses writes.
    pub writes: bool,
    /// The most rows; `None` for as many as the limits say.
    pub limit: Option<u64>,
}

/// The values of placeholders: numbers, texts, truth values or NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Params {
    /// By position.
    Positional(Vec<Json>),
    /// By name, without the colon.
    Named(Record),
}

impl Default for Params {
    fn default() -> Self {
        Self::Positional(Vec::new())
    }
}

impl Rows {
    /// Means the row with a primary key of one column.
    pub fn of_key(key: impl Into<Json>) -> Self {
        Self { key: Some(Key::Values(vec![key.into()])), filter: None }
    }

    /// Means the rows that meet a filter.
    pub fn of_filter(filter: Filter) -> Self {
        Self { key: None, filter: Some(filter) }
    }

    /// Tells whether all rows are meant.
    pub fn is_all(&self) -> bool {
        self.key.is_none() && self.filter.is_none()
    }
}

impl Operation {
    /// Answers the name in documents.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Select(_) => "select",
            Self::Count(_) => "count",
            Self::Insert(_) => "insert",
            Self::Upsert(_) => "upsert",
            Self::Update(_) => "update",
            Self::Delete(_) => "delete",
            Self::Query(_) => "query",
            Self::Transaction(_) => "transaction",
            Self::Tables => "tables",
            Self::Schema { .. } => "schema",
        }
    }

    /// Tells whether it writes.
    pub fn writes(&self) -> bool {
        match self {
            Self::Insert(_) | Self::Upsert(_) | Self::Update(_) | Self::Delete(_) => true,
            Self::Query(query) => query.writes,
            Self::Transaction(operations) => operations.iter().any(Self::writes),
            Self::Select(_) | Self::Count(_) | Self::Tables | Self::Schema { .. } => false,
        }
    }
    /// Tells whether it runs SQL of the caller's own.
    pub fn has_sql(&self) -> bool {
        match self {
            Self::Query(_) => true,
            Self::Transaction(operations) => operations.iter().any(Self::has_sql),
            _ => false,
        }
    }
}
