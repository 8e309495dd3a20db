//! How names of columns are written.

/// A way to write a name of several words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Camel,
    Pascal,
    Snake,
    ScreamingSnake,
    Kebab,
}

/// Every case, by the name it has in an attribute.
pub(crate) const CASES: [(&str, Case); 5] = [
    ("camelCase", Case::Camel),
    ("PascalCase", Case::Pascal),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
];

impl Case {
    /// Writes the name of a field in this case.
    pub(crate) fn of(self, field: &str) -> String {
        let words = words(field);
        match self {
            Self::Camel => words.iter().enumerate().map(|(at, word)| camel(at, word)).collect(),
            Self::Pascal => words.iter().map(|word| capitalized(word)).collect(),
            Self::Snake => words.join("_"),
            Self::ScreamingSnake => words.join("_").to_uppercase(),
            Self::Kebab => words.join("-"),
        }
    }
}

/// Parts a name at underscores and before capitals that follow a small letter or digit.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        if letter == '_' || (after_small && letter.is_uppercase()) {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), letter != '_') {
            word.extend(letter.to_lowercase());
        }
        after_small = letter.is_lowercase() || letter.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn camel(at: usize, word: &str) -> String {
    if at == 0 { word.to_owned() } else { capitalized(word) }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(field: &str, expect: [&str; 5]) {
        let written = CASES.map(|(_, case)| case.of(field));
        assert_eq!(written, expect);
    }

    #[test]
    fn names_are_written_in_every_case() {
        check("id", ["id", "Id", "id", "ID", "id"]);
        check("user_id", ["userId", "UserId", "user_id", "USER_ID", "user-id"]);
        check(
            "line_2_text",
            ["line2Text", "Line2Text", "line_2_text", "LINE_2_TEXT", "line-2-text"],
        );
        check("userId", ["userId", "UserId", "user_id", "USER_ID", "user-id"]);
        check("_hidden_", ["hidden", "Hidden", "hidden", "HIDDEN", "hidden"]);
    }
}
