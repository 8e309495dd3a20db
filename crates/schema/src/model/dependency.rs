//! What must stand before what.

use serde::Serialize;

use super::{Definition, DefinitionKind, Table};

/// Something that can only stand where something else does.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Dependency {
    /// What needs the other.
    pub of: Subject,
    /// What it needs.
    pub on: Subject,
}

/// What a dependency is of or on.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// The schema it stands in; empty where it has none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub schema: String,
    /// The name without the schema; of a definition, the one it is told by.
    pub name: String,
}

/// What the subject of a dependency is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SubjectKind {
    /// A table, a view or a sequence: no two of a schema share a name.
    #[default]
    Relation,
    /// An enumeration, a domain or another type.
    Type,
    /// What is carried as a definition, but for types.
    Definition(DefinitionKind),
}

impl Table {
    /// Answers what dependencies know it by.
    pub fn subject(&self) -> Subject {
        let (schema, name) = (self.schema.clone(), self.bare_name().to_owned());
        Subject { kind: SubjectKind::Relation, schema, name }
    }
}

impl Definition {
    /// Tells whether it is made once all tables and views stand, where it belongs to one of them.
    pub(crate) fn is_late(&self) -> bool {
        matches!(self.kind, DefinitionKind::Rule | DefinitionKind::Policy | DefinitionKind::Other)
    }

    /// Answers what dependencies know it by, where it stands beside the tables.
    pub fn subject(&self) -> Subject {
        let kind = match self.kind {
            DefinitionKind::Type => SubjectKind::Type,
            kind => SubjectKind::Definition(kind),
        };
        Subject { kind, schema: self.schema.clone(), name: self.name.clone() }
    }
}
