//! What operations answer, and its JSON.

use hypostyle_core::{Error, Result, Row};
use hypostyle_schema::Table;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::Refusal;

/// What an operation answers. It serialises to the JSON that documents are answered with.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Answer {
    /// Rows that were read: `{"data": […]}`.
    Rows {
        /// The rows.
        data: Data,
        /// Whether there are more; told where it is so.
        has_more: bool,
    },
    /// A page of rows: `{"data": […], "page": 1, "page_size": 50, "total_records": …, …}`.
    Page {
        /// The rows.
        data: Data,
        /// Which page, from 1.
        page: u64,
        /// The most rows of a page.
        page_size: u64,
        /// The rows of all pages.
        total_records: u64,
    },
    /// Rows that were written: `{"data": […], "success": true, "rowcount": …}`.
    Written {
        /// The rows, where they were to be answered.
        data: Option<Data>,
        /// How many.
        rowcount: u64,
    },
    /// How many rows there are: `{"count": …}`.
    Count(u64),
    /// What each operation of a transaction answered: `{"success": true, "results": […]}`.
    Transaction(Vec<Self>),
    /// The names of tables and views: `{"tables": […]}`.
    Tables(Vec<String>),
    /// What a table looks like: `{"table": …, "schema": {…}}`.
    Schema(Box<Table>),
}

/// Rows as JSON objects.
#[derive(Clone, Debug)]
pub struct Data {
    /// The objects, with a comma between them, in brackets once they are all there.
    json: String,
    count: usize,
    bytes_before: usize,
    bytes_max: usize,
}

impl Data {
    /// Begins without a row, where so many bytes of so many have been answered.
    pub(super) fn new(bytes_before: usize, bytes_max: usize) -> Self {
        Self { json: String::from("["), count: 0, bytes_before, bytes_max }
    }

    pub(super) fn push(&mut self, row: Row<'_>) -> Result<()> {
        self.json.push_str(if self.count == 0 { "" } else { "," });
        // Writing to a string does not fail.
        let _ = row.write_json(&mut self.json);
        self.count += 1;
        match self.bytes_before + self.json.len() > self.bytes_max {
            true => Err(Refusal::AnswerTooLarge { bytes_max: self.bytes_max }.into()),
            false => Ok(()),
        }
    }

    pub(super) fn finish(mut self) -> Self {
        self.json.push(']');
        self
    }

    /// Counts the rows.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Answers a JSON array of the rows.
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// Reads each row as a value.
    ///
    /// # Errors
    /// `Data` for a row that is none.
    pub fn read<'a, T: Deserialize<'a>>(&'a self) -> Result<Vec<T>> {
        serde_json::from_str(&self.json).map_err(|error| {
            let message = format!("a row is not what was expected: {error}");
            Error::new(hypostyle_core::ErrorKind::Data, message).caused_by(error)
        })
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.json).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl Answer {
    /// Answers the rows that were read or written, where there are any to answer.
    pub fn data(&self) -> Option<&Data> {
        match self {
            Self::Rows { data, .. } | Self::Page { data, .. } => Some(data),
            Self::Written { data, .. } => data.as_ref(),
            _ => None,
        }
    }

    /// Writes the answer as JSON.
    pub fn to_json(&self) -> String {
        // Everything in it has been written as JSON before.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Rows { data, has_more } => {
                map.serialize_entry("data", data)?;
                if *has_more {
                    map.serialize_entry("has_more", &true)?;
                }
            }
            Self::Page { data, page, page_size, total_records } => {
                let total_pages = total_records.div_ceil((*page_size).max(1));
                map.serialize_entry("data", data)?;
                map.serialize_entry("page", page)?;
                map.serialize_entry("page_size", page_size)?;
                map.serialize_entry("total_records", total_records)?;
                map.serialize_entry("total_pages", &total_pages)?;
                map.serialize_entry("has_next", &(*page < total_pages))?;
            }
            Self::Written { data, rowcount } => {
                if let Some(data) = data {
                    map.serialize_entry("data", data)?;
                }
                map.serialize_entry("success", &true)?;
                map.serialize_entry("rowcount", rowcount)?;
            }
            Self::Count(count) => map.serialize_entry("count", count)?,
            Self::Transaction(results) => {
                map.serialize_entry("success", &true)?;
                map.serialize_entry("results", results)?;
            }
            Self::Tables(tables) => map.serialize_entry("tables", tables)?,
            Self::Schema(table) => {
                map.serialize_entry("table", &table.name)?;
                map.serialize_entry("schema", table)?;
            }
        }
        map.end()
    }
}
