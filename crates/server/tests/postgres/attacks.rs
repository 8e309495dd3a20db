//! SQL in every place of a request: nothing of it runs.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{Running, TABLES};

const PAYLOADS: [&str; 12] = [
    "'; DROP TABLE artist; --",
    "\"; DELETE FROM artist; --",
    "artist\" UNION SELECT 1, rolname FROM pg_authid --",
    "1 OR 1=1",
    "1) OR (1=1",
    "x' OR 'x'='x",
    "$$; DELETE FROM artist; $$",
    "1::text || pg_sleep(60)",
    "\\'; DELETE FROM artist; --",
    "name) VALUES ('x'); DROP TABLE album; --",
    "public\".\"artist\"; DROP TABLE album; --",
    "?",
];

impl Running {
    fn dump(&self) -> String {
        let tables = ["artist", "album", "line", "free", "every", "sales.orders"];
        let dumps = tables.map(|table| format!("SELECT t::text FROM {table} AS t ORDER BY 1"));
        let dumps = dumps.iter().map(|dump| self.scratch.query(dump).unwrap());
        let catalog = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace \
                       ORDER BY 1";
        dumps.chain([self.scratch.query(catalog).unwrap()]).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sql_in_any_place_of_a_request_changes_nothing() {
    for options in ["", "?options=-c%20standard_conforming_strings%3Doff"] {
        let config = hypostyle_server::Config::default();
        let site = Running::start_at(config, crate::SHOP, options).await;
        let before = site.dump();
        for payload in PAYLOADS {
            let text = utf8_percent_encode(payload, NON_ALPHANUMERIC).to_string();
            let json = serde_json::to_string(payload).unwrap();
            for target in [
                format!("{TABLES}/{text}"),
                format!("{TABLES}/sales.{text}"),
                format!("{TABLES}/{text}/schema"),
                format!("{TABLES}/artist/records/{text}"),
                format!("{TABLES}/free/records/{text}"),
                format!("{TABLES}/line/records/{text},{text}"),
                format!("{TABLES}/artist?sort={text}"),
                format!("{TABLES}/artist?select={text}"),
                format!("{TABLES}/artist?{text}=eq.1"),
                format!("{TABLES}/artist?name=eq.{text}"),
                format!("{TABLES}/artist?name=like.{text}"),
                format!("{TABLES}/artist?name=ilike.{text}"),
                format!("{TABLES}/artist?name=in.({text})"),
                format!("{TABLES}/artist?id=eq.{text}"),
                format!("{TABLES}/every?ip=eq.{text}"),
                format!("{TABLES}/every?range=gt.{text}"),
                format!("{TABLES}/artist?page={text}"),
                format!("/api/v1/db/tables?db={text}"),
            ] {
                let answer = site.get(&target).await;
                let is_sane = [200, 400, 404].contains(&answer.status);
                assert!(is_sane, "{target}: {} {}", answer.status, answer.body);
                let leaks = ["\"rolname\":", "syntax error", "SCRAM-SHA"];
                assert!(!leaks.iter().any(|leak| answer.body.contains(leak)), "{}", answer.body);
            }
            for (path, body) in [
                ("/artist/records", format!("{{{json}:1}}")),
                ("/every/records", format!("{{\"ip\":{json}}}")),
                ("/every/records", format!("{{\"grid\":[{json}]}}")),
                ("/every/records", format!("{{\"place\":{{{json}:1}}}}")),
                ("/every/records", format!("{{\"mood\":{json}}}")),
                ("/artist/records/1", "{}".to_owned()),
            ] {
                let answer = site.send("POST", path, &body).await;
                let is_refused = [400, 405, 409].contains(&answer.status);
                assert!(is_refused, "{path} {body}: {} {}", answer.status, answer.body);
            }
        }
        assert_eq!(site.dump(), before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_stored_and_found_as_it_is() {
    let site = Running::start().await;
    for payload in
        PAYLOADS.iter().chain(&["\u{202e}x", "a\u{0}".trim_end_matches('\0'), "🦀", "%_\\"])
    {
        let json = serde_json::to_string(payload).unwrap();
        let made = site.send("POST", "/free/records", &format!("{{\"id\":{json}}}")).await;
        assert_eq!(made.status, 201, "{payload}: {}", made.body);
        let text = utf8_percent_encode(payload, NON_ALPHANUMERIC).to_string();
        let expect = format!("[{{\"id\":{json},\"n\":null}}]");
        site.check_records(&format!("{TABLES}/free?id=eq.{text}"), &expect).await;
        let pattern = payload.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = utf8_percent_encode(&pattern, NON_ALPHANUMERIC).to_string();
        site.check_records(&format!("{TABLES}/free?id=like.{pattern}"), &expect).await;
    }
}
