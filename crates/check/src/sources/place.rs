//! From bytes of a file to what people see: lines, columns and what stands there.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The most characters of a line that are shown.
const LINE_CHARS_MAX: usize = 160;

/// Where bytes of a file stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// From 1.
    pub(crate) line: usize,
    /// In characters, from 1.
    pub(crate) column: usize,
    /// The line, tabs as spaces.
    pub(crate) shown: String,
    /// How many cells of a terminal stand before it, and how many it takes.
    pub(crate) cells: (usize, usize),
}

/// Where the lines of a file begin.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect())
    }

    /// Answers the number of the line that holds a byte, from 0.
    pub(crate) fn number(&self, at: usize) -> usize {
        self.0.partition_point(|begin| *begin <= at).saturating_sub(1)
    }

    /// Answers a line without its end.
    pub(crate) fn line<'t>(&self, text: &'t str, number: usize) -> &'t str {
        let begin = self.0.get(number).copied().unwrap_or(text.len());
        let end = self.0.get(number + 1).copied().unwrap_or(text.len());
        text.get(begin..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// Finds the place of some bytes; what goes on on the next line is not shown.
    pub(crate) fn place(&self, text: &str, begin: usize, end: usize) -> Place {
        let number = self.number(begin);
        let line = self.line(text, number);
        let start = self.0.get(number).copied().unwrap_or_default();
        let from = floor(line, begin.saturating_sub(start));
        let to = floor(line, end.max(begin).saturating_sub(start)).max(from);
        let before = line.get(..from).unwrap_or(line);
        let inside = line.get(from..to).unwrap_or_default();
        let column = before.trim_start_matches('\u{feff}').chars().count() + 1;
        let skipped = before.chars().count().saturating_sub(LINE_CHARS_MAX / 2);
        let shown: String = line.chars().skip(skipped).take(LINE_CHARS_MAX).map(cell).collect();
        let before: String = before.chars().skip(skipped).map(cell).collect();
        let inside = inside.width().max(1).min(shown.width().saturating_sub(before.width()).max(1));
        Place { line: number + 1, column, cells: (before.width(), inside), shown }
    }
}

/// Shows what moves a terminal's cursor as a space.
fn cell(each: char) -> char {
    if each.width().is_none() || each == '\u{feff}' { ' ' } else { each }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let check = |text: &str, at: usize, line: usize, column: usize| {
            let place = Lines::of(text).place(text, at, at + 1);
            assert_eq!((place.line, place.column), (line, column), "{text:?} {at}");
        };
        check("", 0, 1, 1);
        check("a\nb", 2, 2, 1);
        check("a\r\nöb", 5, 2, 2);
        check("\u{feff}ab", 4, 1, 2);
        check("ab", 99, 1, 3);
    }

    #[test]
    fn a_long_line_is_shown_around_the_place() {
        let text = format!("{}x{}", "a".repeat(1_000), "b".repeat(1_000));
        let place = Lines::of(&text).place(&text, 1_000, 1_001);
        assert_eq!((place.column, place.cells), (1_001, (80, 1)));
        assert_eq!(place.shown.chars().nth(80), Some('x'));
        assert_eq!(place.shown.chars().count(), LINE_CHARS_MAX);
    }
}
