//! The table of a model in the words of an engine.

use hypostyle_core::{Error, ErrorKind, Result, Type};
use hypostyle_schema::{
    Check, Column, ForeignKey, Generated, Identity, Index, IndexPart, IndexedBy, Origin, Sequence,
    Storage, Table,
};
use hypostyle_sql::Dialect;

use super::index::By;
use super::{ColumnDefinition, DefaultValue, Definition, IndexDefinition, Role};
use crate::field::FieldKind;

impl Definition {
    /// Describes the sequences that number its rows, on an engine whose columns do not by themselves.
    pub(crate) fn sequences(&self, dialect: Dialect) -> Vec<Sequence> {
        let numbered = self.columns.iter().filter(|column| column.numbered);
        let of_engine = numbered.filter(|_| dialect == Dialect::DuckDb);
        let sequence = |column: &ColumnDefinition| Sequence {
            schema: self.schema.unwrap_or_default().to_owned(),
            name: self.sequence_name(column),
            ..Sequence::default()
        };
        of_engine.map(sequence).collect()
    }

    fn sequence_name(&self, column: &ColumnDefinition) -> String {
        format!("{}_{}_seq", self.table, column.name)
    }

    /// Describes the table for an engine.
    ///
    /// # Errors
    /// `Query` for a name that cannot be quoted; `Validation` where an embedded structure has a column that
    /// another field has.
    pub fn to_table(&self, dialect: Dialect) -> Result<Table> {
        let mut table = Table::new(self.table);
        self.schema.unwrap_or_default().clone_into(&mut table.schema);
        for column in &self.columns {
            let described = self.table_column(column, dialect)?;
            if table.columns.iter().any(|other| other.name == described.name) {
                let message = format!("{} has the column `{}` twice", self.model, column.name);
                return Err(Error::new(ErrorKind::Validation, message));
            }
            table = table.with(described);
            table.checks.extend(checks_of(column, dialect)?);
            table.foreign_keys.extend(reference_of(column));
        }
        table = table.keyed_by(self.key_columns().map(|column| column.name.to_string()));
        for (described, column) in table.columns.iter_mut().zip(&self.columns) {
            described.nullable = column.nullable && (!column.is_key || dialect == Dialect::Sqlite);
        }
        table.checks.extend(self.checks.iter().map(|(name, expression)| Check {
            name: name.map(str::to_owned),
            expression: (*expression).to_owned(),
            ..Check::default()
        }));
        table.indexes.extend(self.indexes.iter().map(|index| self.index_of(index)));
        Ok(table)
    }

    fn table_column(&self, column: &ColumnDefinition, dialect: Dialect) -> Result<Column> {
        let mut described = Column::new(column.name.to_string(), kind(column));
        described.nullable = column.nullable;
        described.declared = self.declared(column, dialect);
        described.collation = column.collation.map(str::to_owned);
        described.default = default_of(column, dialect)?;
        if column.numbered && dialect == Dialect::DuckDb {
            let name = dialect.quote_string(&self.sequence_name(column))?;
            described.default = Some(format!("nextval({name})"));
        } else if column.autoincrement && dialect == Dialect::Sqlite {
            described.identity = Some(Identity::Autoincrement);
        } else if column.numbered {
            described = described.numbered();
        }
        described.generated = column.generated.map(|expression| {
            // Both are computed; DuckDB and PostgreSQL before 18 have one way each.
            let storage = match dialect {
                Dialect::DuckDb => Storage::Virtual,
                _ => Storage::Stored,
            };
            Generated { storage, expression: Some(expression.to_owned()) }
        });
        Ok(described)
    }

    /// The type in the engine's words; empty for its usual one.
    fn declared(&self, column: &ColumnDefinition, dialect: Dialect) -> String {
        if let Some(declared) = column.declared {
            return declared.to_owned();
        }
        let is_indexed = column.is_key || self.is_indexed(column);
        match column.kind {
            FieldKind::Text => match column.length {
                Some(length) => format!("varchar({length})"),
                None if is_indexed && dialect == Dialect::Mysql => "varchar(255)".to_owned(),
                None => String::new(),
            },
            FieldKind::Labels(labels) => {
                let longest = labels.iter().map(|label| label.chars().count()).max();
                format!("varchar({})", longest.unwrap_or(1).max(1))
            }
            FieldKind::Decimal => {
                let usual = if dialect.is_postgres() || dialect == Dialect::Sqlite {
                    None
                } else {
                    Some((38, 10))
                };
                match column.precision.or(usual) {
                    Some((digits, behind)) => format!("decimal({digits}, {behind})"),
                    None => String::new(),
                }
            }
            FieldKind::Integer { bits, signed } => integer(bits, signed, dialect).to_owned(),
            _ => String::new(),
        }
    }

    fn is_indexed(&self, column: &ColumnDefinition) -> bool {
        column.reference.is_some()
            || self
                .indexes
                .iter()
                .flat_map(|index| &index.parts)
                .any(|part| matches!(part.by, By::Column(name) if name == column.name))
    }

