//! The parts of a table's declaration, and what stands beside it.

use hypostyle_core::{Error, ErrorKind, Result, Type};
use hypostyle_sql::{Dialect, Token, TokenKind, tokens};

use super::{counting, note, types};
use crate::words::qualified;
use crate::{
    Action, Check, Column, ForeignKey, Generated, Identity, Index, Origin, Storage, Table, Timing,
};

/// Tells whether a default of MySQL is a literal or the moment itself, which stand by themselves.
fn is_plain(default: &str) -> bool {
    let is_blank = |token: &Token| token.kind == TokenKind::Whitespace;
    let all: Vec<Token> =
        tokens(default, Dialect::Mysql).filter(|token| !is_blank(token)).collect();
    match all.as_slice() {
        [sign, number] if sign.text(default) == "-" => number.kind == TokenKind::Number,
        [only] => match only.kind {
            TokenKind::Number | TokenKind::String => true,
            _ => ["null", "true", "false", "current_timestamp"]
                .iter()
                .any(|word| only.text(default).eq_ignore_ascii_case(word)),
        },
        [first, ..] => first.text(default).eq_ignore_ascii_case("current_timestamp"),
        [] => false,
    }
}

/// Writes the parts of one table.
pub(crate) struct Words<'a> {
    pub(crate) table: &'a Table,
    pub(crate) dialect: Dialect,
}

