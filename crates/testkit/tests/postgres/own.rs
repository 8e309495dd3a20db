//! What PostgreSQL alone has: notifications, advisory locks, plans with figures, its own types.

use std::time::Duration;

use hypostyle_core::{Capability, Error, ErrorKind, Native, NativeFormat, Value, ValueRef};
use hypostyle_postgres::{AdvisoryLock, Heard, Listener};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, fails_with, holds, ids_are};

cases! { "own":
    a_notification_is_heard_on_its_channel_alone,
    a_listener_that_was_cut_comes_back_and_says_what_it_may_have_missed,
    a_channel_of_any_name_is_heard,
    an_advisory_lock_is_one_holders_alone,
    an_advisory_lock_is_free_once_its_holder_is_dropped,
    an_analysis_tells_rows_cost_and_blocks,
    an_analysed_write_is_rolled_back,
    a_copy_from_a_text_is_refused_and_the_connection_usable,
    a_copy_to_a_text_is_refused_and_the_connection_usable,
    types_of_no_value_of_ours_go_back_as_they_came,
    numbers_at_the_ends_of_numeric_come_back,
    enums_domains_and_composites_are_read,
    arrays_of_several_dimensions_come_back,
    types_made_after_connecting_are_known,
    infinities_of_dates_come_back,
    columns_tell_their_declared_types,
    backslashes_count_where_the_session_says_so,
    rows_of_a_copy_fail_with_their_number,
    rows_go_into_a_view_and_a_table_with_row_security,
    a_script_with_parameters_counts_them_through,
    a_transaction_begun_by_text_is_seen_and_undone,
    a_thousand_statements_keep_within_the_cache,
}

async fn next(listener: &mut Listener) -> Outcome<Heard> {
    let heard = tokio::time::timeout(Duration::from_secs(20), listener.next()).await;
    Ok(heard.map_err(|_| Error::new(ErrorKind::Timeout, "nothing was heard"))??)
}

async fn a_notification_is_heard_on_its_channel_alone(bench: Bench) -> Outcome {
    let mut listener = Listener::connect(&bench.site.url()).await?;
    listener.listen("orders").await?;
    bench.db.execute("SELECT pg_notify('others', 'no'), pg_notify('orders', 'yes')", ()).await?;
    match next(&mut listener).await? {
        Heard::Notification { channel, payload, .. } => {
            equal((channel.as_str(), payload.as_str()), ("orders", "yes"))
        }
        heard => holds(false, format!("{heard:?}")),
    }
}

async fn a_listener_that_was_cut_comes_back_and_says_what_it_may_have_missed(
    bench: Bench,
) -> Outcome {
    let mut listener = Listener::connect(&bench.site.url()).await?;
    listener.listen("orders").await?;
    bench.target.cut(&bench.site.url()).await?;
    equal(next(&mut listener).await?, Heard::MayHaveMissed)?;
    let told = bench.db.execute("SELECT pg_notify('orders', 'again')", ()).await;
    if told.is_err() {
        // The pool's own connection was cut as well.
        bench.db.execute("SELECT pg_notify('orders', 'again')", ()).await?;
    }
    match next(&mut listener).await? {
        Heard::Notification { payload, .. } => equal(payload.as_str(), "again"),
        heard => holds(false, format!("{heard:?}")),
    }
}

async fn a_channel_of_any_name_is_heard(bench: Bench) -> Outcome {
    let mut listener = Listener::connect(&bench.site.url()).await?;
    let name = "Größe \"x\"";
    listener.listen(name).await?;
    bench.db.execute("SELECT pg_notify(?, '')", (name,)).await?;
    match next(&mut listener).await? {
        Heard::Notification { channel, payload, .. } => {
            equal((channel.as_str(), payload.as_str()), (name, ""))
        }
        heard => holds(false, format!("{heard:?}")),
    }
}

async fn an_advisory_lock_is_one_holders_alone(bench: Bench) -> Outcome {
    let key = AdvisoryLock::key("report");
    let lock = AdvisoryLock::acquire(&bench.db, key).await?;
    holds(AdvisoryLock::try_acquire(&bench.db, key).await?.is_none(), "two hold it")?;
    holds(AdvisoryLock::try_acquire(&bench.db, key + 1).await?.is_some(), "another is held")?;
    lock.release().await?;
    holds(AdvisoryLock::try_acquire(&bench.db, key).await?.is_some(), "it is not free")
}

async fn an_advisory_lock_is_free_once_its_holder_is_dropped(bench: Bench) -> Outcome {
    let lock = AdvisoryLock::acquire(&bench.db, 7).await?;
    let waiting = AdvisoryLock::acquire(&bench.db, 7);
    drop(lock);
    waiting.await?.release().await?;
    bench.is_settled().await
}

