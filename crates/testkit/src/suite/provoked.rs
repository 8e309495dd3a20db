//! Each error of a statement, provoked for real: kind, retry, effect, code, and what is named.

use hypostyle_core::{Capability, Effect, Error, ErrorKind, Intent, PoolOptions, Retry, Type};

use super::errors::names_check;
use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "provoked":
    a_unique_constraint_is_told_with_its_columns_and_its_name,
    a_key_whose_value_looks_like_a_message_is_told_all_the_same,
    a_missing_parent_is_told_when_a_child_is_inserted,
    a_missing_parent_is_told_when_a_child_is_updated,
    a_parent_with_children_is_kept_when_it_is_deleted,
    a_parent_with_children_keeps_its_key,
    null_in_a_column_that_takes_none_is_told_when_inserted_and_updated,
    a_check_is_told_when_inserted_and_updated,
    a_syntax_error_is_told_with_its_place,
    a_place_is_counted_in_bytes,
    a_missing_table_is_told_by_every_statement,
    a_missing_column_is_told_by_every_statement,
    a_function_of_other_arguments_is_told,
    a_name_that_may_mean_two_columns_is_told,
    a_table_made_twice_is_told,
    an_aggregate_out_of_place_is_told,
    more_values_than_columns_are_told,
    a_division_by_zero_is_refused_or_null,
    an_integer_too_large_for_its_column_is_refused_or_whole,
    a_sum_beyond_64_bits_is_never_wrong,
    a_text_too_long_for_its_column_is_refused_or_whole,
    a_text_that_is_no_number_is_refused_by_a_strict_column,
    a_day_that_does_not_exist_is_refused_when_stored_or_when_read,
    what_the_user_may_not_do_is_told_as_permission,
    a_lock_that_is_not_waited_for_is_told_as_locked,
    a_write_in_a_read_only_transaction_is_told_as_read_only,
    an_error_in_the_middle_of_the_rows_is_told_at_its_row,
}

/// Runs a text that is to fail and checks what every error of a statement says: nothing was done,
/// and here is the engine's code.
async fn failing(bench: &Bench, text: &str, kind: ErrorKind) -> Outcome<Error> {
    let error = fails(bench.db.execute(text, ()).await, kind)?;
    equal((error.retry(), error.effect()), (Retry::Never, Effect::None))?;
    holds(error.code().is_some_and(|code| !code.is_empty()), &error)?;
    Ok(error)
}

/// Checks the table, the columns and, where the engine says it, the constraint.
fn names(bench: &Bench, error: &Error, columns: &[&str], constraint: &str) -> Outcome {
    equal(error.table(), Some("t"))?;
    equal(error.columns(), columns)?;
    equal(error.constraint(), bench.target.names_constraints().then_some(constraint))
}

async fn a_unique_constraint_is_told_with_its_columns_and_its_name(bench: Bench) -> Outcome {
    let setup = "CREATE TABLE t (id INTEGER, a INTEGER, b INTEGER, \
                 CONSTRAINT one_pair UNIQUE (a, b)); INSERT INTO t VALUES (1, 2, 3), (2, 4, 5)";
    bench.db.execute(setup, ()).await?;
    for text in ["INSERT INTO t VALUES (3, 2, 3)", "UPDATE t SET a = 2, b = 3 WHERE id = 2"] {
        let error = failing(&bench, text, ErrorKind::UniqueViolation).await?;
        names(&bench, &error, &["a", "b"], "one_pair")?;
    }
    equal(bench.count().await?, 2)
}

async fn a_key_whose_value_looks_like_a_message_is_told_all_the_same(bench: Bench) -> Outcome {
    let text = bench.target.text_key();
    let setup = format!("CREATE TABLE t (v {text}, CONSTRAINT one_v UNIQUE (v))");
    bench.db.execute(&setup, ()).await?;
    for value in [")=(1) already exists.", "Key (id)=(1)", "t.id, t.x", "constraint failed: u.w"] {
        let insert = || bench.db.execute("INSERT INTO t VALUES (?)", (value,));
        insert().await?;
        names(&bench, &fails(insert().await, ErrorKind::UniqueViolation)?, &["v"], "one_v")?;
    }
    Ok(())
}

