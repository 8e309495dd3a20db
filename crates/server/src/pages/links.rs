//! Addresses of pages: every name encoded, so that none can be anything but a name.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::request::{Parameters, RESERVED};

/// What stands unencoded: the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// In a value, these make filters readable and mean nothing to the reader of a query.
const ENCODED_VALUE: &AsciiSet =
    &ENCODED.remove(b'(').remove(b')').remove(b',').remove(b'*').remove(b':');

/// The address of a database among the others.
pub(super) fn database(name: &str) -> String {
    format!("/#db-{}", utf8_percent_encode(name, ENCODED))
}

/// The address of a table's page with its query.
#[derive(Clone, Debug)]
pub(super) struct TableLink {
    path: String,
    pairs: Vec<(String, String)>,
}

impl TableLink {
    /// Begins with a table and no query.
    pub(super) fn new(db: &str, table: &str) -> Self {
        let encode = |name| utf8_percent_encode(name, ENCODED);
        Self { path: format!("/t/{}/{}", encode(db), encode(table)), pairs: Vec::new() }
    }

    /// The same address in REST.
    pub(super) fn rest(&self, db: &str, table: &str) -> String {
        let path = format!("/api/v1/db/tables/{}", utf8_percent_encode(table, ENCODED));
        Self { path, pairs: self.pairs.clone() }.with("db", db).href()
    }

    /// Takes the query of a request.
    pub(super) fn of(db: &str, table: &str, parameters: &Parameters) -> Self {
        let pairs = parameters.pairs().filter(|(name, _)| *name != "db");
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { pairs, ..Self::new(db, table) }
    }

    /// Sets a parameter.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.pairs.retain(|(given, _)| given != name);
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Drops a parameter.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.pairs.retain(|(given, _)| given != name);
        self
    }

    /// Adds the filter that a column equals a value.
    pub(super) fn where_equal(mut self, column: &str, value: &str) -> Self {
        let needs_prefix = RESERVED.contains(&column) || column.starts_with("filter.");
        let prefix = if needs_prefix { "filter." } else { "" };
        self.pairs.push((format!("{prefix}{column}"), format!("eq.{value}")));
        self
    }

    /// Lists the filters: how each reads, and the address without it.
    pub(super) fn filters(&self) -> impl Iterator<Item = (String, Self)> {
        let pairs = self.pairs.iter().enumerate();
        let filters = pairs.filter(|(_, (name, _))| !RESERVED.contains(&name.as_str()));
        filters.map(|(at, (name, value))| {
            let mut rest = self.clone().without("page");
            let before = self.pairs[..at].iter().filter(|(name, _)| name == "page").count();
            rest.pairs.remove(at - before);
            (format!("{name} {value}"), rest)
        })
    }

    /// Writes the address.
    pub(super) fn href(&self) -> String {
        let mut href = self.path.clone();
        for (at, (name, value)) in self.pairs.iter().enumerate() {
            href.push(if at == 0 { '?' } else { '&' });
            href.extend(utf8_percent_encode(name, ENCODED));
            href.push('=');
            href.extend(utf8_percent_encode(value, ENCODED_VALUE));
        }
        href
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(link: &TableLink, expect: &str) {
        assert_eq!(link.href(), expect);
    }

    #[test]
    fn names_are_encoded_wherever_they_stand() {
        check(&TableLink::new("a/b", "x?y=\"<&"), "/t/a%2Fb/x%3Fy%3D%22%3C%26");
        let link = TableLink::new("shop", "t").where_equal("page", "a b&c");
        check(&link, "/t/shop/t?filter.page=eq.a%20b%26c");
        check(
            &TableLink::new("s", "t").where_equal("id", "7").with("sort", "-a,b"),
            "/t/s/t?id=eq.7&sort=-a,b",
        );
        assert_eq!(link.rest("s p", "t"), "/api/v1/db/tables/t?filter.page=eq.a%20b%26c&db=s%20p");
    }

    #[test]
    fn a_filter_is_taken_away_alone_and_the_first_page_shown() {
        let parameters = Parameters::read("page=3&a=eq.1&a=eq.2&sort=b").unwrap();
        let link = TableLink::of("s", "t", &parameters);
        let shown: Vec<_> = link.filters().map(|(text, rest)| (text, rest.href())).collect();
        assert_eq!(shown[0], ("a eq.1".into(), "/t/s/t?a=eq.2&sort=b".into()));
        assert_eq!(shown[1], ("a eq.2".into(), "/t/s/t?a=eq.1&sort=b".into()));
    }
}