async fn an_analysis_tells_rows_cost_and_blocks(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t AS SELECT generate_series(1, 1000) AS id", ()).await?;
    let analysis = bench.db.explain_analyze("SELECT * FROM t WHERE id > ?", (10,)).await?;
    equal(analysis.actual_rows.to_string().as_str(), "990")?;
    holds(analysis.total_cost > 0.0, &analysis.plan)?;
    let blocks = analysis.shared_hit_blocks + analysis.shared_read_blocks;
    holds(blocks > 0, &analysis.plan)?;
    holds(analysis.plan.contains("Seq Scan"), &analysis.plan)
}

async fn an_analysed_write_is_rolled_back(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id bigint)", ()).await?;
    bench.db.explain_analyze("INSERT INTO t VALUES (?)", (1,)).await?;
    ids_are(&bench.db, &[]).await
}

async fn a_copy_from_a_text_is_refused_and_the_connection_usable(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id bigint)", ()).await?;
    let copy = bench.db.execute("COPY t FROM STDIN", ()).await;
    fails_with(copy, ErrorKind::Unsupported, "insert_many")?;
    ids_are(&bench.db, &[]).await?;
    bench.is_settled().await
}

async fn a_copy_to_a_text_is_refused_and_the_connection_usable(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t AS SELECT generate_series(1, 3)::bigint AS id", ()).await?;
    fails(bench.db.execute("COPY t TO STDOUT", ()).await, ErrorKind::Unsupported)?;
    ids_are(&bench.db, &[1, 2, 3]).await?;
    bench.is_settled().await
}

async fn types_of_no_value_of_ours_go_back_as_they_came(bench: Bench) -> Outcome {
    for (kind, text) in [
        ("int4range", "[1,10)"),
        ("inet", "192.168.0.1/24"),
        ("macaddr", "08:00:2b:01:02:03"),
        ("point", "(1,2)"),
        ("tsvector", "'a':1 'b':2"),
        ("timetz", "12:00:00+02"),
        ("pg_lsn", "16/B374D848"),
    ] {
        let value = Native::new(kind, NativeFormat::Text, text.as_bytes());
        let query = format!("SELECT ?::{kind}");
        let back: Value = bench.db.fetch_value(&query, (ValueRef::Native(value.as_ref()),)).await?;
        equal(back, Value::Native(value))?;
        equal(bench.db.fetch_value::<String>(&query, (text,)).await?.as_str(), text)?;
    }
    Ok(())
}

async fn numbers_at_the_ends_of_numeric_come_back(bench: Bench) -> Outcome {
    let long = format!("{}.{}", "9".repeat(131_072), "1".repeat(16_383));
    for text in [long.as_str(), "0.00000001", "-1.50", "NaN", "Infinity", "-Infinity"] {
        let back: Value = bench.db.fetch_value("SELECT ?::text::numeric", (text,)).await?;
        match back {
            Value::Decimal(back) => holds(back.as_ref().as_str() == text, "another number")?,
            back => holds(false, format!("{back:?}"))?,
        }
    }
    Ok(())
}

async fn enums_domains_and_composites_are_read(bench: Bench) -> Outcome {
    let types = "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN small AS integer CHECK \
                 (value < 10); CREATE TYPE pair AS (a mood, b small)";
    bench.db.execute(types, ()).await?;
    let text = "SELECT 'ok'::mood, 7::small, ROW('sad', 3)::pair, ARRAY['sad', 'ok']::mood[]";
    let row: (Value, Value, Value, Value) = bench.db.fetch_one(text, ()).await?;
    let mood = |name: &str| Value::Text(name.to_owned());
    let pair = vec![("a".to_owned(), mood("sad")), ("b".to_owned(), Value::I64(3))];
    let list = Value::List(vec![mood("sad"), mood("ok")]);
    equal(row, (mood("ok"), Value::I64(7), Value::Map(pair), list))?;
    let back: bool = bench.db.fetch_value("SELECT ?::mood = 'ok'", ("ok",)).await?;
    holds(back, "an enum by its label")
}

async fn arrays_of_several_dimensions_come_back(bench: Bench) -> Outcome {
    let row = |a: i64, b: i64| Value::List(vec![Value::I64(a), Value::I64(b)]);
    let list = Value::List(vec![row(1, 2), row(3, 4)]);
    let back: Value = bench.db.fetch_value("SELECT ?::bigint[]", (&list,)).await?;
    equal(back, list)
}

async fn types_made_after_connecting_are_known(bench: Bench) -> Outcome {
    equal(bench.db.fetch_value::<i64>("SELECT 1", ()).await?, 1)?;
    let other = bench.again(hypostyle_core::PoolOptions::default()).await?;
    other.execute("CREATE TYPE late AS ENUM ('a')", ()).await?;
    equal(bench.db.fetch_value::<String>("SELECT 'a'::late", ()).await?.as_str(), "a")
}

