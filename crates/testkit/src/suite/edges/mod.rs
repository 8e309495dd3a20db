//! The ends of what each type holds, by every way in: as a parameter alone, into a column by a
//! statement, by a statement run for each row, and in bulk.

pub mod numbers;
pub mod others;
pub mod times;

use hypostyle_core::{ErrorKind, OwnedRow, Type, Value, ValueRef};

use crate::{Bench, Outcome, equal, holds, read_as};

const INSERT: &str = "INSERT INTO t VALUES (?, ?)";

/// A way values go into a table.
#[derive(Clone, Copy, Debug)]
enum Way {
    Statement,
    Many,
    Bulk,
}

const WAYS: [Way; 3] = [Way::Statement, Way::Many, Way::Bulk];

impl Way {
    /// Inserts values into `t`, numbered from 0.
    async fn insert(self, bench: &Bench, values: &[Value]) -> hypostyle_core::Result<()> {
        let rows = (0..).zip(values).map(|(id, value)| [ValueRef::I64(id), value.as_ref()]);
        match self {
            Self::Statement => {
                for row in rows {
                    bench.db.execute(INSERT, row).await?;
                }
            }
            Self::Many => drop(bench.db.execute_many(INSERT, rows).await?),
            Self::Bulk => drop(bench.db.insert_many("t", &["id", "v"], rows).await?),
        }
        Ok(())
    }
}

/// Checks that values came back as they went in.
fn all_same(bench: &Bench, found: &[Value], expect: &[Value], way: Way) -> Outcome {
    equal(found.len(), expect.len())?;
    for (found, expect) in found.iter().zip(expect) {
        let is_same = bench.same(found.as_ref(), expect.as_ref());
        holds(is_same, format!("{way:?}: {} came back as {}", short(expect), short(found)))?;
    }
    Ok(())
}

/// The beginning of a value, for messages.
fn short(value: &Value) -> String {
    format!("{value:?}").chars().take(200).collect()
}

async fn stored(bench: &Bench) -> hypostyle_core::Result<Vec<Value>> {
    let rows = bench.db.fetch_all::<(Value,)>("SELECT v FROM t ORDER BY id", ()).await?;
    Ok(rows.into_iter().map(|(value,)| value).collect())
}

/// Checks that values come back from a column, by each way in.
async fn through_columns(bench: &Bench, kind: Type, values: &[Value]) -> Outcome {
    bench.table(kind).await?;
    for way in WAYS {
        way.insert(bench, values).await?;
        all_same(bench, &stored(bench).await?, values, way)?;
        bench.db.execute("DELETE FROM t", ()).await?;
    }
    bench.is_settled().await
}

/// Checks that values come back alone and from a column, by each way in.
async fn check(bench: &Bench, kind: Type, values: &[Value]) -> Outcome {
    for value in values {
        let row = bench.db.request("SELECT ?").params([value]).fetch_one::<OwnedRow>().await?;
        let found = read_as(row.values()[0].as_ref(), value);
        let is_same = bench.same(found.as_ref(), value.as_ref());
        holds(is_same, format!("alone: {} came back as {}", short(value), short(&found)))?;
    }
    through_columns(bench, kind, values).await
}

/// Checks that each value comes back by each way in, or is refused and leaves nothing.
async fn refused_or_same(bench: &Bench, kind: Type, values: &[Value]) -> Outcome {
    bench.table(kind).await?;
    for value in values {
        for way in WAYS {
            let value = std::slice::from_ref(value);
            match way.insert(bench, value).await {
                Ok(()) => all_same(bench, &stored(bench).await?, value, way)?,
                Err(error) => {
                    let kinds = [ErrorKind::Data, ErrorKind::Parameter, ErrorKind::Unsupported];
                    holds(kinds.contains(&error.kind()), &error)?;
                    equal(bench.count().await?, 0)?;
                }
            }
            bench.db.execute("DELETE FROM t", ()).await?;
        }
    }
    bench.is_settled().await
}
