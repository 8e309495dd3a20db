//! Tables that change between two runs of a statement the connection has prepared before: in the
//! same session, in another, within a transaction, and undone.

use hypostyle_core::{
    Begin, Capability, Database, Effect, Error, ErrorKind, OwnedRow, PoolOptions, Result, Retry,
    Transaction, Type, ValueRef,
};

use crate::{Bench, Outcome, cases, equal, fails, holds, ids_are};

cases! { "ddl":
    a_column_added_is_seen_by_the_next_run,
    a_column_dropped_is_gone_at_the_next_run,
    a_column_renamed_is_named_so_at_the_next_run,
    a_column_of_another_type_is_read_as_such_at_the_next_run,
    a_table_dropped_is_told_at_the_next_run,
    a_table_made_anew_is_read_at_the_next_run,
    a_table_renamed_away_is_told_at_the_next_run,
    a_table_that_takes_anothers_name_is_read_at_the_next_run,
    a_view_made_anew_is_read_at_the_next_run,
    an_index_made_changes_no_answer,
    an_insert_prepared_before_fills_a_column_added_by_its_default,
    an_insert_prepared_before_meets_a_unique_index_made_since,
    an_insert_prepared_before_takes_another_type,
    a_bulk_prepared_before_fills_a_table_made_anew,
    a_statement_run_for_each_meets_a_table_made_anew,
    a_returning_prepared_before_answers_a_column_added [RETURNING],
    a_change_in_a_savepoint_is_undone_with_it [SAVEPOINTS, TRANSACTIONAL_DDL],
    a_table_made_in_a_transaction_is_there_for_others_at_its_commit [TRANSACTIONAL_DDL],
    readers_beside_columns_added_never_fail,
    the_same_name_is_a_temporary_table_in_one_session_only,
}

/// A change of the tables between two runs of a query.
#[derive(Clone, Copy)]
struct Change<'a> {
    query: &'a str,
    /// What the query answers on `t (id, v)` with the row (1, 10).
    before: &'a str,
    change: &'a str,
    /// What it answers then, or why it fails.
    after: std::result::Result<&'a str, ErrorKind>,
}

/// The rows of an answer as JSON, one after another.
fn shown(rows: &[OwnedRow]) -> String {
    let cell = |row: &OwnedRow, at: usize| {
        let (column, value) = (&row.columns()[at].name, row.values()[at].to_json());
        format!("{column}={value}")
    };
    let row = |row: &OwnedRow| {
        (0..row.columns().len()).map(|at| cell(row, at)).collect::<Vec<_>>().join(" ")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("; ")
}

#[track_caller]
fn check(found: Result<Vec<OwnedRow>>, expect: std::result::Result<&str, ErrorKind>) -> Outcome {
    match expect {
        Ok(expect) => equal(shown(&found?).as_str(), expect),
        Err(kind) => fails(found, kind).map(drop),
    }
}

impl Change<'_> {
    /// Runs the query, the change and the query in every way there is, each on tables made anew.
    async fn in_every_way(self, bench: &Bench) -> Outcome {
        let bench = prepared(bench).await?;
        self.outside(&bench).await?;
        if bench.can(Capability::TRANSACTIONAL_DDL) {
            filled(&bench).await?;
            self.inside_a_transaction(&bench).await?;
            filled(&bench).await?;
            self.undone(&bench).await?;
        }
        if bench.target.is_shared() {
            filled(&bench).await?;
            self.elsewhere(&bench).await?;
            filled(&bench).await?;
            self.elsewhere_beside_a_transaction(&bench).await?;
        }
        Ok(())
    }

    async fn run(self, db: &Database) -> Result<Vec<OwnedRow>> {
        db.fetch_all(self.query, ()).await
    }

    async fn run_in(self, transaction: &mut Transaction<'_>) -> Result<Vec<OwnedRow>> {
        transaction.fetch_all(self.query, ()).await
    }

    async fn outside(self, bench: &Bench) -> Outcome {
        check(self.run(&bench.db).await, Ok(self.before))?;
        bench.db.execute(self.change, ()).await?;
        check(self.run(&bench.db).await, self.after)?;
        bench.is_settled().await
    }

    async fn inside_a_transaction(self, bench: &Bench) -> Outcome {
        let mut transaction = bench.db.begin().await?;
        check(self.run_in(&mut transaction).await, Ok(self.before))?;
        transaction.execute(self.change, ()).await?;
        let found = self.run_in(&mut transaction).await;
        let succeeded = found.is_ok();
        check(found, self.after)?;
        if succeeded {
            transaction.commit().await?;
            check(self.run(&bench.db).await, self.after)?;
        }
        Ok(())
    }

    async fn undone(self, bench: &Bench) -> Outcome {
        check(self.run(&bench.db).await, Ok(self.before))?;
        let mut transaction = bench.db.begin().await?;
        check(self.run_in(&mut transaction).await, Ok(self.before))?;
        transaction.execute(self.change, ()).await?;
        check(self.run_in(&mut transaction).await, self.after)?;
        transaction.rollback().await?;
        check(self.run(&bench.db).await, Ok(self.before))
    }

    async fn elsewhere(self, bench: &Bench) -> Outcome {
        let other = bench.again(PoolOptions::default()).await?;
        check(self.run(&bench.db).await, Ok(self.before))?;
        other.execute(self.change, ()).await?;
        check(self.run(&bench.db).await, self.after)?;
        bench.is_settled().await
    }

    /// A transaction that has not read the tables yet sees them as they are then, or is told to
    /// begin again: nobody can prepare anew within one that has failed.
    async fn elsewhere_beside_a_transaction(self, bench: &Bench) -> Outcome {
        let other = bench.again(PoolOptions::default()).await?;
        check(self.run(&bench.db).await, Ok(self.before))?;
        let mut transaction = bench.db.begin_read_only().await?;
        other.execute(self.change, ()).await?;
        match self.run_in(&mut transaction).await {
            Err(error) if error.retry() == Retry::Transaction => {
                equal(error.effect(), Effect::None)?;
            }
            found => check(found, self.after)?,
        }
        transaction.rollback().await?;
        check(self.run(&bench.db).await, self.after)
    }
}

