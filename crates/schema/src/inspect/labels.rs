//! The values of an enumeration, as MySQL and DuckDB declare them: `enum('a','it''s')`.

/// Answers the values of an enumeration, none for another type.
pub(super) fn labels(declared: &str) -> Vec<String> {
    let is_enum = declared.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("enum("));
    let list = declared.get(5..).filter(|_| is_enum).and_then(|list| list.strip_suffix(')'));
    let mut labels = Vec::new();
    let mut rest = list.unwrap_or_default();
    while let Some(open) = rest.strip_prefix('\'') {
        let mut label = String::new();
        let mut characters = open.char_indices().peekable();
        let mut end = open.len();
        while let Some((at, each)) = characters.next() {
            if each == '\'' && characters.next_if(|(_, next)| *next == '\'').is_none() {
                end = at + 1;
                break;
            }
            label.push(each);
        }
        labels.push(label);
        rest = open[end..].trim_start_matches([',', ' ']);
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_read_with_their_quotes() {
        assert_eq!(labels("enum('a','b,c','it''s','')"), ["a", "b,c", "it's", ""]);
        assert_eq!(labels("ENUM('a', 'b')"), ["a", "b"]);
        assert_eq!(labels("set('a')"), Vec::<String>::new());
    }
}
