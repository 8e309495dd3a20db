//! The tokens cover any text exactly.
#![no_main]

use hypostyle_sql::{Dialect, tokens};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql, Dialect::DuckDb] {
        let mut at = 0;
        for token in tokens(text, dialect) {
            assert_eq!(token.start, at);
            assert!(token.end > at && text.is_char_boundary(token.end));
            at = token.end;
        }
        assert_eq!(at, text.len());
    }
});
