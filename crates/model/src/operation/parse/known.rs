//! Which keys each operation takes.

use strsim::damerau_levenshtein;

/// The letters from which on the beginning of a key stands for it.
const BEGINNING_MIN: usize = 3;

/// The keys of a statement within a transaction.
pub(super) const OF_STATEMENT: &[&str] = &["sql", "params"];

/// Answers the keys of an operation, with SQL of the caller's own or without; `None` where there is no
/// such operation.
pub(super) fn of_operation(operation: &str, is_text: bool) -> Option<&'static [&'static str]> {
    Some(match operation {
        "select" | "insert" | "update" | "delete" if is_text => OF_QUERY,
        "query" => OF_QUERY,
        "select" => &[
            "operation",
            "table",
            "columns",
            "id",
            "filter",
            "order_by",
            "limit",
            "page",
            "offset",
        ],
        "count" => &["operation", "table", "id", "filter"],
        "insert" => &["operation", "table", "record", "returning"],
        "upsert" => &["operation", "table", "record", "conflict", "returning"],
        "update" => &["operation", "table", "id", "filter", "all", "record", "expect", "returning"],
        "delete" => &["operation", "table", "id", "filter", "all", "expect", "returning"],
        "transaction" => &["operation", "operations", "queries"],
        "tables" => &["operation"],
        "schema" => &["operation", "table"],
        _ => return None,
    })
}

const OF_QUERY: &[&str] = &["operation", "query", "params", "limit"];

/// Finds the key of an operation that was probably meant: one that begins so, else the nearest, if it
/// is near.
pub(super) fn nearest(
    unknown: &str,
    operation: &str,
    known: &[&'static str],
) -> Option<&'static str> {
    let name = unknown.to_ascii_lowercase();
    let takes_text = of_operation(operation, true) == Some(OF_QUERY) && unknown != "query";
    let keys = known.iter().copied().chain(takes_text.then_some("query"));
    let begins = |key: &&str| name.len() >= BEGINNING_MIN && key.starts_with(&name);
    if let Some(longer) = keys.clone().find(begins) {
        return Some(longer);
    }
    let near = keys.map(|key| (damerau_levenshtein(&name, key), key)).min()?;
    (near.0 <= 1 + name.len() / 4).then_some(near.1)
}
