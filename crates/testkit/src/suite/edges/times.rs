//! Days, times, timestamps and intervals, to both ends and past them.

use hypostyle_core::{Date, Interval, Time, Timestamp, Type, Value};

use super::{check, refused_or_same};
use crate::{Bench, Outcome, cases};

cases! { "edges":
    dates_to_both_ends_by_every_way,
    infinite_dates_by_every_way [INFINITIES],
    a_day_past_the_ends_is_refused_or_comes_back,
    times_to_both_ends_by_every_way,
    timestamps_to_both_ends_by_every_way,
    instants_to_both_ends_by_every_way,
    infinite_timestamps_by_every_way [INFINITIES],
    a_timestamp_past_the_ends_is_refused_or_comes_back,
    intervals_of_mixed_signs_by_every_way [INTERVALS],
    intervals_to_both_ends_by_every_way [INTERVALS],
}

/// Days since 1970 of some leap days, turns of centuries and changes of calendars.
const DAYS: [i32; 9] = [-719_528, -719_162, -141_428, -25_567, -1, 0, 59, 11_016, 2_932_896];

async fn dates_to_both_ends_by_every_way(bench: Bench) -> Outcome {
    let [first, last] = bench.target.dates();
    let near = [first.days() + 1, last.days() - 1].map(Date::from_days);
    let values = DAYS.map(Date::from_days).into_iter().chain([first, last]).chain(near);
    let values = values.filter(|day| (first..=last).contains(day));
    check(&bench, Type::Date, &values.map(Value::Date).collect::<Vec<_>>()).await
}

async fn infinite_dates_by_every_way(bench: Bench) -> Outcome {
    check(&bench, Type::Date, &[Date::INFINITY, Date::NEG_INFINITY].map(Value::Date)).await
}

async fn a_day_past_the_ends_is_refused_or_comes_back(bench: Bench) -> Outcome {
    let [first, last] = bench.target.dates();
    let past = [first.days().saturating_sub(1), last.days().saturating_add(1)];
    let past = [past[0], past[1], i32::MIN + 1, i32::MAX - 1].map(Date::from_days);
    refused_or_same(&bench, Type::Date, &past.map(Value::Date)).await
}

async fn times_to_both_ends_by_every_way(bench: Bench) -> Outcome {
    let day = 86_400_000_000_000;
    let nanos = [0, 1_000, 999_999_000, 43_200_000_000_000, day - 1_000, day];
    let values = nanos.map(|nanos| Time::from_nanos(nanos).map_or(Value::Null, Value::Time));
    check(&bench, Type::Time, &values).await
}

/// The ends of what the engine stores, what is beside them, and around 1970 and 2000.
fn around([first, last]: [Timestamp; 2]) -> impl Iterator<Item = Timestamp> {
    let (first, last) = (first.ticks(), last.ticks());
    let day = 86_400_000_000;
    let ends = [first, first + 1, first + day, last, last - 1, last - day];
    let around = [0, 946_684_800_000_000].into_iter().flat_map(|at| [at - 1, at, at + 1]);
    let around = around.filter(move |at| (first..=last).contains(at));
    ends.into_iter().chain(around).map(Timestamp::from_micros)
}

async fn timestamps_to_both_ends_by_every_way(bench: Bench) -> Outcome {
    let values = around(bench.target.timestamps()).map(Value::Timestamp);
    check(&bench, Type::Timestamp, &values.collect::<Vec<_>>()).await
}

async fn instants_to_both_ends_by_every_way(bench: Bench) -> Outcome {
    let values = around(bench.target.instants()).map(Value::TimestampTz);
    check(&bench, Type::TimestampTz, &values.collect::<Vec<_>>()).await
}

async fn infinite_timestamps_by_every_way(bench: Bench) -> Outcome {
    let ends = [Timestamp::INFINITY, Timestamp::NEG_INFINITY];
    check(&bench, Type::Timestamp, &ends.map(Value::Timestamp)).await?;
    bench.db.execute("DROP TABLE t", ()).await?;
    check(&bench, Type::TimestampTz, &ends.map(Value::TimestampTz)).await
}

async fn a_timestamp_past_the_ends_is_refused_or_comes_back(bench: Bench) -> Outcome {
    let [first, last] = bench.target.timestamps().map(Timestamp::ticks);
    let past = [first.saturating_sub(1), last.saturating_add(1), i64::MIN + 1, i64::MAX - 1];
    let past = past.map(Timestamp::from_micros).map(Value::Timestamp);
    refused_or_same(&bench, Type::Timestamp, &past).await
}

fn interval(months: i32, days: i32, micros: i64) -> Value {
    Value::Interval(Interval { months, days, micros })
}

async fn intervals_of_mixed_signs_by_every_way(bench: Bench) -> Outcome {
    let values = [
        interval(1, -2, 3),
        interval(0, 0, 0),
        interval(-1, 2, -3),
        interval(-14, 0, 999_999),
        interval(0, -1, 86_400_000_001),
        interval(25, 400, -86_399_999_999),
    ];
    check(&bench, Type::Interval, &values).await
}

async fn intervals_to_both_ends_by_every_way(bench: Bench) -> Outcome {
    let values = [
        interval(i32::MAX, i32::MIN, 1),
        interval(i32::MIN, i32::MAX, -1),
        interval(0, 0, i64::MAX),
        interval(0, 0, i64::MIN),
        interval(1, 1, i64::MIN + 1),
    ];
    check(&bench, Type::Interval, &values).await
}
