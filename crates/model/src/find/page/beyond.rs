//! The condition that rows stand behind a cursor, or before it.

use hypostyle_core::Value;
use hypostyle_sql::Dialect;

use super::cursor::Cursor;
use crate::definition::Definition;
use crate::filter::{Comparison, Node};
use crate::order::OrderBy;

/// The condition that a row stands behind (or before) some values in an order in which NULL is last.
pub(super) fn beyond(
    definition: &Definition,
    order: &[OrderBy],
    cursor: &Cursor,
    dialect: Dialect,
) -> Node {
    let Cursor { values, backward } = cursor;
    let backward = *backward;
    let is_nullable =
        |by: &OrderBy| definition.find(by.column).is_none_or(|(_, column)| column.is_nullable());
    if compares_rows(dialect)
        && let Some(descending) = one_direction(order)
        && !order.iter().any(is_nullable)
    {
        let columns = order.iter().map(|by| by.column).collect();
        return Node::Row(columns, past_by(descending, backward), values.clone());
    }
    let mut any = Vec::with_capacity(order.len());
    let mut same: Vec<Node> = Vec::new();
    for (by, value) in order.iter().zip(values) {
        if let Some(past) = past(by, value, backward, is_nullable(by)) {
            let mut all = same.clone();
            all.push(past);
            any.push(Node::All(all));
        }
        same.push(match value {
            Value::Null => Node::Null(by.column),
            value => Node::Compare(by.column, Comparison::Equal, value.clone()),
        });
    }
    let beyond = Node::Any(any);
    match order.iter().zip(values).next() {
        Some((by, value)) if order.len() > 1 && !is_nullable(by) => {
            reaching(by, value, backward).and(beyond)
        }
        _ => beyond,
    }
}

/// Tells whether an engine finds where an index is to be entered by a comparison of rows: MySQL reads
/// all of it, and DuckDB has no use for it.
fn compares_rows(dialect: Dialect) -> bool {
    dialect == Dialect::Sqlite || dialect.is_postgres()
}

/// The direction of all columns, if they have one: whether it is down.
fn one_direction(order: &[OrderBy]) -> Option<bool> {
    let descending = order.first()?.descending;
    order.iter().all(|by| by.descending == descending).then_some(descending)
}

fn past_by(descending: bool, backward: bool) -> Comparison {
    if descending == backward { Comparison::Greater } else { Comparison::Less }
}

/// The condition that a column is at a value or past it: said beside the others, for no engine finds
/// where an index is to be entered in conditions joined by OR.
fn reaching(by: &OrderBy, value: &Value, backward: bool) -> Node {
    let comparison = match by.descending == backward {
        true => Comparison::GreaterOrEqual,
        false => Comparison::LessOrEqual,
    };
    Node::Compare(by.column, comparison, value.clone())
}

/// The condition that a column alone is past a value; none where nothing can be.
fn past(by: &OrderBy, value: &Value, backward: bool, nullable: bool) -> Option<Node> {
    let comparison = past_by(by.descending, backward);
    match (value, backward) {
        (Value::Null, false) => None,
        (Value::Null, true) => Some(Node::Not(Box::new(Node::Null(by.column)))),
        (value, true) => Some(Node::Compare(by.column, comparison, value.clone())),
        (value, false) => {
            let past = Node::Compare(by.column, comparison, value.clone());
            Some(if nullable { Node::Any(vec![past, Node::Null(by.column)]) } else { past })
        }
    }
}
