//! What PostgreSQL's tables have beyond those of others: parents, partitions, servers, comments on
//! everything.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::Dialect;

use super::Words;
use crate::{Column, Definition, ForeignKey, Index, Origin, SequenceOptions, TableKind, Trigger};

impl Words<'_> {
    /// Quotes the name of a collation or an operator class, which is told quoted with its schema where it
    /// is not where names are looked for.
    pub(crate) fn placed(&self, name: &str) -> Result<String> {
        placed(name, self.dialect)
    }

    pub(super) fn create_postgres(&self, foreign_keys: &[ForeignKey]) -> Result<String> {
        let mut parts = Vec::new();
        // A partition or a table of a type has the columns of that, and says only what it adds.
        let told = ["PARTITION OF", "OF"].into_iter().find(|word| self.option(word).is_some());
        for column in &self.table.columns {
            match (told, column.inherited) {
                (Some(_), _) => parts.extend(self.added_to(column)?),
                (None, true) => {}
                (None, false) => parts.push(self.column(column)?),
            }
        }
        if self.has_own_key() {
            parts.push(self.primary_key(&self.table.primary_key)?);
        }
        for unique in self.table.unique_constraints() {
            parts.push(self.unique(unique)?);
        }
        // What is to hold for new rows alone would hold for all of a table that is new.
        for key in foreign_keys.iter().filter(|key| !key.not_valid) {
            parts.push(self.foreign_key(key)?);
        }
        for check in self.table.checks.iter().filter(|check| !check.not_valid) {
            parts.push(self.check(check)?);
        }
        let unlogged = if self.option("UNLOGGED").is_some() { "UNLOGGED " } else { "" };
        let kind = if self.table.kind == TableKind::Foreign { "FOREIGN TABLE" } else { "TABLE" };
        let name = self.table.sql_name(self.dialect)?;
        let mut words = format!("CREATE {unlogged}{kind} {name}");
        if let Some(word) = told {
            words += &format!(" {word} {}", self.option(word).unwrap_or_default());
        }
        words += &match (parts.is_empty(), told) {
            (true, Some(_)) => String::new(),
            (true, None) => " ()".to_owned(),
            (false, _) => format!(" (\n  {}\n)", parts.join(",\n  ")),
        };
        for option in &self.table.options {
            match option.name.as_str() {
                "UNLOGGED" | "PARTITION OF" | "OF" => {}
                name => words += format!(" {name} {}", option.value).trim_end(),
            }
        }
        Ok(words)
    }

    /// Tells whether the primary key is the table's own: the index of one that a partition has from its
    /// parent is not told, and a table that nobody inspected has no index of a key yet.
    fn has_own_key(&self) -> bool {
        let is_told = self.table.indexes.iter().any(|index| index.origin == Origin::PrimaryKey);
        !self.table.primary_key.is_empty() && (is_told || self.option("PARTITION OF").is_none())
    }

    /// Writes a primary key, with the name and the ways of its index where that is told.
    pub(crate) fn primary_key(&self, columns: &[String]) -> Result<String> {
        let index = self.table.indexes.iter().find(|index| index.origin == Origin::PrimaryKey);
        let is_of = |index: &Index| {
            index.parts.iter().map(|it| it.column()).eq(columns.iter().map(|it| Some(&**it)))
        };
        let columns = match index.filter(|index| !self.dialect.is_postgres() && is_of(index)) {
            Some(index) => self.parts(index)?,
            None => self.names(columns)?,
        };
        let Some(index) = index else { return Ok(format!("PRIMARY KEY ({columns})")) };
        if self.dialect == Dialect::Mysql {
            let using = index.method.as_ref().map(|it| format!(" USING {it}")).unwrap_or_default();
            return Ok(format!("PRIMARY KEY{using} ({columns}){}", self.marks(index)?));
        }
        let usual = format!("{}_pkey", self.table.bare_name());
        let name = self.constraint(Some(&index.name).filter(|it| **it != usual).map(|it| &**it))?;
        Ok(format!("{name}PRIMARY KEY ({columns}){}", self.held(index)?))
    }

    /// Writes what a column has beyond what it has from elsewhere.
    fn added_to(&self, column: &Column) -> Result<Option<String>> {
        if column.generated.is_some() {
            return Ok(None);
        }
        let mut words = self.name(&column.name)?;
        words += if column.nullable { "" } else { " NOT NULL" };
        if let Some(default) = &column.default {
            words += &format!(" DEFAULT ({default})");
        }
        Ok((!column.nullable || column.default.is_some()).then_some(words))
    }

    /// Writes what comes once the table and its indexes stand: what inherited columns have of their own,
    /// defaults of a view, comments on indexes.
    pub(super) fn beside_postgres(&self) -> Result<Vec<String>> {
        let mut statements = Vec::new();
        let name = self.table.sql_name(self.dialect)?;
        let is_view = self.table.kind == TableKind::View;
        let is_heir = self.option("INHERITS").is_some();
        let mut clauses = Vec::new();
        for column in &self.table.columns {
            let (is_own, quoted) =
                (is_view || is_heir && column.inherited, self.name(&column.name)?);
            if !is_own || column.generated.is_some() {
                continue;
            }
            if let Some(default) = &column.default {
                clauses.push(format!("ALTER COLUMN {quoted} SET DEFAULT {default}"));
            }
            if is_heir && !column.nullable {
                clauses.push(format!("ALTER COLUMN {quoted} SET NOT NULL"));
            }
        }
        if !clauses.is_empty() {
            let only = if is_view { "VIEW" } else { "TABLE ONLY" };
            statements.push(format!("ALTER {only} {name}\n  {}", clauses.join(",\n  ")));
        }
        for check in self.table.checks.iter().filter(|check| check.not_valid) {
            statements.push(format!("ALTER TABLE {name}\n  ADD {}", self.check(check)?));
        }
        for index in &self.table.indexes {
            statements.extend(self.index_comment(index)?);
        }
        Ok(statements)
    }

    /// Writes the references that hold for new rows alone.
    pub(super) fn late_references(&self) -> Result<Vec<String>> {
        let name = self.table.sql_name(self.dialect)?;
        let late = self.table.foreign_keys.iter().filter(|key| key.not_valid);
        late.map(|key| Ok(format!("ALTER TABLE {name}\n  ADD {}", self.foreign_key(key)?)))
            .collect()
    }

    /// Writes the comment on an index, where it has one.
    pub(crate) fn index_comment(&self, index: &Index) -> Result<Option<String>> {
        let Some(text) = &index.comment else { return Ok(None) };
        let name = self.name(&index.name)?;
        let within = match self.table.schema.as_str() {
            "" => String::new(),
            schema => format!("{}.", self.name(schema)?),
        };
        comment(self.dialect, &format!("INDEX {within}{name}"), Some(text)).map(Some)
    }

    /// Writes a trigger, when it fires and what is noted about it.
    pub(crate) fn trigger(&self, trigger: &Trigger) -> Result<Vec<String>> {
        let mut statements = vec![trigger.sql.clone()];
        if !self.dialect.is_postgres() {
            return Ok(statements);
        }
        let (table, name) = (self.table.sql_name(self.dialect)?, self.name(&trigger.name)?);
        if let Some(enabled) = &trigger.enabled {
            statements.push(format!("ALTER TABLE {table}\n  {enabled} TRIGGER {name}"));
        }
        if let Some(text) = &trigger.comment {
            let on = format!("TRIGGER {name} ON {table}");
            statements.push(comment(self.dialect, &on, Some(text))?);
        }
        Ok(statements)
    }

    fn option(&self, name: &str) -> Option<&str> {
        let option = self.table.options.iter().find(|option| option.name == name);
        option.map(|option| option.value.as_str())
    }
}

