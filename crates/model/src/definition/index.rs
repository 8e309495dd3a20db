//! The indexes of a model.

use crate::column::ColumnName;

/// An index as the model declares it.
///
/// # Examples
/// ```
/// use hypostyle_model::IndexDefinition;
/// let index = IndexDefinition::new().unique().on("email").only_where("deleted_at IS NULL");
/// ```
#[derive(Clone, Debug, Default)]
pub struct IndexDefinition {
    pub(crate) name: Option<&'static str>,
    pub(crate) unique: bool,
    pub(crate) constraint: bool,
    pub(crate) parts: Vec<Part>,
    pub(crate) predicate: Option<&'static str>,
    pub(crate) method: Option<&'static str>,
    pub(crate) include: Vec<ColumnName>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) by: By,
    pub(crate) descending: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    Column(ColumnName),
    Expression(&'static str),
}

impl IndexDefinition {
    /// Begins with an index of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names it; else its table and columns do.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// Refuses equal rows.
    #[must_use]
    pub fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    /// Refuses equal rows, as a constraint of the table.
    #[must_use]
    pub fn constraint(self) -> Self {
        Self { unique: true, constraint: true, ..self }
    }

    /// Adds a column.
    #[must_use]
    pub fn on(mut self, column: impl Into<ColumnName>) -> Self {
        self.parts.push(Part { by: By::Column(column.into()), descending: false });
        self
    }

    /// Adds a column, the greatest first.
    #[must_use]
    pub fn on_desc(mut self, column: impl Into<ColumnName>) -> Self {
        self.parts.push(Part { by: By::Column(column.into()), descending: true });
        self
    }

    /// Adds an expression, as `lower(email)`.
    #[must_use]
    pub fn on_expression(mut self, expression: &'static str) -> Self {
        self.parts.push(Part { by: By::Expression(expression), descending: false });
        self
    }

    /// Holds only the rows that meet a condition.
    #[must_use]
    pub fn only_where(self, condition: &'static str) -> Self {
        Self { predicate: Some(condition), ..self }
    }

    /// Names its method, as `gin`, `brin` or `fulltext`.
    #[must_use]
    pub fn using(self, method: &'static str) -> Self {
        Self { method: Some(method), ..self }
    }

    /// Keeps a column beside the key, to be answered without the table.
    #[must_use]
    pub fn include(mut self, column: impl Into<ColumnName>) -> Self {
        self.include.push(column.into());
        self
    }
}