impl Words<'_> {
    /// Writes the declaration, with these of its foreign keys.
    pub(crate) fn create(&self, foreign_keys: &[ForeignKey]) -> Result<String> {
        self.table.check_creatable(self.dialect)?;
        if self.dialect.is_postgres() {
            return self.create_postgres(foreign_keys);
        }
        let mut parts = Vec::new();
        let inside = self.key_inside();
        for column in &self.table.columns {
            parts.push(self.column(column)?);
        }
        if !self.table.primary_key.is_empty() && inside.is_none() {
            parts.push(self.primary_key(&self.table.primary_key)?);
        }
        for unique in self.table.unique_constraints() {
            parts.push(self.unique(unique)?);
        }
        // On MySQL they belong to the table: a foreign key without one would make its own.
        for index in self.created().filter(|_| self.dialect == Dialect::Mysql) {
            parts.push(self.key(index)?);
        }
        for key in foreign_keys {
            parts.push(self.foreign_key(key)?);
        }
        for check in &self.table.checks {
            parts.push(self.check(check)?);
        }
        let name = self.table.sql_name(self.dialect)?;
        let options = self.options()?;
        Ok(format!("CREATE TABLE {name} (\n  {}\n){options}", parts.join(",\n  ")))
    }

    /// Writes what makes the rest of it once the table stands: indexes, other definitions, comments.
    pub(crate) fn beside(&self) -> Result<Vec<String>> {
        let mut statements = Vec::new();
        for index in self.created().filter(|_| self.dialect != Dialect::Mysql) {
            statements.push(self.index(index)?);
        }
        if self.dialect.is_postgres() {
            statements.extend(self.beside_postgres()?);
        }
        for definition in self.table.definitions.iter().filter(|it| !it.is_late()) {
            statements.push(definition.sql.clone());
            statements.extend(note(definition, None, self.dialect)?);
        }
        statements.extend(self.comments()?);
        Ok(statements)
    }

    /// Writes what is made once all tables and views stand: rules and policies, which may read any,
    /// what is set for constraints and indexes, and triggers.
    pub(crate) fn late(&self) -> Result<Vec<String>> {
        let mut statements = match self.dialect.is_postgres() {
            true => self.late_references()?,
            false => Vec::new(),
        };
        for definition in self.table.definitions.iter().filter(|it| it.is_late()) {
            statements.push(definition.sql.clone());
            statements.extend(note(definition, None, self.dialect)?);
        }
        for trigger in &self.table.triggers {
            statements.extend(self.trigger(trigger)?);
        }
        Ok(statements)
    }

    fn created(&self) -> impl Iterator<Item = &Index> {
        self.table.indexes.iter().filter(|index| index.origin == Origin::Created)
    }

    fn options(&self) -> Result<String> {
        let mut options = Vec::new();
        options.extend(self.table.strict.then(|| "STRICT".to_owned()));
        options.extend(self.table.without_rowid.then(|| "WITHOUT ROWID".to_owned()));
        if let (Dialect::Mysql, Some(comment)) = (self.dialect, &self.table.comment) {
            options.push(format!("COMMENT = {}", self.dialect.quote_string(comment)?));
        }
        let separator = if self.dialect == Dialect::Sqlite { ", " } else { " " };
        options.extend(self.table.options.iter().map(|option| {
            match (self.dialect, option.value.as_str()) {
                (_, "") => option.name.clone(),
                (Dialect::Mysql, value)
                    if !value.starts_with('(') && !option.name.contains(' ') =>
                {
                    format!("{}={value}", option.name)
                }
                (_, value) => format!("{} {value}", option.name),
            }
        }));
        match options.is_empty() {
            true => Ok(String::new()),
            false => Ok(format!(" {}", options.join(separator))),
        }
    }

    /// The column of SQLite whose key stands with it, and the words of that: one that is numbered without
    /// ever using a number again, or one that is no row's number for its key is said to descend.
    fn key_inside(&self) -> Option<(&Column, &'static str)> {
        let [key] = self.table.primary_key.as_slice() else { return None };
        let column = self.table.columns.iter().find(|column| column.name == *key);
        let column = column.filter(|_| self.dialect == Dialect::Sqlite)?;
        let descends = |index: &Index| {
            index.origin == Origin::PrimaryKey && index.parts.iter().any(|part| part.descending)
        };
        match column.identity {
            Some(Identity::Autoincrement) => Some((column, "PRIMARY KEY AUTOINCREMENT")),
            _ if self.table.indexes.iter().any(descends) => Some((column, "PRIMARY KEY DESC")),
            _ => None,
        }
    }

    pub(crate) fn name(&self, name: &str) -> Result<String> {
        Ok(self.dialect.quote_identifier(name)?)
    }

    pub(crate) fn names<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Result<String> {
        let names = names.into_iter().map(|name| self.name(name));
        Ok(names.collect::<Result<Vec<String>>>()?.join(", "))
    }

    pub(crate) fn column(&self, column: &Column) -> Result<String> {
        let kind = self.kind(column)?;
        let mut words = format!("{} {kind}", self.name(&column.name)?).trim_end().to_owned();
        if let Some((key, inside)) = self.key_inside()
            && key.name == column.name
        {
            words += &format!(" {inside}");
            if column.identity.is_some() {
                return Ok(words);
            }
        }
        if let Some(collation) = &column.collation {
            words += &match self.dialect {
                Dialect::Mysql | Dialect::DuckDb => format!(" COLLATE {collation}"),
                _ => format!(" COLLATE {}", self.placed(collation)?),
            };
        }
        if let Some(Generated { storage, expression }) = &column.generated {
            let expression = expression.as_deref().ok_or_else(|| {
                let message = format!("the expression of `{}` is not known", column.name);
                Error::new(ErrorKind::Validation, message)
            })?;
            let storage = match storage {
                Storage::Virtual => "VIRTUAL",
                Storage::Stored => "STORED",
            };
            words += &format!(" GENERATED ALWAYS AS ({expression}) {storage}");
        }
        if !column.nullable {
            words += " NOT NULL";
        }
        if let Some(identity) = column.identity {
            words += self.identity(column, identity)?;
            let counted = counting(&column.numbering);
            if let (true, Some(counted)) = (self.dialect.is_postgres(), counted.get(1..)) {
                words += &format!(" ({counted})");
            }
        }
        if let Some(default) = &column.default {
            // MySQL keeps a literal in parentheses as an expression, and lets texts without a limit
            // and their like have no other.
            let is_large = ["text", "blob", "json"].iter().any(|large| kind.ends_with(large));
            words += &match self.dialect == Dialect::Mysql && is_plain(default) && !is_large {
                true => format!(" DEFAULT {default}"),
                false => format!(" DEFAULT ({default})"),
            };
        }
        if let Some(on_update) = &column.on_update {
            words += &format!(" ON UPDATE {on_update}");
        }
        if self.dialect == Dialect::Mysql && column.hidden {
            words += " INVISIBLE";
        }
        if let (Dialect::Mysql, Some(comment)) = (self.dialect, &column.comment) {
            words += &format!(" COMMENT {}", self.dialect.quote_string(comment)?);
        }
        Ok(words)
    }

    fn is_in_key(&self, column: &Column) -> bool {
        let parts = self.table.indexes.iter().flat_map(|index| &index.parts);
        let referring = self.table.foreign_keys.iter().flat_map(|key| &key.columns);
        self.table.primary_key.contains(&column.name)
            || parts.filter_map(|part| part.column()).any(|name| name == column.name)
            || referring.into_iter().any(|name| *name == column.name)
    }

    /// Answers the type as the declaration has it.
    pub(crate) fn kind<'c>(&self, column: &'c Column) -> Result<&'c str> {
        // Outside of a strict table `ANY` would make numbers of texts that look like some.
        if self.dialect == Dialect::Sqlite && !self.table.strict && column.kind == Type::Any {
            return Ok(&column.declared);
        }
        types::declared(column, self.is_in_key(column), self.dialect)
    }

    pub(crate) fn identity(&self, column: &Column, identity: Identity) -> Result<&'static str> {
        let is_key = self.table.primary_key == [column.name.as_str()];
        match (self.dialect, identity) {
            (Dialect::Postgres | Dialect::PostgresBackslash, Identity::Always) => {
                Ok(" GENERATED ALWAYS AS IDENTITY")
            }
            (Dialect::Postgres | Dialect::PostgresBackslash, Identity::ByDefault) => {
                Ok(" GENERATED BY DEFAULT AS IDENTITY")
            }
            (Dialect::Mysql, Identity::ByDefault | Identity::Autoincrement) => {
                Ok(" AUTO_INCREMENT")
            }
            // The only integer of a primary key is the number that SQLite gives each row.
            (Dialect::Sqlite, Identity::ByDefault) if is_key && column.kind == Type::I64 => Ok(""),
            _ => {
                let message = format!("the engine does not number `{}` so", column.name);
                Err(Error::new(ErrorKind::Unsupported, message))
            }
        }
    }

    /// Names a constraint, where it has a name that is not the engine's own.
    pub(crate) fn constraint(&self, name: Option<&str>) -> Result<String> {
        match name.filter(|name| !name.is_empty() && !name.starts_with("sqlite_")) {
            Some(name) => Ok(format!("CONSTRAINT {} ", self.name(name)?)),
            None => Ok(String::new()),
        }
    }

    pub(crate) fn unique(&self, index: &Index) -> Result<String> {
        if self.dialect == Dialect::Mysql && index.method.is_some() {
            return self.key(index);
        }
        let name = self.constraint(Some(&index.name))?;
        let nulls = if index.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
        let mut words = format!("{name}UNIQUE{nulls} ({})", self.parts(index)?);
        words += &self.held(index)?;
        Ok(words + &self.marks(index)?)
    }

    /// Writes how the index of a constraint is kept, and when it is checked.
    pub(super) fn held(&self, index: &Index) -> Result<String> {
        let mut words = String::new();
        if !index.include.is_empty() {
            words += &format!(" INCLUDE ({})", self.names(&index.include)?);
        }
        if self.dialect.is_postgres() && !index.options.is_empty() {
            words += &format!(" WITH ({})", index.options.join(", "));
        }
        words += match index.timing {
            Timing::Immediate => "",
            Timing::Deferrable => " DEFERRABLE",
            Timing::Deferred => " DEFERRABLE INITIALLY DEFERRED",
        };
        Ok(words)
    }

    pub(crate) fn foreign_key(&self, key: &ForeignKey) -> Result<String> {
        let name = self.constraint(key.name.as_deref())?;
        let columns = self.names(&key.columns)?;
        Ok(format!("{name}FOREIGN KEY ({columns}) {}", self.reference(key)?))
    }

    /// Writes what a foreign key refers to, and how.
    pub(crate) fn reference(&self, key: &ForeignKey) -> Result<String> {
        let table = match qualified(&key.referenced_table) {
            Some((schema, table)) if self.dialect.is_postgres() => {
                format!("{}.{}", self.name(&schema)?, self.name(&table)?)
            }
            // No key of DuckDB refers to another schema.
            _ => match key.referenced_table.strip_prefix(&format!("{}.", self.table.schema)) {
                Some(table) if self.table.relation.is_some() => {
                    format!("{}.{}", self.name(&self.table.schema)?, self.name(table)?)
                }
                _ => self.name(&key.referenced_table)?,
            },
        };
        let mut words = format!("REFERENCES {table}");
        if !key.referenced_columns.is_empty() {
            words += &format!(" ({})", self.names(&key.referenced_columns)?);
        }
        words += if key.match_full { " MATCH FULL" } else { "" };
        for (event, action) in [("UPDATE", key.on_update), ("DELETE", key.on_delete)] {
            // Where nothing is said MariaDB keeps the other word for the same.
            if action != Action::NoAction || self.dialect == Dialect::Mysql {
                words += &format!(" ON {event} {}", action.sql());
            }
        }
        if !key.on_delete_columns.is_empty() {
            words += &format!(" ({})", self.names(&key.on_delete_columns)?);
        }
        words += match key.timing {
            Timing::Immediate => "",
            Timing::Deferrable => " DEFERRABLE",
            Timing::Deferred => " DEFERRABLE INITIALLY DEFERRED",
        };
        words += if key.not_valid { " NOT VALID" } else { "" };
        Ok(words)
    }

    pub(crate) fn check(&self, check: &Check) -> Result<String> {
        let name = self.constraint(check.name.as_deref())?;
        let mut words = format!("{name}CHECK ({})", check.expression);
        words += if check.no_inherit { " NO INHERIT" } else { "" };
        words += if check.not_valid { " NOT VALID" } else { "" };
        words += if check.not_enforced { " NOT ENFORCED" } else { "" };
        Ok(words)
    }

    /// What is noted about the table and its columns, where that takes statements of its own.
    fn comments(&self) -> Result<Vec<String>> {
        if self.dialect == Dialect::Mysql {
            return Ok(Vec::new());
        }
        let table = self.table.sql_name(self.dialect)?;
        let mut notes = Vec::new();
        if let Some(comment) = &self.table.comment {
            notes.push((format!("{} {table}", self.table.kind.sql()), comment));
        }
        for column in &self.table.columns {
            if let Some(comment) = &column.comment {
                notes.push((format!("COLUMN {table}.{}", self.name(&column.name)?), comment));
            }
        }
        let note = |(on, comment): (String, &String)| match self.dialect {
            Dialect::Sqlite => {
                Err(Error::new(ErrorKind::Unsupported, "SQLite keeps no comment on a table"))
            }
            _ => Ok(format!("COMMENT ON {on} IS {}", self.dialect.quote_string(comment)?)),
        };
        let notes: Result<Vec<String>> = notes.into_iter().map(note).collect();
        let of_indexes = self.table.indexes.iter().filter(|_| self.dialect == Dialect::DuckDb);
        let of_indexes = of_indexes.map(|index| self.index_comment(index));
        Ok(notes?
            .into_iter()
            .chain(of_indexes.collect::<Result<Vec<_>>>()?.into_iter().flatten())
            .collect())
    }
}