/// A database of its own on one connection, so that what is prepared before is what runs after.
async fn prepared(bench: &Bench) -> Outcome<Bench> {
    let bench = bench.with_one_connection().await?;
    filled(&bench).await?;
    Ok(bench)
}

/// Makes `t (id, v)` anew with the row (1, 10), and a view beside it.
async fn filled(bench: &Bench) -> Outcome {
    let gone = "DROP VIEW IF EXISTS seen; DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS u; \
                DROP TABLE IF EXISTS was";
    bench.db.execute(gone, ()).await?;
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 10)", ()).await?;
    bench.db.execute("CREATE VIEW seen AS SELECT 10 AS v", ()).await?;
    Ok(())
}

const ALL: Change<'_> = Change {
    query: "SELECT * FROM t WHERE id > 0",
    before: "id=1 v=10",
    change: "",
    after: Err(ErrorKind::Query),
};

async fn a_column_added_is_seen_by_the_next_run(bench: Bench) -> Outcome {
    let change = "ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 7";
    Change { change, after: Ok("id=1 v=10 w=7"), ..ALL }.in_every_way(&bench).await
}

async fn a_column_dropped_is_gone_at_the_next_run(bench: Bench) -> Outcome {
    let change = "ALTER TABLE t DROP COLUMN v";
    Change { change, after: Ok("id=1"), ..ALL }.in_every_way(&bench).await
}

async fn a_column_renamed_is_named_so_at_the_next_run(bench: Bench) -> Outcome {
    let change = "ALTER TABLE t RENAME COLUMN v TO w";
    Change { change, after: Ok("id=1 w=10"), ..ALL }.in_every_way(&bench).await
}

async fn a_column_of_another_type_is_read_as_such_at_the_next_run(bench: Bench) -> Outcome {
    let change = bench.target.retype();
    Change { change, after: Ok("id=1 v=\"10\""), ..ALL }.in_every_way(&bench).await
}

async fn a_table_dropped_is_told_at_the_next_run(bench: Bench) -> Outcome {
    Change { change: "DROP TABLE t", ..ALL }.in_every_way(&bench).await
}

