//! What MariaDB has and MySQL has not.

use hypostyle_core::{Capability, ErrorKind, Type, Uuid, Value};
use hypostyle_testkit::{Bench, Outcome, cases, equal, fails, holds, ids_are};

use super::lent;

cases! { "mariadb":
    returning_answers_what_was_inserted_and_deleted,
    addresses_are_text,
    uuids_are_told_from_text,
    a_sequence_is_asked_for_its_next_number,
    a_bulk_into_a_table_of_uuids_keeps_them,
}

async fn returning_answers_what_was_inserted_and_deleted(bench: Bench) -> Outcome {
    holds(bench.can(Capability::RETURNING), "the engine does not say so")?;
    bench.table(Type::I64).await?;
    let insert = "INSERT INTO t VALUES (?, ?), (?, ?) RETURNING id, v + 1 AS more";
    let rows = bench.db.request(insert).params((1, 10, 2, 20)).fetch_all::<(i64, i64)>().await?;
    equal(rows, [(1, 11), (2, 21)])?;
    let delete = "DELETE FROM t WHERE id = ? RETURNING v";
    equal(bench.db.fetch_value::<i64>(delete, (1,)).await?, 10)?;
    ids_are(&bench.db, &[2]).await
}

async fn addresses_are_text(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (a inet6, b inet4)", ()).await?;
    bench.db.execute("INSERT INTO t VALUES (?, ?)", ("::1", "127.0.0.1")).await?;
    let found: (Value, Value) = bench.db.fetch_one("SELECT a, b FROM t", ()).await?;
    equal(found, ("::1".into(), "127.0.0.1".into()))
}

async fn uuids_are_told_from_text(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (a uuid, b char(36))", ()).await?;
    let uuid = Uuid::from_u128(0x550e_8400_e29b_41d4_a716_4466_5544_0000);
    bench.db.execute("INSERT INTO t VALUES (?, ?)", (uuid, uuid)).await?;
    let found: (Value, Value) = bench.db.fetch_one("SELECT a, b FROM t", ()).await?;
    equal(found, (Value::Uuid(uuid), uuid.to_string().into()))?;
    let refused = bench.db.execute("INSERT INTO t (a) VALUES ('no uuid')", ()).await;
    fails(refused, ErrorKind::Data).map(drop)
}

async fn a_sequence_is_asked_for_its_next_number(bench: Bench) -> Outcome {
    bench.db.execute("CREATE SEQUENCE s START WITH 7", ()).await?;
    for number in 7..10 {
        equal(bench.db.fetch_value::<i64>("SELECT NEXT VALUE FOR s", ()).await?, number)?;
    }
    Ok(())
}

async fn a_bulk_into_a_table_of_uuids_keeps_them(bench: Bench) -> Outcome {
    bench.table(Type::Uuid).await?;
    let rows: Vec<[Value; 2]> = (0..500)
        .map(|id| [Value::I64(id), Value::Uuid(Uuid::from_u128(id.unsigned_abs().into()))])
        .collect();
    bench.db.insert_many("t", &["id", "v"], rows.iter().map(lent)).await?;
    let back = bench.db.fetch_all::<(Value,)>("SELECT v FROM t ORDER BY id", ()).await?;
    equal(back.len(), 500)?;
    for (row, (back,)) in rows.iter().zip(back) {
        equal(&back, &row[1])?;
    }
    Ok(())
}
