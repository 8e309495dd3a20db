//! Writes at the same time: idempotency keys, deadlocks, clients that go away.

use std::time::{Duration, Instant};

use hypostyle_server::Config;

use crate::{Running, TABLES};

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_idempotency_key_writes_once_and_answers_the_same() {
    let site = Running::start().await;
    let target = format!("{TABLES}/artist/records");
    let keyed = async |key: &str, target: &str, body: &str| {
        site.client.json("POST", target, &[("Idempotency-Key", key)], body).await
    };
    let first = keyed("k-1", &target, r#"{"name":"Eve"}"#).await;
    let again = keyed("k-1", &target, r#"{"name":"Eve"}"#).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!((&first.body, first.header("location")), (&again.body, again.header("location")));
    let other = keyed("k-1", &target, r#"{"name":"Other"}"#).await;
    other.assert_failure(409, "IDEMPOTENCY_KEY_REUSED");
    keyed("k-2", &target, r#"{"name":"Eve"}"#).await.assert_failure(409, "CREATE_FAILED");
    assert_eq!(keyed("k-2", &target, r#"{"name":"Fay"}"#).await.status, 201);
    let own = "hypostyle_idempotency_keys";
    site.check_failure(&format!("{TABLES}/{own}"), 404, "TABLE_NOT_FOUND").await;
    site.check_failure(&format!("{TABLES}/public.{own}"), 404, "TABLE_NOT_FOUND").await;
    assert!(!site.get("/api/v1/db/tables").await.body.contains(own));
    let old = "UPDATE hypostyle_idempotency_keys SET created_at = created_at - interval '25 h'";
    site.scratch.query(old).unwrap();
    assert_eq!(keyed("k-3", &target, r#"{"name":"Gil"}"#).await.status, 201);
    let kept = "SELECT string_agg(idempotency_key, ' ') FROM hypostyle_idempotency_keys";
    assert_eq!(site.scratch.query(kept).unwrap().trim(), "k-3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_with_one_key_at_once_write_once() {
    for _ in 0..5 {
        let site = Running::start().await;
        let target = format!("{TABLES}/free/records");
        let body = r#"{"id":"once","n":1}"#;
        let ask = |key: &'static str| {
            let (client, target) = (crate::Client::new(site.address), target.clone());
            tokio::spawn(async move {
                client.json("POST", &target, &[("Idempotency-Key", key)], body).await
            })
        };
        // The others make the table of keys at the same moment.
        let others = ["a", "b", "c", "d"].map(ask);
        let same: Vec<_> = (0..8).map(|_| ask("k")).collect();
        let (mut replayed, mut made) = (0, 0);
        for answer in same {
            let answer = answer.await.unwrap();
            if answer.status == 201 {
                replayed += usize::from(answer.header("idempotency-replayed").is_some());
                made += usize::from(answer.header("idempotency-replayed").is_none());
            } else {
                answer.assert_failure(409, "CREATE_FAILED");
            }
        }
        for other in others {
            let other = other.await.unwrap();
            made += usize::from(other.status == 201);
            assert!([201, 409].contains(&other.status), "{} {}", other.status, other.body);
        }
        assert_eq!(made, 1);
        assert!(replayed == 7 || replayed == 0, "{replayed}");
        let rows = "SELECT count(*), (SELECT count(*) FROM hypostyle_idempotency_keys) FROM free";
        assert_eq!(site.scratch.query(rows).unwrap().trim(), "1|1");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_may_not_make_the_table_of_keys_is_told_so() {
    let role = format!("writer_of_{}", std::process::id());
    let script = format!(
        "{}; CREATE ROLE {role}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
         REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        crate::SHOP
    );
    let options = format!("?options=-c%20role%3D{role}");
    let site = Running::start_at(Config::default(), &script, &options).await;
    let target = format!("{TABLES}/free/records");
    let key = [("Idempotency-Key", "k")];
    let answer = site.client.json("POST", &target, &key, r#"{"id":"x"}"#).await;
    answer.assert_failure(501, "UNSUPPORTED");
    assert!(answer.body.contains("hypostyle_idempotency_keys"), "{}", answer.body);
    assert_eq!(site.client.json("POST", &target, &[], r#"{"id":"x"}"#).await.status, 201);
    site.db.close().await.unwrap();
    site.scratch.query(&format!("DROP OWNED BY {role}; DROP ROLE {role}")).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writes_that_lock_each_other_out_are_begun_anew() {
    let script = "CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0); INSERT INTO t VALUES (0);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(0.05); RETURN new; END $$;
        CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()";
    let site = Running::start_at(Config::default(), script, "?options=-c%20deadlock_timeout%3D50");
    let site = site.await;
    let target = format!("{TABLES}/t/records");
    for round in 1..=5 {
        let (a, b) = (round * 10, round * 10 + 1);
        let one = format!("[{{\"id\":{a}}},{{\"id\":{b}}}]");
        let other = format!("[{{\"id\":{b}}},{{\"id\":{a}}}]");
        let (one, other) = tokio::join!(
            site.client.json("POST", &target, &[], &one),
            site.client.json("POST", &target, &[], &other)
        );
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        // The one that was undone finds the other's records when it begins anew.
        assert_eq!(statuses, [201, 409], "{} {}", one.body, other.body);
    }
    let deadlocks = "SELECT pg_stat_clear_snapshot(), count(*) FROM t";
    assert!(site.scratch.query(deadlocks).unwrap().ends_with("|11"), "{deadlocks}");
}

#[tokio::test(flavor = "multi_thread")]
async fn used_up_keys_are_told() {
    let script =
        "CREATE TABLE t (id int GENERATED BY DEFAULT AS IDENTITY (MAXVALUE 2) PRIMARY KEY)";
    let site = Running::start_with(Config::default(), script).await;
    let target = format!("{TABLES}/t/records");
    assert_eq!(site.client.json("POST", &target, &[], "[{},{}]").await.status, 201);
    let next = site.client.json("POST", &target, &[], "{}").await;
    assert_eq!(next.status, 409, "{}", next.body);
    assert!(next.body.contains(r#""reason":"sequence_exhausted""#), "{}", next.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_away_leaves_nothing_behind() {
    let script = "CREATE TABLE t (id int PRIMARY KEY);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM pg_sleep(600); RETURN new; END $$;
        CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW WHEN (new.id = 2)
            EXECUTE FUNCTION slow()";
    let site = Running::start_with(Config::default(), script).await;
    let target = format!("{TABLES}/t/records");
    let asking = site.client.json("POST", &target, &[], r#"[{"id":1},{"id":2}]"#);
    assert!(tokio::time::timeout(Duration::from_millis(300), asking).await.is_err());
    let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND pid <> pg_backend_pid() AND state <> 'idle'";
    let began = Instant::now();
    while site.scratch.query(busy).unwrap().trim() != "0" {
        assert!(began.elapsed() < Duration::from_secs(20), "the write goes on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(site.scratch.query("SELECT count(*) FROM t").unwrap().trim(), "0");
    assert_eq!(site.client.json("POST", &target, &[], r#"{"id":1}"#).await.status, 201);
}
