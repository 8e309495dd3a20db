//! Hostile texts: whatever a text holds, it is data, and comes back to the last byte.

use hypostyle_core::{Capability, Error, OwnedRow, Type, Value, ValueRef, write_json_string};

use crate::hostile::{NAME_BYTES_MAX, texts};
use crate::{Bench, Outcome, cases, equal, holds, refused};

cases! { "hostile":
    hostile_texts_come_back_as_parameters,
    hostile_texts_come_back_as_named_parameters,
    hostile_texts_come_back_from_a_column,
    hostile_texts_come_back_from_a_bulk_insert,
    hostile_texts_come_back_from_a_statement_run_for_each,
    hostile_texts_come_back_from_returning [RETURNING],
    hostile_texts_equal_themselves_and_nothing_else,
    hostile_texts_are_all_different_keys [TEXT_KEYS],
    hostile_texts_are_like_themselves,
    hostile_texts_come_back_within_json,
    hostile_texts_come_back_as_bytes,
    hostile_texts_come_back_as_literals_beside_a_parameter,
    hostile_texts_come_back_as_names_of_columns,
    hostile_texts_in_comments_are_comment,
    hostile_texts_in_a_list_of_parameters_keep_their_places,
    text_with_a_nul_byte_is_refused_or_whole_by_every_way,
}

/// The texts with a number each.
fn numbered() -> Vec<(i64, String)> {
    (0..).zip(texts()).collect()
}

/// Checks a text that came back.
fn check(found: &str, expect: &str) -> Outcome {
    holds(found == expect, format!("{expect:?} came back as {found:?}"))
}

/// Checks that `t` holds the texts, by their numbers.
async fn all_are_there(bench: &Bench) -> Outcome {
    let texts = numbered();
    let rows = bench.db.fetch_all::<(i64, String)>("SELECT id, v FROM t ORDER BY id", ()).await?;
    equal(rows.len(), texts.len())?;
    for (found, expect) in rows.iter().zip(&texts) {
        equal(found.0, expect.0)?;
        check(&found.1, &expect.1)?;
    }
    bench.is_settled().await
}

