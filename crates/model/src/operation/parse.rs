//! From documents to operations. All pure.

mod filter;
mod keys;
mod known;
mod write;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use hypostyle_core::Result;

use self::keys::{Keys, expected, invalid};
use super::{
    Count, Delete, Insert, Json, Key, Limits, Operation, Params, Query, Record, Refusal, Rows,
    Select, Sort, Update, Upsert,
};

impl Operation {
    /// Reads a document.
    ///
    /// # Errors
    /// [`Refusal::UnknownOperation`]; [`Refusal::InvalidDocument`], which names the key that is wrong,
    /// missing or has no place in the operation; [`Refusal::LimitExceeded`].
    ///
    /// # Examples
    /// ```
    /// use hypostyle_model::operation::{Limits, Operation};
    /// let document = r#"{"table": "person", "filter": {"age": {"gte": 18}}, "order_by": ["-age"]}"#;
    /// let operation = Operation::parse(document, &Limits::default())?;
    /// assert_eq!(operation.name(), "select");
    ///
    /// let error = Operation::parse(r#"{"table": "person", "sort": []}"#, &Limits::default());
    /// assert!(error.unwrap_err().message().starts_with("'sort' is no key of select; there are"));
    /// # Ok::<(), hypostyle_core::Error>(())
    /// ```
    pub fn parse(document: &str, limits: &Limits) -> Result<Self> {
        let max = limits.document_bytes_max;
        if document.len() > max {
            return Err(Refusal::LimitExceeded { what: "bytes of a document", max }.into());
        }
        Ok(read(document, limits, Place::Alone)?)
    }

    /// Answers the name of the table that it is about.
    pub fn table(&self) -> Option<&str> {
        Some(match self {
            Self::Select(select) => &select.table,
            Self::Count(count) => &count.table,
            Self::Insert(insert) => &insert.table,
            Self::Upsert(upsert) => &upsert.table,
            Self::Update(update) => &update.table,
            Self::Delete(delete) => &delete.table,
            Self::Schema { table } => table,
            Self::Query(_) | Self::Transaction(_) | Self::Tables => return None,
        })
    }
}

/// Reads a document of any size within the default limits.
impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        read(raw.get(), &Limits::default(), Place::Alone).map_err(D::Error::custom)
    }
}

/// Writes the document that reads as the operation.
impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write::document(self, serializer)
    }
}

/// Where a document stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    InTransaction,
}

fn read(document: &str, limits: &Limits, place: Place) -> Result<Operation, Refusal> {
    let mut keys = Keys::read(document)?;
    let operation: Option<String> = keys.take("operation", "the name of an operation")?;
    let operation = operation.unwrap_or_else(|| "select".to_owned());
    let is_text = keys.has("query");
    let Some(known) = known::of_operation(&operation, is_text) else {
        return Err(Refusal::UnknownOperation { operation });
    };
    keys.check(&operation, known)?;
    Ok(match operation.as_str() {
        "select" | "query" if is_text => Operation::Query(query(&mut keys, false)?),
        "insert" | "update" | "delete" if is_text => Operation::Query(query(&mut keys, true)?),
        "select" => Operation::Select(select(&mut keys)?),
        "query" => return Err(missing("query", "query")),
        "count" => {
            Operation::Count(Count { table: table(&mut keys, "count")?, rows: rows(&mut keys)? })
        }
        "insert" => Operation::Insert(Insert {
            table: table(&mut keys, "insert")?,
            records: records(&mut keys, "insert", limits)?,
            returning: keys.take("returning", BOOL)?.unwrap_or(true),
        }),
        "upsert" => Operation::Upsert(Upsert {
            table: table(&mut keys, "upsert")?,
            records: records(&mut keys, "upsert", limits)?,
            conflict: keys.take("conflict", NAMES)?.unwrap_or_default(),
            returning: keys.take("returning", BOOL)?.unwrap_or(true),
        }),
        "update" => Operation::Update(update(&mut keys)?),
        "delete" => Operation::Delete(Delete {
            table: table(&mut keys, "delete")?,
            rows: meant(&mut keys, "delete")?,
            all: keys.take("all", BOOL)?.unwrap_or(false),
            expect: keys.take("expect", COUNT)?,
            returning: keys.take("returning", BOOL)?.unwrap_or(false),
        }),
        "transaction" if place == Place::InTransaction => {
            return Err(invalid("'operations' has a transaction within the transaction"));
        }
        "transaction" => Operation::Transaction(operations(&mut keys, limits)?),
        "tables" => Operation::Tables,
        "schema" => Operation::Schema { table: table(&mut keys, "schema")? },
        _ => return Err(Refusal::UnknownOperation { operation }),
    })
}

