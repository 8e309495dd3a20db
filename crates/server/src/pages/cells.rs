//! Values in a table for people.

use maud::{Markup, html};

use crate::data::{ValueRef, write_json};

/// What a cell shows of a long text, and what it shows on hovering.
const LETTERS_MAX: usize = 120;
const TITLE_LETTERS_MAX: usize = 2_000;

/// A text longer than this may be cut by its column.
const LETTERS_CERTAIN: usize = 32;

/// A value, read to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    text: String,
    kind: Kind,
    title: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Null,
    Bytes,
    Other,
}

impl Cell {
    /// Reads a value.
    pub(super) fn of(value: ValueRef<'_>) -> Self {
        let (text, kind) = match value {
            ValueRef::Null => ("NULL".to_owned(), Kind::Null),
            ValueRef::Bytes(bytes) => {
                return Self::whole(format!("⟨{} bytes⟩", bytes.len()), Kind::Bytes);
            }
            ValueRef::Text(text) | ValueRef::Json(text) => return Self::clipped(text),
            ValueRef::Timestamp(stamp) => (stamp.text().to_string(), Kind::Other),
            ValueRef::TimestampTz(stamp) => (stamp.text_tz().to_string(), Kind::Other),
            ValueRef::Native(native) if std::str::from_utf8(native.bytes()).is_err() => {
                return Self::whole(format!("⟨{} bytes⟩", native.bytes().len()), Kind::Bytes);
            }
            value => {
                let mut json = String::new();
                // Writing to a string does not fail.
                let _ = write_json(value, &mut json);
                match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
                    Some(inner) => (inner.to_owned(), Kind::Other),
                    None if is_number(value) => (json, Kind::Number),
                    None => (json, Kind::Other),
                }
            }
        };
        Self::whole(text, kind)
    }

    fn whole(text: String, kind: Kind) -> Self {
        Self { text, kind, title: None }
    }

    fn clipped(text: &str) -> Self {
        let shown = clip(text, LETTERS_MAX);
        let is_long = text.chars().nth(LETTERS_CERTAIN).is_some();
        let title = is_long.then(|| clip(text, TITLE_LETTERS_MAX));
        Self { text: shown, kind: Kind::Text, title }
    }

    /// Answers the text that a filter finds the value by; `None` where none would.
    pub(super) fn key(&self) -> Option<&str> {
        let is_whole = self.title.is_none() && matches!(self.kind, Kind::Text | Kind::Number);
        is_whole.then_some(self.text.as_str())
    }

    /// Writes the cell, as a link where it leads somewhere; a column of numbers stands at the
    /// right, its NULLs too.
    pub(super) fn markup(&self, href: Option<&str>, is_number: bool) -> Markup {
        let class = match (self.kind, is_number) {
            (Kind::Null, true) => "null number",
            (Kind::Null, false) => "null",
            (Kind::Number, _) => "number",
            (Kind::Bytes, _) => "bytes",
            (Kind::Text | Kind::Other, _) => "text",
        };
        html! {
            td class=(class) title=[self.title.as_deref()] {
                @match href {
                    Some(href) => a href=(href) { (self.text) },
                    None => (self.text),
                }
            }
        }
    }
}

fn is_number(value: ValueRef<'_>) -> bool {
    matches!(
        value,
        ValueRef::I64(_)
            | ValueRef::U64(_)
            | ValueRef::I128(_)
            | ValueRef::U128(_)
            | ValueRef::F32(_)
            | ValueRef::F64(_)
            | ValueRef::Decimal(_)
    )
}

fn clip(text: &str, letters_max: usize) -> String {
    match text.char_indices().nth(letters_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: ValueRef<'_>, expect: &str) {
        assert_eq!(Cell::of(value).markup(None, false).into_string(), expect);
    }

    #[test]
    fn every_kind_of_value_shows_what_it_is() {
        check(ValueRef::Null, "<td class=\"null\">NULL</td>");
        check(ValueRef::Text("NULL"), "<td class=\"text\">NULL</td>");
        check(ValueRef::I64(i64::MIN), "<td class=\"number\">-9223372036854775808</td>");
        check(ValueRef::F64(0.1), "<td class=\"number\">0.1</td>");
        check(ValueRef::F64(f64::NAN), "<td class=\"text\">NaN</td>");
        check(ValueRef::Bool(true), "<td class=\"text\">true</td>");
        check(ValueRef::Bytes(&[0; 4096]), "<td class=\"bytes\">⟨4096 bytes⟩</td>");
    }

    #[test]
    fn markup_in_a_value_stays_text() {
        let expect = "<td class=\"text\">&lt;script&gt;alert(1)&lt;/script&gt;</td>";
        check(ValueRef::Text("<script>alert(1)</script>"), expect);
        let long = format!("\" onmouseover=\"{}", "x".repeat(40));
        let shown = Cell::of(ValueRef::Text(&long)).markup(Some("/t/a/b"), false).into_string();
        assert!(shown.contains("title=\"&quot; onmouseover=&quot;x"), "{shown}");
    }

    #[test]
    fn long_text_is_clipped_between_letters() {
        let cell = Cell::of(ValueRef::Text("é".repeat(5_000).leak()));
        assert_eq!(cell.text.chars().count(), LETTERS_MAX + 1);
        assert_eq!(cell.title.map(|title| title.chars().count()), Some(TITLE_LETTERS_MAX + 1));
    }
}