/// Makes `parent` with the rows 1 and 2, and `t` with a child of 1.
async fn family(bench: &Bench) -> Outcome {
    let text = "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
                CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, \
                CONSTRAINT of_parent FOREIGN KEY (v) REFERENCES parent (id)); \
                INSERT INTO parent VALUES (1), (2); INSERT INTO t VALUES (1, 1)";
    bench.db.execute(text, ()).await?;
    Ok(())
}

/// Checks that a text breaks the foreign key of `t` and changes nothing.
async fn breaks_the_family(bench: &Bench, text: &str) -> Outcome {
    family(bench).await?;
    let error = failing(bench, text, ErrorKind::ForeignKeyViolation).await?;
    equal(error.constraint(), bench.target.names_constraints().then_some("of_parent"))?;
    let text = "SELECT t.v, (SELECT sum(id) FROM parent) FROM t";
    equal(bench.db.fetch_one::<(i64, i64)>(text, ()).await?, (1, 3))
}

async fn a_missing_parent_is_told_when_a_child_is_inserted(bench: Bench) -> Outcome {
    breaks_the_family(&bench, "INSERT INTO t VALUES (2, 99)").await
}

async fn a_missing_parent_is_told_when_a_child_is_updated(bench: Bench) -> Outcome {
    breaks_the_family(&bench, "UPDATE t SET v = 99 WHERE id = 1").await
}

async fn a_parent_with_children_is_kept_when_it_is_deleted(bench: Bench) -> Outcome {
    breaks_the_family(&bench, "DELETE FROM parent").await
}

async fn a_parent_with_children_keeps_its_key(bench: Bench) -> Outcome {
    breaks_the_family(&bench, "UPDATE parent SET id = 7 WHERE id = 1").await
}

async fn null_in_a_column_that_takes_none_is_told_when_inserted_and_updated(
    bench: Bench,
) -> Outcome {
    let setup = "CREATE TABLE t (id INTEGER, v INTEGER NOT NULL); INSERT INTO t VALUES (1, 1)";
    bench.db.execute(setup, ()).await?;
    for text in ["INSERT INTO t (id) VALUES (2)", "UPDATE t SET v = NULL"] {
        let error = failing(&bench, text, ErrorKind::NotNullViolation).await?;
        equal(error.table(), Some("t"))?;
        equal(error.columns(), ["v"])?;
    }
    equal(bench.db.fetch_one::<(i64, i64)>("SELECT id, v FROM t", ()).await?, (1, 1))
}

async fn a_check_is_told_when_inserted_and_updated(bench: Bench) -> Outcome {
    let setup = "CREATE TABLE t (v INTEGER, CONSTRAINT positive CHECK (v > 0)); \
                 INSERT INTO t VALUES (1)";
    bench.db.execute(setup, ()).await?;
    for text in ["INSERT INTO t VALUES (0)", "UPDATE t SET v = -1"] {
        let error = failing(&bench, text, ErrorKind::CheckViolation).await?;
        names_check(&bench, &error, "positive")?;
    }
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 1)
}

async fn a_syntax_error_is_told_with_its_place(bench: Bench) -> Outcome {
    for (text, places) in [("SELEC 1", 0..=0), ("SELECT ) 1", 7..=7), ("INSERT t INTO", 7..=7)] {
        let error = failing(&bench, text, ErrorKind::Query).await?;
        // What knows the place of no other error may point at the word after it.
        let slack = if bench.can(Capability::ERROR_POSITIONS) { 0 } else { 2 };
        let places = *places.start()..=*places.end() + slack;
        let place = error.position();
        holds(place.is_some_and(|at| places.contains(&at)), format!("{place:?} in {text}"))?;
    }
    Ok(())
}

async fn a_place_is_counted_in_bytes(bench: Bench) -> Outcome {
    for text in ["SELECT 'größe 數據 🦀', nowhere", "/* ünïcödé */ SELECT 1,\n  nowhere"]
    {
        let later = format!("SELECT 'é'; {text}");
        for text in [text, &later] {
            let place = failing(&bench, text, ErrorKind::Query).await?.position();
            let is_missing = place.is_none() && !bench.can(Capability::ERROR_POSITIONS);
            holds(place == text.find("nowhere") || is_missing, format!("{place:?} in {text}"))?;
        }
    }
    Ok(())
}