const BOOL: &str = "true or false";
const COUNT: &str = "a whole number";
const FROM_ONE: &str = "a whole number from 1";
const NAMES: &str = "an array of the names of columns";

fn select(keys: &mut Keys) -> Result<Select, Refusal> {
    let select = Select {
        table: table(keys, "select")?,
        columns: keys.take("columns", NAMES)?.unwrap_or_default(),
        rows: rows(keys)?,
        order_by: order_by(keys)?,
        limit: from_one(keys, "limit")?,
        page: from_one(keys, "page")?,
        offset: keys.take("offset", COUNT)?.unwrap_or(0),
    };
    match select.page.is_some() && select.offset != 0 {
        true => Err(invalid("'offset' and 'page' both say where to begin")),
        false => Ok(select),
    }
}

fn update(keys: &mut Keys) -> Result<Update, Refusal> {
    Ok(Update {
        table: table(keys, "update")?,
        rows: meant(keys, "update")?,
        all: keys.take("all", BOOL)?.unwrap_or(false),
        record: keys
            .take("record", "an object of columns with their values")?
            .ok_or_else(|| missing("record", "update"))?,
        expect: keys.take("expect", COUNT)?,
        returning: keys.take("returning", BOOL)?.unwrap_or(true),
    })
}

fn query(keys: &mut Keys, writes: bool) -> Result<Query, Refusal> {
    Ok(Query {
        sql: keys.take("query", "a statement")?.unwrap_or_default(),
        params: params(keys)?,
        writes,
        limit: from_one(keys, "limit")?,
    })
}

/// Reads the operations of a transaction, or its statements.
fn operations(keys: &mut Keys, limits: &Limits) -> Result<Vec<Operation>, Refusal> {
    let operations: Option<Vec<Box<RawValue>>> =
        keys.take("operations", "an array of operations")?;
    let queries: Option<Vec<Box<RawValue>>> =
        keys.take("queries", "an array of statements, as {\"sql\": …, \"params\": […]}")?;
    let (given, is_text) = match (operations, queries) {
        (Some(operations), None) => (operations, false),
        (None, Some(queries)) => (queries, true),
        (None, None) => return Err(missing("operations", "transaction")),
        (Some(_), Some(_)) => {
            return Err(invalid("'operations' and 'queries' both say what to do; give one"));
        }
    };
    let max = limits.operations_max;
    if given.len() > max {
        return Err(Refusal::LimitExceeded { what: "operations", max });
    }
    let one = |raw: &RawValue| match is_text {
        true => statement(raw.get()),
        false => read(raw.get(), limits, Place::InTransaction),
    };
    given.iter().map(|raw| one(raw)).collect()
}

fn statement(raw: &str) -> Result<Operation, Refusal> {
    let mut keys = Keys::read(raw)?;
    keys.check("queries", known::OF_STATEMENT)?;
    let sql = keys.take("sql", "a statement")?.ok_or_else(|| missing("sql", "queries"))?;
    let params = params(&mut keys)?;
    Ok(Operation::Query(Query { sql, params, writes: true, limit: None }))
}

fn table(keys: &mut Keys, operation: &str) -> Result<String, Refusal> {
    keys.take("table", "the name of a table")?.ok_or_else(|| missing("table", operation))
}

/// Reads which rows are meant; all where nothing says.
fn rows(keys: &mut Keys) -> Result<Rows, Refusal> {
    let key = keys.raw("id").map(|raw| key(raw.get())).transpose()?;
    let filter = keys.raw("filter").map(|raw| filter::read(raw.get())).transpose()?;
    Ok(Rows { key, filter })
}

