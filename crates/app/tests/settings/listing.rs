//! The list of settings, the reference and the names that were meant.

use hypostyle_app::settings::{all, reference};

use crate::place::Said;

#[test]
fn every_setting_is_listed_with_what_it_is() {
    let said =
        Said::toml("slow_after = 0.5\n[databases.my-shop]\n[server]\nbody_bytes_max = '2kB'");
    let settings = said.load().unwrap();
    let entry = |key: &str| settings.entry(key).unwrap();
    assert_eq!(entry("slow_after").json, 0.5);
    assert_eq!(entry("server.body_bytes_max").json, 2_000);
    assert_eq!(entry("server.allowed_hosts").json, serde_json::json!([]));
    assert_eq!(entry("database_url").json, serde_json::Value::Null);
    let pool = entry("pool_size");
    assert_eq!((pool.kind, pool.unit, pool.default), ("count", "connections", "20"));
    assert_eq!(pool.variable, "DATABASE_POOL_SIZE");
    assert_eq!(
        pool.description,
        "The most connections of a database; for SQLite the most that read."
    );
    assert_eq!(entry("databases.my-shop.url").variable, "HYPOSTYLE_DATABASES_MY_SHOP_URL");
    assert_eq!(entry("databases.my-shop.url").empty, "my-shop.db in the folder of `database_url`");
    let listed = settings.entries().len();
    let declared = all().filter(|setting| !setting.key.starts_with("panels.")).count();
    assert_eq!(listed, declared);
}

#[test]
fn a_key_that_is_unknown_is_told_from_the_nearest() {
    let settings = Said::toml("[databases.shop]").load().unwrap();
    let check = |unknown: &str, expect: Option<&str>| {
        assert_eq!(settings.nearest_key(unknown), expect, "{unknown}");
    };
    check("sever.listen", Some("server.listen"));
    check("url", Some("databases.shop.url"));
    check("colour", None);
}

#[test]
fn every_variable_stands_for_one_setting() {
    let mut variables: Vec<_> = all().map(|setting| setting.variable()).collect();
    variables.sort();
    let count = variables.len();
    variables.dedup();
    assert_eq!(variables.len(), count);
}

#[test]
fn the_reference_in_the_documentation_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/settings/reference.md");
    let written = std::fs::read_to_string(path).unwrap();
    assert_eq!(written, reference(), "write this into {path}");
}
