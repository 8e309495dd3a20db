//! Connections that cannot be made or are cut: what is told, and how soon all is well again.

use std::time::{Duration, Instant};

use hypostyle_core::{CancellationToken, Effect, Error, ErrorKind, PoolOptions, Retry, Type};

use crate::{Bench, Outcome, Wrong, cases, equal, fails, holds, ids_are};

cases! { "outages":
    an_address_where_nobody_answers_is_told,
    a_wrong_password_is_told_and_not_repeated,
    a_database_that_is_not_there_is_told,
    connections_cut_while_idle_are_made_anew,
    a_transaction_that_is_cut_is_told_and_leaves_nothing,
    a_commit_that_is_cut_is_told_and_leaves_nothing,
    a_statement_that_is_cut_is_told,
    a_stream_that_is_cut_is_told,
    a_bulk_that_is_cut_leaves_nothing,
    a_session_that_is_cut_is_told_and_the_next_one_works,
}

/// Opens a URL that is wrong in one part and asks it something; answers the error.
async fn wrong(bench: &Bench, part: Wrong) -> Outcome<Error> {
    let (url, kind) = bench.target.wrong(&bench.site.url(), part);
    let limit = Duration::from_secs(8);
    let options =
        PoolOptions { acquire_timeout: limit, connect_timeout: limit, ..PoolOptions::default() };
    let began = Instant::now();
    let asked = match bench.target.open(&url, options).await {
        Ok(db) => db.fetch_value::<i64>("SELECT 1", ()).await,
        Err(error) => Err(error),
    };
    let error = fails(asked, kind)?;
    holds(began.elapsed() < limit * 2, format!("told after {:?}", began.elapsed()))?;
    equal(error.effect(), Effect::None)?;
    Ok(error)
}

async fn an_address_where_nobody_answers_is_told(bench: Bench) -> Outcome {
    wrong(&bench, Wrong::Address).await.map(drop)
}

async fn a_wrong_password_is_told_and_not_repeated(bench: Bench) -> Outcome {
    let error = wrong(&bench, Wrong::Password).await?;
    equal(error.retry(), Retry::Never)?;
    holds(!error.to_string().contains("wrong-secret"), "the password is in the message")
}

async fn a_database_that_is_not_there_is_told(bench: Bench) -> Outcome {
    let error = wrong(&bench, Wrong::Database).await?;
    equal(error.retry(), Retry::Never)?;
    holds(error.to_string().contains("no-such"), error)
}

/// Cuts every connection from the engine's side; answers `false` where nobody can.
async fn cut(bench: &Bench) -> Outcome<bool> {
    Ok(bench.target.cut(&bench.site.url()).await?)
}

/// Checks an error of a call whose connection was cut.
fn told(error: &Error) -> Outcome {
    let kinds = [ErrorKind::Connection, ErrorKind::Aborted];
    holds(kinds.contains(&error.kind()), error)?;
    holds(error.retry() != Retry::Never, "a repetition helps, and the error denies it")
}

/// Checks that calls succeed again, soon and without opening anew.
async fn recovers(bench: &Bench) -> Outcome {
    let began = Instant::now();
    loop {
        match bench.db.fetch_value::<i64>("SELECT 1", ()).await {
            Ok(one) => break equal(one, 1)?,
            Err(error) if began.elapsed() > Duration::from_secs(5) => return Err(error.into()),
            Err(error) => {
                equal(error.effect(), Effect::None)?;
                told(&error)?;
            }
        }
    }
    bench.is_settled().await
}

async fn connections_cut_while_idle_are_made_anew(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let pair = (bench.db.begin_read_only().await?, bench.db.begin_read_only().await?);
    drop(pair);
    for id in 0..3 {
        cut(&bench).await?;
        recovers(&bench).await?;
        bench.db.execute("INSERT INTO t VALUES (?, 0)", (id,)).await?;
    }
    ids_are(&bench.db, &[0, 1, 2]).await
}

async fn a_transaction_that_is_cut_is_told_and_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    let was_cut = cut(&bench).await?;
    let next = transaction.execute("INSERT INTO t VALUES (2, 0)", ()).await;
    if !was_cut {
        next?;
        transaction.commit().await?;
        return ids_are(&bench.db, &[1, 2]).await;
    }
    let error = fails(next, ErrorKind::Connection)?;
    equal(error.retry(), Retry::Transaction)?;
    holds(transaction.commit().await.is_err(), "committed over a cut connection")?;
    recovers(&bench).await?;
    ids_are(&bench.db, &[]).await
}

async fn a_commit_that_is_cut_is_told_and_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut transaction = bench.db.begin().await?;
    transaction.execute("INSERT INTO t VALUES (1, 0)", ()).await?;
    let was_cut = cut(&bench).await?;
    let done = transaction.commit().await;
    if !was_cut {
        done?;
        return ids_are(&bench.db, &[1]).await;
    }
    told(&done.err().unwrap_or_else(|| Error::closed("case")))?;
    recovers(&bench).await?;
    ids_are(&bench.db, &[]).await
}

async fn a_statement_that_is_cut_is_told(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let token = CancellationToken::new();
    let running = tokio::spawn({
        let (bench, token) = (bench.clone(), token.clone());
        async move { bench.db.request(bench.target.endless_write()).cancel(&token).execute().await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let kind = if cut(&bench).await? { ErrorKind::Connection } else { ErrorKind::Cancelled };
    if kind == ErrorKind::Cancelled {
        token.cancel();
    }
    fails(running.await.unwrap_or_else(|_| Err(Error::closed("task"))), kind)?;
    recovers(&bench).await?;
    ids_are(&bench.db, &[]).await
}

async fn a_stream_that_is_cut_is_told(bench: Bench) -> Outcome {
    let rows = 1_000_000_i64;
    let mut reply = bench.db.stream(bench.target.series(), (rows,)).await?;
    holds(reply.next().await?.is_some(), "a first row")?;
    let was_cut = cut(&bench).await?;
    let mut read = 1;
    let ended = loop {
        match reply.next().await {
            Ok(Some(_)) => read += 1,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    drop(reply);
    // What the engine had sent before is whole; an end that is none is never answered.
    match ended {
        Ok(()) => equal(read, rows)?,
        Err(error) => {
            holds(was_cut && read < rows, &error)?;
            told(&error)?;
        }
    }
    recovers(&bench).await
}

async fn a_bulk_that_is_cut_leaves_nothing(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let mut bulk = bench.db.bulk_insert("t", &["id", "v"]).await?;
    for id in 0..10_000 {
        bulk.push([id.into(), 0.into()]).await?;
    }
    let was_cut = cut(&bench).await?;
    let done = bulk.finish().await;
    if !was_cut {
        return equal(done?.rows_affected, 10_000);
    }
    holds(done.is_err(), "finished over a cut connection")?;
    recovers(&bench).await?;
    ids_are(&bench.db, &[]).await
}

async fn a_session_that_is_cut_is_told_and_the_next_one_works(bench: Bench) -> Outcome {
    let mut session = bench.db.session(hypostyle_core::Intent::Write).await?;
    session.execute("CREATE TEMPORARY TABLE chosen (id INTEGER)", ()).await?;
    let was_cut = cut(&bench).await?;
    let next = session.execute("INSERT INTO chosen VALUES (1)", ()).await;
    match was_cut {
        true => told(&next.err().unwrap_or_else(|| Error::closed("case")))?,
        false => equal(next?.rows_affected, 1)?,
    }
    drop(session);
    recovers(&bench).await
}