/// Reads which rows are meant where all must be said: an empty filter would mean them all.
fn meant(keys: &mut Keys, operation: &str) -> Result<Rows, Refusal> {
    let rows = rows(keys)?;
    let all = keys.peek("all").is_some_and(|raw| raw == "true");
    let is_empty = rows.filter.as_ref().is_some_and(|filter| filter.conditions() == 0);
    match rows.is_all() || (is_empty && rows.key.is_none()) {
        true if !all => Err(invalid(&format!(
            "{operation} says no rows: give 'id' or 'filter', or '\"all\": true' to mean every row"
        ))),
        true => Ok(Rows::default()),
        false if all => Err(invalid("'all' stands beside 'id' or 'filter'; give one")),
        false => Ok(rows),
    }
}

fn key(raw: &str) -> Result<Key, Refusal> {
    const KEY: &str = "a value, an array of values or an object of columns with their values";
    let wrong = |_| expected("id", KEY);
    Ok(match raw.as_bytes().first() {
        Some(b'[') => Key::Values(serde_json::from_str(raw).map_err(wrong)?),
        Some(b'{') => Key::Named(serde_json::from_str(raw).map_err(wrong)?),
        _ => Key::Values(vec![Json::read(raw).map_err(wrong)?]),
    })
}

fn records(keys: &mut Keys, operation: &str, limits: &Limits) -> Result<Vec<Record>, Refusal> {
    let raw = keys.raw("record").ok_or_else(|| missing("record", operation))?;
    let wrong = |error| invalid(&format!("'record' is not what is expected: {error}"));
    let records: Vec<Record> = match raw.get().starts_with('[') {
        true => serde_json::from_str(raw.get()).map_err(wrong)?,
        false => vec![serde_json::from_str(raw.get()).map_err(wrong)?],
    };
    let max = limits.records_max;
    match records.len() {
        0 => Err(invalid("'record' holds no record")),
        count if count > max => Err(Refusal::LimitExceeded { what: "records", max }),
        _ => Ok(records),
    }
}

fn params(keys: &mut Keys) -> Result<Params, Refusal> {
    const PARAMS: &str = "an array of values, or an object of names with their values";
    let Some(raw) = keys.raw("params") else { return Ok(Params::default()) };
    let wrong = |_| expected("params", PARAMS);
    Ok(match raw.get().starts_with('{') {
        true => Params::Named(serde_json::from_str(raw.get()).map_err(wrong)?),
        false => Params::Positional(serde_json::from_str(raw.get()).map_err(wrong)?),
    })
}

/// Reads `["-created", "name"]` or `[{"column": "created", "direction": "desc"}]`.
fn order_by(keys: &mut Keys) -> Result<Vec<Sort>, Refusal> {
    const ORDER: &str = "an array of columns, as \"name\", \"-name\" for the greatest first, or \
                         {\"column\": \"name\", \"direction\": \"asc\" or \"desc\"}";
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Direction {
        Asc,
        Desc,
    }
    #[derive(Deserialize)]
    #[serde(untagged, deny_unknown_fields)]
    enum Item {
        Name(String),
        Full { column: String, direction: Option<Direction> },
    }
    let items: Vec<Item> = keys.take("order_by", ORDER)?.unwrap_or_default();
    let sort = items.into_iter().map(|item| match item {
        Item::Name(name) => match name.strip_prefix('-') {
            Some(column) => Sort { column: column.to_owned(), descending: true },
            None => Sort { column: name, descending: false },
        },
        Item::Full { column, direction } => {
            Sort { column, descending: matches!(direction, Some(Direction::Desc)) }
        }
    });
    Ok(sort.collect())
}

fn from_one(keys: &mut Keys, name: &str) -> Result<Option<u64>, Refusal> {
    match keys.take(name, FROM_ONE)? {
        Some(0) => Err(expected(name, FROM_ONE)),
        number => Ok(number),
    }
}

fn missing(key: &str, operation: &str) -> Refusal {
    invalid(&format!("'{key}' is missing, which {operation} needs"))
}

#[cfg(test)]
mod tests;
