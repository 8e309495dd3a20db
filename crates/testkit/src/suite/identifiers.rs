//! Names of tables and columns: whatever a name holds, it is that name and no SQL.

use hypostyle_core::{ErrorKind, Name, OwnedRow, Type, ValueRef};

use crate::hostile::{NAME_BYTES_MAX, names as all_names};
use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "identifiers":
    a_table_of_any_name_is_made_found_filled_and_dropped,
    a_view_of_any_name_is_found,
    columns_of_any_name_are_read_back,
    columns_of_any_name_are_filled_in_bulk,
    columns_of_any_name_are_returned [RETURNING],
    columns_of_any_name_are_updated_and_compared,
    an_index_of_any_name_is_made_and_dropped,
    a_constraint_of_any_name_is_told_by_its_name,
    a_column_of_any_name_is_told_by_its_name,
    a_table_of_any_name_is_told_by_its_name,
    a_table_is_renamed_to_any_name,
    names_of_the_greatest_length_are_told_apart_by_their_last_letter,
    a_bulk_for_a_name_too_long_never_lands_in_another_table,
    names_that_differ_by_case_alone_are_two_or_refused,
    a_name_without_quotes_is_found_in_any_case,
    a_name_with_a_nul_byte_is_refused,
    a_name_the_engine_does_not_take_is_refused,
    a_table_is_found_in_its_schema_and_in_no_other,
    a_bulk_goes_into_the_schema_it_names,
}

/// The names that the engine takes.
fn names(bench: &Bench) -> Vec<String> {
    all_names().into_iter().filter(|name| bench.target.takes_name(name)).collect()
}

/// Makes a table `t` with a column of each name, of integers.
async fn with_columns(bench: &Bench) -> Outcome<Vec<String>> {
    let names = names(bench);
    let columns = names.iter().map(|name| Ok(format!("{} INTEGER", bench.quoted(name)?)));
    let columns = columns.collect::<hypostyle_core::Result<Vec<_>>>()?.join(", ");
    bench.db.execute(&format!("CREATE TABLE t ({columns})"), ()).await?;
    Ok(names)
}

/// Checks that the only row of `t` has the columns named, with 0, 1, 2, … in them.
async fn check_columns(bench: &Bench, names: &[String]) -> Outcome {
    let row = bench.db.fetch_one::<OwnedRow>("SELECT * FROM t", ()).await?;
    equal(row.columns().len(), names.len())?;
    for (at, name) in names.iter().enumerate() {
        equal(&*row.columns()[at].name, name.as_str())?;
        equal(row.get::<usize>(name.as_str())?, at)?;
    }
    Ok(())
}

async fn a_table_of_any_name_is_made_found_filled_and_dropped(bench: Bench) -> Outcome {
    for name in &names(&bench) {
        let quoted = bench.quoted(name)?;
        equal(bench.db.table_exists(name.as_str()).await?, false)?;
        bench.db.execute(&format!("CREATE TABLE {quoted} (id INTEGER)"), ()).await?;
        holds(bench.db.table_exists(name.as_str()).await?, format!("{name:?} was not found"))?;
        let rows = (0..3).map(|id| [ValueRef::I64(id)]);
        bench.db.insert_many(name.as_str(), &["id"], rows).await?;
        let count = format!("SELECT count(*) FROM {quoted}");
        equal(bench.db.fetch_value::<i64>(&count, ()).await?, 3)?;
        bench.db.execute(&format!("DROP TABLE {quoted}"), ()).await?;
        equal(bench.db.table_exists(name.as_str()).await?, false)?;
    }
    bench.is_settled().await
}

async fn a_view_of_any_name_is_found(bench: Bench) -> Outcome {
    for name in &names(&bench) {
        let view = format!("CREATE VIEW {} AS SELECT 7 AS v", bench.quoted(name)?);
        bench.db.execute(&view, ()).await?;
        holds(bench.db.table_exists(name.as_str()).await?, format!("{name:?} was not found"))?;
        let read = format!("SELECT v FROM {}", bench.quoted(name)?);
        equal(bench.db.fetch_value::<i64>(&read, ()).await?, 7)?;
    }
    Ok(())
}

async fn columns_of_any_name_are_read_back(bench: Bench) -> Outcome {
    let names = with_columns(&bench).await?;
    let values: Vec<String> = (0..names.len()).map(|at| at.to_string()).collect();
    let insert = format!("INSERT INTO t VALUES ({})", values.join(", "));
    bench.db.execute(&insert, ()).await?;
    check_columns(&bench, &names).await
}

async fn columns_of_any_name_are_filled_in_bulk(bench: Bench) -> Outcome {
    let names = with_columns(&bench).await?;
    let columns: Vec<&str> = names.iter().map(String::as_str).rev().collect();
    let row: Vec<ValueRef<'_>> = (0..).take(names.len()).map(ValueRef::I64).collect();
    let row: Vec<ValueRef<'_>> = row.into_iter().rev().collect();
    bench.db.insert_many("t", &columns, [row.as_slice()]).await?;
    check_columns(&bench, &names).await
}

