//! The question for the columns of a key, which an error only names.

use hypostyle_core::Error;
use hypostyle_sql::Dialect;

use crate::names::written_table;

/// The query that answers the columns of the key an error names; `None` where it names none.
pub(crate) fn question(error: &Error, text: Option<&str>) -> Option<String> {
    let (table, key) = (error.table()?, error.constraint()?);
    let quote = |text: &str| Dialect::Mysql.quote_string(text).ok();
    let schema = text.and_then(written_table).and_then(|(schema, _)| schema);
    let schema = match schema {
        Some(schema) => quote(&schema)?,
        None => "DATABASE()".to_owned(),
    };
    let (table, key) = (quote(table)?, quote(key)?);
    Some(format!(
        "SELECT column_name FROM information_schema.statistics WHERE table_schema = {schema} AND \
         table_name = {table} AND index_name = {key} AND column_name IS NOT NULL \
         ORDER BY seq_in_index"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hypostyle_core::ErrorKind;

    #[test]
    fn only_a_named_key_is_asked_for() {
        let error = || Error::new(ErrorKind::UniqueViolation, "no");
        assert!(question(&error(), None).is_none());
        let named = error().on("it's", Vec::new()).constrained_by("k");
        let asked = question(&named, Some("INSERT INTO d.`it's` VALUES (1)")).unwrap();
        assert!(asked.contains("table_schema = 'd' AND table_name = 'it''s'"), "{asked}");
        assert!(question(&named, None).unwrap().contains("DATABASE()"));
    }
}
