//! `hypostyle query`: formats, parameters, limits, exit codes.

use crate::place::Place;

#[test]
fn a_table_is_aligned_and_counts_its_rows() {
    let expect = [
        " id │ name      │ price │ sold_at             │ picture │ facts",
        "────┼───────────┼───────┼─────────────────────┼─────────┼─────────────────",
        "  1 │ Kettle    │  19.9 │ 2025-01-31 08:30:00 │ x'00ff' │ {\"watts\": 2000}",
        "  2 │ Cup, blue │   4.5 │ NULL                │ NULL    │ NULL",
        "  3 │           │  NULL │ NULL                │ NULL    │ not json",
        "(3 rows)",
    ];
    let shown = Place::with_shop().query(&["SELECT * FROM product"]);
    assert_eq!(shown.lines().collect::<Vec<_>>(), expect);
}

#[test]
fn json_is_one_document_with_every_digit() {
    let place = Place::with_shop();
    assert_eq!(
        place.query(&["SELECT id, facts, picture, 9223372036854775807 n FROM product", "--json"]),
        "[{\"id\":1,\"facts\":{\"watts\": 2000},\"picture\":\"AP8=\",\"n\":9223372036854775807},\n\
         {\"id\":2,\"facts\":null,\"picture\":null,\"n\":9223372036854775807},\n\
         {\"id\":3,\"facts\":\"not json\",\"picture\":null,\"n\":9223372036854775807}]\n"
    );
    assert_eq!(place.query(&["SELECT 1 AS a WHERE 0", "--json"]), "[]\n");
    assert_eq!(
        place.query(&["DELETE FROM line; SELECT 1 AS a; SELECT 2 AS b", "--json"]),
        "[{\"statement\":1,\"line\":1,\"command\":\"DELETE\",\"rows_affected\":2,\
         \"last_insert_id\":null},\n[{\"a\":1}],\n[{\"b\":2}]]\n"
    );
}

#[test]
fn json_lines_are_lines() {
    let place = Place::with_shop();
    let text = "SELECT id, name FROM product WHERE id < 3 ORDER BY id";
    let expect = "{\"id\":1,\"name\":\"Kettle\"}\n{\"id\":2,\"name\":\"Cup, blue\"}\n";
    assert_eq!(place.query(&[text, "--format", "jsonl"]), expect);
    place.query(&["UPDATE product SET facts = '{\n\"a\":\n1}' WHERE id = 2"]);
    let text = "SELECT facts FROM product WHERE id = 2";
    assert_eq!(place.query(&[text, "--format", "jsonl"]), "{\"facts\":{ \"a\": 1}}\n");
}

#[test]
fn csv_tells_null_from_empty() {
    let place = Place::with_shop();
    let text = "SELECT id, name, price FROM product; SELECT 'a\"b' AS quoted";
    let expect = "id,name,price\r\n1,Kettle,19.9\r\n2,\"Cup, blue\",4.5\r\n3,\"\",\r\n\r\n\
                  quoted\r\n\"a\"\"b\"\r\n";
    assert_eq!(place.query(&[text, "--format", "csv"]), expect);
}

#[test]
fn what_is_said_about_statements_leaves_the_rows_of_programs_alone() {
    let place = Place::with_shop();
    let text = "DELETE FROM line WHERE count = 2; SELECT count(*) AS n FROM line";
    let ran = place.run(&["query", "-d", "shop.db", "--format", "csv", text]);
    assert_eq!((ran.code, &*ran.stdout), (0, "n\r\n1\r\n"));
    assert_eq!(ran.stderr, "DELETE: 1 row affected\n");
    let ran = place.run(&["query", "-d", "shop.db", "-q", "DELETE FROM line"]);
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (0, "", ""));
}

#[test]
fn parameters_are_bound_by_position_and_by_name() {
    let place = Place::with_shop();
    let csv = |arguments: &[&str]| place.query(&[&["--format", "csv"], arguments].concat());
    let by_id = "SELECT name FROM product WHERE id = ?";
    assert_eq!(csv(&[by_id, "--param", "1"]), "name\r\nKettle\r\n");
    assert_eq!(csv(&[by_id, "-p", "text:x"]), "name\r\n");
    let by_price = "SELECT name FROM product WHERE price < :max AND id > :min";
    assert_eq!(csv(&[by_price, "-p", "max=10.5", "-p", "min=-1"]), "name\r\n\"Cup, blue\"\r\n");
    let types = "SELECT typeof(?) a, typeof(?) b, typeof(?) c, typeof(?) d";
    let given = ["-p", "7", "-p", "1.5", "-p", "null", "-p", "007"];
    assert_eq!(csv(&[&[types][..], &given].concat()), "a,b,c,d\r\ninteger,real,null,text\r\n");
    let several =
        "DELETE FROM line WHERE count = :n; SELECT count(*) AS n FROM line WHERE count > :n";
    let ran = place.run(&["query", "-d", "shop.db", "--format", "csv", several, "-p", "n=2"]);
    assert_eq!((ran.code, &*ran.stdout), (0, "n\r\n1\r\n"));
}

