//! The statements that make a table, in the words of each dialect.

mod index;
mod types;

use hypostyle_core::{Database, Error, ErrorKind, Result, Type};
use hypostyle_sql::{Dialect, Token, TokenKind, tokens};

use crate::{
    Action, Check, Column, ForeignKey, Generated, Identity, Index, Origin, Storage, Table,
    TableKind,
};

/// Makes a table with its keys, constraints and indexes.
///
/// # Errors
/// `Validation` for a table without columns, or with a key or index of columns it has not; `Unsupported` for
/// what the engine has no words for; `Query` where the table exists. The database is then as it was;
/// on an engine whose schema changes are no part of a transaction the table may stand without its
/// indexes.
///
/// # Cancellation
/// A dropped call leaves the database as it was, or with everything made where its commit was under
/// way; with the exception above.
pub async fn create(db: &Database, table: &Table) -> Result<()> {
    let statements = table.create_statements(db.engine().dialect)?;
    if !db.capability().has(hypostyle_core::Capability::TRANSACTIONAL_DDL) {
        for statement in &statements {
            db.execute(statement, ()).await?;
        }
        return Ok(());
    }
    let mut transaction = db.begin().await?;
    for statement in &statements {
        transaction.execute(statement, ()).await?;
    }
    transaction.commit().await
}

impl Column {
    /// Describes a column that may hold NULL.
    ///
    /// # Shape
    /// The type is the engine's usual one for the kind; [`Column::typed`] names another.
    pub fn new(name: impl Into<String>, kind: Type) -> Self {
        Self { name: name.into(), kind, nullable: true, ..Self::default() }
    }

    /// Declares its type in the engine's words, as `varchar(20)`.
    #[must_use]
    pub fn typed(self, declared: impl Into<String>) -> Self {
        Self { declared: declared.into(), ..self }
    }

    /// Lets it hold no NULL.
    #[must_use]
    pub fn not_null(self) -> Self {
        Self { nullable: false, ..self }
    }

    /// Gives it the value of an SQL expression where a row brings none.
    #[must_use]
    pub fn default_to(self, expression: impl Into<String>) -> Self {
        Self { default: Some(expression.into()), ..self }
    }

    /// Lets the engine number the rows that bring no value.
    #[must_use]
    pub fn numbered(self) -> Self {
        Self { identity: Some(Identity::ByDefault), ..self }
    }
}

impl Table {
    /// Describes a table of the current schema, yet without columns.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_core::Type;
    /// use hypostyle_schema::{Column, Table};
    /// use hypostyle_sql::Dialect;
    /// let feature = Table::new("feature")
    ///     .with(Column::new("id", Type::Uuid))
    ///     .with(Column::new("name", Type::Text).not_null())
    ///     .with(Column::new("priority", Type::I64).not_null().default_to("1"))
    ///     .keyed_by(["id"]);
    /// let statements = feature.create_statements(Dialect::Postgres)?;
    /// assert_eq!(
    ///     statements[0],
    ///     "CREATE TABLE \"feature\" (\n  \"id\" uuid NOT NULL,\n  \"name\" text NOT NULL,\n  \
    ///      \"priority\" bigint NOT NULL DEFAULT (1),\n  PRIMARY KEY (\"id\")\n)"
    /// );
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a column.
    #[must_use]
    pub fn with(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Sets the columns of the primary key; they hold no NULL.
    #[must_use]
    pub fn keyed_by<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.primary_key = columns.into_iter().map(Into::into).collect();
        for column in &mut self.columns {
            let place = self.primary_key.iter().position(|name| *name == column.name);
            column.primary_key = place.map(|place| place + 1);
            column.nullable &= place.is_none();
        }
        self
    }

    /// Answers the statements that make it: the table first, then its indexes.
    ///
    /// # Errors
    /// As [`create`], as far as they are known without the engine.
    pub fn create_statements(&self, dialect: Dialect) -> Result<Vec<String>> {
        self.check_creatable(dialect)?;
        let words = Words { table: self, dialect };
        let mut parts = Vec::new();
        for column in &self.columns {
            parts.push(words.column(column)?);
        }
        if !self.primary_key.is_empty() {
            parts.push(format!("PRIMARY KEY ({})", words.names(&self.primary_key)?));
        }
        for unique in self.unique_constraints() {
            parts.push(words.unique(unique)?);
        }
        let created = self.indexes.iter().filter(|index| index.origin == Origin::Created);
        // On MySQL they belong to the table: a foreign key without one would make its own.
        let (inside, after): (Vec<&Index>, Vec<&Index>) =
            created.partition(|_| dialect == Dialect::Mysql);
        for index in inside {
            parts.push(words.key(index)?);
        }
        for key in &self.foreign_keys {
            parts.push(words.foreign_key(key)?);
        }
        for check in &self.checks {
            parts.push(words.check(check)?);
        }
        let name = self.sql_name(dialect)?;
        let mut options = Vec::new();
        options.extend(self.strict.then(|| "STRICT".to_owned()));
        options.extend(self.without_rowid.then(|| "WITHOUT ROWID".to_owned()));
        if let (Dialect::Mysql, Some(comment)) = (dialect, &self.comment) {
            options.push(format!("COMMENT = {}", dialect.quote_string(comment)?));
        }
        let mut create = format!("CREATE TABLE {name} (\n  {}\n)", parts.join(",\n  "));
        if !options.is_empty() {
            create = format!("{create} {}", options.join(", "));
        }
        let mut statements = vec![create];
        for index in after {
            statements.push(words.index(index)?);
        }
        statements.extend(words.comments()?);
        Ok(statements)
    }