/// Fills `t` with the texts.
async fn filled(bench: &Bench) -> Outcome<Vec<(i64, String)>> {
    bench.table(Type::Text).await?;
    let texts = numbered();
    let rows = texts.iter().map(|(id, text)| [ValueRef::I64(*id), ValueRef::Text(text)]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    Ok(texts)
}

async fn hostile_texts_come_back_as_parameters(bench: Bench) -> Outcome {
    for text in texts() {
        check(&bench.db.fetch_value::<String>("SELECT ?", (&text,)).await?, &text)?;
    }
    bench.is_settled().await
}

async fn hostile_texts_come_back_as_named_parameters(bench: Bench) -> Outcome {
    for text in texts() {
        let named = hypostyle_core::named! { text: &text, number: 7 };
        let found = bench.db.fetch_one::<(i64, String)>("SELECT :number, :text", named).await?;
        equal(found.0, 7)?;
        check(&found.1, &text)?;
    }
    Ok(())
}

async fn hostile_texts_come_back_from_a_column(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let mut transaction = bench.db.begin().await?;
    for (id, text) in numbered() {
        transaction.execute("INSERT INTO t VALUES (?, ?)", (id, &text)).await?;
    }
    transaction.commit().await?;
    all_are_there(&bench).await
}

async fn hostile_texts_come_back_from_a_bulk_insert(bench: Bench) -> Outcome {
    filled(&bench).await?;
    all_are_there(&bench).await
}

async fn hostile_texts_come_back_from_a_statement_run_for_each(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let texts = numbered();
    let rows = texts.iter().map(|(id, text)| [ValueRef::I64(*id), ValueRef::Text(text)]);
    bench.db.execute_many("INSERT INTO t VALUES (?, ?)", rows).await?;
    all_are_there(&bench).await
}

async fn hostile_texts_come_back_from_returning(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    for (id, text) in numbered() {
        let insert = "INSERT INTO t VALUES (?, ?) RETURNING v";
        check(&bench.db.fetch_value::<String>(insert, (id, &text)).await?, &text)?;
    }
    all_are_there(&bench).await
}

async fn hostile_texts_equal_themselves_and_nothing_else(bench: Bench) -> Outcome {
    for (id, text) in filled(&bench).await? {
        let found = bench.db.fetch_all::<(i64,)>("SELECT id FROM t WHERE v = ?", (&text,)).await?;
        holds(found == [(id,)], format!("{text:?} is number {id} and equals {found:?}"))?;
    }
    Ok(())
}

async fn hostile_texts_are_all_different_keys(bench: Bench) -> Outcome {
    let texts = filled(&bench).await?;
    bench.db.execute("CREATE UNIQUE INDEX t_v ON t (v)", ()).await?;
    let count = bench.db.fetch_value::<usize>("SELECT count(DISTINCT v) FROM t", ()).await?;
    equal(count, texts.len())
}

async fn hostile_texts_are_like_themselves(bench: Bench) -> Outcome {
    for (id, text) in filled(&bench).await? {
        let mut pattern = String::new();
        for c in text.chars() {
            pattern.extend(matches!(c, '%' | '_' | '!').then_some('!'));
            pattern.push(c);
        }
        let like = "SELECT count(*) FROM t WHERE id = ? AND v LIKE ? ESCAPE '!'";
        let found = bench.db.fetch_value::<i64>(like, (id, &pattern)).await?;
        holds(found == 1, format!("{text:?} is not like {pattern:?}"))?;
    }
    Ok(())
}

async fn hostile_texts_come_back_within_json(bench: Bench) -> Outcome {
    bench.table(Type::Json).await?;
    let documents: Vec<Value> = numbered()
        .iter()
        .map(|(id, text)| {
            let mut quoted = String::new();
            // Writing to a string does not fail.
            let _ = write_json_string(text, &mut quoted);
            Value::Json(format!("{{\"id\": {id}, {quoted}: [{quoted}]}}"))
        })
        .collect();
    let rows = documents.iter().zip(0..).map(|(json, id)| [ValueRef::I64(id), json.as_ref()]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    let rows = bench.db.fetch_all::<(Value,)>("SELECT v FROM t ORDER BY id", ()).await?;
    equal(rows.len(), documents.len())?;
    for ((found,), document) in rows.iter().zip(&documents) {
        let is_same = bench.same(found.as_ref(), document.as_ref());
        holds(is_same, format!("{document:?} came back as {found:?}"))?;
    }
    Ok(())
}

async fn hostile_texts_come_back_as_bytes(bench: Bench) -> Outcome {
    bench.table(Type::Bytes).await?;
    let texts = numbered();
    let rows = texts.iter().map(|(id, text)| [(*id).into(), ValueRef::Bytes(text.as_bytes())]);
    bench.db.insert_many("t", &["id", "v"], rows).await?;
    let rows = bench.db.fetch_all::<(Vec<u8>,)>("SELECT v FROM t ORDER BY id", ()).await?;
    equal(rows.len(), texts.len())?;
    for ((found,), (_, text)) in rows.iter().zip(&texts) {
        holds(found == text.as_bytes(), format!("{text:?} came back as {found:?}"))?;
    }
    Ok(())
}

async fn hostile_texts_come_back_as_literals_beside_a_parameter(bench: Bench) -> Outcome {
    for (id, text) in numbered() {
        let literal = bench.db.engine().dialect.quote_string(&text).map_err(Error::from)?;
        let query = format!("SELECT {literal}, ?");
        let found = bench.db.fetch_one::<(String, i64)>(&query, (id,)).await?;
        equal(found.1, id)?;
        check(&found.0, &text)?;
    }
    Ok(())
}

async fn hostile_texts_come_back_as_names_of_columns(bench: Bench) -> Outcome {
    let is_name = |text: &&String| {
        (1..=NAME_BYTES_MAX).contains(&text.len()) && bench.target.takes_alias(text)
    };
    for text in texts().iter().filter(is_name) {
        let query = format!("SELECT ? AS {}", bench.quoted(text)?);
        let row = bench.db.fetch_one::<OwnedRow>(&query, (7,)).await?;
        check(&row.columns()[0].name, text)?;
        equal(row.get::<i64>(text.as_str())?, 7)?;
    }
    Ok(())
}

async fn hostile_texts_in_comments_are_comment(bench: Bench) -> Outcome {
    for (id, text) in numbered() {
        let text = text.replace("/*", "").replace("*/", "").replace(['*', '/'], "");
        let line: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        let query = format!("SELECT /* {text} */ ? -- {line}\n");
        equal(bench.db.fetch_value::<i64>(&query, (id,)).await?, id)?;
    }
    bench.is_settled().await
}

async fn hostile_texts_in_a_list_of_parameters_keep_their_places(bench: Bench) -> Outcome {
    let texts = texts();
    for some in texts.chunks(50) {
        let values: Vec<ValueRef<'_>> = some.iter().map(|text| ValueRef::Text(text)).collect();
        let query = format!("SELECT {}", vec!["?"; some.len()].join(", "));
        let row = bench.db.request(&query).params(values.as_slice());
        let row = row.fetch_one::<OwnedRow>().await?;
        for (at, text) in some.iter().enumerate() {
            check(row.get::<&str>(at)?, text)?;
        }
    }
    Ok(())
}

async fn text_with_a_nul_byte_is_refused_or_whole_by_every_way(bench: Bench) -> Outcome {
    bench.table(Type::Text).await?;
    let text = "a\0b";
    let row = || [[ValueRef::I64(1), ValueRef::Text(text)]];
    let insert = "INSERT INTO t VALUES (?, ?)";
    for way in 0..3 {
        let done = match way {
            0 => bench.db.execute(insert, (1, text)).await,
            1 => bench.db.insert_many("t", &["id", "v"], row()).await,
            _ => bench.db.execute_many(insert, row()).await,
        };
        if !bench.can(Capability::NUL_IN_TEXT) {
            refused(done, "nul_in_text")?;
            equal(bench.count().await?, 0)?;
            continue;
        }
        done?;
        check(&bench.db.fetch_value::<String>("SELECT v FROM t", ()).await?, text)?;
        bench.db.execute("DELETE FROM t", ()).await?;
    }
    bench.is_settled().await
}