    fn index_of(&self, index: &IndexDefinition) -> Index {
        let part = |part: &super::index::Part| IndexPart {
            by: match part.by {
                By::Column(name) => IndexedBy::Column(name.to_string()),
                By::Expression(text) => IndexedBy::Expression(text.to_owned()),
            },
            descending: part.descending,
            ..IndexPart::default()
        };
        Index {
            name: index.name.map_or_else(|| self.index_name(index), str::to_owned),
            unique: index.unique,
            origin: if index.constraint { Origin::Unique } else { Origin::Created },
            parts: index.parts.iter().map(part).collect(),
            predicate: index.predicate.map(str::to_owned),
            method: index.method.map(str::to_owned),
            include: index.include.iter().map(ToString::to_string).collect(),
            ..Index::default()
        }
    }

    fn index_name(&self, index: &IndexDefinition) -> String {
        let mut name = self.table.to_owned();
        for part in &index.parts {
            name.push('_');
            match part.by {
                By::Column(column) => name.push_str(&column.to_string()),
                By::Expression(text) => {
                    name.extend(text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }));
                }
            }
        }
        name + if index.unique { "_key" } else { "_idx" }
    }
}

fn kind(column: &ColumnDefinition) -> Type {
    match column.kind {
        FieldKind::Bool => Type::Bool,
        FieldKind::Integer { bits: 64, signed: false } => Type::U64,
        FieldKind::Integer { bits: 128, signed: true } => Type::I128,
        FieldKind::Integer { bits: 128, signed: false } => Type::U128,
        FieldKind::Integer { .. } => Type::I64,
        FieldKind::F32 => Type::F32,
        FieldKind::F64 => Type::F64,
        FieldKind::Decimal => Type::Decimal,
        FieldKind::Text | FieldKind::Labels(_) => Type::Text,
        FieldKind::Bytes => Type::Bytes,
        FieldKind::Date => Type::Date,
        FieldKind::Time => Type::Time,
        FieldKind::Timestamp => Type::Timestamp,
        FieldKind::TimestampTz => Type::TimestampTz,
        FieldKind::Interval => Type::Interval,
        FieldKind::Uuid => Type::Uuid,
        FieldKind::Json => Type::Json,
        FieldKind::Vector => Type::Vector,
    }
}

/// Whole numbers in the words of an engine; empty for its usual one.
fn integer(bits: u8, signed: bool, dialect: Dialect) -> &'static str {
    let of = match (bits, signed) {
        (8, true) => ("", "smallint", "tinyint", "TINYINT"),
        (16, true) => ("", "smallint", "smallint", "SMALLINT"),
        (32, true) => ("", "integer", "int", "INTEGER"),
        (8, false) => ("", "smallint", "tinyint unsigned", "UTINYINT"),
        (16, false) => ("", "integer", "smallint unsigned", "USMALLINT"),
        (32, false) => ("", "bigint", "int unsigned", "UINTEGER"),
        (64, false) => ("DECIMAL(20)", "", "", ""),
        (128, _) => ("DECIMAL(39)", "", "", ""),
        _ => ("", "", "", ""),
    };
    match dialect {
        Dialect::Sqlite => of.0,
        Dialect::Mysql => of.2,
        Dialect::DuckDb => of.3,
        _ => of.1,
    }
}

fn default_of(column: &ColumnDefinition, dialect: Dialect) -> Result<Option<String>> {
    let now = matches!(column.role, Role::Created | Role::Updated);
    Ok(match column.default {
        Some(DefaultValue::Text(text)) => Some(dialect.quote_string(text)?),
        Some(DefaultValue::Bool(value)) => Some(if value { "true" } else { "false" }.to_owned()),
        Some(DefaultValue::Number(text) | DefaultValue::Sql(text)) => Some(text.to_owned()),
        None if now && dialect == Dialect::Mysql => Some("CURRENT_TIMESTAMP(6)".to_owned()),
        None if now => Some("CURRENT_TIMESTAMP".to_owned()),
        None if column.role == Role::Version => Some("1".to_owned()),
        None => None,
    })
}

fn checks_of(column: &ColumnDefinition, dialect: Dialect) -> Result<Vec<Check>> {
    let mut expressions: Vec<String> = column.check.iter().map(|text| (*text).to_owned()).collect();
    if let FieldKind::Labels(labels) = column.kind {
        let name = dialect.quote_identifier(&column.name.to_string())?;
        let labels: Vec<String> =
            labels.iter().map(|label| dialect.quote_string(label)).collect::<Result<_, _>>()?;
        expressions.push(format!("{name} IN ({})", labels.join(", ")));
    }
    let check = |expression| Check { expression, ..Check::default() };
    Ok(expressions.into_iter().map(check).collect())
}

fn reference_of(column: &ColumnDefinition) -> Option<ForeignKey> {
    let reference = column.reference?;
    let to = (reference.to)();
    Some(ForeignKey {
        name: reference.name.map(str::to_owned),
        columns: vec![column.name.to_string()],
        referenced_table: to.table.to_owned(),
        referenced_columns: to.key_columns().map(|key| key.name.to_string()).collect(),
        on_delete: reference.on_delete,
        on_update: reference.on_update,
        ..ForeignKey::default()
    })
}
