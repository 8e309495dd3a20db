//! What a request asks for, read without looking at any database. All pure.

mod body;
mod filter;
pub(crate) mod key;
mod list;
mod parameters;

pub(crate) use body::{Json, NewRecords, Record, json};
pub(crate) use filter::{Comparison, Filter, Is, Test};
pub(crate) use parameters::Parameters;

use crate::Config;
use crate::error::Error;

/// A page of the rows of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadRequest {
    /// Counted from 1.
    pub(crate) page: u64,
    pub(crate) page_size: u64,
    /// The columns asked for; empty for all.
    pub(crate) select: Vec<String>,
    pub(crate) sort: Vec<Sort>,
    pub(crate) filters: Vec<Filter>,
}

/// A column to sort by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sort {
    pub(crate) column: String,
    pub(crate) descending: bool,
}

impl ReadRequest {
    /// Reads the parameters of a request.
    pub(crate) fn read(parameters: &Parameters, config: &Config) -> Result<Self, Error> {
        let request = Self {
            page: page(parameters)?,
            page_size: page_size(parameters, config)?,
            select: select(parameters)?,
            sort: sort(parameters)?,
            filters: filters(parameters, config)?,
        };
        request.check_offset()?;
        Ok(request)
    }

    /// How many rows stand before the page.
    pub(crate) fn offset(&self) -> Option<i64> {
        let before = (self.page - 1).checked_mul(self.page_size)?;
        // The last row of the page has a number, too.
        before.checked_add(self.page_size).and_then(|end| i64::try_from(end).ok())?;
        i64::try_from(before).ok()
    }

    fn check_offset(&self) -> Result<(), Error> {
        match self.offset() {
            Some(_) => Ok(()),
            None => Err(Error::InvalidPage {
                parameter: "page",
                value: self.page.to_string(),
                expected: "a page whose rows can be counted in 63 bits".to_owned(),
            }),
        }
    }
}

fn page(parameters: &Parameters) -> Result<u64, Error> {
    let Some(text) = parameters.only("page")? else { return Ok(1) };
    number(text).filter(|page| *page >= 1).ok_or_else(|| Error::InvalidPage {
        parameter: "page",
        value: text.to_owned(),
        expected: "a whole number from 1".to_owned(),
    })
}

fn page_size(parameters: &Parameters, config: &Config) -> Result<u64, Error> {
    let Some(text) = parameters.only("page_size")? else { return Ok(config.page_size_default) };
    let allowed = 1..=config.page_size_max;
    number(text).filter(|size| allowed.contains(size)).ok_or_else(|| Error::InvalidPage {
        parameter: "page_size",
        value: text.to_owned(),
        expected: format!("a whole number from 1 to {}", config.page_size_max),
    })
}

/// Reads digits alone: `u64::from_str` would take a sign, too.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn select(parameters: &Parameters) -> Result<Vec<String>, Error> {
    let Some(text) = parameters.only("select")? else { return Ok(Vec::new()) };
    let invalid = |reason: &str| Error::InvalidParameter {
        parameter: "select".to_owned(),
        reason: reason.to_owned(),
    };
    let columns: Vec<String> = list::items(text)
        .ok_or_else(|| invalid("has a quote that does not end"))?
        .into_iter()
        .map(list::unquote)
        .collect();
    for (at, column) in columns.iter().enumerate() {
        if column.is_empty() {
            return Err(invalid("names no column between two commas"));
        }
        if columns[..at].contains(column) {
            return Err(invalid("names a column twice"));
        }
    }
    Ok(columns)
}

fn sort(parameters: &Parameters) -> Result<Vec<Sort>, Error> {
    let Some(text) = parameters.only("sort")? else { return Ok(Vec::new()) };
    let invalid = |reason: &str| Error::InvalidParameter {
        parameter: "sort".to_owned(),
        reason: reason.to_owned(),
    };
    let items = list::items(text).ok_or_else(|| invalid("has a quote that does not end"))?;
    let mut sort: Vec<Sort> = Vec::with_capacity(items.len());
    for item in items {
        let (name, descending) = match item.strip_prefix('-') {
            Some(name) => (name, true),
            None => (item, false),
        };
        let column = list::unquote(name);
        if column.is_empty() {
            return Err(invalid("names no column between two commas"));
        }
        if !sort.iter().any(|earlier| earlier.column == column) {
            sort.push(Sort { column, descending });
        }
    }
    Ok(sort)
}

fn filters(parameters: &Parameters, config: &Config) -> Result<Vec<Filter>, Error> {
    let mut filters = Vec::new();
    for (column, text) in parameters.filters() {
        if filters.len() == config.filters_max {
            return Err(Error::LimitExceeded { what: "filters", max: config.filters_max });
        }
        filters.push(Filter::read(column, text, config.in_values_max)?);
    }
    Ok(filters)
}

#[cfg(test)]
mod tests;
