//! Operations as documents: what reads as the same operation.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};

use crate::operation::{
    Comparison, Filter, Is, Json, Key, Operation, Params, Query, Rows, Select, Sort, Test, Update,
};

pub(super) fn document<S: Serializer>(operation: &Operation, out: S) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(None)?;
    if let Operation::Query(query) = operation {
        push_query(&mut map, query)?;
        return map.end();
    }
    map.serialize_entry("operation", operation.name())?;
    if let Some(table) = operation.table() {
        map.serialize_entry("table", table)?;
    }
    match operation {
        Operation::Select(select) => push_select(&mut map, select)?,
        Operation::Count(count) => push_rows(&mut map, &count.rows)?,
        Operation::Insert(insert) => {
            map.serialize_entry("record", &insert.records)?;
            map.serialize_entry("returning", &insert.returning)?;
        }
        Operation::Upsert(upsert) => {
            map.serialize_entry("record", &upsert.records)?;
            map.serialize_entry("conflict", &upsert.conflict)?;
            map.serialize_entry("returning", &upsert.returning)?;
        }
        Operation::Update(update) => push_update(&mut map, update)?,
        Operation::Delete(delete) => {
            push_meant(&mut map, &delete.rows, delete.all, delete.expect)?;
            map.serialize_entry("returning", &delete.returning)?;
        }
        Operation::Transaction(operations) => map.serialize_entry("operations", operations)?,
        Operation::Query(_) | Operation::Tables | Operation::Schema { .. } => {}
    }
    map.end()
}

fn push_select<M: SerializeMap>(map: &mut M, select: &Select) -> Result<(), M::Error> {
    push_rows(map, &select.rows)?;
    if !select.columns.is_empty() {
        map.serialize_entry("columns", &select.columns)?;
    }
    if !select.order_by.is_empty() {
        map.serialize_entry("order_by", &select.order_by)?;
    }
    if let Some(limit) = select.limit {
        map.serialize_entry("limit", &limit)?;
    }
    match select.page {
        Some(page) => map.serialize_entry("page", &page),
        None if select.offset > 0 => map.serialize_entry("offset", &select.offset),
        None => Ok(()),
    }
}

fn push_update<M: SerializeMap>(map: &mut M, update: &Update) -> Result<(), M::Error> {
    push_meant(map, &update.rows, update.all, update.expect)?;
    map.serialize_entry("record", &update.record)?;
    map.serialize_entry("returning", &update.returning)
}

fn push_query<M: SerializeMap>(map: &mut M, query: &Query) -> Result<(), M::Error> {
    map.serialize_entry("operation", if query.writes { "update" } else { "query" })?;
    map.serialize_entry("query", &query.sql)?;
    map.serialize_entry("params", &query.params)?;
    match query.limit {
        Some(limit) => map.serialize_entry("limit", &limit),
        None => Ok(()),
    }
}

fn push_meant<M: SerializeMap>(
    map: &mut M,
    rows: &Rows,
    all: bool,
    expect: Option<u64>,
) -> Result<(), M::Error> {
    push_rows(map, rows)?;
    if all {
        map.serialize_entry("all", &true)?;
    }
    match expect {
        Some(expect) => map.serialize_entry("expect", &expect),
        None => Ok(()),
    }
}

fn push_rows<M: SerializeMap>(map: &mut M, rows: &Rows) -> Result<(), M::Error> {
    if let Some(key) = &rows.key {
        map.serialize_entry("id", key)?;
    }
    match &rows.filter {
        Some(filter) => map.serialize_entry("filter", filter),
        None => Ok(()),
    }
}

impl Key {
    /// Writes the key as JSON.
    pub(in crate::operation) fn to_json(&self) -> String {
        // Its values have been read from JSON, or are written as such.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(record) => record.serialize(out),
            Self::Values(values) => match values.as_slice() {
                [value] if !matches!(value, Json::Document(_)) => value.serialize(out),
                values => values.serialize(out),
            },
        }
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Positional(values) => values.serialize(out),
            Self::Named(record) => record.serialize(out),
        }
    }
}

impl Serialize for Sort {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(2))?;
        map.serialize_entry("column", &self.column)?;
        map.serialize_entry("direction", if self.descending { "desc" } else { "asc" })?;
        map.end()
    }
}

impl Serialize for Filter {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(1))?;
        match self {
            Self::All(filters) => map.serialize_entry("all", filters)?,
            Self::Any(filters) => map.serialize_entry("any", filters)?,
            Self::Not(filter) => map.serialize_entry("not", filter)?,
            // Behind it an object would be read as a filter.
            Self::Column { column, test } if column == "not" => match test {
                Test::Compare(Comparison::Equal, value) => map.serialize_entry(column, value)?,
                _ => return Err(S::Error::custom("a column 'not' can be compared by 'eq' alone")),
            },
            Self::Column { column, test } => map.serialize_entry(column, test)?,
        }
        map.end()
    }
}

impl Serialize for Test {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(Some(1))?;
        match self {
            Self::Compare(comparison, value) => {
                map.serialize_entry(comparison.operator(), value)?;
            }
            Self::Like { pattern, fold_case: false } => map.serialize_entry("like", pattern)?,
            Self::Like { pattern, fold_case: true } => map.serialize_entry("ilike", pattern)?,
            Self::In(values) => map.serialize_entry("in", values)?,
            Self::Between(from, to) => map.serialize_entry("between", &[from, to])?,
            Self::Is(Is::Null) => map.serialize_entry("is_null", &true)?,
            Self::Is(Is::NotNull) => map.serialize_entry("is_null", &false)?,
            Self::Is(Is::True) => map.serialize_entry("is", &true)?,
            Self::Is(Is::False) => map.serialize_entry("is", &false)?,
        }
        map.end()
    }
}

impl Comparison {
    fn operator(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Greater => "gt",
            Self::GreaterOrEqual => "gte",
            Self::Less => "lt",
            Self::LessOrEqual => "lte",
        }
    }
}
