//! Errors: kind, retry, effect, code, and the names of what is concerned.

use std::time::Duration;

use hypostyle_core::{Capability, Effect, Error, ErrorKind, PoolOptions, Retry, Type};

use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "errors":
    a_key_that_exists_is_a_unique_violation_with_table_and_column,
    a_key_of_two_columns_names_both,
    a_unique_index_names_its_column,
    a_parent_that_is_missing_is_a_foreign_key_violation,
    a_parent_with_children_is_a_foreign_key_violation,
    a_missing_value_is_a_not_null_violation_with_its_column,
    a_check_that_fails_names_its_constraint,
    a_syntax_error_says_where,
    a_syntax_error_says_where_in_a_later_statement [MULTIPLE_RESULTS],
    a_position_is_never_that_of_another_text,
    an_unknown_table_is_a_query_error,
    an_unknown_column_is_a_query_error,
    an_unknown_function_is_a_query_error,
    a_value_of_a_foreign_type_is_refused_by_a_strict_table [STRICT_TABLES],
    a_division_by_nothing_is_no_crash,
    an_error_of_the_engine_carries_its_code,
    an_error_says_that_it_had_no_effect,
    an_error_leaves_its_connection_usable,
    an_error_shows_its_message_and_context,
    an_error_is_a_std_error_one_pointer_wide,
    a_lock_held_elsewhere_is_told_as_locked,
    a_lock_held_elsewhere_keeps_no_reader_out,
    a_write_marked_as_a_read_is_refused_where_the_engine_says_so,
    a_statement_past_its_deadline_answers_query_timeout [INTERRUPT],
    a_deadline_that_has_passed_runs_nothing,
    a_statement_cancelled_by_its_token_answers_cancelled [INTERRUPT],
    a_token_cancelled_before_runs_nothing,
}

/// Checks kind, retry, effect, table and columns of an error, as one line.
fn check(error: &Error, expect: &str) -> Outcome {
    let found = format!(
        "{:?} {:?} {:?} {} ({})",
        error.kind(),
        error.retry(),
        error.effect(),
        error.table().unwrap_or("-"),
        error.columns().join(", ")
    );
    equal(found.as_str(), expect)
}

async fn failing(bench: &Bench, setup: &str, text: &str) -> Outcome<Error> {
    bench.db.execute(setup, ()).await?;
    match bench.db.execute(text, ()).await {
        Ok(done) => Err(holds(false, format!("{text} did {done:?}"))
            .err()
            .unwrap_or_else(|| Error::closed("case").into())),
        Err(error) => Ok(error),
    }
}

async fn a_key_that_exists_is_a_unique_violation_with_table_and_column(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let insert = "INSERT INTO t VALUES (1, 1)";
    let error = failing(&bench, insert, insert).await?;
    check(&error, "UniqueViolation Never None t (id)")?;
    holds(error.message().contains("already exists"), error)
}

async fn a_key_of_two_columns_names_both(bench: Bench) -> Outcome {
    let setup = "CREATE TABLE t (a INTEGER, b INTEGER, PRIMARY KEY (a, b)); \
                 INSERT INTO t VALUES (1, 2)";
    let error = failing(&bench, setup, "INSERT INTO t VALUES (1, 2)").await?;
    check(&error, "UniqueViolation Never None t (a, b)")
}

async fn a_unique_index_names_its_column(bench: Bench) -> Outcome {
    let setup = "CREATE TABLE t (id INTEGER, v INTEGER); CREATE UNIQUE INDEX t_v ON t (v); \
                 INSERT INTO t VALUES (1, 2)";
    let error = failing(&bench, setup, "INSERT INTO t VALUES (2, 2)").await?;
    check(&error, "UniqueViolation Never None t (v)")
}

const FAMILY: &str = "CREATE TABLE parent (id INTEGER PRIMARY KEY); \
                      CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER REFERENCES parent (id)); \
                      INSERT INTO parent VALUES (1); INSERT INTO t VALUES (1, 1)";

async fn a_parent_that_is_missing_is_a_foreign_key_violation(bench: Bench) -> Outcome {
    let error = failing(&bench, FAMILY, "INSERT INTO t VALUES (2, 99)").await?;
    equal((error.kind(), error.retry()), (ErrorKind::ForeignKeyViolation, Retry::Never))
}

async fn a_parent_with_children_is_a_foreign_key_violation(bench: Bench) -> Outcome {
    let error = failing(&bench, FAMILY, "DELETE FROM parent WHERE id = 1").await?;
    equal((error.kind(), error.effect()), (ErrorKind::ForeignKeyViolation, Effect::None))
}