async fn columns_of_any_name_are_returned(bench: Bench) -> Outcome {
    for name in &with_columns(&bench).await? {
        let quoted = bench.quoted(name)?;
        let insert = format!("INSERT INTO t ({quoted}) VALUES (?) RETURNING {quoted}");
        let row = bench.db.request(&insert).params((7,)).fetch_one::<OwnedRow>().await?;
        equal(&*row.columns()[0].name, name.as_str())?;
        equal(row.get::<i64>(name.as_str())?, 7)?;
    }
    Ok(())
}

async fn columns_of_any_name_are_updated_and_compared(bench: Bench) -> Outcome {
    let names = with_columns(&bench).await?;
    let first = bench.quoted(&names[0])?;
    bench.db.execute(&format!("INSERT INTO t ({first}) VALUES (0)"), ()).await?;
    for name in &names {
        let quoted = bench.quoted(name)?;
        let update = format!("UPDATE t SET {quoted} = ? WHERE {quoted} = 0 OR {quoted} IS NULL");
        equal(bench.db.execute(&update, (7,)).await?.rows_affected, 1)?;
        let count = format!("SELECT count(*) FROM t WHERE t.{quoted} = ?");
        equal(bench.db.fetch_value::<i64>(&count, (7,)).await?, 1)?;
    }
    Ok(())
}

async fn an_index_of_any_name_is_made_and_dropped(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    for name in &names(&bench) {
        let quoted = bench.quoted(name)?;
        bench.db.execute(&format!("CREATE INDEX {quoted} ON t (v)"), ()).await?;
        bench.db.execute(&bench.target.drop_index(&quoted), ()).await?;
    }
    Ok(())
}

