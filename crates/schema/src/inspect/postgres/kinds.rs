//! The kinds of values that PostgreSQL's types stand for, as its driver answers them.

use hypostyle_core::Type;

use crate::{DefinitionKind, SubjectKind};

/// Answers the kind of a type below all domains, by its sort or else its name in the catalogue.
pub(super) fn kind(base: &str) -> Type {
    match base {
        "array" => Type::List,
        "composite" => Type::Map,
        "bool" => Type::Bool,
        "int2" | "int4" | "int8" | "oid" => Type::I64,
        "float4" => Type::F32,
        "float8" => Type::F64,
        "numeric" => Type::Decimal,
        "enumeration" | "text" | "varchar" | "bpchar" | "name" | "char" | "citext" | "xml"
        | "bit" | "varbit" | "refcursor" => Type::Text,
        "bytea" => Type::Bytes,
        "date" => Type::Date,
        "time" => Type::Time,
        "timestamp" => Type::Timestamp,
        "timestamptz" => Type::TimestampTz,
        "interval" => Type::Interval,
        "uuid" => Type::Uuid,
        "json" | "jsonb" => Type::Json,
        "vector" => Type::Vector,
        _ => Type::Native,
    }
}

/// Answers what a definition makes, by the word that the questions have for it.
pub(super) fn definition(word: &str) -> DefinitionKind {
    match word {
        "collation" => DefinitionKind::Collation,
        "type" => DefinitionKind::Type,
        "function" => DefinitionKind::Function,
        "procedure" => DefinitionKind::Procedure,
        "aggregate" => DefinitionKind::Aggregate,
        "operator" => DefinitionKind::Operator,
        "cast" => DefinitionKind::Cast,
        "text search" => DefinitionKind::TextSearch,
        "event trigger" => DefinitionKind::EventTrigger,
        "publication" => DefinitionKind::Publication,
        "constraint" => DefinitionKind::Constraint,
        "rule" => DefinitionKind::Rule,
        "policy" => DefinitionKind::Policy,
        "statistics" => DefinitionKind::Statistics,
        _ => DefinitionKind::Other,
    }
}

/// Answers what a dependency is of or on, by the same words.
pub(super) fn subject(word: &str) -> SubjectKind {
    match word {
        "relation" => SubjectKind::Relation,
        "type" => SubjectKind::Type,
        other => SubjectKind::Definition(definition(other)),
    }
}