async fn a_missing_table_is_told_by_every_statement(bench: Bench) -> Outcome {
    for text in [
        "SELECT 1 FROM missing",
        "INSERT INTO missing VALUES (1)",
        "UPDATE missing SET v = 1",
        "DELETE FROM missing",
        "DROP TABLE missing",
        "ALTER TABLE missing ADD COLUMN v INTEGER",
        "CREATE INDEX i ON missing (v)",
    ] {
        let error = failing(&bench, text, ErrorKind::Query).await?;
        holds(error.message().contains("missing"), &error)?;
    }
    bench.is_settled().await
}

async fn a_missing_column_is_told_by_every_statement(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for text in [
        "SELECT missing FROM t",
        "SELECT 1 FROM t WHERE missing = 1",
        "SELECT 1 FROM t ORDER BY missing",
        "INSERT INTO t (missing) VALUES (1)",
        "UPDATE t SET missing = 1",
        "DELETE FROM t WHERE missing = 1",
        "CREATE INDEX i ON t (missing)",
    ] {
        let error = failing(&bench, text, ErrorKind::Query).await?;
        holds(error.message().contains("missing"), &error)?;
    }
    Ok(())
}

async fn a_function_of_other_arguments_is_told(bench: Bench) -> Outcome {
    failing(&bench, "SELECT length('a', 'b', 'c')", ErrorKind::Query).await.map(drop)
}

async fn a_name_that_may_mean_two_columns_is_told(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let error = failing(&bench, "SELECT id FROM t a, t b", ErrorKind::Query).await?;
    holds(error.message().to_ascii_lowercase().contains("ambiguous"), error)
}

async fn a_table_made_twice_is_told(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for text in ["CREATE TABLE t (id INTEGER)", "ALTER TABLE t ADD COLUMN v INTEGER"] {
        failing(&bench, text, ErrorKind::Query).await?;
    }
    equal(bench.count().await?, 0)
}

async fn an_aggregate_out_of_place_is_told(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "SELECT id FROM t WHERE count(*) > 1";
    failing(&bench, text, ErrorKind::Query).await.map(drop)
}

async fn more_values_than_columns_are_told(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    failing(&bench, "INSERT INTO t VALUES (1, 2, 3)", ErrorKind::Query).await?;
    failing(&bench, "INSERT INTO t (id, v) VALUES (1)", ErrorKind::Query).await?;
    equal(bench.count().await?, 0)
}

async fn a_division_by_zero_is_refused_or_null(bench: Bench) -> Outcome {
    for text in ["SELECT 1 / 0", "SELECT 1 % 0", "SELECT 1.5 / 0"] {
        match bench.db.fetch_value::<Option<f64>>(text, ()).await {
            Ok(None) => {}
            Ok(value) => equal(value, bench.target.quotient_by_zero())?,
            refusal => {
                let error = fails(refusal, ErrorKind::Data)?;
                equal((error.retry(), error.effect()), (Retry::Never, Effect::None))?;
                holds(error.code().is_some(), error)?;
            }
        }
    }
    bench.is_settled().await
}

/// Inserts a value that its column may be too narrow for: it is refused, or whole.
async fn refused_or_whole(bench: &Bench, column: &str, value: hypostyle_core::Value) -> Outcome {
    bench.db.execute(&format!("CREATE TABLE t (id INTEGER, v {column})"), ()).await?;
    match bench.db.execute("INSERT INTO t VALUES (1, ?)", (&value,)).await {
        Ok(_) => {
            let found = bench.db.fetch_value::<hypostyle_core::Value>("SELECT v FROM t", ());
            equal(found.await?, value)
        }
        refusal => {
            let error = fails(refusal, ErrorKind::Data)?;
            equal((error.retry(), error.effect()), (Retry::Never, Effect::None))?;
            equal(bench.count().await?, 0)
        }
    }
}

async fn an_integer_too_large_for_its_column_is_refused_or_whole(bench: Bench) -> Outcome {
    refused_or_whole(&bench, "SMALLINT", 40_000_i64.into()).await
}

async fn a_sum_beyond_64_bits_is_never_wrong(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, ?)", (i64::MAX,)).await?;
    match bench.db.fetch_value::<i128>("SELECT v + 1 FROM t", ()).await {
        Ok(sum) => equal(sum, i128::from(i64::MAX) + 1),
        refusal => fails(refusal, ErrorKind::Data).map(drop),
    }
}

