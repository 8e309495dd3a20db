//! What a migration does: statements of a file, or code.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::data::Code;
use super::{NO_TRANSACTION, WITHOUT_FOREIGN_KEYS};
use crate::script::Place;

/// What a migration does, in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// The statements of a file.
    Script(Script),
    /// Code of the program.
    Code(Code),
}

impl Change {
    /// Answers the statements, where it is some.
    pub fn script(&self) -> Option<&Script> {
        match self {
            Self::Script(script) => Some(script),
            Self::Code(_) => None,
        }
    }

    pub(super) fn script_mut(&mut self) -> Option<&mut Script> {
        match self {
            Self::Script(script) => Some(script),
            Self::Code(_) => None,
        }
    }
}

/// Statements of a file, or of a section of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Script {
    /// The statements, placeholders replaced.
    pub text: Cow<'static, str>,
    /// The path of the file, or its name where it is part of the program.
    pub file: String,
    /// How many lines of the file stand before the text.
    pub lines_before: usize,
    /// Whether they run in one transaction; no where the comments at their head say so.
    pub in_transaction: bool,
    /// Whether SQLite follows references while they run; no where the comments at their head say
    /// [`WITHOUT_FOREIGN_KEYS`](super::WITHOUT_FOREIGN_KEYS).
    pub with_foreign_keys: bool,
}

/// The remarks of goose, dbmate and sql-migrate that say the same as [`NO_TRANSACTION`].
const NO_TRANSACTION_ELSEWHERE: [&str; 4] = [
    "+goose no transaction",
    "migrate:up transaction:false",
    "migrate:down transaction:false",
    "+migrate up notransaction",
];

/// The lines that begin the section which undoes a file: ours, then dbmate's and goose's.
const UNDO: [&str; 4] = ["rollback", "migrate:down", "+goose down", "+migrate down"];

impl Script {
    pub(super) fn new(text: impl Into<Cow<'static, str>>, file: &str) -> Self {
        let text = text.into();
        let is_outside =
            |line: String| line == NO_TRANSACTION || NO_TRANSACTION_ELSEWHERE.contains(&&*line);
        let in_transaction = !head(&text).any(is_outside);
        let with_foreign_keys = !head(&text).any(|line| line == WITHOUT_FOREIGN_KEYS);
        Self { text, file: file.to_owned(), lines_before: 0, in_transaction, with_foreign_keys }
    }

    /// Cuts a file where the section begins that undoes it.
    pub(super) fn sections(text: Cow<'static, str>, file: &str) -> (Self, Option<Self>) {
        let Some(at) = undo_section(&text) else { return (Self::new(text, file), None) };
        let (up, undo) = match text {
            Cow::Borrowed(text) => (Cow::Borrowed(&text[..at]), Cow::Borrowed(&text[at..])),
            Cow::Owned(mut text) => {
                let undo = text.split_off(at);
                (text.into(), undo.into())
            }
        };
        let lines_before = up.matches('\n').count();
        (Self::new(up, file), Some(Self { lines_before, ..Self::new(undo, file) }))
    }

    /// Replaces `${name}` where the name is defined, and nothing else.
    pub(super) fn fill(&mut self, values: &BTreeMap<String, String>) {
        if let Some(filled) = filled(&self.text, values) {
            self.text = filled.into();
        }
    }

    /// Answers the line and the column of a byte of the text in its file, both from 1.
    pub(super) fn place(&self, offset: usize) -> Place {
        let Place { line, column } = Place::of(&self.text, offset);
        Place { line: line + self.lines_before, column }
    }
}

/// Answers the comments of one line in front of the first statement, without their dashes.
fn head(text: &str) -> impl Iterator<Item = String> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let head = lines.take_while(|line| line.is_empty() || line.starts_with("--"));
    head.map(|line| line.trim_start_matches('-').trim().to_ascii_lowercase())
}

