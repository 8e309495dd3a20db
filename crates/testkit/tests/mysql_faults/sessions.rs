//! What a borrower leaves in its session, and what the next one finds.

use hypostyle::{Database, Intent, ValueRef};
use hypostyle_testkit::server::Brand;
use hypostyle_testkit::{Dropped, Outcome, drop_at, equal, holds};

use crate::support::{Site, options, tests};

tests! { "sessions":
    what_a_text_changes_does_not_reach_the_next_borrower,
    what_a_transaction_changes_does_not_reach_the_next_borrower,
    what_a_function_hides_is_cleaned_where_every_session_is,
    a_bulk_leaves_no_session_without_autocommit,
}

/// Texts that change a session, each with a query that shows it as text.
const CHANGES: [(&str, &str); 15] = [
    ("SET time_zone = '+09:00'", "SELECT @@time_zone"),
    ("set/**/session time_zone = '+09:00'", "SELECT @@time_zone"),
    ("SELECT 1; SET time_zone = '+09:00'; SELECT 2", "SELECT @@time_zone"),
    ("SET sql_mode = ''", "SELECT @@sql_mode"),
    ("SET sort_buffer_size = 123456", "SELECT concat(@@sort_buffer_size, '')"),
    ("SET autocommit = 0", "SELECT concat(@@autocommit + 0, '')"),
    ("SET NAMES latin1", "SELECT @@character_set_client"),
    ("SET lc_messages = 'de_DE'", "SELECT @@lc_messages"),
    ("SET @here = 1", VARIABLE),
    ("SELECT @here := 1", VARIABLE),
    ("CALL hide()", "SELECT @@time_zone"),
    ("SELECT GET_LOCK('borrowed', 1)", LOCK),
    ("USE information_schema", "SELECT database()"),
    ("CREATE TEMPORARY TABLE here (id int)", "SELECT concat(count(*), '') FROM here"),
    ("SET ROLE borrowed", "SELECT coalesce(concat(current_role(), ''), 'NONE')"),
];

const VARIABLE: &str = "SELECT CAST(coalesce(@here, 'nothing') AS CHAR)";
const LOCK: &str = "SELECT IF(IS_USED_LOCK('borrowed') = connection_id(), 'held', 'free')";

/// A table that another may hide, and routines that change a session though no text says so.
const HIDE: &str = "CREATE TABLE here (id int); INSERT INTO here VALUES (1);
    CREATE PROCEDURE hide() SET time_zone = '+09:00';
    CREATE FUNCTION hidden() RETURNS int NO SQL RETURN (@here := 1);
    CREATE ROLE IF NOT EXISTS borrowed";

/// Settings of transactions, whose names the brands do not share.
fn of_transactions(brand: Brand) -> [(&'static str, &'static str); 2] {
    let (read_only, isolation) = match brand {
        Brand::MariaDb => ("SELECT concat(@@tx_read_only, '')", "SELECT @@tx_isolation"),
        Brand::Oracle => {
            ("SELECT concat(@@transaction_read_only, '')", "SELECT @@transaction_isolation")
        }
    };
    [
        ("SET SESSION TRANSACTION READ ONLY", read_only),
        ("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE", isolation),
    ]
}

/// A pool whose borrowers all have the same session, and may take the role.
async fn alone(site: &Site, query: &str) -> Outcome<Database> {
    let db = options().connections_max(1).open(&format!("{}{query}", site.url())).await?;
    let user: String = db.fetch_value("SELECT current_user()", ()).await?;
    let user = user.replace('@', "'@'");
    site.query(format!("GRANT borrowed TO '{user}'")).await?;
    Ok(db)
}

async fn shown(db: &Database, text: &str) -> Outcome<String> {
    Ok(db.fetch_value(text, ()).await?)
}

/// Checks that a text changes its session, and not that of the next borrower.
async fn check(db: &Database, change: &str, show: &str) -> Outcome {
    let before = shown(db, show).await?;
    let mut session = db.session(Intent::Write).await?;
    session.execute(change, ()).await?;
    let inside: String = session.fetch_value(show, ()).await?;
    holds(inside != before, format!("changes nothing: {change}"))?;
    drop(session);
    equal((change, shown(db, show).await?), (change, before.clone()))?;
    db.execute(change, ()).await?;
    equal((change, shown(db, show).await?), (change, before))
}

async fn what_a_text_changes_does_not_reach_the_next_borrower(brand: Brand) -> Outcome {
    let site = Site::new(brand, HIDE).await?;
    for query in ["", "?reset=always"] {
        let db = alone(&site, query).await?;
        for (change, show) in CHANGES.into_iter().chain(of_transactions(brand)) {
            check(&db, change, show).await?;
        }
    }
    println!("{} ways to change a session: none reached the next borrower", CHANGES.len() + 2);
    Ok(())
}

async fn what_a_transaction_changes_does_not_reach_the_next_borrower(brand: Brand) -> Outcome {
    let site = Site::new(brand, HIDE).await?;
    let db = alone(&site, "").await?;
    for (change, show) in CHANGES {
        for commits in [true, false] {
            let before = shown(&db, show).await?;
            let mut tx = db.begin().await?;
            tx.execute(change, ()).await?;
            if commits {
                tx.commit().await?;
            } else {
                drop(tx);
            }
            equal((change, shown(&db, show).await?), (change, before))?;
        }
    }
    Ok(())
}

async fn what_a_function_hides_is_cleaned_where_every_session_is(brand: Brand) -> Outcome {
    let site = Site::new(brand, HIDE).await?;
    check(&alone(&site, "?reset=always").await?, "SELECT hidden()", VARIABLE).await
}

async fn a_bulk_leaves_no_session_without_autocommit(brand: Brand) -> Outcome {
    let schema = "CREATE TABLE t (id bigint PRIMARY KEY, v bigint)";
    let site = Site::new(brand, schema).await?;
    let db = alone(&site, "").await?;
    let rows = |first: i64| (first..first + 2_000).map(|id| [ValueRef::I64(id), ValueRef::I64(0)]);
    let insert = "INSERT INTO t VALUES (?, ?)";
    for at in 0..30 {
        let first = 10_000 * i64::try_from(at).unwrap_or_default();
        let many = db.execute_many(insert, rows(first));
        let made = matches!(drop_at(at, many).await, Dropped::Ready(Ok(_)));
        let mut session = db.session(Intent::Write).await?;
        let each: String = session.fetch_value("SELECT concat(@@autocommit + 0, '')", ()).await?;
        equal(each.as_str(), "1")?;
        session.execute(insert, (first + 5_000, 0)).await?;
        let count =
            format!("SELECT count(*) FROM t WHERE id >= {first} AND id < {}", first + 5_000);
        let found = site.count(count).await?;
        holds(found == if made { 2_000 } else { 0 } || found == 2_000, format!("{found} rows"))?;
    }
    equal(site.count("SELECT count(*) FROM t WHERE id % 10000 = 5000").await?, 30)
}