async fn a_table_made_anew_is_read_at_the_next_run(bench: Bench) -> Outcome {
    let text = bench.target.column(Type::Text);
    let change = format!(
        "DROP TABLE t; CREATE TABLE t (v {text}, w INTEGER, id INTEGER); \
         INSERT INTO t VALUES ('new', 3, 4)"
    );
    let after = Ok("v=\"new\" w=3 id=4");
    Change { change: &change, after, ..ALL }.in_every_way(&bench).await
}

async fn a_table_renamed_away_is_told_at_the_next_run(bench: Bench) -> Outcome {
    Change { change: "ALTER TABLE t RENAME TO u", ..ALL }.in_every_way(&bench).await
}

async fn a_table_that_takes_anothers_name_is_read_at_the_next_run(bench: Bench) -> Outcome {
    let change = "CREATE TABLE u (id INTEGER, w INTEGER); INSERT INTO u VALUES (5, 50); \
                  ALTER TABLE t RENAME TO was; ALTER TABLE u RENAME TO t";
    Change { change, after: Ok("id=5 w=50"), ..ALL }.in_every_way(&bench).await
}

async fn a_view_made_anew_is_read_at_the_next_run(bench: Bench) -> Outcome {
    let change = "DROP VIEW seen; CREATE VIEW seen AS SELECT 'new' AS w, 2 AS v";
    let query = "SELECT * FROM seen";
    let after = Ok("w=\"new\" v=2");
    Change { query, before: "v=10", change, after }.in_every_way(&bench).await
}

async fn an_index_made_changes_no_answer(bench: Bench) -> Outcome {
    let change = "CREATE UNIQUE INDEX t_v ON t (v)";
    Change { query: "SELECT id FROM t WHERE v = 10", before: "id=1", change, after: Ok("id=1") }
        .in_every_way(&bench)
        .await
}

async fn an_insert_prepared_before_fills_a_column_added_by_its_default(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let insert = "INSERT INTO t (id) VALUES (?)";
    bench.db.execute(insert, (2,)).await?;
    bench.db.execute("ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 7", ()).await?;
    bench.db.execute(insert, (3,)).await?;
    let rows = bench.db.fetch_all::<(i64, i64)>("SELECT id, w FROM t ORDER BY id", ()).await?;
    equal(rows, [(1, 7), (2, 7), (3, 7)])
}

async fn an_insert_prepared_before_meets_a_unique_index_made_since(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let insert = "INSERT INTO t VALUES (?, ?)";
    bench.db.execute(insert, (2, 20)).await?;
    bench.db.execute("CREATE UNIQUE INDEX t_v ON t (v)", ()).await?;
    fails(bench.db.execute(insert, (3, 20)).await, ErrorKind::UniqueViolation)?;
    bench.db.execute(&bench.target.drop_index("t_v"), ()).await?;
    bench.db.execute(insert, (3, 20)).await?;
    ids_are(&bench.db, &[1, 2, 3]).await
}

async fn an_insert_prepared_before_takes_another_type(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let insert = "INSERT INTO t VALUES (?, ?)";
    bench.db.execute(insert, (2, 20)).await?;
    bench.db.execute(bench.target.retype(), ()).await?;
    bench.db.execute(insert, (3, "thirty")).await?;
    let text = "SELECT v FROM t ORDER BY id";
    let rows = bench.db.fetch_all::<(String,)>(text, ()).await?;
    equal(rows, ["10", "20", "thirty"].map(|text| (text.to_owned(),)))
}

/// Drops `t` and makes it anew with its columns the other way round.
async fn turned(bench: &Bench) -> Outcome {
    let text = bench.target.column(Type::Text);
    let change = format!("DROP TABLE t; CREATE TABLE t (v {text}, id INTEGER)");
    bench.db.execute(&change, ()).await?;
    Ok(())
}

async fn a_bulk_prepared_before_fills_a_table_made_anew(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let columns = &["id", "v"];
    bench.db.insert_many("t", columns, (2..200).map(|id| [ValueRef::I64(id), id.into()])).await?;
    turned(&bench).await?;
    let rows = (2..200).map(|id| [ValueRef::I64(id), ValueRef::Text("new")]);
    bench.db.insert_many("t", columns, rows).await?;
    let count = "SELECT count(*), min(v), max(id) FROM t";
    let found = bench.db.fetch_one::<(i64, String, i64)>(count, ()).await?;
    equal(found, (198, "new".to_owned(), 199))
}

