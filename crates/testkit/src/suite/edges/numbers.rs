//! Booleans, integers, floats and decimals, to both ends.

use hypostyle_core::{Type, Value};

use super::{WAYS, all_same, check, refused_or_same, stored};
use crate::{Bench, Outcome, cases};

cases! { "edges":
    booleans_by_every_way,
    integers_of_64_bits_by_every_way,
    unsigned_integers_of_64_bits_by_every_way [UNSIGNED_64],
    integers_of_128_bits_by_every_way [INTEGER_128],
    unsigned_integers_of_128_bits_by_every_way [INTEGER_128],
    integers_of_32_bits_into_their_column,
    floats_by_every_way,
    small_floats_by_every_way,
    infinite_floats_by_every_way [INFINITIES],
    nan_by_every_way [NAN],
    decimals_of_fifteen_digits_by_every_way,
    decimals_of_sixty_five_digits_by_every_way [EXACT_DECIMAL],
    decimals_of_forty_digits_by_every_way [EXACT_DECIMAL, UNBOUNDED_DECIMAL],
    decimals_of_a_hundred_thousand_digits_by_every_way [EXACT_DECIMAL, UNBOUNDED_DECIMAL],
    zeros_of_every_scale_by_every_way,
    decimals_that_are_no_numbers_come_back_or_are_refused,
}

async fn booleans_by_every_way(bench: Bench) -> Outcome {
    check(&bench, Type::Bool, &[Value::Bool(true), Value::Bool(false)]).await
}

async fn integers_of_64_bits_by_every_way(bench: Bench) -> Outcome {
    let powers = [7, 8, 15, 16, 31, 32, 53, 62].map(|bits| 1_i64 << bits);
    let around = powers.into_iter().flat_map(|power| [power - 1, power, power + 1]);
    let both = around.flat_map(|value| [value, -value]);
    let values = both.chain([0, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1]);
    check(&bench, Type::I64, &values.map(Value::I64).collect::<Vec<_>>()).await
}

async fn unsigned_integers_of_64_bits_by_every_way(bench: Bench) -> Outcome {
    let values = [0, 1, 1 << 63, (1 << 63) + 1, u64::MAX - 1, u64::MAX].map(Value::U64);
    check(&bench, Type::U64, &values).await
}

async fn integers_of_128_bits_by_every_way(bench: Bench) -> Outcome {
    let values = [0, -1, i128::MIN, i128::MIN + 1, i128::MAX, 1 << 64, -(1 << 64)];
    check(&bench, Type::I128, &values.map(Value::I128)).await
}

async fn unsigned_integers_of_128_bits_by_every_way(bench: Bench) -> Outcome {
    check(&bench, Type::U128, &[0, 1, 1 << 127, u128::MAX].map(Value::U128)).await
}

async fn integers_of_32_bits_into_their_column(bench: Bench) -> Outcome {
    bench.db.execute("CREATE TABLE t (id INTEGER, v INTEGER)", ()).await?;
    let values = [0, i32::MIN, i32::MIN + 1, i32::MAX, i32::MAX - 1].map(i64::from);
    for way in WAYS {
        way.insert(&bench, &values.map(Value::I64)).await?;
        all_same(&bench, &stored(&bench).await?, &values.map(Value::I64), way)?;
        bench.db.execute("DELETE FROM t", ()).await?;
    }
    Ok(())
}

async fn floats_by_every_way(bench: Bench) -> Outcome {
    let least = f64::from_bits(1);
    let values = [0.0, 0.1, 1.0 / 3.0, 1e15, 1e16, 123_456_789.123_456_78, f64::EPSILON, least];
    let more = [f64::MIN_POSITIVE, f64::MIN_POSITIVE - least, f64::MAX, 9_007_199_254_740_993.0];
    let both = values.into_iter().chain(more).filter(|value| *value != 0.0);
    let values: Vec<Value> =
        both.flat_map(|value| [value, -value]).chain([0.0]).map(Value::F64).collect();
    check(&bench, Type::F64, &values).await
}

async fn small_floats_by_every_way(bench: Bench) -> Outcome {
    let least = f32::from_bits(1);
    let values = [0.0, 0.1, 16_777_217.0, f32::EPSILON, least, f32::MIN_POSITIVE, f32::MAX, -1.5];
    check(&bench, Type::F32, &values.map(Value::F32)).await
}

async fn infinite_floats_by_every_way(bench: Bench) -> Outcome {
    check(&bench, Type::F64, &[f64::INFINITY, f64::NEG_INFINITY].map(Value::F64)).await
}

async fn nan_by_every_way(bench: Bench) -> Outcome {
    check(&bench, Type::F64, &[Value::F64(f64::NAN)]).await
}

fn decimals(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| text.parse().map_or(Value::Null, Value::Decimal)).collect()
}

async fn decimals_of_fifteen_digits_by_every_way(bench: Bench) -> Outcome {
    let values = decimals(&[
        "0",
        "1",
        "-1",
        "0.1",
        "-0.01",
        "0.000001",
        "999999999999999",
        "-999999999999.999",
        "0.999999999999999",
        "123456.789",
        "1000000",
        "100000000000000",
        "2.5",
        "-7.25",
    ]);
    check(&bench, Type::Decimal, &values).await
}

async fn decimals_of_sixty_five_digits_by_every_way(bench: Bench) -> Outcome {
    let (before, after) = ("9".repeat(35), "9".repeat(30));
    let least = format!("0.{}1", "0".repeat(29));
    let values = [format!("-{before}.{after}"), before, format!("0.{after}"), least];
    let texts: Vec<&str> = values.iter().map(String::as_str).collect();
    check(&bench, Type::Decimal, &decimals(&texts)).await
}

async fn decimals_of_forty_digits_by_every_way(bench: Bench) -> Outcome {
    let digits = "1234567890123456789012345678901234567890";
    let values = [digits.to_owned(), format!("-{digits}.5"), format!("0.{digits}"), {
        format!("{digits}.{digits}")
    }];
    let texts: Vec<&str> = values.iter().map(String::as_str).collect();
    check(&bench, Type::Decimal, &decimals(&texts)).await
}

async fn decimals_of_a_hundred_thousand_digits_by_every_way(bench: Bench) -> Outcome {
    let (before, after) = ("9".repeat(131_072), "9".repeat(16_383));
    let texts = [
        before.clone(),
        format!("-{before}.{after}"),
        format!("0.{after}"),
        format!("0.{}1", "0".repeat(16_382)),
        format!("1{}", "0".repeat(131_071)),
    ];
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    check(&bench, Type::Decimal, &decimals(&texts)).await
}

async fn zeros_of_every_scale_by_every_way(bench: Bench) -> Outcome {
    let values = ["0", "0.0", "0.00", "0.0000", "0.00000", "1.0", "1.0000", "10000.0000", "100"];
    let many = format!("0.{}", "0".repeat(1_000));
    let texts: Vec<&str> = values.into_iter().chain([many.as_str()]).collect();
    check(&bench, Type::Decimal, &decimals(&texts)).await
}

async fn decimals_that_are_no_numbers_come_back_or_are_refused(bench: Bench) -> Outcome {
    refused_or_same(&bench, Type::Decimal, &decimals(&["NaN", "Infinity", "-Infinity"])).await
}