async fn a_missing_value_is_a_not_null_violation_with_its_column(bench: Bench) -> Outcome {
    let setup = "CREATE TABLE t (id INTEGER, v INTEGER NOT NULL)";
    let error = failing(&bench, setup, "INSERT INTO t VALUES (1, NULL)").await?;
    check(&error, "NotNullViolation Never None t (v)")
}

async fn a_check_that_fails_names_its_constraint(bench: Bench) -> Outcome {
    let setup = "CREATE TABLE t (v INTEGER, CONSTRAINT positive CHECK (v > 0))";
    let error = failing(&bench, setup, "INSERT INTO t VALUES (-1)").await?;
    equal(error.kind(), ErrorKind::CheckViolation)?;
    names_check(&bench, &error, "positive")
}

/// Checks that the check that failed is told by its name.
pub(super) fn names_check(bench: &Bench, error: &Error, name: &str) -> Outcome {
    match bench.target.keeps_names_of_checks() {
        true => equal(error.constraint(), Some(name)),
        false => holds(error.constraint().is_some(), error),
    }
}

async fn a_syntax_error_says_where(bench: Bench) -> Outcome {
    let error = failing(&bench, "SELECT 1", "SELECT 1 FORM t").await?;
    check(&error, "Query Never None - ()")?;
    // Engines point at the word itself or at the one after it.
    let place = error.position();
    holds(matches!(place, Some(9..=14)), format!("{place:?}"))
}

async fn a_syntax_error_says_where_in_a_later_statement(bench: Bench) -> Outcome {
    let error = failing(&bench, "SELECT 1", "SELECT 1; SELECT 2; SELECT nowhere").await?;
    check(&error, "Query Never None - ()")?;
    let place = error.position();
    let is_missing = place.is_none() && !bench.can(Capability::ERROR_POSITIONS);
    holds(place == Some(27) || is_missing, format!("{place:?}"))
}

async fn a_position_is_never_that_of_another_text(bench: Bench) -> Outcome {
    let text = "SELECT :a_rather_long_name, nowhere";
    let params = hypostyle_core::named! { a_rather_long_name: 1 };
    for text in [text.to_owned(), format!("SELECT 1; {text}")] {
        let error = fails(bench.db.execute(&text, params.clone()).await, ErrorKind::Query)?;
        let place = error.position();
        holds(place.is_none() || place == text.find("nowhere"), format!("{place:?} in {text}"))?;
    }
    Ok(())
}

async fn an_unknown_table_is_a_query_error(bench: Bench) -> Outcome {
    let error = failing(&bench, "SELECT 1", "SELECT * FROM nowhere").await?;
    check(&error, "Query Never None - ()")?;
    holds(error.message().contains("nowhere"), error)
}

async fn an_unknown_column_is_a_query_error(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let error = failing(&bench, "SELECT 1", "SELECT nothing FROM t").await?;
    check(&error, "Query Never None - ()")?;
    holds(error.message().contains("nothing"), error)
}

async fn an_unknown_function_is_a_query_error(bench: Bench) -> Outcome {
    check(&failing(&bench, "SELECT 1", "SELECT frobnicate(1)").await?, "Query Never None - ()")
}

async fn a_value_of_a_foreign_type_is_refused_by_a_strict_table(bench: Bench) -> Outcome {
    let setup = format!("CREATE TABLE t (id INTEGER) {}", bench.target.strict());
    let error = failing(&bench, &setup, "INSERT INTO t VALUES ('text')").await?;
    equal((error.kind(), error.retry()), (ErrorKind::Data, Retry::Never))?;
    equal(bench.count().await?, 0)
}

async fn a_division_by_nothing_is_no_crash(bench: Bench) -> Outcome {
    match bench.db.fetch_value::<Option<f64>>("SELECT 1.0 / 0.0", ()).await {
        Ok(value) => equal(value, bench.target.quotient_by_zero())?,
        Err(error) => holds(error.code().is_some(), error)?,
    }
    bench.is_settled().await
}

async fn an_error_of_the_engine_carries_its_code(bench: Bench) -> Outcome {
    for text in ["SELECT * FROM nowhere", "SELECT 1 FORM t"] {
        let error = fails(bench.db.execute(text, ()).await, ErrorKind::Query)?;
        holds(error.code().is_some_and(|code| !code.is_empty()), error)?;
    }
    Ok(())
}

async fn an_error_says_that_it_had_no_effect(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let text = "INSERT INTO t VALUES (1, 1), (2, 2), (1, 3)";
    let error = failing(&bench, "SELECT 1", text).await?;
    equal(error.effect(), Effect::None)?;
    equal(bench.count().await?, 0)
}

