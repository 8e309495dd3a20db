//! Checksums that survive editors and version control.

use std::fmt::Write;

use sha2::{Digest, Sha256};

const BLANKS: [char; 5] = [' ', '\t', '\r', '\u{b}', '\u{c}'];

/// Answers the SHA-256 of a text as lower-case hexadecimal digits.
///
/// # Shape
/// 64 characters. A byte order mark, the kind of line ends, blanks at the end of lines, and empty
/// lines at the end of the text make no difference.
pub(super) fn checksum(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut hasher = Sha256::new();
    for line in text.trim_end_matches(BLANKS_AND_LINE_ENDS).split('\n') {
        hasher.update(line.trim_end_matches(BLANKS));
        hasher.update("\n");
    }
    hasher.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

const BLANKS_AND_LINE_ENDS: [char; 6] = [' ', '\t', '\r', '\u{b}', '\u{c}', '\n'];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(left: &str, right: &str, is_same: bool) {
        assert_eq!(checksum(left) == checksum(right), is_same, "{left:?} {right:?}");
    }

    #[test]
    fn what_editors_and_git_change_makes_no_difference() {
        check("a\nb\n", "a\r\nb\r\n", true);
        check("a\nb", "a  \nb\t\n\n \n", true);
        check("a", "\u{feff}a", true);
        check("", " \r\n", true);
    }

    #[test]
    fn what_people_change_makes_one() {
        check("a\nb", "a b", false);
        check("a", " a", false);
        check("a\n\nb", "a\nb", false);
        check("a", "A", false);
    }

    #[test]
    fn the_digest_is_that_of_the_plain_text() {
        // printf 'SELECT 1;\n' | sha256sum
        let expect = "b4e0497804e46e0a0b0b8c31975b062152d551bac49c3c2e80932567b4085dcd";
        assert_eq!(checksum("SELECT 1;\r\n"), expect);
    }
}