async fn a_statement_run_for_each_meets_a_table_made_anew(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let insert = "INSERT INTO t (id, v) VALUES (?, ?)";
    bench.db.execute_many(insert, (2..50).map(|id| [ValueRef::I64(id), id.into()])).await?;
    turned(&bench).await?;
    let rows = (2..50).map(|id| [ValueRef::I64(id), ValueRef::Text("new")]);
    bench.db.execute_many(insert, rows).await?;
    equal(bench.db.fetch_value::<i64>("SELECT count(*) FROM t WHERE v = 'new'", ()).await?, 48)
}

async fn a_returning_prepared_before_answers_a_column_added(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let insert = "INSERT INTO t (id, v) VALUES (?, 0) RETURNING *";
    let first = bench.db.request(insert).params((2,)).fetch_all::<OwnedRow>().await?;
    equal(shown(&first).as_str(), "id=2 v=0")?;
    bench.db.execute("ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 7", ()).await?;
    let second = bench.db.request(insert).params((3,)).fetch_all::<OwnedRow>().await?;
    equal(shown(&second).as_str(), "id=3 v=0 w=7")?;
    ids_are(&bench.db, &[1, 2, 3]).await
}

async fn a_change_in_a_savepoint_is_undone_with_it(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let mut transaction = bench.db.begin().await?;
    check(ALL.run_in(&mut transaction).await, Ok(ALL.before))?;
    let mut inner = transaction.savepoint().await?;
    inner.execute("ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 7", ()).await?;
    check(ALL.run_in(&mut inner).await, Ok("id=1 v=10 w=7"))?;
    inner.rollback().await?;
    check(ALL.run_in(&mut transaction).await, Ok(ALL.before))?;
    transaction.commit().await?;
    check(ALL.run(&bench.db).await, Ok(ALL.before))
}

async fn a_table_made_in_a_transaction_is_there_for_others_at_its_commit(bench: Bench) -> Outcome {
    let mut transaction = bench.db.begin().await?;
    transaction.execute("CREATE TABLE t (id INTEGER)", ()).await?;
    transaction.execute("INSERT INTO t VALUES (1)", ()).await?;
    equal(bench.db.table_exists("t").await?, false)?;
    transaction.commit().await?;
    ids_are(&bench.db, &[1]).await
}

async fn readers_beside_columns_added_never_fail(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 10)", ()).await?;
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let db = bench.db.clone();
            tokio::spawn(async move {
                let mut widest = 0;
                while widest < 12 {
                    let row = db.fetch_one::<OwnedRow>("SELECT * FROM t", ()).await?;
                    let width = row.columns().len();
                    if width < widest || row.values().len() != width {
                        return Err(Error::new(ErrorKind::Data, format!("{width} < {widest}")));
                    }
                    widest = width;
                    tokio::task::yield_now().await;
                }
                Ok(())
            })
        })
        .collect();
    for column in 0..10 {
        bench.db.execute(&format!("ALTER TABLE t ADD COLUMN c{column} INTEGER"), ()).await?;
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    for reader in readers {
        reader.await.unwrap_or_else(|_| Err(Error::closed("task")))?;
    }
    bench.is_settled().await
}

async fn the_same_name_is_a_temporary_table_in_one_session_only(bench: Bench) -> Outcome {
    let bench = prepared(&bench).await?;
    let query = "SELECT v FROM t";
    let mut session = bench.db.session(hypostyle_core::Intent::Write).await?;
    equal(session.fetch_value::<i64>(query, ()).await?, 10)?;
    session.execute("CREATE TEMPORARY TABLE t (v INTEGER)", ()).await?;
    session.execute("INSERT INTO t VALUES (99)", ()).await?;
    equal(session.fetch_value::<i64>(query, ()).await?, 99)?;
    let mut transaction = session.begin_with(Begin::default()).await?;
    equal(transaction.fetch_value::<i64>(query, ()).await?, 99)?;
    transaction.commit().await?;
    drop(session);
    let mut next = bench.db.session(hypostyle_core::Intent::Write).await?;
    equal(next.fetch_value::<i64>(query, ()).await?, 10)?;
    drop(next);
    holds(bench.db.table_exists("t").await?, "the table itself is gone")
}
