//! Names of tables and columns, which are any text, where OpenAPI allows less.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 lets stand in a path as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes a name as a name of a component or an operation: what is none of `A-Z a-z 0-9 _ -`
/// becomes `.uHEX.`, so that two names stay two and a point always is of our own.
pub(super) fn component(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for letter in name.chars() {
        match letter {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '_' | '-' => out.push(letter),
            other => out.push_str(&format!(".u{:x}.", u32::from(other))),
        }
    }
    out
}

/// Writes a name as a part of the name of a parameter of a path, where a point means an attribute
/// to clients that format the path with it.
pub(super) fn parameter(name: &str) -> String {
    component(name).replace('.', "-")
}

/// Writes a name as a segment of a path.
pub(super) fn segment(name: &str) -> String {
    utf8_percent_encode(name, SEGMENT).to_string()
}

/// Tells whether a name can be a segment of a path: clients take `.` and `..` out, and an empty
/// one is none.
pub(super) fn can_be_segment(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
}

/// Writes a name as code in Markdown.
pub(super) fn code(name: &str) -> String {
    if name.contains('`') { format!("`` {name} ``") } else { format!("`{name}`") }
}

/// Refers to a schema of the document.
pub(super) fn schema(name: &str) -> serde_json::Value {
    serde_json::json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// Answers schemas of types, to be one of; several types in one schema are more than some readers
/// take.
pub(super) fn types(types: &[&str]) -> serde_json::Value {
    types.iter().map(|name| serde_json::json!({ "type": name })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_component_and_a_segment() {
        let check = |name: &str, expect: (&str, &str)| {
            assert_eq!((component(name).as_str(), segment(name).as_str()), expect, "{name}");
        };
        check("order_lines", ("order_lines", "order_lines"));
        check("a b", ("a.u20.b", "a%20b"));
        check("orders.new", ("orders.u2e.new", "orders.new"));
        check("{x}/\"", (".u7b.x.u7d..u2f..u22.", "%7Bx%7D%2F%22"));
        check("Größe~1", ("Gr.uf6..udf.e.u7e.1", "Gr%C3%B6%C3%9Fe~1"));
        assert_eq!(parameter("a b"), "a-u20-b");
    }
}
