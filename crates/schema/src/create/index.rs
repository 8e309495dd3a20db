//! Indexes, as statements and as parts of them.

use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_sql::Dialect;

use super::Words;
use crate::{Index, IndexPart, IndexedBy, Nulls};

impl Words<'_> {
    /// Writes an index as a part of its table, on MySQL.
    pub(crate) fn key(&self, index: &Index) -> Result<String> {
        let (sort, method) = match (index.method.as_deref(), index.unique) {
            (Some("fulltext"), _) => ("FULLTEXT ", None),
            (Some("spatial"), _) => ("SPATIAL ", None),
            (method, true) => ("UNIQUE ", method),
            (method, false) => ("", method),
        };
        self.require(index.include.is_empty(), index, "columns beyond its key")?;
        self.require(index.predicate.is_none(), index, "a condition")?;
        let using = method.map(|method| format!(" USING {method}")).unwrap_or_default();
        let (name, parts) = (self.name(&index.name)?, self.parts(index)?);
        Ok(format!("{sort}KEY {name}{using} ({parts}){}", self.marks(index)?))
    }

    /// Writes what MySQL notes behind the key of an index. Each brand reads only the comment with its
    /// own word for an index that is kept out of plans.
    pub(crate) fn marks(&self, index: &Index) -> Result<String> {
        let mut words = String::new();
        if let (Dialect::Mysql, Some(comment)) = (self.dialect, &index.comment) {
            words += &format!(" COMMENT {}", self.dialect.quote_string(comment)?);
        }
        if self.dialect == Dialect::Mysql && index.unused {
            words += " /*!80000 INVISIBLE */ /*M!100600 IGNORED */";
        }
        Ok(words)
    }

    pub(crate) fn index(&self, index: &Index) -> Result<String> {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let name = self.name(&index.name)?;
        let table = self.table.sql_name(self.dialect)?;
        let mut words = format!("CREATE {unique}INDEX {name} ON {table}");
        if let Some(method) = &index.method {
            self.require(self.dialect.is_postgres(), index, "a method")?;
            words += &format!(" USING {}", self.name(method)?);
        }
        words += &format!(" ({})", self.parts(index)?);
        if !index.include.is_empty() {
            self.require(self.dialect.is_postgres(), index, "columns beyond its key")?;
            words += &format!(" INCLUDE ({})", self.names(&index.include)?);
        }
        if index.nulls_not_distinct {
            self.require(self.dialect.is_postgres(), index, "NULLs that are equal")?;
            words += " NULLS NOT DISTINCT";
        }
        if !index.options.is_empty() {
            self.require(self.dialect.is_postgres(), index, "options")?;
            words += &format!(" WITH ({})", index.options.join(", "));
        }
        if let Some(predicate) = &index.predicate {
            let is_partial = self.dialect.is_postgres() || self.dialect == Dialect::Sqlite;
            self.require(is_partial, index, "a condition")?;
            words += &format!(" WHERE {predicate}");
        }
        Ok(words)
    }

    pub(crate) fn parts(&self, index: &Index) -> Result<String> {
        let parts = index.parts.iter().map(|part| self.part(index, part));
        Ok(parts.collect::<Result<Vec<String>>>()?.join(", "))
    }

    fn part(&self, index: &Index, part: &IndexPart) -> Result<String> {
        let mut words = match &part.by {
            IndexedBy::Column(name) => self.name(name)?,
            // SQLite keeps an expression as it is written, parentheses included.
            IndexedBy::Expression(expression) if self.dialect == Dialect::Sqlite => {
                expression.clone()
            }
            IndexedBy::Expression(expression) => format!("({expression})"),
        };
        if let Some(length) = part.prefix {
            self.require(self.dialect == Dialect::Mysql, index, "a part of a column")?;
            words += &format!("({length})");
        }
        if let Some(collation) = &part.collation {
            let has_collations = self.dialect.is_postgres() || self.dialect == Dialect::Sqlite;
            self.require(has_collations, index, "a collation")?;
            words += &format!(" COLLATE {}", self.placed(collation)?);
        }
        if let Some(class) = &part.class {
            self.require(self.dialect.is_postgres(), index, "an operator class")?;
            words += &format!(" {}", self.placed(class)?);
        }
        if part.descending {
            words += " DESC";
        }
        if let Some(nulls) = part.nulls {
            self.require(self.dialect.is_postgres(), index, "a place for NULL")?;
            words += match nulls {
                Nulls::First => " NULLS FIRST",
                Nulls::Last => " NULLS LAST",
            };
        }
        Ok(words)
    }

    fn require(&self, has: bool, index: &Index, what: &str) -> Result<()> {
        if has {
            return Ok(());
        }
        let message = format!("an index of the engine has not {what}, as `{}` does", index.name);
        Err(Error::new(ErrorKind::Unsupported, message))
    }
}