    fn check_creatable(&self, dialect: Dialect) -> Result<()> {
        let refuse = |what: String| Err(Error::new(ErrorKind::Unsupported, what));
        if self.kind != TableKind::Table {
            return refuse(format!("`{}` is a {}, not a table", self.name, self.kind.words()));
        }
        if let Some(beyond) = self.beyond.first() {
            return refuse(format!("`{}` has what is not described here: {beyond}", self.name));
        }
        if (self.strict || self.without_rowid) && dialect != Dialect::Sqlite {
            return refuse("STRICT and WITHOUT ROWID are SQLite's".to_owned());
        }
        if self.columns.is_empty() {
            let message = format!("the table `{}` has no columns", self.name);
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let indexed = self.indexes.iter().flat_map(|index| &index.parts);
        let keys = self.primary_key.iter().map(String::as_str);
        let keys = keys.chain(indexed.filter_map(|part| part.column()));
        let referring = self.foreign_keys.iter().flat_map(|key| &key.columns);
        for name in keys.chain(referring.map(String::as_str)) {
            if !self.columns.iter().any(|column| column.name == name) {
                let message =
                    format!("a key or index of `{}` names `{name}`, no column of it", self.name);
                return Err(Error::new(ErrorKind::Validation, message));
            }
        }
        Ok(())
    }
}

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
struct Words<'a> {
    table: &'a Table,
    dialect: Dialect,
}

impl Words<'_> {
    fn name(&self, name: &str) -> Result<String> {
        Ok(self.dialect.quote_identifier(name)?)
    }

    fn names<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Result<String> {
        let names = names.into_iter().map(|name| self.name(name));
        Ok(names.collect::<Result<Vec<String>>>()?.join(", "))
    }

    fn column(&self, column: &Column) -> Result<String> {
        let kind = types::declared(column, self.is_in_key(column), self.dialect)?;
        let mut words = format!("{} {kind}", self.name(&column.name)?);
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

    fn identity(&self, column: &Column, identity: Identity) -> Result<&'static str> {
        let is_key = self.table.primary_key == [column.name.as_str()];
        match (self.dialect, identity) {
            (Dialect::Postgres | Dialect::PostgresBackslash, Identity::Always) => {
                Ok(" GENERATED ALWAYS AS IDENTITY")
            }
            (Dialect::Postgres | Dialect::PostgresBackslash, Identity::ByDefault) => {
                Ok(" GENERATED BY DEFAULT AS IDENTITY")
            }
            (Dialect::Mysql, Identity::ByDefault) => Ok(" AUTO_INCREMENT"),
            // The only integer of a primary key is the number that SQLite gives each row.
            (Dialect::Sqlite, Identity::ByDefault) if is_key && column.kind == Type::I64 => Ok(""),
            _ => {
                let message = format!("the engine does not number `{}` so", column.name);
                Err(Error::new(ErrorKind::Unsupported, message))
            }
        }
    }

    /// Names a constraint, where it has a name that is not the engine's own.
    fn constraint(&self, name: Option<&str>) -> Result<String> {
        match name.filter(|name| !name.is_empty() && !name.starts_with("sqlite_")) {
            Some(name) => Ok(format!("CONSTRAINT {} ", self.name(name)?)),
            None => Ok(String::new()),
        }
    }

    fn unique(&self, index: &Index) -> Result<String> {
        let name = self.constraint(Some(&index.name))?;
        Ok(format!("{name}UNIQUE ({})", self.parts(index)?))
    }

    fn foreign_key(&self, key: &ForeignKey) -> Result<String> {
        let name = self.constraint(key.name.as_deref())?;
        let columns = self.names(&key.columns)?;
        let table = match key.referenced_table.split_once('.') {
            Some((schema, table)) if self.dialect.is_postgres() => {
                format!("{}.{}", self.name(schema)?, self.name(table)?)
            }
            _ => self.name(&key.referenced_table)?,
        };
        let mut words = format!("{name}FOREIGN KEY ({columns}) REFERENCES {table}");
        if !key.referenced_columns.is_empty() {
            words += &format!(" ({})", self.names(&key.referenced_columns)?);
        }
        for (event, action) in [("UPDATE", key.on_update), ("DELETE", key.on_delete)] {
            if action != Action::NoAction {
                words += &format!(" ON {event} {}", action.sql());
            }
        }
        Ok(words)
    }

    fn check(&self, check: &Check) -> Result<String> {
        let name = self.constraint(check.name.as_deref())?;
        Ok(format!("{name}CHECK ({})", check.expression))
    }

    /// What is noted about the table and its columns, where that takes statements of its own.
    fn comments(&self) -> Result<Vec<String>> {
        if self.dialect == Dialect::Mysql {
            return Ok(Vec::new());
        }
        let table = self.table.sql_name(self.dialect)?;
        let mut notes = Vec::new();
        if let Some(comment) = &self.table.comment {
            notes.push((format!("TABLE {table}"), comment));
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
        notes.into_iter().map(note).collect()
    }
}
