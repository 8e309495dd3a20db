use hypostyle_core::Type;
use hypostyle_schema::{Generated, Index, IndexPart, IndexedBy, Storage};

use super::*;
use crate::operation::Operation;
use crate::operation::plan::upsert;

fn table() -> Table {
    let column = |name: &str, kind| Column { name: name.into(), kind, ..Column::default() };
    let generated = Some(Generated { storage: Storage::Stored, expression: None });
    Table {
        name: "li\"ne".into(),
        columns: vec![
            column("order_id", Type::I64),
            column("no", Type::I64),
            column("text", Type::Text),
            Column { generated, ..column("loud", Type::Text) },
            Column { hidden: true, ..column("secret", Type::Text) },
        ],
        primary_key: vec!["order_id".into(), "no".into()],
        ..Table::default()
    }
}

/// Plans a document for the table, whatever table it names.
fn plan(table: &Table, document: &str, dialect: Dialect) -> Result<Vec<Steps>> {
    let limits = Limits::default();
    match Operation::parse(document, &limits)? {
        Operation::Insert(new) => insert(table, &new, dialect),
        Operation::Upsert(new) => upsert(table, &new, dialect),
        Operation::Update(change) => Ok(vec![update(table, &change, &limits, dialect)?]),
        Operation::Delete(end) => Ok(vec![delete(table, &end, &limits, dialect)?]),
        other => unreachable!("{other:?}"),
    }
}

