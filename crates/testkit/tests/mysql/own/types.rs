//! The types that others have not.

use hypostyle_core::{
    Decimal, ErrorKind, Intent, Interval, NativeFormat, PoolOptions, Time, Type, Value,
};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, holds, ids_are};

use super::lent;

cases! { "own":
    unsigned_integers_of_every_width_come_back,
    decimals_of_sixty_five_digits_come_back_and_no_more,
    bits_are_booleans_or_numbers,
    enums_and_sets_are_text,
    zero_dates_are_refused_or_null_as_the_url_says,
    documents_are_json_whatever_they_are_stored_as,
    geometry_goes_back_as_it_came,
    times_beyond_a_day_are_intervals,
    years_are_numbers,
    columns_tell_their_declared_types,
}

async fn unsigned_integers_of_every_width_come_back(bench: Bench) -> Outcome {
    let table = "CREATE TABLE t (a tinyint unsigned, b smallint unsigned, c mediumint unsigned, \
                 d int unsigned, e bigint unsigned)";
    bench.db.execute(table, ()).await?;
    let most = (255_u64, 65_535_u64, 16_777_215_u64, u64::from(u32::MAX), u64::MAX);
    bench.db.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", most).await?;
    for text in ["SELECT * FROM t", "SELECT * FROM t; SELECT 1"] {
        let found: (u8, u16, u32, u32, u64) = bench.db.fetch_one(text, ()).await?;
        equal(found, (u8::MAX, u16::MAX, 16_777_215, u32::MAX, u64::MAX))?;
    }
    let beyond = bench.db.execute("INSERT INTO t (a) VALUES (?)", (256,)).await;
    fails(beyond, ErrorKind::Data)?;
    fails(bench.db.execute("INSERT INTO t (e) VALUES (?)", (-1,)).await, ErrorKind::Data)?;
    equal(bench.count().await?, 1)
}

async fn decimals_of_sixty_five_digits_come_back_and_no_more(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id int, v decimal(65,30))", ()).await?;
    let digits = format!("-{}.{}", "9".repeat(35), "8".repeat(30));
    let value: Decimal = digits.parse().map_err(|_| hypostyle_core::Error::closed("decimal"))?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&value,)).await?;
    for text in ["SELECT v FROM t", "SELECT v FROM t; SELECT 1"] {
        equal(bench.db.fetch_value::<Decimal>(text, ()).await?, value.clone())?;
    }
    let longer: Decimal =
        format!("{digits}1").parse().map_err(|_| hypostyle_core::Error::closed("decimal"))?;
    let refused = bench.db.execute("INSERT INTO t VALUES (2, ?)", (&longer,)).await;
    let error = fails(refused, ErrorKind::Parameter)?;
    equal(error.context("capability"), Some("unbounded_decimal"))?;
    let wider = bench.db.execute("INSERT INTO t VALUES (2, ?)", ("9".repeat(36).as_str(),)).await;
    fails(wider, ErrorKind::Data)?;
    ids_are(&bench.db, &[1]).await
}

async fn bits_are_booleans_or_numbers(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (a bit(1), b bit(12), c bit(64))", ()).await?;
    let insert = "INSERT INTO t VALUES (?, ?, ?)";
    bench.db.execute(insert, (true, 0xABC_i64, u64::MAX)).await?;
    bench.db.execute("INSERT INTO t VALUES (b'0', b'101', b'1')", ()).await?;
    let text = "SELECT a, b, c FROM t ORDER BY c DESC";
    for text in [text, &format!("{text}; SELECT 1")] {
        let rows = bench.db.request(text).fetch_all::<(Value, Value, Value)>().await?;
        let first = (Value::Bool(true), Value::U64(0xABC), Value::U64(u64::MAX));
        equal(rows, [first, (Value::Bool(false), Value::U64(5), Value::U64(1))])?;
    }
    Ok(())
}

async fn enums_and_sets_are_text(bench: Bench) -> Outcome {
    let table = "CREATE TABLE t (mood enum('sad', 'größe'), tags set('a', 'b', 'c'))";
    bench.db.execute(table, ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?, ?)", ("größe", "c,a")).await?;
    let found: (String, String) = bench.db.fetch_one("SELECT * FROM t", ()).await?;
    equal((found.0.as_str(), found.1.as_str()), ("größe", "a,c"))?;
    for values in [("angry", "a"), ("sad", "a,z")] {
        let refused = bench.db.execute("INSERT INTO t VALUES (?, ?)", values).await;
        fails(refused, ErrorKind::Data)?;
    }
    equal(bench.count().await?, 1)
}

async fn zero_dates_are_refused_or_null_as_the_url_says(bench: Bench) -> Outcome {
    let mut session = bench.db.session(Intent::Write).await?;
    let setup = "SET sql_mode = ''; CREATE TABLE t (d date, s datetime, p date); \
                 INSERT INTO t VALUES ('0000-00-00', '0000-00-00 00:00:00', '2024-00-15')";
    session.execute(setup, ()).await?;
    drop(session);
    for column in ["d", "s", "p"] {
        for rest in ["", "; SELECT 1"] {
            let text = format!("SELECT {column} FROM t{rest}");
            let read = bench.db.fetch_value::<Value>(&text, ()).await;
            let error = fails(read, ErrorKind::Data)?;
            equal(error.context("option"), Some("zero_dates"))?;
        }
    }
    bench.is_settled().await?;
    let url = bench.site.url();
    let sign = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{sign}zero_dates=null");
    let lenient = bench.target.open(&url, PoolOptions::default()).await?;
    let found: (Value, Value, Value) = lenient.fetch_one("SELECT * FROM t", ()).await?;
    equal(found, (Value::Null, Value::Null, Value::Null))
}

