//! Statements are pieces of the text in order, and a text that reads is made of those that read.
#![no_main]

use hypostyle_sql::{Access, Dialect, classify, is_complete, split};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql, Dialect::DuckDb] {
        let class = classify(text, dialect);
        assert_eq!(classify(&format!("/**/{text}"), dialect), class);
        let mut at = 0;
        for statement in split(text, dialect) {
            assert!(statement.start >= at && !statement.text.is_empty());
            assert!(text[statement.start..].starts_with(statement.text));
            at = statement.start + statement.text.len();
            if class.access == Access::Read {
                assert_eq!(classify(statement.text, dialect).access, Access::Read);
            }
        }
        assert_eq!(is_complete(&format!("{text} "), dialect), is_complete(text, dialect));
    }
});
