//! From a request and an inspected table to SQL: names quoted, values bound. All pure.

mod destroys;
pub(crate) mod idempotency;
mod like;
mod order;
mod statement;
mod values;
mod write;

use crate::data::Type;
use crate::error::Error;
use crate::request::{Comparison, Filter, Is, ReadRequest, Test};
use crate::schema::{Column, Table, TableKind};
use crate::sql::Dialect;

pub(crate) use destroys::{beginning, destroys};
pub(crate) use statement::Statement;
pub(crate) use values::free_value;
pub(crate) use write::{Change, Steps, one, write};

/// SQLite binds 32 766 parameters at most; the page needs two itself.
const VALUES_MAX: usize = 32_000;

/// SQLite nests expressions 1000 deep at most.
const DEPTH_MAX: usize = 900;

/// What is run to answer a request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// Counts the rows that meet the filters.
    pub(crate) count: Statement,
    /// Reads the rows of the page.
    pub(crate) page: Statement,
}

/// Plans the read of a page.
pub(crate) fn read(table: &Table, request: &ReadRequest, dialect: Dialect) -> Result<Plan, Error> {
    check_count(table, request)?;
    let mut conditions = Statement::new(dialect);
    for filter in &request.filters {
        conditions.push(if conditions.is_empty() { " WHERE " } else { " AND " });
        push_condition(&mut conditions, column(table, &filter.column)?, filter)?;
    }
    if conditions.params.len() > VALUES_MAX {
        return Err(Error::LimitExceeded { what: "values in all filters", max: VALUES_MAX });
    }
    let mut count = Statement::new(dialect);
    count.push("SELECT count(*) FROM ");
    count.push_table(table)?;
    count.push_statement(&conditions);
    let mut page = Statement::new(dialect);
    page.push("SELECT ");
    push_columns(&mut page, table, request)?;
    page.push(" FROM ");
    page.push_table(table)?;
    page.push_statement(&conditions);
    order::push(&mut page, table, request)?;
    page.push_limit(request.page_size, request.offset().unwrap_or(i64::MAX));
    Ok(Plan { count, page })
}

/// A filter for each column is never too many; but an expression may be only so deep.
fn check_count(table: &Table, request: &ReadRequest) -> Result<(), Error> {
    let columns = table.columns.len().min(DEPTH_MAX);
    let max = request.filters_max.max(columns);
    match request.filters.len() > max {
        true => Err(Error::LimitExceeded { what: "filters", max }),
        false => Ok(()),
    }
}

/// Plans the count of all rows of a table; `None` where counting means running a stored query, or
/// asking another server.
pub(crate) fn count(table: &Table, dialect: Dialect) -> Result<Option<Statement>, Error> {
    let is_elsewhere = matches!(table.kind, TableKind::View | TableKind::Foreign);
    if is_elsewhere || table.problem.is_some() {
        return Ok(None);
    }
    let mut count = Statement::new(dialect);
    count.push("SELECT count(*) FROM ");
    count.push_table(table)?;
    Ok(Some(count))
}

/// Finds a column that may be named: one that is not hidden.
fn column<'t>(table: &'t Table, name: &str) -> Result<&'t Column, Error> {
    table.column(name).filter(|column| !column.hidden).ok_or_else(|| Error::ColumnNotFound {
        table: table.name.clone(),
        column: name.to_owned(),
        available: table.visible_columns().map(|column| column.name.clone()).collect(),
    })
}

fn push_columns(page: &mut Statement, table: &Table, request: &ReadRequest) -> Result<(), Error> {
    let columns: Vec<&Column> = if request.select.is_empty() {
        table.visible_columns().collect()
    } else {
        request.select.iter().map(|name| column(table, name)).collect::<Result<_, _>>()?
    };
    for (at, column) in columns.iter().enumerate() {
        if columns[..at].iter().any(|earlier| earlier.name == column.name) {
            return Err(Error::InvalidParameter {
                parameter: "select".to_owned(),
                reason: "names a column twice".to_owned(),
            });
        }
        page.push(if at == 0 { "" } else { ", " });
        page.push_name(&column.name)?;
    }
    Ok(())
}

fn push_condition(out: &mut Statement, column: &Column, filter: &Filter) -> Result<(), Error> {
    out.push(if filter.negated { "NOT (" } else { "(" });
    match &filter.test {
        Test::Is(is) => push_is(out, column, *is)?,
        Test::Like { pattern, fold_case } => like::push(out, &column.name, pattern, *fold_case)?,
        Test::In(texts) => push_in(out, column, " IN (", texts)?,
        Test::Compare(Comparison::Equal, text) => {
            push_in(out, column, " IN (", std::slice::from_ref(text))?;
        }
        Test::Compare(Comparison::NotEqual, text) => {
            push_in(out, column, " NOT IN (", std::slice::from_ref(text))?;
        }
        Test::Compare(comparison, text) => {
            out.push_name(&column.name)?;
            out.push(match comparison {
                Comparison::Greater => " > ",
                Comparison::GreaterOrEqual => " >= ",
                Comparison::Less => " < ",
                _ => " <= ",
            });
            out.bind_compared(values::ordered(column, text, out.dialect)?);
        }
    }
    out.push(")");
    Ok(())
}

/// Tests what a value is. PostgreSQL takes no number for a truth value.
fn push_is(out: &mut Statement, column: &Column, is: Is) -> Result<(), Error> {
    let test = match is {
        Is::Null => " IS NULL",
        Is::NotNull => " IS NOT NULL",
        Is::True => " IS TRUE",
        Is::False => " IS FALSE",
    };
    let is_of_truth = matches!(is, Is::True | Is::False) && out.dialect.is_postgres();
    match column.kind {
        kind if is_of_truth && values::is_number(kind) => {
            out.push("(");
            out.push_name(&column.name)?;
            out.push(" <> 0)");
        }
        kind if is_of_truth && kind != Type::Bool => {
            return Err(Error::InvalidFilter {
                column: column.name.clone(),
                filter: test.trim().to_ascii_lowercase().replace(' ', "."),
                reason: "asks for a truth value, which the column has none of".to_owned(),
            });
        }
        _ => out.push_name(&column.name)?,
    }
    out.push(test);
    Ok(())
}

/// Compares with every form in which the engine may have stored one of the texts.
fn push_in(
    out: &mut Statement,
    column: &Column,
    operator: &str,
    texts: &[String],
) -> Result<(), Error> {
    if texts.is_empty() {
        // Nothing is in an empty list, which only SQLite can write.
        out.push("1 = 0");
        return Ok(());
    }
    out.push_name(&column.name)?;
    out.push(operator);
    let mut first = true;
    for text in texts {
        for value in values::equal(column, text, out.dialect)? {
            out.push(if first { "" } else { ", " });
            out.bind_compared(value);
            first = false;
        }
    }
    out.push(")");
    Ok(())
}

#[cfg(test)]
mod tests;