async fn a_constraint_of_any_name_is_told_by_its_name(bench: Bench) -> Outcome {
    for name in &names(&bench) {
        let quoted = bench.quoted(name)?;
        let table = format!("CREATE TABLE t (v INTEGER, CONSTRAINT {quoted} CHECK (v > 0))");
        bench.db.execute(&table, ()).await?;
        let insert = bench.db.execute("INSERT INTO t VALUES (0)", ()).await;
        let error = fails(insert, ErrorKind::CheckViolation)?;
        match bench.target.keeps_names_of_checks() {
            true => equal(error.constraint(), Some(name.as_str()))?,
            false => holds(error.constraint().is_some(), error)?,
        }
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

/// Tells whether an engine that names columns only in a message can tell this one from its
/// surroundings.
fn is_plain(name: &str) -> bool {
    !name.contains(['.', ','])
}

async fn a_column_of_any_name_is_told_by_its_name(bench: Bench) -> Outcome {
    for name in &names(&bench) {
        let quoted = bench.quoted(name)?;
        bench.db.execute(&format!("CREATE TABLE t ({quoted} INTEGER UNIQUE)"), ()).await?;
        let twice = bench.db.execute("INSERT INTO t VALUES (1), (1)", ()).await;
        let error = fails(twice, ErrorKind::UniqueViolation)?;
        if is_plain(name) || !error.columns().is_empty() {
            equal((error.table(), error.columns()), (Some("t"), &[name.clone()][..]))?;
        }
        bench.db.execute("DROP TABLE t", ()).await?;
    }
    Ok(())
}

async fn a_table_of_any_name_is_told_by_its_name(bench: Bench) -> Outcome {
    for name in &names(&bench) {
        let quoted = bench.quoted(name)?;
        let table = format!("CREATE TABLE {quoted} (v INTEGER NOT NULL)");
        bench.db.execute(&table, ()).await?;
        let insert = format!("INSERT INTO {quoted} VALUES (NULL)");
        let error = fails(bench.db.execute(&insert, ()).await, ErrorKind::NotNullViolation)?;
        if is_plain(name) || error.table().is_some() {
            equal((error.table(), error.columns()), (Some(name.as_str()), &["v".to_owned()][..]))?;
        }
        bench.db.execute(&format!("DROP TABLE {quoted}"), ()).await?;
    }
    Ok(())
}

async fn a_table_is_renamed_to_any_name(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    bench.db.execute("INSERT INTO t VALUES (1, 7)", ()).await?;
    let mut before = bench.quoted("t")?;
    for name in &names(&bench) {
        let quoted = bench.quoted(name)?;
        bench.db.execute(&format!("ALTER TABLE {before} RENAME TO {quoted}"), ()).await?;
        let read = format!("SELECT v FROM {quoted}");
        equal(bench.db.fetch_value::<i64>(&read, ()).await?, 7)?;
        before = quoted;
    }
    equal(bench.db.table_exists("t").await?, false)
}

async fn names_of_the_greatest_length_are_told_apart_by_their_last_letter(bench: Bench) -> Outcome {
    let stem = "n".repeat(NAME_BYTES_MAX - 1);
    for (last, value) in [("a", 1), ("b", 2)] {
        let name = format!("{stem}{last}");
        bench.db.execute(&format!("CREATE TABLE {name} (id INTEGER)"), ()).await?;
        bench.db.insert_many(name.as_str(), &["id"], [[ValueRef::I64(value)]]).await?;
    }
    let text = format!("SELECT a.id, b.id FROM {stem}a a, {stem}b b");
    equal(bench.db.fetch_one::<(i64, i64)>(&text, ()).await?, (1, 2))?;
    equal(bench.db.table_exists(format!("{stem}c").as_str()).await?, false)
}

async fn a_bulk_for_a_name_too_long_never_lands_in_another_table(bench: Bench) -> Outcome {
    let short = "n".repeat(NAME_BYTES_MAX);
    bench.db.execute(&format!("CREATE TABLE {short} (id INTEGER)"), ()).await?;
    let long = format!("{short}_and_more");
    let done = bench.db.insert_many(long.as_str(), &["id"], [[ValueRef::I64(1)]]).await;
    fails(done, ErrorKind::Query)?;
    equal(bench.db.table_exists(long.as_str()).await?, false)?;
    let count = format!("SELECT count(*) FROM {short}");
    equal(bench.db.fetch_value::<i64>(&count, ()).await?, 0)
}

async fn names_that_differ_by_case_alone_are_two_or_refused(bench: Bench) -> Outcome {
    let (lower, upper) = (bench.quoted("word")?, bench.quoted("WORD")?);
    bench.db.execute(&format!("CREATE TABLE {lower} (id INTEGER)"), ()).await?;
    match bench.db.execute(&format!("CREATE TABLE {upper} (id INTEGER)"), ()).await {
        Ok(_) => {
            bench.db.insert_many("WORD", &["id"], [[ValueRef::I64(1)]]).await?;
            let text = format!("SELECT count(*) FROM {lower}");
            equal(bench.db.fetch_value::<i64>(&text, ()).await?, 0)
        }
        refusal => {
            fails(refusal, ErrorKind::Query)?;
            // One name in any case, then.
            equal(bench.db.table_exists("WORD").await?, true)
        }
    }
}

async fn a_name_without_quotes_is_found_in_any_case(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE MyTable (MyColumn INTEGER)", ()).await?;
    if !bench.target.folds_names() {
        fails(bench.db.execute("SELECT * FROM MYTABLE", ()).await, ErrorKind::Query)?;
        equal(bench.db.table_exists("mytable").await?, false)?;
        bench.db.execute("ALTER TABLE MyTable RENAME TO mytable", ()).await?;
    }
    let table = if bench.target.folds_names() { "MYTABLE" } else { "mytable" };
    bench.db.execute(&format!("INSERT INTO {table} (mycolumn) VALUES (7)"), ()).await?;
    equal(bench.db.table_exists("mytable").await?, true)?;
    let row = bench.db.fetch_one::<OwnedRow>("SELECT * FROM mytable", ()).await?;
    equal((row.get::<i64>("MyColumn")?, row.get::<i64>("mycolumn")?), (7, 7))
}

async fn a_name_with_a_nul_byte_is_refused(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let row = || [[ValueRef::I64(1)]];
    fails(bench.quoted("a\0b"), ErrorKind::Query)?;
    fails(bench.db.insert_many("t\0", &["id"], row()).await, ErrorKind::Query)?;
    fails(bench.db.insert_many("t", &["id\0"], row()).await, ErrorKind::Query)?;
    equal(bench.count().await?, 0)
}

async fn a_name_the_engine_does_not_take_is_refused(bench: Bench) -> Outcome {
    for name in all_names().iter().filter(|name| !bench.target.takes_name(name)) {
        let quoted = match bench.quoted(name) {
            Ok(quoted) => quoted,
            refusal => {
                fails(refusal, ErrorKind::Query)?;
                continue;
            }
        };
        for text in [format!("CREATE TABLE {quoted} (v INTEGER)"), {
            format!("CREATE TABLE t ({quoted} INTEGER)")
        }] {
            let error = bench.db.execute(&text, ()).await.err();
            let error = error.ok_or_else(|| hypostyle_core::Error::closed("limit"))?;
            holds(matches!(error.kind(), ErrorKind::Query | ErrorKind::Data), error)?;
        }
    }
    bench.is_settled().await
}

async fn a_table_is_found_in_its_schema_and_in_no_other(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let schema = bench.target.schema(&*bench.site);
    let schema = schema.as_str();
    equal(bench.db.table_exists(Name { schema: Some(schema), name: "t" }).await?, true)?;
    let other = Name { schema: Some("no_such_schema"), name: "t" };
    match bench.db.table_exists(other).await {
        Ok(exists) => equal(exists, false),
        refusal => fails(refusal, ErrorKind::Query).map(drop),
    }
}

async fn a_bulk_goes_into_the_schema_it_names(bench: Bench) -> Outcome {
    bench.table(Type::I64).await?;
    let row = || [[ValueRef::I64(1)]];
    let schema = bench.target.schema(&*bench.site);
    let named = Name { schema: Some(schema.as_str()), name: "t" };
    bench.db.insert_many(named, &["id"], row()).await?;
    let other = Name { schema: Some("no_such_schema"), name: "t" };
    fails(bench.db.insert_many(other, &["id"], row()).await, ErrorKind::Query)?;
    equal(bench.count().await?, 1)
}