async fn documents_are_json_whatever_they_are_stored_as(bench: Bench) -> Outcome {
    bench.table(Type::Json).await?;
    let document = Value::Json("{\"a\": [1, \"é\"]}".to_owned());
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (&document,)).await?;
    for text in ["SELECT v FROM t", "SELECT v FROM t; SELECT 1"] {
        equal(bench.db.fetch_value::<Value>(text, ()).await?, document.clone())?;
    }
    let refused = bench.db.execute("INSERT INTO t VALUES (2, '{\"a\": ')", ()).await;
    let error = refused.err().ok_or_else(|| hypostyle_core::Error::closed("check"))?;
    holds(matches!(error.kind(), ErrorKind::Data | ErrorKind::CheckViolation), error)?;
    let found = "SELECT count(*) FROM t WHERE json_extract(v, '$.a[0]') = ?";
    equal(bench.db.fetch_value::<i64>(found, (1,)).await?, 1)
}

async fn geometry_goes_back_as_it_came(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id int, v point)", ()).await?;
    bench.db.execute("INSERT INTO t VALUES (1, ST_GeomFromText('POINT(1 2)', 0))", ()).await?;
    let point = bench.db.fetch_value::<Value>("SELECT v FROM t", ()).await?;
    match &point {
        Value::Native(native) => {
            let native = native.as_ref();
            equal((native.type_name(), native.format()), ("geometry", NativeFormat::Binary))?;
            equal(native.bytes().len(), 25)?;
        }
        other => return holds(false, format!("{other:?}")),
    }
    bench.db.execute("INSERT INTO t VALUES (2, ?)", (&point,)).await?;
    let rows = [[Value::I64(3), point]];
    bench.db.insert_many("t", &["id", "v"], rows.iter().map(lent)).await?;
    let same = "SELECT count(*) FROM t WHERE ST_AsText(v) = 'POINT(1 2)'";
    equal(bench.db.fetch_value::<i64>(same, ()).await?, 3)
}

async fn times_beyond_a_day_are_intervals(bench: Bench) -> Outcome {
    bench.table(Type::Time).await?;
    let most = (838 * 3_600 + 59 * 60 + 59) * 1_000_000_i64;
    let interval = |micros| Value::Interval(Interval { months: 0, days: 0, micros });
    let noon = Value::Time(
        Time::parse("12:00:00.000001")
            .unwrap_or(Time::parse("00:00").map_err(|_| hypostyle_core::Error::closed("time"))?),
    );
    let values = [interval(most), interval(-most), interval(-1), noon];
    for (id, value) in (0_i64..).zip(&values) {
        bench.db.execute("INSERT INTO t VALUES (?, ?)", (id, value)).await?;
    }
    for text in ["SELECT v FROM t ORDER BY id", "SELECT v FROM t ORDER BY id; SELECT 1"] {
        let rows = bench.db.fetch_all::<(Value,)>(text, ()).await?;
        equal(rows.into_iter().map(|(value,)| value).collect::<Vec<_>>(), &values[..])?;
    }
    let beyond = bench.db.execute("INSERT INTO t VALUES (9, ?)", (&interval(most + 1),)).await;
    equal(fails(beyond, ErrorKind::Parameter)?.context("capability"), Some("intervals"))
}

async fn years_are_numbers(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (v year)", ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?), (?)", (1_901, 2_155)).await?;
    let rows = bench.db.fetch_all::<(i64,)>("SELECT v FROM t ORDER BY v", ()).await?;
    equal(rows, [(1_901,), (2_155,)])?;
    fails(bench.db.execute("INSERT INTO t VALUES (?)", (2_156,)).await, ErrorKind::Data).map(drop)
}

async fn columns_tell_their_declared_types(bench: Bench) -> Outcome {
    let columns = [
        ("tinyint(1)", "bool"),
        ("bigint unsigned", "u64"),
        ("decimal(10,2)", "decimal"),
        ("varchar(20)", "text"),
        ("varbinary(20)", "bytes"),
        ("datetime(6)", "timestamp"),
        ("timestamp", "timestamp_tz"),
        ("time(3)", "time"),
        ("bit(7)", "u64"),
        ("double", "f64"),
        ("float", "f32"),
        ("longtext", "text"),
        ("mediumblob", "bytes"),
        ("json", "json"),
    ];
    let made: Vec<String> =
        columns.iter().enumerate().map(|(at, (name, _))| format!("c{at} {name}")).collect();
    bench.db.execute(&format!("CREATE TABLE t ({})", made.join(", ")), ()).await?;
    let reply = bench.db.stream("SELECT * FROM t", ()).await?;
    for (column, (declared, kind)) in reply.columns().iter().zip(columns) {
        equal((&*column.declared, column.kind.name()), (declared, kind))?;
    }
    Ok(())
}
