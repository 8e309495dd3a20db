//! The key of a record, from the last part of a path: `5`, or `5,12` where the key has two columns.

use super::list;
use crate::error::Error;
use crate::operation::{Json, Key};
use crate::schema::Table;

/// Reads the key of a record of a table.
pub(crate) fn of(table: &Table, text: &str) -> Result<Key, Error> {
    Ok(Key::Values(parts(table, text)?.into_iter().map(Json::Text).collect()))
}

/// Reads as many parts as the primary key of the table has columns. The key of one column is taken
/// as it stands; of several, a part with a comma stands in double quotes.
fn parts(table: &Table, text: &str) -> Result<Vec<String>, Error> {
    let columns = table.primary_key.len();
    if columns == 0 {
        return Err(Error::NoPrimaryKey { table: table.name.clone() });
    }
    if columns == 1 {
        return Ok(vec![text.to_owned()]);
    }
    let parts = list::items(text).filter(|parts| parts.len() == columns);
    let parts = parts.ok_or_else(|| Error::InvalidKey {
        key: text.to_owned(),
        columns: table.primary_key.clone(),
    })?;
    Ok(parts.into_iter().map(list::unquote).collect())
}

/// Writes the parts of a key as one text that [`parts`] reads; `None` for no part.
pub(crate) fn text(parts: &[String]) -> Option<String> {
    match parts {
        [] => None,
        [part] => Some(part.clone()),
        parts => Some(parts.iter().map(|part| list::quote(part)).collect::<Vec<_>>().join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(columns: &[&str], text: &str, expect: &str) {
        let primary_key = columns.iter().map(|name| (*name).to_owned()).collect();
        let table = Table { name: "t".to_owned(), primary_key, ..Table::default() };
        let shown = match parts(&table, text) {
            Ok(parts) => parts.join("|"),
            Err(error) => error.report().message,
        };
        assert_eq!(shown, expect, "{text}");
    }

    #[test]
    fn a_key_has_as_many_parts_as_columns() {
        check(&["a"], "5", "5");
        check(&["a"], "x,\"y", "x,\"y");
        check(&["a", "b"], "5,x", "5|x");
        check(&["a", "b"], "5,\"x,\\\"y\"", "5|x,\"y");
        check(
            &["a", "b"],
            "5",
            "'5' is not a key of (a, b), as in 'a,b' with quotes around a comma",
        );
        check(
            &["a", "b"],
            "1,2,3",
            "'1,2,3' is not a key of (a, b), as in 'a,b' with quotes around a comma",
        );
        let text = |parts: [&str; 2]| text(&parts.map(str::to_owned)).unwrap();
        check(&["a", "b"], &text(["5", "x"]), "5|x");
        check(&["a", "b"], &text(["x,\\\"y", ""]), "x,\\\"y|");
        check(&[], "1", "'t' has no primary key, so none of its records can be named");
    }
}