/// Quotes a name, unless it is told quoted with its schema.
pub(crate) fn placed(name: &str, dialect: Dialect) -> Result<String> {
    match dialect.is_postgres() && name.starts_with('"') && name.contains("\".\"") {
        true => Ok(name.to_owned()),
        false => Ok(dialect.quote_identifier(name)?),
    }
}

/// Writes what a sequence does not do as the engine does by itself, each with a blank before it.
pub(crate) fn counting(options: &SequenceOptions) -> String {
    let mut words = String::new();
    if let Some(kind) = &options.declared {
        words += &format!(" AS {kind}");
    }
    for (word, value) in [
        ("INCREMENT BY", options.increment),
        ("MINVALUE", options.minimum),
        ("MAXVALUE", options.maximum),
        ("START WITH", options.start),
        ("CACHE", options.cache),
    ] {
        if let Some(value) = value {
            words += &format!(" {word} {value}");
        }
    }
    words + if options.cycle { " CYCLE" } else { "" }
}

/// Writes a comment on something, or that it has none.
pub(crate) fn comment(dialect: Dialect, on: &str, text: Option<&str>) -> Result<String> {
    let text = match text {
        Some(text) => dialect.quote_string(text)?,
        None => "NULL".to_owned(),
    };
    Ok(format!("COMMENT ON {on} IS {text}"))
}

/// Writes what is noted about a definition, where that is not what was: a comment is on what `DROP` drops.
pub(crate) fn note(
    definition: &Definition,
    before: Option<&str>,
    dialect: Dialect,
) -> Result<Option<String>> {
    let text = definition.comment.as_deref();
    if text == before || !dialect.is_postgres() {
        return Ok(None);
    }
    let on = definition.drop.strip_prefix("DROP ").ok_or_else(|| {
        let message = format!("nothing can be noted about `{}`", definition.name);
        Error::new(ErrorKind::Unsupported, message)
    })?;
    comment(dialect, on, text).map(Some)
}
