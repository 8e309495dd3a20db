//! What is known of columns, of the engine, and of what it can do.

use hypostyle_core::{Capability, ErrorKind, Type};

use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "metadata":
    columns_are_named_as_the_text_names_them,
    a_column_knows_its_declared_type,
    an_expression_declares_no_type,
    columns_are_known_without_rows,
    a_statement_without_rows_has_no_columns,
    a_new_column_is_seen_by_a_statement_used_before,
    a_dropped_table_is_told_by_a_statement_used_before,
    the_engine_says_its_name_and_place_without_secrets,
    every_capability_has_a_name_of_its_own,
    a_layer_less_database_can_what_its_engine_can,
}

async fn columns_are_named_as_the_text_names_them(bench: Bench) -> Outcome {
    let text = format!("SELECT 1 AS first, 2 AS {}", bench.quoted("Second one")?);
    let reply = bench.db.stream(&text, ()).await?;
    let names: Vec<&str> = reply.columns().iter().map(|column| &*column.name).collect();
    equal(names, ["first", "Second one"])
}

async fn a_column_knows_its_declared_type(bench: Bench) -> Outcome {
    for kind in [Type::Bool, Type::I64, Type::F64, Type::Text, Type::Bytes, Type::Timestamp] {
        bench.table(kind).await?;
        let reply = bench.db.stream("SELECT v FROM t", ()).await?;
        equal(reply.columns()[0].kind, kind)?;
        holds(!reply.columns()[0].declared.is_empty(), "the engine's own name of the type")?;
        drop(reply);
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn an_expression_declares_no_type(bench: Bench) -> Outcome {
    let reply = bench.db.stream("SELECT NULL", ()).await?;
    let kind = reply.columns()[0].kind;
    let kinds = [Type::Any, Type::Text, bench.target.null_kind()];
    holds(kinds.contains(&kind), format!("NULL is {kind:?}"))
}

async fn columns_are_known_without_rows(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let mut reply = bench.db.stream("SELECT * FROM t", ()).await?;
    equal(reply.columns().len(), 2)?;
    holds(reply.next().await?.is_none(), "a row")
}

async fn a_statement_without_rows_has_no_columns(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let reply = bench.db.stream("INSERT INTO t VALUES (1, 'a')", ()).await?;
    holds(reply.columns().is_empty() && reply.is_whole(), "no columns, nothing to wait for")
}

async fn a_new_column_is_seen_by_a_statement_used_before(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 2)", ()).await?;
    let text = "SELECT * FROM t";
    equal(bench.db.fetch_one::<(i64, i64)>(text, ()).await?, (1, 2))?;
    bench.db.execute("ALTER TABLE t ADD COLUMN w INTEGER DEFAULT 3", ()).await?;
    equal(bench.db.fetch_one::<(i64, i64, i64)>(text, ()).await?, (1, 2, 3))
}

async fn a_dropped_table_is_told_by_a_statement_used_before(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    equal(bench.count().await?, 0)?;
    bench.db.execute("DROP TABLE t", ()).await?;
    fails(bench.count().await, ErrorKind::Query).map(drop)
}

async fn the_engine_says_its_name_and_place_without_secrets(bench: Bench) -> Outcome {
    let engine = bench.db.engine();
    holds(!engine.name.is_empty() && !engine.location.is_empty(), "a name and a place")?;
    let shown = format!("{:?}", bench.db);
    holds(shown.contains(engine.name), &shown)?;
    holds(!shown.contains("password"), &shown)
}

async fn every_capability_has_a_name_of_its_own(_: Bench) -> Outcome {
    let all = Capability::ALL.iter().fold(Capability::default(), |all, (flag, _)| all | *flag);
    let mut names: Vec<&str> = all.names().collect();
    equal(names.len(), Capability::ALL.len())?;
    for (flag, name) in Capability::ALL {
        equal(flag.names().collect::<Vec<_>>(), [*name])?;
    }
    names.sort_unstable();
    names.dedup();
    equal(names.len(), Capability::ALL.len())
}

async fn a_layer_less_database_can_what_its_engine_can(bench: Bench) -> Outcome {
    equal(bench.db.capability(), bench.db.engine().capability)
}