#[track_caller]
fn check_in(table: &Table, dialect: Dialect, document: &str, expect: &str) {
    let document = format!(r#"{{"table": "x", {document}}}"#);
    let shown = match plan(table, &document, dialect) {
        Ok(changes) => {
            let statements =
                changes.iter().flat_map(|Steps { before, instead, main, after, .. }| {
                    before.iter().chain([main]).chain(instead).chain(after)
                });
            let shown = statements.map(|one| format!("{} {:?}", one.text, one.params));
            shown.collect::<Vec<_>>().join("; ")
        }
        Err(error) => error.message().to_owned(),
    };
    assert_eq!(shown, expect, "{document}");
}

#[track_caller]
fn check(document: &str, expect: &str) {
    check_in(&table(), Dialect::Sqlite, document, expect);
}

#[test]
fn names_are_quoted_and_values_bound() {
    let returning = r#"RETURNING "order_id", "no", "text", "loud""#;
    check(
        r#""operation": "insert", "record": {"ORDER_ID":1,"text":"'; DROP TABLE x; --"}"#,
        &format!(
            r#"INSERT INTO "li""ne" ("order_id", "text") VALUES (?, ?) {returning} [I64(1), Text("'; DROP TABLE x; --")]"#
        ),
    );
    check(
        r#""operation": "insert", "record": {}"#,
        &format!(r#"INSERT INTO "li""ne" DEFAULT VALUES {returning} []"#),
    );
    check(
        r#""operation": "update", "id": [7, "2"], "record": {"text":null}"#,
        &format!(
            r#"UPDATE "li""ne" SET "text" = ? WHERE "order_id" IN (?) AND "no" IN (?) {returning} [Null, I64(7), I64(2)]"#
        ),
    );
    check(
        r#""operation": "delete", "id": {"no": 2, "order_id": 7}, "returning": true"#,
        &format!(
            r#"DELETE FROM "li""ne" WHERE "order_id" IN (?) AND "no" IN (?) {returning} [I64(7), I64(2)]"#
        ),
    );
}

#[test]
fn rows_that_nobody_asks_to_see_are_one_statement() {
    check(
        r#""operation": "insert", "returning": false, "record": [{"no":1},{"no":2},{"text":"x"},{},{}]"#,
        r#"INSERT INTO "li""ne" ("no") VALUES (?), (?) [I64(1), I64(2)]; INSERT INTO "li""ne" ("text") VALUES (?) [Text("x")]; INSERT INTO "li""ne" DEFAULT VALUES []; INSERT INTO "li""ne" DEFAULT VALUES []"#,
    );
    check(
        r#""operation": "delete", "filter": {"no": {"lt": 3}}"#,
        r#"DELETE FROM "li""ne" WHERE ("no" < ?) [I64(3)]"#,
    );
    check(r#""operation": "delete", "all": true"#, r#"DELETE FROM "li""ne" []"#);
}

#[test]
fn a_number_is_counted_on_in_the_database() {
    let check = |dialect, document: &str, expect: &str| {
        let document =
            format!(r#""operation": "update", "id": [7, 2], "returning": false, {document}"#);
        check_in(&table(), dialect, &document, expect);
    };
    check(
        Dialect::Postgres,
        r#""record": {"no": {"increment": 5}}"#,
        r#"UPDATE "li""ne" SET "no" = "no" + ?::int8 WHERE "order_id" IN (?::int8) AND "no" IN (?::int8) [I64(5), I64(7), I64(2)]"#,
    );
    check(
        Dialect::Sqlite,
        r#""record": {"no": {"decrement": 5}}"#,
        r#"UPDATE "li""ne" SET "no" = CASE typeof("no" - ?) WHEN 'real' THEN abs(-9223372036854775807 - 1) ELSE "no" - ? END WHERE "order_id" IN (?) AND "no" IN (?) [I64(5), I64(5), I64(7), I64(2)]"#,
    );
    check(
        Dialect::Postgres,
        r#""record": {"text": {"increment": 5}}"#,
        r#"'{"increment": 5}' is not text, as 'text' takes"#,
    );
    check(
        Dialect::Postgres,
        r#""record": {"no": {"increment": "x"}}"#,
        "'x' is not a whole number of 64 bits, as 'no' takes",
    );
}

#[test]
fn a_record_takes_the_place_of_one_with_the_same_key() {
    let mut table = table();
    let by = |name: &str| IndexPart { by: IndexedBy::Column(name.into()), ..IndexPart::default() };
    let unique = |name: &str| Index { unique: true, parts: vec![by(name)], ..Index::default() };
    table.indexes = vec![unique("text")];
    let upsert = |dialect, document: &str, expect: &str| {
        let document = format!(r#""operation": "upsert", "returning": false, {document}"#);
        check_in(&table, dialect, &document, expect);
    };
    upsert(
        Dialect::Sqlite,
        r#""record": {"order_id": 1, "no": 2, "text": "x"}"#,
        r#"INSERT INTO "li""ne" ("order_id", "no", "text") VALUES (?, ?, ?) ON CONFLICT ("order_id", "no") DO UPDATE SET "text" = excluded."text" [I64(1), I64(2), Text("x")]"#,
    );
    upsert(
        Dialect::Sqlite,
        r#""record": {"text": "x"}, "conflict": ["text"]"#,
        r#"INSERT INTO "li""ne" ("text") VALUES (?) ON CONFLICT ("text") DO NOTHING [Text("x")]"#,
    );
    upsert(
        Dialect::Mysql,
        r#""record": {"text": "x", "no": 1}, "conflict": ["text"]"#,
        r#"INSERT INTO `li"ne` (`text`, `no`) VALUES (?, ?) [Text("x"), I64(1)]; UPDATE `li"ne` SET `no` = ? WHERE `text` = ? [I64(1), Text("x")]"#,
    );
    upsert(
        Dialect::Mysql,
        r#""record": {"order_id": 1, "no": 2, "text": "x"}"#,
        "INSERT INTO `li\"ne` (`order_id`, `no`, `text`) VALUES (?, ?, ?) [I64(1), I64(2), \
         Text(\"x\")]; UPDATE `li\"ne` SET `text` = ? WHERE `order_id` = ? AND `no` = ? \
         [Text(\"x\"), I64(1), I64(2)]",
    );
    upsert(
        Dialect::Sqlite,
        r#""record": {"no": 1}, "conflict": ["no"]"#,
        "No primary key and no unique constraint of 'li\"ne' is of (no)",
    );
    upsert(
        Dialect::Sqlite,
        r#""record": {"no": 1}"#,
        "The record gives no 'order_id', by which it is known",
    );
    check_in(
        &Table { indexes: Vec::new(), ..table },
        Dialect::Mysql,
        r#""operation": "upsert", "returning": false, "record": {"order_id": 1, "no": 2, "text": "x"}"#,
        "INSERT INTO `li\"ne` (`order_id`, `no`, `text`) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE \
         `text` = VALUES(`text`) [I64(1), I64(2), Text(\"x\")]",
    );
}

#[test]
fn an_engine_that_answers_no_rows_is_asked_again() {
    let check = |table: &Table, document: &str, expect: &str| {
        check_in(table, Dialect::Mysql, document, expect);
    };
    let read = "SELECT `order_id`, `no`, `text`, `loud` FROM `li\"ne`";
    check(
        &table(),
        r#""operation": "insert", "record": {"order_id":1,"no":2}"#,
        &format!(
            "INSERT INTO `li\"ne` (`order_id`, `no`) VALUES (?, ?) [I64(1), I64(2)]; {read} \
             WHERE `order_id` = ? AND `no` = ? [I64(1), I64(2)]"
        ),
    );
    check(
        &table(),
        r#""operation": "update", "id": [7, 2], "record": {"no":3}"#,
        &format!(
            "UPDATE `li\"ne` SET `no` = ? WHERE `order_id` IN (?) AND `no` IN (?) [I64(3), \
             I64(7), I64(2)]; {read} WHERE `order_id` IN (?) AND `no` = ? [I64(7), I64(3)]"
        ),
    );
    check(
        &table(),
        r#""operation": "delete", "id": [7, 2], "returning": true"#,
        &format!(
            "{read} WHERE `order_id` IN (?) AND `no` IN (?) FOR UPDATE [I64(7), I64(2)]; DELETE \
             FROM `li\"ne` WHERE `order_id` IN (?) AND `no` IN (?) [I64(7), I64(2)]"
        ),
    );
    let mut numbered = table();
    numbered.primary_key = vec!["order_id".into()];
    numbered.columns[0].identity = Some(Identity::ByDefault);
    check(
        &numbered,
        r#""operation": "insert", "record": {"order_id":null}"#,
        &format!(
            "INSERT INTO `li\"ne` (`order_id`) VALUES (?) [Null]; {read} WHERE `order_id` = \
             last_insert_id() []"
        ),
    );
    let mut made = table();
    made.columns[0].default = Some("uuid_short()".into());
    check(
        &made,
        r#""operation": "insert", "record": {"no":2}"#,
        "The engine does not tell which 'order_id' it gave the record; give one",
    );
}

#[test]
fn what_cannot_be_written_is_refused() {
    let create = |record: &str, expect: &str| {
        check(&format!(r#""operation": "insert", "record": {record}"#), expect);
    };
    create(r#"{"a = 1; --":1}"#, "Column 'a = 1; --' not found in 'li\"ne'");
    create(r#"{"secret":"x"}"#, "Column 'secret' not found in 'li\"ne'");
    create(r#"{"loud":"x"}"#, "Column 'loud' of 'li\"ne' is computed by the database");
    create(r#"{"no":1,"NO":2}"#, "The record names the column `no` twice");
    create(r#"{"no":"x"}"#, "'x' is not a whole number of 64 bits, as 'no' takes");
    let update = |document: &str, expect: &str| {
        check(&format!(r#""operation": "update", {document}"#), expect);
    };
    update(r#""id": [7, 2], "record": {}"#, "The record changes no column");
    update(r#""id": 7, "record": {"no": 1}"#, "7 is not a key of (order_id, no)");
    update(r#""id": {"no": 1}, "record": {"no": 1}"#, r#"{"no":1} is not a key of (order_id, no)"#);
}
