//! The columns of a result, shared by every reply of the same statement.

use crate::{Error, ErrorKind, Result};

/// The kind of values a column declares; the values themselves decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the kind of value of the same name")]
pub enum Type {
    /// Not declared, or any kind.
    #[default]
    Any,
    Bool,
    I64,
    U64,
    I128,
    U128,
    F32,
    F64,
    Decimal,
    Text,
    Bytes,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    Interval,
    Uuid,
    Json,
    Vector,
    List,
    Map,
    Native,
}

impl Type {
    /// Answers the name in lower case, as documents write it: `i64`, `timestamp_tz`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Bool => "bool",
            Self::I64 => "i64",
            Self::U64 => "u64",
            Self::I128 => "i128",
            Self::U128 => "u128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            Self::Decimal => "decimal",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::TimestampTz => "timestamp_tz",
            Self::Interval => "interval",
            Self::Uuid => "uuid",
            Self::Json => "json",
            Self::Vector => "vector",
            Self::List => "list",
            Self::Map => "map",
            Self::Native => "native",
        }
    }

    /// Answers the kind of values a type declared in SQLite stands for: names that other engines
    /// have first, SQLite's affinity then.
    ///
    /// SQLite itself knows only affinities; a declared type beyond them is a promise of the schema.
    ///
    /// # Source
    /// <https://sqlite.org/datatype3.html#determination_of_column_affinity>
    pub fn of_sqlite(declared: &str) -> Self {
        let name = declared.split('(').next().unwrap_or_default().trim().to_ascii_uppercase();
        let holds = |part: &str| name.contains(part);
        match name.as_str() {
            "" | "ANY" => Self::Any,
            "BOOL" | "BOOLEAN" => Self::Bool,
            "DATE" => Self::Date,
            "TIME" => Self::Time,
            "DATETIME" | "TIMESTAMP" | "TIMESTAMP WITHOUT TIME ZONE" => Self::Timestamp,
            "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => Self::TimestampTz,
            "INTERVAL" => Self::Interval,
            "DECIMAL" | "NUMERIC" | "MONEY" | "NUMBER" => Self::Decimal,
            "UUID" | "GUID" => Self::Uuid,
            "JSON" | "JSONB" => Self::Json,
            "VECTOR" => Self::Vector,
            _ if holds("INT") => Self::I64,
            _ if holds("CHAR") || holds("CLOB") || holds("TEXT") => Self::Text,
            _ if holds("BLOB") => Self::Bytes,
            _ if holds("REAL") || holds("FLOA") || holds("DOUB") => Self::F64,
            _ => Self::Any,
        }
    }
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name, as the engine answers it.
    pub name: Box<str>,
    /// The kind of values.
    pub kind: Type,
    /// The engine's own name of the type, as declared; empty for an expression.
    pub declared: Box<str>,
}

/// The columns of a result, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

impl Columns {
    /// Takes columns in order.
    pub fn new(columns: Vec<Column>) -> Self {
        Self(columns)
    }

    /// Finds a column by name: exactly, or else by its only match without regard to ASCII case.
    pub fn find(&self, name: &str) -> Option<usize> {
        let exact = self.0.iter().position(|column| &*column.name == name);
        exact.or_else(|| {
            let folded = |column: &Column| column.name.eq_ignore_ascii_case(name);
            let first = self.0.iter().position(folded)?;
            (!self.0[first + 1..].iter().any(folded)).then_some(first)
        })
    }

    /// Finds a column by name, looking first where it is expected: a structure lists its fields
    /// mostly in the order of the columns.
    ///
    /// # Errors
    /// `Data` when there is no such column.
    #[inline]
    pub fn index_near(&self, name: &str, expected: usize) -> Result<usize> {
        match self.0.get(expected) {
            // With the same name twice, the first counts.
            Some(column) if &*column.name == name && !self.has_before(name, expected) => {
                Ok(expected)
            }
            _ => self.index(name),
        }
    }

    fn has_before(&self, name: &str, end: usize) -> bool {
        self.0[..end].iter().any(|column| &*column.name == name)
    }

    /// Finds a column by name, or says which there are.
    ///
    /// # Errors
    /// `Data` when there is no such column.
    pub fn index(&self, name: &str) -> Result<usize> {
        self.find(name).ok_or_else(|| {
            let names: Vec<&str> = self.0.iter().map(|column| &*column.name).collect();
            let message = format!("no column `{name}` in the result; it has {}", names.join(", "));
            Error::new(ErrorKind::Data, message)
        })
    }
}

impl std::ops::Deref for Columns {
    type Target = [Column];

    fn deref(&self) -> &[Column] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(declared: &str, expect: Type) {
        assert_eq!(Type::of_sqlite(declared), expect, "{declared}");
    }

    #[test]
    fn declared_types_stand_for_kinds() {
        check("", Type::Any);
        check("ANY", Type::Any);
        check("INTEGER", Type::I64);
        check("unsigned big int", Type::I64);
        check("varchar(20)", Type::Text);
        check("NVARCHAR (160)", Type::Text);
        check("NUMERIC(10,2)", Type::Decimal);
        check("double precision", Type::F64);
        check("BLOB", Type::Bytes);
        check("boolean", Type::Bool);
        check("DATETIME", Type::Timestamp);
        check("timestamp with time zone", Type::TimestampTz);
        check("json", Type::Json);
        check("geometry", Type::Any);
    }
}
