//! What is checked of the sessions of a PostgreSQL server: transactions that somebody forgot.

use std::time::Duration;

use hypostyle::Database;
use hypostyle::core::Result;

use super::Check;

/// Transactions that keep the dead rows of all tables, and their locks.
pub(super) async fn transactions(database: &Database, idle_after: Duration) -> Result<Check> {
    let text = "SELECT count(*) FILTER (WHERE state LIKE 'idle in transaction%'), \
                count(*) FILTER (WHERE state = 'active'), \
                (array_agg(pid ORDER BY xact_start))[1]::int8, \
                (array_agg(application_name ORDER BY xact_start))[1]::text, \
                coalesce(extract(epoch FROM clock_timestamp() - min(xact_start)), 0)::int8 \
                FROM pg_catalog.pg_stat_activity \
                WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() \
                AND (state LIKE 'idle in transaction%' \
                     AND clock_timestamp() - state_change > make_interval(secs => $1) \
                     OR state = 'active' AND clock_timestamp() - xact_start > interval '1 hour')";
    let after = (idle_after.as_secs_f64(),);
    let (idle, busy, oldest, application, seconds): Sessions =
        database.fetch_one(text, after).await?;
    let Some(pid) = oldest else {
        return Ok(Check::ok("transactions", "none is idle for long, or runs for hours"));
    };
    let age = humantime::format_duration(Duration::from_secs(seconds.unsigned_abs()));
    let application = application.filter(|name| !name.is_empty());
    let who = application.map_or_else(String::new, |name| format!(" of {name}"));
    Ok(Check::warn(
        "transactions",
        format!("{idle} idle and {busy} running for long, the oldest{who} for {age} (pid {pid})"),
        &format!(
            "SELECT pg_terminate_backend({pid}) ends it; idle_in_transaction_session_timeout \
             keeps others from it"
        ),
    ))
}

type Sessions = (i64, i64, Option<i64>, Option<String>, i64);

pub(super) async fn prepared(database: &Database, idle_after: Duration) -> Result<Check> {
    let text = "SELECT count(*), min(gid) FROM pg_catalog.pg_prepared_xacts \
                WHERE prepared < now() - make_interval(secs => $1)";
    let (count, gid): (i64, Option<String>) =
        database.fetch_one(text, (idle_after.as_secs_f64(),)).await?;
    Ok(match gid {
        None => Check::ok("prepared", "no transaction waits for its second phase"),
        Some(gid) => Check::warn(
            "prepared",
            format!("{count} transactions wait for their second phase, among them {gid}"),
            "COMMIT PREPARED or ROLLBACK PREPARED ends one; until then it keeps its locks",
        ),
    })
}
