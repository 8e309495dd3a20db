//! Names of a database as those of Rust.

use std::collections::HashSet;

/// Words of Rust, which a name has to be told from.
///
/// # Source
/// The Rust reference, "Keywords": strict and reserved ones of edition 2024.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Those that `r#` makes no name of.
const NEVER_NAMES: [&str; 4] = ["Self", "crate", "self", "super"];

/// The words of a name: cut at what is no letter or digit, and where a capital follows a small one.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = letter.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit());
        if letter.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if before.is_alphanumeric() && !begins => word.push(letter),
                _ => words.push(letter.to_string()),
            }
        }
        before = letter;
    }
    words
}

pub(super) fn snake(name: &str) -> String {
    named(words(name).iter().map(|word| word.to_lowercase()).collect::<Vec<_>>().join("_"))
}

pub(super) fn structure(name: &str) -> String {
    let words = words(name);
    let word = |word: &String| capital(&word.to_lowercase());
    named(words.iter().map(word).collect())
}

/// A name that a digit does not begin.
fn named(name: String) -> String {
    match name.chars().next() {
        Some(first) if !first.is_numeric() => name,
        _ => format!("_{name}"),
    }
}

pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name that no other has, made so by a number where it must be.
pub(super) fn unused(name: String, taken: &mut HashSet<String>) -> String {
    let mut candidate = name.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{number}");
        number += 1;
    }
    candidate
}

pub(super) fn escaped(name: &str) -> String {
    match KEYWORDS.contains(&name) {
        true if NEVER_NAMES.contains(&name) => format!("{name}_"),
        true => format!("r#{name}"),
        false => name.to_owned(),
    }
}

/// A text without line breaks, which would end a comment.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Writes the name of a field in some way.
pub(super) type Case = fn(&str) -> String;

/// Ways to write the names of columns, as `#[model(rename_all = …)]` has it.
pub(super) const CASES: [(&str, Case); 3] =
    [("PascalCase", pascal), ("camelCase", camel), ("SCREAMING_SNAKE_CASE", str::to_uppercase)];

fn pascal(field: &str) -> String {
    field.split('_').map(capital).collect()
}

fn camel(field: &str) -> String {
    let pascal = pascal(field);
    let mut letters = pascal.chars();
    let first = letters.next().map(|first| first.to_lowercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}

/// Several of what a name means, in simple English.
pub(super) fn plural(name: &str) -> String {
    let before = name.strip_suffix('y').and_then(|stem| stem.chars().last());
    if name.ends_with('s') {
        name.to_owned()
    } else if before.is_some_and(|letter| !"aeiou".contains(letter)) {
        format!("{}ies", name.trim_end_matches('y'))
    } else if name.ends_with('x') || name.ends_with("ch") || name.ends_with("sh") {
        format!("{name}es")
    } else {
        format!("{name}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_rust() {
        let check = |name, field: &str, structure_: &str| {
            assert_eq!((snake(name), structure(name)), (field.to_owned(), structure_.to_owned()));
        };
        check("order_items", "order_items", "OrderItems");
        check("InvoiceLine", "invoice_line", "InvoiceLine");
        check("sales.orders", "sales_orders", "SalesOrders");
        check("Order Details", "order_details", "OrderDetails");
        check("HTTPStatus", "httpstatus", "Httpstatus");
        check("2nd", "_2nd", "_2nd");
        check("größe", "größe", "Größe");
        check("--", "_", "_");
    }

    #[test]
    fn several_are_named_in_simple_english() {
        let check = |name, several| assert_eq!(plural(name), several);
        check("post", "posts");
        check("category", "categories");
        check("key", "keys");
        check("box", "boxes");
        check("news", "news");
    }
}
