//! Conditions in the words of each engine.

use std::fmt::Write;

use hypostyle_core::{Error, Result, Value};
use hypostyle_sql::Dialect;

use super::Writer;
use crate::column::ColumnName;
use crate::definition::Role;
use crate::filter::{Comparison, Node};
use crate::relation::{Exists, Tie};

/// From so many keys on it costs less to hand them over as one value.
const ONE_VALUE_FROM: usize = 1_000;

impl Writer {
    /// Appends a condition; whatever stands around it, it stays one.
    pub(crate) fn push_condition(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::All(nodes) => self.push_joined(nodes, " AND ", "1 = 1"),
            Node::Any(nodes) => self.push_joined(nodes, " OR ", "1 = 0"),
            Node::Not(node) => {
                self.push("NOT (");
                self.push_condition(node)?;
                self.push(")");
                Ok(())
            }
            Node::Compare(column, comparison, value) => {
                self.push_column(*column)?;
                self.push(comparison.sql());
                self.bind(value.clone());
                Ok(())
            }
            Node::Row(columns, comparison, values) => self.push_row(columns, *comparison, values),
            Node::Columns(one, comparison, other) => {
                self.push_column(*one)?;
                self.push(comparison.sql());
                self.push_column(*other)
            }
            Node::In(column, values) => self.push_in(*column, values),
            Node::Null(column) => {
                self.push_column(*column)?;
                self.push(" IS NULL");
                Ok(())
            }
            Node::Like(column, pattern, fold_case) => {
                self.push_column(*column)?;
                self.push_like(pattern, *fold_case);
                Ok(())
            }
            Node::Search(column, words) => self.push_search(*column, words),
            Node::Json(column, path, comparison, value) => {
                self.push_json(*column, path, *comparison, value)
            }
            Node::JsonNull(column, path) => {
                self.push_json_text(*column, path)?;
                self.push(" IS NULL");
                Ok(())
            }
            Node::Exists(exists) => self.push_exists(exists),
            Node::Sql(text, values) => {
                self.push("(");
                self.push(text);
                self.push(")");
                self.params.extend(values.iter().cloned());
                Ok(())
            }
            Node::Refused(refusal) => Err(refusal.error()),
        }
    }

    fn push_joined(&mut self, nodes: &[Node], between: &str, of_none: &str) -> Result<()> {
        if nodes.is_empty() {
            self.push(of_none);
            return Ok(());
        }
        for (at, node) in nodes.iter().enumerate() {
            self.push(if at == 0 { "(" } else { between });
            self.push_condition(node)?;
        }
        self.push(")");
        Ok(())
    }

    fn push_row(
        &mut self,
        columns: &[ColumnName],
        comparison: Comparison,
        values: &[Value],
    ) -> Result<()> {
        for (at, column) in columns.iter().enumerate() {
            self.push(if at == 0 { "(" } else { ", " });
            self.push_column(*column)?;
        }
        self.push(")");
        self.push(comparison.sql());
        self.push_values(values.iter().cloned(), Self::bind);
        Ok(())
    }

    /// Appends a list whose length is a power of two, its last value repeated: so a statement has few
    /// texts, and an engine that keeps them knows it again.
    pub(crate) fn push_in(&mut self, column: ColumnName, values: &[Value]) -> Result<()> {
        let Some(last) = values.last() else {
            self.push("1 = 0");
            return Ok(());
        };
        self.push_column(column)?;
        let length = values.len().next_power_of_two();
        let padding = std::iter::repeat_n(last, length - values.len());
        self.push(" IN ");
        self.push_values(values.iter().chain(padding).cloned(), Self::bind);
        Ok(())
    }

    /// Appends a list of keys as one value, however many they are; tells whether the engine and the keys
    /// allow it.
    pub(crate) fn push_in_one(&mut self, column: ColumnName, keys: &[Value]) -> Result<bool> {
        let is_whole = |key: &Value| matches!(key, Value::I64(_));
        let (before, after) = match self.dialect {
            dialect if dialect.is_postgres() => {
                self.push_column(column)?;
                self.push(" = ANY(");
                self.bind(Value::List(keys.to_vec()));
                self.push(")");
                return Ok(true);
            }
            _ if keys.len() < ONE_VALUE_FROM || !keys.iter().all(is_whole) => return Ok(false),
            Dialect::Sqlite => (" IN (SELECT value FROM json_each(", "))"),
            Dialect::Mysql => {
                let after = ", '$[*]' COLUMNS (k BIGINT PATH '$')) AS given)";
                (" IN (SELECT k FROM JSON_TABLE(", after)
            }
            _ => return Ok(false),
        };
        let mut list = String::with_capacity(keys.len() * 8);
        for (at, key) in keys.iter().enumerate() {
            list.push(if at == 0 { '[' } else { ',' });
            if let Value::I64(key) = key {
                // Writing to a string does not fail.
                let _ = write!(list, "{key}");
            }
        }
        list.push(']');
        self.push_column(column)?;
        self.push(before);
        self.bind(Value::Text(list));
        self.push(after);
        Ok(true)
    }

    fn push_search(&mut self, column: ColumnName, words: &str) -> Result<()> {
        match self.dialect {
            Dialect::Mysql => {
                self.push("MATCH (");
                self.push_column(column)?;
                self.push(") AGAINST (");
            }
            dialect if dialect.is_postgres() => {
                self.push("to_tsvector('simple', ");
                self.push_column(column)?;
                self.push(") @@ plainto_tsquery('simple', ");
            }
            Dialect::DuckDb => return Err(Error::unsupported("duckdb", "full_text of a column")),
            _ => return Err(Error::unsupported("sqlite", "full_text of a column")),
        }
        self.bind(Value::Text(words.to_owned()));
        self.push(")");
        Ok(())
    }

    fn push_json(
        &mut self,
        column: ColumnName,
        path: &[String],
        comparison: Comparison,
        value: &Value,
    ) -> Result<()> {
        let (before, after) = match (self.dialect, value) {
            (Dialect::Sqlite, _) | (_, Value::Text(_) | Value::Bool(_)) => ("", ""),
            (Dialect::Mysql, _) => ("(", " + 0)"),
            (Dialect::DuckDb, _) => ("CAST(", " AS DOUBLE)"),
            _ => ("CAST(", " AS numeric)"),
        };
        self.push(before);
        self.push_json_text(column, path)?;
        self.push(after);
        self.push(comparison.sql());
        match (self.dialect, value) {
            // A truth value in a document is text where the part of it is.
            (Dialect::Sqlite, Value::Bool(value)) => self.bind(Value::I64(i64::from(*value))),
            (_, Value::Bool(value)) => self.bind(Value::Text(value.to_string())),
            _ => self.bind(value.clone()),
        }
        if self.dialect.is_postgres() && !matches!(value, Value::Text(_) | Value::Bool(_)) {
            self.push("::numeric");
        }
        Ok(())
    }

    /// Appends a part of a document, as text where the engine tells no types of it.
    fn push_json_text(&mut self, column: ColumnName, path: &[String]) -> Result<()> {
        match self.dialect {
            dialect if dialect.is_postgres() => {
                self.push("(");
                self.push_column(column)?;
                for (at, step) in path.iter().enumerate() {
                    let is_last = at + 1 == path.len();
                    self.push(if is_last { " ->> " } else { " -> " });
                    self.push_step(step)?;
                }
                self.push(")");
                return Ok(());
            }
            Dialect::Mysql => self.push("JSON_UNQUOTE(JSON_EXTRACT("),
            Dialect::DuckDb => self.push("json_extract_string("),
            _ => self.push("json_extract("),
        }
        self.push_column(column)?;
        self.push(", ");
        self.bind(Value::Text(json_path(path)));
        self.push(if self.dialect == Dialect::Mysql { "))" } else { ")" });
        Ok(())
    }

    fn push_step(&mut self, step: &str) -> Result<()> {
        if is_place(step) {
            self.push(step);
        } else {
            let quoted = self.dialect.quote_string(step)?;
            self.push(&quoted);
        }
        Ok(())
    }

    fn push_exists(&mut self, exists: &Exists) -> Result<()> {
        let outer = match self.qualifier.is_empty() {
            true => self.table.clone(),
            false => self.qualifier.clone(),
        };
        self.depth += 1;
        let (target, alias) = ((exists.target)(), format!("t{}", self.depth));
        self.push("EXISTS (SELECT 1 FROM ");
        self.push_table(target)?;
        self.push(" AS ");
        self.push(&alias);
        let before = std::mem::replace(&mut self.qualifier, alias);
        match &exists.tie {
            Tie::Column { inner, outer: of_outer } => {
                self.push(" WHERE ");
                self.push_column(*inner)?;
                self.push(&format!(" = {outer}."));
                self.push_bare(*of_outer)?;
            }
            Tie::Through { link, to_inner, inner, to_outer, outer: of_outer } => {
                let between = format!("l{}", self.depth);
                self.push(" JOIN ");
                self.push_table(link())?;
                self.push(&format!(" AS {between} ON {between}."));
                self.push_bare(*to_inner)?;
                self.push(" = ");
                self.push_column(*inner)?;
                self.push(&format!(" WHERE {between}."));
                self.push_bare(*to_outer)?;
                self.push(&format!(" = {outer}."));
                self.push_bare(*of_outer)?;
            }
        }
        if let Some((_, deleted)) = target.with_role(Role::Deleted) {
            self.push(" AND ");
            self.push_column(deleted.name())?;
            self.push(" IS NULL");
        }
        self.push(" AND ");
        self.push_condition(&exists.filter)?;
        self.push(")");
        self.qualifier = before;
        Ok(())
    }
}

/// A path in the words of SQL/JSON: `$."address"."lines"[0]`.
fn json_path(path: &[String]) -> String {
    let mut written = "$".to_owned();
    for step in path {
        match is_place(step) {
            true => written += &format!("[{step}]"),
            false => {
                written += ".\"";
                for letter in step.chars() {
                    if matches!(letter, '"' | '\\') {
                        written.push('\\');
                    }
                    written.push(letter);
                }
                written.push('"');
            }
        }
    }
    written
}

fn is_place(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit())
}
