//! Records created, changed and deleted.

use crate::{Running, TABLES};

impl Running {
    /// Sends and compares the body of the answer.
    async fn check_sent(&self, method: &str, path: &str, body: &str, status: u16, expect: &str) {
        let answer = self.send(method, path, body).await;
        let found = (answer.status, answer.body.as_str());
        assert_eq!(found, (status, expect), "{method} {path} {body}");
    }

    /// Sends what is refused, and looks that nothing of it was written.
    async fn check_refused(&self, method: &str, path: &str, body: &str, status: u16, code: &str) {
        let before = self.everything();
        self.send(method, path, body).await.assert_failure(status, code);
        assert_eq!(self.everything(), before, "{method} {path} {body}");
    }

    fn everything(&self) -> String {
        let tables = ["artist", "album", "line", "free", "every", "\"odd \"\"name\""];
        let dumps = tables.map(|table| format!("SELECT {table}::text FROM {table} ORDER BY 1"));
        dumps.iter().map(|dump| self.scratch.query(dump).unwrap()).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_created_read_changed_and_deleted() {
    let site = Running::start().await;
    let answer = site.send("POST", "/artist/records", r#"{"name":"Cé"}"#).await;
    let record = r#"{"success":true,"table":"artist","record":{"id":4,"name":"Cé"}}"#;
    assert_eq!((answer.status, answer.body.as_str()), (201, record));
    let location = answer.header("location").unwrap().to_owned();
    assert_eq!(site.get(&location).await.body, record);
    let changed = r#"{"success":true,"table":"artist","record":{"id":4,"name":"D"}}"#;
    site.check_sent("PATCH", "/artist/records/4", r#"{"name":"D"}"#, 200, changed).await;
    site.check_sent("DELETE", "/ARTIST/records/4", "", 200, changed).await;
    site.check_failure(&location, 404, "RECORD_NOT_FOUND").await;
    site.check_refused("DELETE", "/artist/records/4", "", 404, "RECORD_NOT_FOUND").await;
    let beyond = "/artist/records/9999999999";
    site.check_refused("DELETE", beyond, "", 404, "RECORD_NOT_FOUND").await;
    let order = r#"{"success":true,"table":"sales.orders","record":{"id":2,"total":0.10}}"#;
    site.check_sent("POST", "/sales.orders/records", r#"{"id":2,"total":0.10}"#, 201, order).await;
    assert_eq!(site.get(&format!("{TABLES}/Sales.Orders/records/2")).await.body, order);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_value_comes_back_as_it_was_sent() {
    let site = Running::start().await;
    let sent = concat!(
        r#"{"small":-32768,"real":0.1,"num":12345678901234567890.10,"day":"2024-05-06","#,
        r#""clock":"07:08:09.500000","stamp":"2024-05-06T07:08:09.000001","#,
        r#""moment":"2024-05-06T07:08:09Z","span":"P1M2DT3.5S","#,
        r#""uuid":"67e55044-10b1-426f-9247-bb680e5fe0c8","doc":{"b": [1.10], "a": null},"#,
        r#""mood":"very, happy","place":{"street":"A \"b\", c","no":7},"#,
        r#""tags":["a","b,c\"\\","NULL",null,""],"grid":[[1,2],[3,4]],"docs":[{"a": 1},[2],"x",null],"#,
        r#""ip":"10.0.0.1/8","range":"[1,5)","money":"$12.50","bits":"101","point":"(1,2.5)","#,
        r#""xml":"<a>&amp;</a>","words":"'fat' & 'rat'"}"#
    );
    let expect =
        format!("{{\"success\":true,\"table\":\"every\",\"record\":{{\"id\":1,{}}}", &sent[1..]);
    site.check_sent("POST", "/every/records", sent, 201, &expect).await;
    assert_eq!(site.get(&format!("{TABLES}/every/records/1")).await.body, expect);
    let back = expect.replace("\"id\":1", "\"id\":2");
    let again = site.send("POST", "/every/records", sent).await;
    assert_eq!(again.body, back);
}

#[tokio::test(flavor = "multi_thread")]
async fn nulls_and_odd_values_are_exact() {
    let site = Running::start().await;
    let check = async |sent: &str, expect: &str| {
        let answer = site.send("POST", "/every/records", sent).await;
        assert_eq!(answer.status, 201, "{sent}: {}", answer.body);
        assert!(answer.body.contains(expect), "{sent}: {}", answer.body);
    };
    check(r#"{}"#, r#""small":null,"real":null,"num":null"#).await;
    check(r#"{"doc":null,"tags":null,"place":null}"#, r#""doc":null"#).await;
    check(r#"{"num":"NaN"}"#, r#""num":"NaN""#).await;
    check(r#"{"num":"-Infinity"}"#, r#""num":"-Infinity""#).await;
    check(r#"{"num":1e3}"#, r#""num":1000"#).await;
    check(r#"{"real":"Infinity"}"#, r#""real":"Infinity""#).await;
    check(r#"{"day":"infinity"}"#, r#""day":"infinity""#).await;
    check(r#"{"moment":"2024-05-06"}"#, r#""moment":"2024-05-06T00:00:00Z""#).await;
    check(r#"{"doc":"x"}"#, r#""doc":"x""#).await;
    check(r#"{"doc":12345678901234567890.10}"#, r#""doc":12345678901234567890.10"#).await;
    check(r#"{"doc":false}"#, r#""doc":false"#).await;
    check(r#"{"money":7}"#, r#""money":"$7.00""#).await;
    check(r#"{"tags":[],"grid":[]}"#, r#""tags":[],"grid":[]"#).await;
    check(r#"{"tags":[1.50,true]}"#, r#""tags":["1.50","true"]"#).await;
    check(r#"{"place":{"no":null,"street":null}}"#, r#""place":{"street":null,"no":null}"#).await;
    check(r#"{"small":2.0,"span":"PT0S"}"#, r#""small":2"#).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_refuses_says_why() {
    let site = Running::start().await;
    let cases = [
        ("POST", "/artist/records", r#"{"name":"Ada"}"#, "CREATE_FAILED", "unique"),
        ("POST", "/artist/records", r#"{}"#, "CREATE_FAILED", "not_null"),
        ("POST", "/album/records", r#"{"id":9,"artist_id":99}"#, "CREATE_FAILED", "foreign_key"),
        ("POST", "/free/records", r#"{"id":"x","n":0}"#, "CREATE_FAILED", "check"),
        ("POST", "/free/records", r#"{"id":"x","n":3000000000}"#, "CREATE_FAILED", "type"),
        ("POST", "/free/records", r#"{"id":"x\u0000"}"#, "CREATE_FAILED", "type"),
        ("POST", "/album/records", r#"{"id":9,"price":123456789.5}"#, "CREATE_FAILED", "type"),
        ("POST", "/every/records", r#"{"ip":"nowhere"}"#, "CREATE_FAILED", "type"),
        ("POST", "/every/records", r#"{"words":"&"}"#, "CREATE_FAILED", "type"),
        ("POST", "/every/records", r#"{"grid":["x"]}"#, "CREATE_FAILED", "type"),
        ("POST", "/every/records", r#"{"grid":[[1],[2,3]]}"#, "CREATE_FAILED", "type"),
        ("POST", "/every/records", r#"{"place":{"no":1}}"#, "CREATE_FAILED", "type"),
        ("PATCH", "/artist/records/1", r#"{"name":"Björk"}"#, "UPDATE_FAILED", "unique"),
        ("DELETE", "/artist/records/1", "", "DELETE_FAILED", "foreign_key"),
    ];
    for (method, path, body, code, reason) in cases {
        site.check_refused(method, path, body, 409, code).await;
        let answer = site.send(method, path, body).await;
        let expect = format!("\"reason\":\"{reason}\"");
        assert!(answer.body.contains(&expect), "{body}: {}", answer.body);
    }
    let answer = site.send("POST", "/artist/records", r#"{"name":"Ada"}"#).await;
    let expect = "Record already exists: another has the same (name)";
    assert!(answer.body.contains(expect), "{}", answer.body);
    assert!(answer.body.contains("\"constraint\":\"artist_name_key\""), "{}", answer.body);
    let answer = site.send("POST", "/artist/records", r#"{}"#).await;
    assert!(answer.body.contains("A value is missing for (name)"), "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_record_of_the_table_is_refused() {
    let site = Running::start().await;
    for (table, body, code) in [
        ("artist", r#"{"name":1}"#, "INVALID_VALUE"),
        ("artist", r#"{"id":"1; DROP TABLE artist"}"#, "INVALID_VALUE"),
        ("artist", r#"{"nam":"a"}"#, "COLUMN_NOT_FOUND"),
        ("line", r#"{"order_id":1,"no":1,"loud":"x"}"#, "COLUMN_NOT_WRITABLE"),
        ("every", r#"{"id":5}"#, "COLUMN_NOT_WRITABLE"),
        ("every", r#"{"day":1704164645}"#, "INVALID_VALUE"),
        ("every", r#"{"mood":"glad"}"#, "INVALID_VALUE"),
        ("every", r#"{"tags":"{a}"}"#, "INVALID_VALUE"),
        ("every", r#"{"tags":{"a":1}}"#, "INVALID_VALUE"),
        ("every", r#"{"place":[1]}"#, "INVALID_VALUE"),
        ("every", r#"{"place":{"no":1,"no":2}}"#, "INVALID_VALUE"),
        ("every", r#"{"real":1e39}"#, "INVALID_VALUE"),
        ("every", r#"{"ip":true}"#, "INVALID_VALUE"),
        ("every", r#"{"moment":"2024-05-06T07:08:09"}"#, "INVALID_VALUE"),
    ] {
        site.check_refused("POST", &format!("/{table}/records"), body, 400, code).await;
    }
    site.check_refused("DELETE", "/odd%20%22name/records/1", "", 409, "NO_PRIMARY_KEY").await;
    site.check_refused("POST", "/titles/records", "{}", 405, "TABLE_NOT_WRITABLE").await;
    site.check_refused("POST", "/pg_class/records", "{}", 404, "TABLE_NOT_FOUND").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_several_columns_and_of_any_text_name_a_record() {
    let site = Running::start().await;
    let answer = site.send("POST", "/line/records", r#"{"order_id":7,"no":2}"#).await;
    assert_eq!(answer.header("location"), Some("/api/v1/db/tables/line/records/7%2c2"));
    let changed =
        r#"{"success":true,"table":"line","record":{"order_id":7,"no":2,"text":"y","loud":"Y"}}"#;
    site.check_sent("PATCH", "/line/records/7,2", r#"{"text":"y"}"#, 200, changed).await;
    let made = site.send("POST", "/free/records", r#"{"id":"a/b,\"c?%ü'--\\","n":1}"#).await;
    let location = made.header("location").unwrap().to_owned();
    let location = location.replace("%c3%bc", "%C3%BC");
    assert_eq!(site.get(&location).await.status, 200, "{location}");
    let path = location.strip_prefix(TABLES).unwrap();
    assert_eq!(site.send("DELETE", path, "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_triggers_and_policies_do_is_told() {
    let site = Running::start().await;
    let triggers = "CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF new.name = 'ignored' THEN RETURN NULL; END IF;
            IF new.name = 'refused' THEN RAISE EXCEPTION 'No such artist here'; END IF;
            RETURN new; END $$;
        CREATE TRIGGER guard BEFORE INSERT ON artist FOR EACH ROW EXECUTE FUNCTION guard()";
    site.db.execute(triggers, ()).await.unwrap();
    for (name, message) in [
        ("ignored", "A trigger of the table left the record out"),
        ("refused", "No such artist here"),
    ] {
        let body = format!("[{{\"name\":\"first\"}},{{\"name\":\"{name}\"}}]");
        site.check_refused("POST", "/artist/records", &body, 409, "CREATE_FAILED").await;
        let answer = site.send("POST", "/artist/records", &body).await;
        assert!(answer.body.contains(&format!("\"message\":\"{message}\"")), "{}", answer.body);
        assert!(answer.body.contains("\"reason\":\"trigger\""), "{}", answer.body);
    }
    let role = format!("clerk_of_{}", site.scratch.name());
    let script = format!(
        "{}; CREATE ROLE {role}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
         GRANT INSERT ON artist TO {role}; ALTER TABLE artist ENABLE ROW LEVEL SECURITY;
         CREATE POLICY mine ON artist USING (name <> 'Zoé')",
        crate::SHOP
    );
    let options = format!("?options=-c%20role%3D{role}");
    let clerk = Running::start_at(hypostyle_server::Config::default(), &script, &options).await;
    clerk.check_records(&format!("{TABLES}/artist?select=id"), r#"[{"id":1},{"id":2}]"#).await;
    for (path, body) in
        [("/artist/records", r#"{"id":9,"name":"Zoé"}"#), ("/free/records", r#"{"id":"x"}"#)]
    {
        let answer = clerk.send("POST", path, body).await;
        answer.assert_failure(409, "CREATE_FAILED");
        assert!(answer.body.contains("\"reason\":\"permission\""), "{}", answer.body);
    }
    clerk.db.close().await.unwrap();
    clerk.scratch.query(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}
