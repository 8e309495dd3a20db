//! What a request asks for, read without looking at any database. All pure.

mod body;
mod filter;
pub(crate) mod key;
mod list;
mod parameters;

pub(crate) use body::{NewRecords, record};
pub(crate) use list::quote;
pub(crate) use parameters::{FILTER_PREFIX, Parameters};

use crate::Config;
use crate::error::Error;
use crate::operation::{Filter, Limits, Rows, Select, Sort};

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
    pub(crate) limits: Limits,
}

impl ReadRequest {
    /// Reads the parameters of a request.
    pub(crate) fn read(parameters: &Parameters, config: &Config) -> Result<Self, Error> {
        Ok(Self {
            page: page(parameters, config)?,
            page_size: page_size(parameters, config)?,
            select: select(parameters)?,
            sort: sort(parameters)?,
            filters: filters(parameters, config)?,
            limits: config.limits(),
        })
    }

    /// Says what is read of a table.
    pub(crate) fn select(&self, table: &str) -> Select {
        let filter = Some(Filter::All(self.filters.clone())).filter(|_| !self.filters.is_empty());
        Select {
            table: table.to_owned(),
            columns: self.select.clone(),
            rows: Rows { key: None, filter },
            order_by: self.sort.clone(),
            page: Some(self.page),
            ..Select::default()
        }
    }

    /// How many rows stand before the page.
    pub(crate) fn offset(&self) -> u64 {
        (self.page - 1).saturating_mul(self.page_size)
    }
}

fn page(parameters: &Parameters, config: &Config) -> Result<u64, Error> {
    let Some(text) = parameters.only("page")? else { return Ok(1) };
    let allowed = 1..=config.page_max();
    number(text).filter(|page| allowed.contains(page)).ok_or_else(|| Error::InvalidPage {
        parameter: "page",
        value: text.to_owned(),
        expected: format!("a whole number from 1 to {}", config.page_max()),
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
        filters.push(filter::read(column, text, config.in_values_max)?);
    }
    Ok(filters)
}

#[cfg(test)]
mod tests;
