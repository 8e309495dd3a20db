//! Days, times, timestamps and intervals through columns of their types and back.

use hypostyle_core::{Date, ErrorKind, Interval, Time, Timestamp, Type, Value};

use super::types::check;
use crate::{Bench, Outcome, cases, fails};

cases! { "temporal":
    dates_come_back,
    a_date_of_a_far_year_comes_back_or_is_refused,
    infinite_dates_come_back [INFINITIES],
    times_come_back_to_the_microsecond,
    times_come_back_to_the_nanosecond [NANOSECONDS],
    timestamps_come_back_to_the_microsecond,
    timestamps_come_back_to_the_nanosecond [NANOSECONDS],
    timestamps_before_1970_come_back,
    infinite_timestamps_come_back [INFINITIES],
    instants_come_back_in_utc,
    an_instant_is_no_timestamp_without_zone_in_its_text,
    intervals_come_back [INTERVALS],
}

fn timestamp(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap_or(Timestamp::NEG_INFINITY)
}

async fn dates_come_back(bench: Bench) -> Outcome {
    let dates = ["2024-02-29", "1969-12-31", "0001-01-01", "9999-12-31"];
    let values = dates.map(|date| Date::parse(date).map_or(Value::Null, Value::Date));
    check(&bench, Type::Date, &values).await
}

async fn a_date_of_a_far_year_comes_back_or_is_refused(bench: Bench) -> Outcome {
    let [first, last] = bench.target.dates();
    let values = [-800_000, 800_000, 3_000_000, 1_000_000_000].map(Date::from_days);
    let (near, far): (Vec<Date>, Vec<Date>) =
        values.into_iter().partition(|day| (first..=last).contains(day));
    check(&bench, Type::Date, &near.into_iter().map(Value::Date).collect::<Vec<_>>()).await?;
    for day in far {
        fails(bench.db.fetch_value::<Date>("SELECT ?", (day,)).await, ErrorKind::Parameter)?;
    }
    Ok(())
}

async fn infinite_dates_come_back(bench: Bench) -> Outcome {
    check(&bench, Type::Date, &[Date::INFINITY, Date::NEG_INFINITY].map(Value::Date)).await
}

async fn times_come_back_to_the_microsecond(bench: Bench) -> Outcome {
    let times = ["00:00:00", "23:59:59.999999", "12:34:56.000001", "24:00:00"];
    let values = times.map(|time| Time::parse(time).map_or(Value::Null, Value::Time));
    check(&bench, Type::Time, &values).await
}

async fn times_come_back_to_the_nanosecond(bench: Bench) -> Outcome {
    let time = Time::parse("12:34:56.000000001").map_or(Value::Null, Value::Time);
    check(&bench, Type::Time, &[time]).await
}

async fn timestamps_come_back_to_the_microsecond(bench: Bench) -> Outcome {
    let values = ["2024-02-29 12:34:56.123456", "1970-01-01 00:00:00", "9999-12-31 23:59:59"];
    check(&bench, Type::Timestamp, &values.map(timestamp).map(Value::Timestamp)).await
}

async fn timestamps_come_back_to_the_nanosecond(bench: Bench) -> Outcome {
    let fine = Timestamp::from_nanos(1_700_000_000_123_456_789);
    check(&bench, Type::Timestamp, &[Value::Timestamp(fine)]).await
}

async fn timestamps_before_1970_come_back(bench: Bench) -> Outcome {
    let values = ["1969-12-31 23:59:59.999999", "0001-01-01 00:00:00"];
    check(&bench, Type::Timestamp, &values.map(timestamp).map(Value::Timestamp)).await
}

async fn infinite_timestamps_come_back(bench: Bench) -> Outcome {
    let values = [Timestamp::INFINITY, Timestamp::NEG_INFINITY];
    check(&bench, Type::Timestamp, &values.map(Value::Timestamp)).await
}

async fn instants_come_back_in_utc(bench: Bench) -> Outcome {
    let [first, last] = bench.target.instants();
    let values = [0, 1, 1_700_000_000_123_456, -1].map(Timestamp::from_micros).into_iter();
    let values = values.filter(|instant| (first..=last).contains(instant));
    let values: Vec<Value> = values.map(Value::TimestampTz).collect();
    check(&bench, Type::TimestampTz, &values).await
}

async fn an_instant_is_no_timestamp_without_zone_in_its_text(bench: Bench) -> Outcome {
    let text = "2024-01-01 00:00:00+00:00";
    let read = bench.db.fetch_value::<Timestamp>("SELECT ?", (text,)).await;
    fails(read, ErrorKind::Data).map(drop)
}

async fn intervals_come_back(bench: Bench) -> Outcome {
    let interval = |months, days, micros| Value::Interval(Interval { months, days, micros });
    let values = [interval(14, -3, 4_500_000), interval(0, 0, 0), interval(-1, 0, -1)];
    check(&bench, Type::Interval, &values).await
}