async fn a_text_too_long_for_its_column_is_refused_or_whole(bench: Bench) -> Outcome {
    refused_or_whole(&bench, "VARCHAR(3)", "größe".into()).await
}

async fn a_text_that_is_no_number_is_refused_by_a_strict_column(bench: Bench) -> Outcome {
    let setup = format!("CREATE TABLE t (v INTEGER) {}", bench.target.strict());
    bench.db.execute(&setup, ()).await?;
    let error =
        fails(bench.db.execute("INSERT INTO t VALUES (?)", ("abc",)).await, ErrorKind::Data)?;
    equal((error.retry(), error.effect()), (Retry::Never, Effect::None))?;
    equal(bench.count().await?, 0)
}

async fn a_day_that_does_not_exist_is_refused_when_stored_or_when_read(bench: Bench) -> Outcome {
    for text in ["2024-02-30", "2023-02-29", "2024-13-01", "2024-00-10", "tomorrows"] {
        bench.table(Type::Date).await?;
        match bench.db.execute("INSERT INTO t VALUES (1, ?)", (text,)).await {
            Ok(_) => {
                let read = bench.db.fetch_value::<hypostyle_core::Date>("SELECT v FROM t", ());
                fails(read.await, ErrorKind::Data)?;
            }
            refusal => drop(fails(refusal, ErrorKind::Data)?),
        }
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn what_the_user_may_not_do_is_told_as_permission(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut session = bench.db.session(Intent::Read).await?;
    let error = fails(session.execute(bench.target.forbidden(), ()).await, ErrorKind::Permission)?;
    equal((error.retry(), error.effect()), (Retry::Never, Effect::None))?;
    holds(error.code().is_some(), error)?;
    drop(session);
    bench.is_settled().await
}

async fn a_lock_that_is_not_waited_for_is_told_as_locked(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let other = bench.again(PoolOptions::default()).await?;
    if !bench.target.is_shared() {
        return equal(other.table_exists("t").await?, false);
    }
    let mut holding = other.begin().await?;
    holding.execute("UPDATE t SET v = 2 WHERE id = 1", ()).await?;
    let mut session = bench.db.session(Intent::Write).await?;
    let text = bench.target.impatient_write();
    let error = fails(session.execute(text, ()).await, ErrorKind::Locked)?;
    equal((error.retry(), error.effect()), (Retry::Request, Effect::None))?;
    holds(error.code().is_some(), error)?;
    holding.commit().await?;
    session.execute(text, ()).await?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 2)
}

async fn a_write_in_a_read_only_transaction_is_told_as_read_only(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin_read_only().await?;
    let write = transaction.execute("INSERT INTO t VALUES (1, 1)", ()).await;
    let error = fails(write, ErrorKind::ReadOnly)?;
    equal((error.retry(), error.effect()), (Retry::Never, Effect::None))?;
    holds(error.code().is_some(), error)?;
    transaction.rollback().await?;
    equal(bench.count().await?, 0)
}

async fn an_error_in_the_middle_of_the_rows_is_told_at_its_row(bench: Bench) -> Outcome {
    let overflow = bench.target.overflow();
    let text = format!("SELECT n, {overflow} FROM ({}) s", bench.target.series());
    let (mut read, mut error) = (0, None);
    // An engine that computes many rows at once may answer none before the one that fails.
    match bench.db.stream(&text, (1_000,)).await {
        Err(at_once) => error = Some(at_once),
        Ok(mut reply) => {
            while error.is_none() {
                match reply.next().await {
                    Ok(Some(row)) => {
                        read += 1;
                        equal(row.get::<i64>(0)?, read)?;
                    }
                    Ok(None) => return holds(false, format!("{read} rows and no error")),
                    Err(found) => error = Some(found),
                }
            }
        }
    }
    holds(read < 600, format!("{read} rows before the one that fails"))?;
    let error = error.ok_or_else(|| Error::new(ErrorKind::Other, "no error"))?;
    holds(matches!(error.kind(), ErrorKind::Data | ErrorKind::Query), &error)?;
    equal(error.effect(), Effect::None)?;
    bench.is_settled().await
}