async fn infinities_of_dates_come_back(bench: Bench) -> Outcome {
    use hypostyle_core::{Date, Timestamp};
    let text = "SELECT 'infinity'::date, '-infinity'::timestamptz, 'infinity'::timestamp";
    let row: (Date, Timestamp, Timestamp) = bench.db.fetch_one(text, ()).await?;
    equal(row, (Date::INFINITY, Timestamp::NEG_INFINITY, Timestamp::INFINITY))
}

async fn columns_tell_their_declared_types(bench: Bench) -> Outcome {
    let text = "SELECT 1::smallint AS a, 'x'::varchar AS b, now() AS c, 1::numeric(10, 2) AS d, \
                1::numeric AS e, 1::numeric(3, -2) AS f";
    let mut reply = bench.db.stream(text, ()).await?;
    let columns: Vec<(String, &str)> = reply
        .columns()
        .iter()
        .map(|column| (column.declared.to_string(), column.kind.name()))
        .collect();
    let expect = [
        ("int2", "i64"),
        ("varchar", "text"),
        ("timestamptz", "timestamp_tz"),
        ("numeric(10,2)", "decimal"),
        ("numeric", "decimal"),
        ("numeric(3,-2)", "decimal"),
    ];
    equal(columns.len(), expect.len())?;
    for (found, expect) in columns.iter().zip(expect) {
        equal((found.0.as_str(), found.1), expect)?;
    }
    holds(reply.next().await?.is_some(), "no row")
}

async fn backslashes_count_where_the_session_says_so(bench: Bench) -> Outcome {
    let mut session = bench.db.session(hypostyle_core::Intent::Write).await?;
    session.execute("SET standard_conforming_strings = off", ()).await?;
    let found: (String, i64) = session.fetch_one(r"SELECT 'it\'s ?', 0 + ?", (7,)).await?;
    equal((found.0.as_str(), found.1), ("it's ?", 7))?;
    drop(session);
    equal(bench.db.fetch_value::<String>(r"SELECT 'a\b'", ()).await?.as_str(), r"a\b")
}

async fn rows_of_a_copy_fail_with_their_number(bench: Bench) -> Outcome {
    let table = "CREATE TABLE t (id bigint PRIMARY KEY, v text CHECK (v <> 'bad'))";
    bench.db.execute(table, ()).await?;
    for (id, v, kind) in
        [(3, "bad", ErrorKind::CheckViolation), (1, "ok", ErrorKind::UniqueViolation)]
    {
        let rows = (0..5).map(|at| {
            if at == 3 { [ValueRef::I64(id), v.into()] } else { [ValueRef::I64(at), "ok".into()] }
        });
        let error = fails(bench.db.insert_many("t", &["id", "v"], rows).await, kind)?;
        equal(error.context("row"), Some("3"))?;
        ids_are(&bench.db, &[]).await?;
    }
    Ok(())
}

async fn rows_go_into_a_view_and_a_table_with_row_security(bench: Bench) -> Outcome {
    let text = "CREATE TABLE t (id bigint); CREATE VIEW v AS SELECT id FROM t";
    bench.db.execute(text, ()).await?;
    let rows = |from: i64| (from..from + 3).map(|id| [ValueRef::I64(id)]);
    bench.db.insert_many("v", &["id"], rows(1)).await?;
    ids_are(&bench.db, &[1, 2, 3]).await
}

async fn a_script_with_parameters_counts_them_through(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id bigint, v text)", ()).await?;
    let text = "INSERT INTO t VALUES (?, ?); INSERT INTO t VALUES (?, 'x' || ?)";
    bench.db.execute(text, (1, "a", 2, "b")).await?;
    let rows = bench.db.fetch_all::<(i64, String)>("SELECT id, v FROM t ORDER BY id", ()).await?;
    equal(rows, [(1, "a".to_owned()), (2, "xb".to_owned())])
}

async fn a_transaction_begun_by_text_is_seen_and_undone(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id bigint)", ()).await?;
    let left = bench.db.execute("BEGIN; INSERT INTO t VALUES (1)", ()).await;
    fails(left, ErrorKind::Validation)?;
    ids_are(&bench.db, &[]).await?;
    bench.db.execute("BEGIN; INSERT INTO t VALUES (2); COMMIT", ()).await?;
    ids_are(&bench.db, &[2]).await
}

async fn a_thousand_statements_keep_within_the_cache(bench: Bench) -> Outcome {
    let mut session = bench.db.session(hypostyle_core::Intent::Read).await?;
    for number in 0..1_000_i64 {
        let text = format!("SELECT {number}::bigint");
        equal(session.fetch_value::<i64>(&text, ()).await?, number)?;
    }
    let count = "SELECT count(*) FROM pg_prepared_statements";
    let kept: i64 = session.fetch_value(count, ()).await?;
    holds(kept <= 258, format!("{kept} are prepared"))?;
    holds(bench.can(Capability::ANALYZE), "it analyses")
}
