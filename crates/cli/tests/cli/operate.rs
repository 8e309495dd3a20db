//! `hypostyle operate`: documents by argument, file and pipe; what is refused.

use crate::place::{Place, Ran};

impl Place {
    fn operate(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["operate", "-d", "shop.db"], arguments].concat())
    }
}

#[track_caller]
fn check(ran: &Ran, stdout: &str) {
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, stdout, ""));
}

#[test]
fn a_document_comes_as_argument_file_or_pipe() {
    let place = Place::with_shop();
    let document = r#"{"table": "product", "columns": ["name"], "id": 1}"#;
    let expect = "{\"data\":[{\"name\":\"Kettle\"}]}\n";
    check(&place.operate(&[document]), expect);
    place.write("one.json", document);
    check(&place.operate(&["--file", "one.json"]), expect);
    check(&place.run_with(&["operate", "-d", "shop.db"], document), expect);
    check(&place.run_with(&["operate", "-d", "shop.db", "-"], document), expect);
}

#[test]
fn a_write_is_done_or_refused_as_a_whole() {
    let place = Place::with_shop();
    let document = r#"{"operation": "transaction", "operations": [
        {"operation": "update", "table": "product", "id": 2, "record": {"name": "Mug"},
         "returning": false, "expect": 1},
        {"operation": "delete", "table": "line", "filter": {"product_id": 1}, "expect": 99}]}"#;
    let refused = place.operate(&[document, "--json"]);
    assert_eq!((refused.code, &*refused.stdout), (4, ""));
    assert!(refused.stderr.contains("99 records of 'line' were to be changed"), "{refused:?}");
    let document = r#"{"operation": "update", "table": "product", "id": 2, "record": {"name": "Mug"},
        "returning": false}"#;
    let read_only = place.operate(&[document, "--read-only"]);
    assert_eq!((read_only.code, &*read_only.stdout), (4, ""));
    assert_eq!(
        place.query(&["SELECT name FROM product WHERE id = 2", "--format", "csv"]),
        "name\r\n\"Cup, blue\"\r\n"
    );
    check(&place.operate(&[document]), "{\"success\":true,\"rowcount\":1}\n");
}

#[test]
fn what_is_wrong_is_said_with_what_there_is() {
    let place = Place::with_shop();
    let check = |arguments: &[&str], code: i32, part: &str| {
        let ran = place.operate(arguments);
        assert_eq!((ran.code, &*ran.stdout), (code, ""), "{ran:?}");
        assert!(ran.stderr.contains(part), "{ran:?}");
    };
    check(&[r#"{"operation": "merge"}"#], 4, "Unknown operation: merge");
    check(&[r#"{"table": "produkt"}"#], 4, "Table 'produkt' not found in database");
    check(&[r#"{"table": "produkt"}"#], 4, "available_tables cheap, line, product");
    check(&["not json"], 4, "The document is not what is expected");
    check(&["--file", "none.json"], 1, "none.json");
    let write = r#"{"operation": "delete", "query": "DELETE FROM line"}"#;
    check(&[write], 1, "SQL of a caller's own may only read");
    check(&[r#"{"query": "SELECT 1"}"#, "--sql", "off"], 1, "SQL of a caller's own is off");
    let ran = place.operate(&[write, "--sql", "writes"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "{\"success\":true,\"rowcount\":2}\n"), "{ran:?}");
}
