//! The columns of a model.

use crate::column::ColumnName;
use crate::field::{Field, FieldKind};

/// A column as the model declares it.
#[derive(Clone, Debug)]
pub struct ColumnDefinition {
    pub(crate) name: ColumnName,
    pub(crate) kind: FieldKind,
    pub(crate) nullable: bool,
    pub(crate) is_key: bool,
    pub(crate) numbered: bool,
    pub(crate) autoincrement: bool,
    pub(crate) length: Option<u32>,
    pub(crate) precision: Option<(u32, u32)>,
    pub(crate) declared: Option<&'static str>,
    pub(crate) collation: Option<&'static str>,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) generated: Option<&'static str>,
    pub(crate) role: Role,
    pub(crate) check: Option<&'static str>,
    pub(crate) reference: Option<Reference>,
}

/// What a row that brings no value gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DefaultValue {
    /// A text.
    Text(&'static str),
    /// A truth value.
    Bool(bool),
    /// A number, as it is written.
    Number(&'static str),
    /// An expression in SQL.
    Sql(&'static str),
}

/// What a column is kept for by the repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Nothing but its value.
    #[default]
    Plain,
    /// When the row was made.
    Created,
    /// When it was last changed.
    Updated,
    /// When it was deleted, of rows that stay.
    Deleted,
    /// How often it was changed, so that nobody overwrites what was not seen.
    Version,
}

/// The row of another table that a column names.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The model referred to.
    pub to: fn() -> &'static super::Definition,
    /// The name of the constraint; else the engine gives it one.
    pub name: Option<&'static str>,
    /// What happens to this row when that one is deleted.
    pub on_delete: Action,
    /// What happens to this row when that one's key changes.
    pub on_update: Action,
}

pub use hypostyle_schema::Action;

impl ColumnDefinition {
    /// Describes the column of a field, by its name or by that in an embedded structure and what stands
    /// before it.
    pub fn of<T: Field>(name: impl Into<ColumnName>) -> Self {
        Self {
            name: name.into(),
            kind: T::KIND,
            nullable: T::NULLABLE,
            is_key: false,
            numbered: false,
            autoincrement: false,
            length: None,
            precision: None,
            declared: None,
            collation: None,
            default: None,
            generated: None,
            role: Role::Plain,
            check: None,
            reference: None,
        }
    }

    /// Makes it (part of) the primary key.
    #[must_use]
    pub fn key(self) -> Self {
        Self { is_key: true, ..self }
    }

    /// Lets the engine number rows.
    #[must_use]
    pub fn numbered(self) -> Self {
        Self { numbered: true, ..self }
    }

    /// Lets the engine number rows, and no number twice.
    #[must_use]
    pub fn autoincrement(self) -> Self {
        Self { numbered: true, autoincrement: true, ..self }
    }

    /// Lets the column hold NULL.
    #[must_use]
    pub fn nullable(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Limits its text to so many characters.
    #[must_use]
    pub fn length(self, length: u32) -> Self {
        Self { length: Some(length), ..self }
    }

    /// Gives decimals so many digits, of which so many behind the point.
    #[must_use]
    pub fn precision(self, digits: u32, behind: u32) -> Self {
        Self { precision: Some((digits, behind)), ..self }
    }

    /// Declares its type in the engine's own words.
    #[must_use]
    pub fn declared(self, declared: &'static str) -> Self {
        Self { declared: Some(declared), ..self }
    }

    /// Has its text compared and sorted by a collation of the engine's.
    #[must_use]
    pub fn collate(self, collation: &'static str) -> Self {
        Self { collation: Some(collation), ..self }
    }

    /// Gives rows that bring no value one.
    #[must_use]
    pub fn default_to(self, default: DefaultValue) -> Self {
        Self { default: Some(default), ..self }
    }

    /// Computes it from other columns.
    #[must_use]
    pub fn generated(self, expression: &'static str) -> Self {
        Self { generated: Some(expression), ..self }
    }

    /// Has the repository keep it.
    #[must_use]
    pub fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Adds a condition.
    #[must_use]
    pub fn check(self, condition: &'static str) -> Self {
        Self { check: Some(condition), ..self }
    }

    /// Has it name a row of another table.
    #[must_use]
    pub fn references(self, reference: Reference) -> Self {
        Self { reference: Some(reference), ..self }
    }

    /// Answers its name in the database.
    pub fn name(&self) -> ColumnName {
        self.name
    }

    /// Answers what kind of values it holds.
    pub fn kind(&self) -> FieldKind {
        self.kind
    }

    /// Tells whether it may hold NULL.
    pub fn is_nullable(&self) -> bool {
        self.nullable
    }

    /// Tells whether a new row may leave it out.
    pub(crate) fn fills_itself(&self) -> bool {
        self.nullable
            || self.numbered
            || self.default.is_some()
            || self.generated.is_some()
            || self.role != Role::Plain
            || (self.is_key && self.kind == FieldKind::Uuid)
    }
}
