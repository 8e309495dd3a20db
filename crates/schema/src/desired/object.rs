//! The objects that a model file makes.

use std::fmt;

use serde::Serialize;

/// What a statement of a model file makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Object {
    /// What kind of object.
    pub kind: ObjectKind,
    /// The name, unquoted.
    pub name: String,
}

/// What kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ObjectKind {
    /// A table, a virtual one included.
    Table,
    /// An index.
    Index,
    /// A stored query.
    View,
    /// A trigger.
    Trigger,
}

impl Object {
    /// Answers what no two objects share: a name, which only a trigger may have beside others.
    pub(super) fn key(&self) -> (bool, String) {
        (self.kind == ObjectKind::Trigger, self.name.to_ascii_lowercase())
    }
}

impl ObjectKind {
    /// Answers the kind in SQL's word for it, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Index => "index",
            Self::View => "view",
            Self::Trigger => "trigger",
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind.name(), self.name)
    }
}
