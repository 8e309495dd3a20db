//! The nearest name to one that is unknown.

use strsim::damerau_levenshtein;

/// The characters from which on the beginning of a name stands for it.
const BEGINNING_MIN: usize = 3;

/// Finds the name that was probably meant: the one with the same last part, the one that
/// begins with it, else the nearest, if it is near.
pub(super) fn nearest<'a>(
    unknown: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if let Some(same) = known.clone().find(|name| last(name) == last(unknown)) {
        return Some(same);
    }
    let begins = |name: &&str| unknown.len() >= BEGINNING_MIN && name.starts_with(unknown);
    if let Some(longer) = known.clone().find(begins) {
        return Some(longer);
    }
    let distance = |name: &str| damerau_levenshtein(unknown, name);
    let near = known.map(|name| (distance(name), name)).min()?;
    let far = 1 + last(unknown).len() / 4;
    (near.0 <= far).then_some(near.1)
}

/// Writes the end of a message about an unknown name.
pub(super) fn did_you_mean(name: Option<&str>) -> String {
    name.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let known = ["name", "server.listen", "server.title", "pool_size"];
        let check = |unknown: &str, expect: Option<&str>| {
            assert_eq!(nearest(unknown, known.into_iter()), expect, "{unknown}");
        };
        check("server.lisen", Some("server.listen"));
        check("listen", Some("server.listen"));
        check("server.LISTEN", Some("server.listen"));
        check("nmae", Some("name"));
        check("poolsize", Some("pool_size"));
        check("serv", Some("server.listen"));
        check("colour", None);
        check("server.x", None);
    }
}