#[test]
fn parameters_that_do_not_fit_are_refused() {
    let place = Place::with_shop();
    let code = |arguments: &[&str]| {
        let ran = place.run(&[&["query", "-d", "shop.db"], arguments].concat());
        assert_eq!(ran.code, 4, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran.stderr
    };
    assert!(code(&["SELECT ?"]).contains("not bound"));
    assert!(code(&["SELECT 1", "-p", "1"]).contains("1 parameters were given for 0"));
    assert!(code(&["SELECT :a", "-p", "b=1"]).contains("`:b` is not in the text"));
    assert!(code(&["SELECT :a", "-p", "a=1", "-p", "2"]).contains("all by name"));
}

#[test]
fn a_limit_ends_reading_and_leaves_writes_whole() {
    let place = Place::with_shop();
    let shown = place.query(&["SELECT id FROM product", "--limit", "2"]);
    assert!(shown.ends_with("(2 rows; there are more)\n"), "{shown}");
    let shown = place.query(&["SELECT id FROM product", "--limit", "3"]);
    assert!(shown.ends_with("(3 rows)\n"), "{shown}");
    place.query(&["UPDATE line SET count = 9 RETURNING count", "--limit", "1"]);
    let written = place.query(&["SELECT count(*) AS n FROM line WHERE count = 9", "--json"]);
    assert_eq!(written, "[{\"n\":2}]\n");
}

#[test]
fn a_long_result_streams_in_the_widths_of_its_beginning() {
    let place = Place::new();
    let text = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2500) \
                SELECT x, printf('%.*c', x / 100, 'y') AS y FROM n";
    let ran = place.run(&["query", "-d", "sqlite::memory:", text]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!((lines.len(), lines[2502]), (2503, "(2500 rows)"));
    assert_eq!(lines[2], "    1 │ y");
    assert_eq!(lines[2501], " 2500 │ yyyyyyyyyyyyyyyyyyyyyyyyy");
}

#[test]
fn a_failure_says_what_and_where_and_has_its_code() {
    let place = Place::with_shop();
    let fails = |arguments: &[&str], code: i32, expect: &str| {
        let ran = place.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stderr.contains(expect), "{arguments:?}: {}", ran.stderr);
    };
    fails(&["query", "-d", "shop.db", "SELECT * FROM nope"], 1, "error: no such table: nope");
    fails(&["query", "-d", "shop.db", "SELECT 1;\nSELECT nope"], 1, "statement 2, line 2");
    fails(&["query", "-d", "shop.db", "INSERT INTO line VALUES (99, 1)"], 1, "FOREIGN KEY");
    fails(&["query", "SELECT 1"], 2, "set DATABASE_URL");
    fails(&["query", "-d", "shop.db", "--file", "nope.sql"], 1, "cannot read nope.sql");
    fails(&["query", "-d", "shop.db", "SELECT 1", "--format", "xml"], 2, "table");
    fails(&["query", "-d", "shop.db", "SELECT 1", "--timeout", "soon"], 2, "--timeout");
    fails(&["query", "-d", "nope://x", "SELECT 1"], 4, "no driver opens `nope:`");
    fails(
        &["query", "-d", "nope.db", "--read-only", "SELECT 1"],
        1,
        "there is no database nope.db",
    );
    fails(&["frobnicate"], 2, "frobnicate");
}

#[test]
fn a_failure_is_a_document_with_json() {
    let place = Place::with_shop();
    let ran = place.run(&[
        "query",
        "-d",
        "shop.db",
        "--json",
        "INSERT INTO product (name) VALUES ('Kettle')",
    ]);
    assert_eq!((ran.code, &*ran.stdout), (1, ""));
    let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(error["error"]["kind"], "UniqueViolation");
    assert_eq!(error["error"]["table"], "product");
    assert_eq!(error["error"]["statement"], 1);
}

#[test]
fn a_lock_that_does_not_come_has_a_code_of_its_own() {
    let place = Place::with_shop();
    let mut holder = place.command(&["shell", "-d", "shop.db"]);
    let mut holder = holder.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut pipe = holder.stdin.take().unwrap();
    let mut said = std::io::BufReader::new(holder.stdout.take().unwrap());
    std::io::Write::write_all(&mut pipe, b"BEGIN IMMEDIATE; DELETE FROM line;\n").unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    let ran = place.run(&["query", "-d", "sqlite:shop.db?busy_timeout=100", "DELETE FROM product"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    drop(pipe);
    holder.wait().unwrap();
}

#[test]
fn read_only_lets_the_engine_refuse() {
    let place = Place::with_shop();
    let ran = place.run(&["query", "-d", "shop.db", "--read-only", "DELETE FROM line"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("read"), "{}", ran.stderr);
    assert_eq!(
        place.query(&["SELECT count(*) AS n FROM line", "--read-only", "--json"]),
        "[{\"n\":2}]\n"
    );
}

#[test]
fn results_go_to_a_file() {
    let place = Place::with_shop();
    let said = place.query(&[
        "SELECT id FROM product ORDER BY id",
        "--format",
        "csv",
        "--output",
        "ids.csv",
    ]);
    assert_eq!(said, "");
    assert_eq!(std::fs::read_to_string(place.path("ids.csv")).unwrap(), "id\r\n1\r\n2\r\n3\r\n");
}

#[test]
fn a_statement_that_takes_too_long_is_given_up() {
    let text =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n";
    let began = std::time::Instant::now();
    let ran = Place::new().run(&["query", "-d", "sqlite::memory:", "--timeout", "200ms", text]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("Query timeout"), "{}", ran.stderr);
    assert!(began.elapsed().as_secs() < 10);
}

#[test]
fn the_url_comes_from_the_environment_too() {
    let place = Place::with_shop();
    let mut command = place.command(&["query", "SELECT count(*) AS n FROM line", "--json"]);
    let output = command.env("DATABASE_URL", "sqlite:shop.db").output().unwrap();
    assert_eq!(crate::place::ran(output).stdout, "[{\"n\":2}]\n");
}