async fn an_error_leaves_its_connection_usable(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.is_settled().await?;
    let before = bench.db.pool();
    for _ in 0..50 {
        fails(bench.db.execute("SELECT * FROM nowhere", ()).await, ErrorKind::Query)?;
        let text = "INSERT INTO t VALUES (1, 1), (1, 1)";
        fails(bench.db.execute(text, ()).await, ErrorKind::UniqueViolation)?;
    }
    bench.is_settled().await?;
    // Were connections discarded or leaked by errors, there would be fewer or more.
    equal(bench.db.pool(), before)
}

async fn an_error_shows_its_message_and_context(_: Bench) -> Outcome {
    let error = Error::new(ErrorKind::Query, "no such thing")
        .with("row", "7")
        .with("table", "t")
        .with("row", "8")
        .while_doing("cannot look");
    equal(error.to_string().as_str(), "cannot look: no such thing (row 7, table t)")
}

async fn an_error_is_a_std_error_one_pointer_wide(_: Bench) -> Outcome {
    let source = std::io::Error::other("the cause");
    let error = Error::new(ErrorKind::Io, "failed").caused_by(source);
    let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
    equal(boxed.source().map(ToString::to_string), Some("the cause".to_owned()))?;
    equal(size_of::<Error>(), size_of::<usize>())
}

async fn a_lock_held_elsewhere_is_told_as_locked(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    let other = bench.again(PoolOptions::default()).await?;
    if !bench.target.is_shared() {
        // Nobody else can hold a lock of a private database: another handle is another database.
        return equal(other.table_exists("t").await?, false);
    }
    let text = "UPDATE t SET v = v + 1 WHERE id = 1";
    let mut holding = other.begin().await?;
    holding.execute(text, ()).await?;
    let write = bench.db.request(text);
    let error = match write.timeout(Duration::from_millis(100)).execute().await {
        Ok(done) => return holds(false, format!("wrote past a lock: {done:?}")),
        Err(error) => error,
    };
    // With a deadline before the engine's own patience ends, the deadline is what is told.
    equal((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::None))?;
    holding.rollback().await?;
    equal(bench.db.execute(text, ()).await?.rows_affected, 1)?;
    equal(bench.db.fetch_value::<i64>("SELECT v FROM t", ()).await?, 2)
}

async fn a_lock_held_elsewhere_keeps_no_reader_out(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut holding = bench.db.begin().await?;
    holding.execute("INSERT INTO t VALUES (1, 1)", ()).await?;
    equal(bench.count().await?, 0)?;
    Ok(holding.commit().await?)
}

async fn a_write_marked_as_a_read_is_refused_where_the_engine_says_so(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let write = bench.db.request("INSERT INTO t VALUES (1, 1)");
    let done = write.intent(hypostyle_core::Intent::Read).execute().await;
    if !bench.can(Capability::READ_ONLY_INTENT) && done.is_ok() {
        return equal(bench.count().await?, 1);
    }
    let error = fails(done, ErrorKind::ReadOnly)?;
    equal((error.retry(), error.effect()), (Retry::Never, Effect::None))?;
    equal(bench.count().await?, 0)
}

async fn a_statement_past_its_deadline_answers_query_timeout(bench: Bench) -> Outcome {
    let began = std::time::Instant::now();
    let endless = bench.db.request(bench.target.endless());
    let error =
        fails(endless.timeout(Duration::from_millis(50)).execute().await, ErrorKind::Timeout)?;
    holds(began.elapsed() < Duration::from_secs(20), "interrupted late")?;
    holds(error.message().starts_with("Query timeout"), &error)?;
    equal(error.effect(), Effect::None)?;
    bench.is_settled().await
}

async fn a_deadline_that_has_passed_runs_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let write = bench.db.request("INSERT INTO t VALUES (1, 1)");
    let error = fails(write.timeout(Duration::ZERO).execute().await, ErrorKind::Timeout)?;
    equal(error.effect(), Effect::None)?;
    equal(bench.count().await?, 0)?;
    bench.is_settled().await
}

async fn a_statement_cancelled_by_its_token_answers_cancelled(bench: Bench) -> Outcome {
    let token = hypostyle_core::CancellationToken::new();
    let running = tokio::spawn({
        let (bench, token) = (bench.clone(), token.clone());
        async move { bench.db.request(bench.target.endless()).cancel(&token).execute().await }
    });
    tokio::time::sleep(Duration::from_millis(30)).await;
    holds(!running.is_finished(), "it ended by itself")?;
    token.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(20), running).await;
    let ended = ended.ok().and_then(Result::ok).unwrap_or_else(|| Err(Error::closed("task")));
    fails(ended, ErrorKind::Cancelled)?;
    bench.is_settled().await
}

async fn a_token_cancelled_before_runs_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let token = hypostyle_core::CancellationToken::new();
    token.cancel();
    let write = bench.db.request("INSERT INTO t VALUES (1, 1)").cancel(&token);
    fails(write.execute().await, ErrorKind::Cancelled)?;
    equal(bench.count().await?, 0)
}