/// Finds the line that begins the section which undoes: a comment at the beginning of a line, for
/// inside a body such a word is indented.
fn undo_section(text: &str) -> Option<usize> {
    let mut at = 0;
    text.split_inclusive('\n').find_map(|line| {
        let start = at;
        at += line.len();
        let words = line.trim_start_matches('\u{feff}').strip_prefix("--")?.trim();
        let words = words.trim_end_matches(':').to_ascii_lowercase();
        let is_marker = |marker: &&str| {
            let rest = words.strip_prefix(*marker);
            // The word alone, for it may begin a remark; the others take options.
            rest.is_some_and(|rest| {
                rest.is_empty() || (*marker != UNDO[0] && rest.starts_with(' '))
            })
        };
        UNDO.iter().any(is_marker).then_some(start)
    })
}

fn filled(text: &str, values: &BTreeMap<String, String>) -> Option<String> {
    let (mut out, mut rest, mut is_changed) = (String::new(), text, false);
    while let Some(at) = rest.find("${") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let value = from[2..].split_once('}').and_then(|(name, after)| {
            let value = values.get(name)?;
            Some((value, after))
        });
        match value {
            Some((value, after)) => {
                out.push_str(value);
                (rest, is_changed) = (after, true);
            }
            None => {
                out.push_str("${");
                rest = &from[2..];
            }
        }
    }
    is_changed.then(|| out + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_at_the_head_say_that_no_transaction_is_wanted() {
        let check = |text: &'static str, expect: bool| {
            assert_eq!(Script::new(text, "x").in_transaction, expect, "{text}");
        };
        check("", true);
        check("-- no-transaction\nVACUUM", false);
        check("\u{feff}\r\n-- why\r\n--no-transaction\r\nVACUUM", false);
        check("-- +goose NO TRANSACTION\nVACUUM", false);
        check("-- migrate:up transaction:false\nVACUUM", false);
        check("SELECT 1;\n-- no-transaction\n", true);
        check("-- is no-transaction needed?\nSELECT 1", true);
    }

    #[test]
    fn comments_at_the_head_say_that_references_are_not_followed() {
        assert!(!Script::new("-- without-foreign-keys\nDROP TABLE a", "x").with_foreign_keys);
        assert!(Script::new("DROP TABLE a -- without-foreign-keys", "x").with_foreign_keys);
    }

    #[test]
    fn a_section_undoes_the_rest_of_its_file() {
        let check = |text: &'static str, expect: Option<(&str, &str, usize)>| {
            for text in [Cow::Borrowed(text), Cow::Owned(text.to_owned())] {
                let (up, undo) = Script::sections(text.clone(), "x");
                let found = undo.as_ref().map(|undo| (&*up.text, &*undo.text, undo.lines_before));
                assert_eq!(found, expect, "{text}");
            }
        };
        check("a;\n-- rollback\nb", Some(("a;\n", "-- rollback\nb", 1)));
        check("a;\r\n--  Rollback\r\nb", Some(("a;\r\n", "--  Rollback\r\nb", 1)));
        check("--ROLLBACK:\nb", Some(("", "--ROLLBACK:\nb", 0)));
        check("-- rollback\nb", Some(("", "-- rollback\nb", 0)));
        check(
            "-- migrate:up\na;\n-- migrate:down\nb",
            Some(("-- migrate:up\na;\n", "-- migrate:down\nb", 2)),
        );
        check(
            "-- +goose Up\na;\n-- +goose Down\n",
            Some(("-- +goose Up\na;\n", "-- +goose Down\n", 2)),
        );
        check("a;\n-- rollback is not possible\nb", None);
        check("BEGIN\n  -- rollback\nEND", None);
        check("a -- rollback\n", None);
    }

    #[test]
    fn only_defined_names_are_replaced() {
        let values =
            BTreeMap::from([("a".to_owned(), "1${b}".to_owned()), ("b".into(), "2".into())]);
        let check = |text: &'static str, expect: &str| {
            let mut script = Script::new(text, "x");
            script.fill(&values);
            assert_eq!(script.text, expect);
        };
        check("SELECT ${a}, '${b}'", "SELECT 1${b}, '2'");
        check("${c} ${A} $a {a} ${ a} ${", "${c} ${A} $a {a} ${ a} ${");
        check("${x${b}", "${x2");
        check("${x ${b} }", "${x 2 }");
    }
}
