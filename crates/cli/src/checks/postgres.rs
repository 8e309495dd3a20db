//! What is checked of a PostgreSQL server and its sessions.

use hypostyle::core::Result;
use hypostyle::{ConnectionConfig, Database, Environment};

use super::{Check, Found, Subject, sessions, size_text};
use crate::progress::Progress;

/// The oldest version that the driver is made for.
const VERSION_MIN: i64 = 130_000;
/// The percent of the server's connections that may be in use.
const USED_PERCENT_MAX: i64 = 90;
/// How far a standby may be behind, in seconds.
const LAG_SECONDS_MAX: f64 = 30.0;
/// What a slot that nobody reads may hold back.
const RETAINED_BYTES_MAX: i64 = 1024 * 1024 * 1024;

pub(super) async fn check(subject: Subject<'_>, progress: &Progress, found: &mut Found) {
    let Subject { database, config, idle_after } = subject;
    progress.set_label("checking the server");
    found.add("version", version(database).await);
    found.add("tls", tls(database, config).await);
    found.add("role", role(database).await);
    found.add("writing", writing(database).await);
    found.add("connections", connections(database).await);
    progress.set_label("checking sessions");
    found.add("transactions", sessions::transactions(database, idle_after).await);
    found.add("prepared", sessions::prepared(database, idle_after).await);
    found.add("timeouts", timeouts(database).await);
    found.add("replication", replication(database).await);
}

async fn version(database: &Database) -> Result<Check> {
    let text = "SELECT current_setting('server_version'), \
                current_setting('server_version_num')::int8";
    let (version, number): (String, i64) = database.fetch_one(text, ()).await?;
    let found = format!("PostgreSQL {version}");
    Ok(match number < VERSION_MIN {
        true => Check::warn("version", found, "upgrade: what is older than 13 is not supported"),
        false => Check::ok("version", found),
    })
}

async fn tls(database: &Database, config: &ConnectionConfig) -> Result<Check> {
    let text = "SELECT ssl, version, inet_client_addr() IS NULL \
                OR inet_client_addr() <<= inet '127.0.0.0/8' OR inet_client_addr() = inet '::1' \
                FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid()";
    let (encrypted, protocol, is_local): (bool, Option<String>, bool) =
        database.fetch_one(text, ()).await?;
    let mode = match config.options.get("sslmode") {
        None => Environment::process().get("PGSSLMODE")?.unwrap_or_default(),
        Some(mode) => mode.clone(),
    };
    let is_verified = mode.starts_with("verify-");
    Ok(match (encrypted, protocol) {
        (true, protocol) if is_verified || is_local => {
            Check::ok("tls", protocol.unwrap_or_else(|| "on".to_owned()))
        }
        (true, protocol) => Check::warn(
            "tls",
            format!("{}, and nothing is known of who answers", protocol.unwrap_or_default()),
            "sslmode=verify-full, with sslrootcert where the authority is your own",
        ),
        (false, _) if is_local => Check::ok("tls", "off, on a connection within this machine"),
        (false, _) => Check::warn(
            "tls",
            "off: passwords and rows cross the network in the clear",
            "ssl = on at the server, and sslmode=verify-full in the URL",
        ),
    })
}

async fn role(database: &Database) -> Result<Check> {
    let text = "SELECT rolname::text, rolsuper FROM pg_catalog.pg_roles \
                WHERE rolname = current_user";
    let (name, is_superuser): (String, bool) = database.fetch_one(text, ()).await?;
    Ok(match is_superuser {
        true => Check::hint(
            "role",
            format!("{name}, which may do everything"),
            "give the application a role that owns its tables and nothing else",
        ),
        false => Check::ok("role", name),
    })
}

async fn writing(database: &Database) -> Result<Check> {
    let text = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', \
                current_schema()::text, \
                coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)";
    let (is_standby, only_reads, schema, may_create): (bool, bool, Option<String>, bool) =
        database.fetch_one(text, ()).await?;
    let name = "writing";
    Ok(match (is_standby, only_reads, schema) {
        (true, ..) => Check::warn(
            name,
            "this is a standby, which only reads",
            "name all hosts in the URL, with target_session_attrs=read-write",
        ),
        (_, true, _) => Check::warn(
            name,
            "default_transaction_read_only is on",
            "ALTER ROLE … RESET default_transaction_read_only where it should write",
        ),
        (.., None) => Check::warn(
            name,
            "no schema of the search path is there",
            "CREATE SCHEMA, or set search_path",
        ),
        (.., Some(schema)) if !may_create => Check::hint(
            name,
            format!("rows, but no new tables in {schema}"),
            "migrations want GRANT CREATE ON SCHEMA, or a role of their own",
        ),
        (.., Some(schema)) => Check::ok(name, format!("rows, and tables in {schema}")),
    })
}

async fn connections(database: &Database) -> Result<Check> {
    let text = "SELECT current_setting('max_connections')::int8 \
                - current_setting('superuser_reserved_connections')::int8, \
                (SELECT count(*) FROM pg_catalog.pg_stat_activity \
                 WHERE backend_type = 'client backend'), \
                (SELECT nullif(rolconnlimit, -1)::int8 FROM pg_catalog.pg_roles \
                 WHERE rolname = current_user), \
                (SELECT nullif(datconnlimit, -1)::int8 FROM pg_catalog.pg_database \
                 WHERE datname = current_database())";
    let (max, used, of_role, of_database): (i64, i64, Option<i64>, Option<i64>) =
        database.fetch_one(text, ()).await?;
    let allowed = max.min(of_role.unwrap_or(max)).min(of_database.unwrap_or(max));
    let wanted = i64::try_from(database.pool().max).unwrap_or(i64::MAX);
    let found = format!("{used} of {max} in use");
    let name = "connections";
    Ok(if wanted > allowed {
        Check::warn(
            name,
            format!("{found}; this pool may want {wanted}, and {allowed} are allowed"),
            "a smaller DATABASE_POOL_SIZE, more max_connections, or PgBouncer in between",
        )
    } else if used * 100 > max * USED_PERCENT_MAX {
        Check::warn(name, found, "smaller pools, more max_connections, or PgBouncer in between")
    } else {
        Check::ok(name, found)
    })
}

async fn timeouts(database: &Database) -> Result<Check> {
    let text = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), \
                current_setting('idle_in_transaction_session_timeout')";
    let (statement, lock, idle): (String, String, String) = database.fetch_one(text, ()).await?;
    let found = format!("statement {statement}, lock {lock}, idle in transaction {idle}");
    Ok(match statement == "0" || idle == "0" {
        true => Check::hint(
            "timeouts",
            found,
            "0 is none: ALTER ROLE … SET statement_timeout and \
             idle_in_transaction_session_timeout bound what clients forget",
        ),
        false => Check::ok("timeouts", found),
    })
}

async fn replication(database: &Database) -> Result<Check> {
    if database.fetch_value("SELECT pg_is_in_recovery()", ()).await? {
        return standby(database).await;
    }
    let text = "SELECT slot_name::text, \
                pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::int8 AS retained \
                FROM pg_catalog.pg_replication_slots WHERE NOT active AND restart_lsn IS NOT NULL \
                ORDER BY retained DESC LIMIT 1";
    let slot: Option<(String, i64)> = database.fetch_optional(text, ()).await?;
    if let Some((name, retained)) = slot.filter(|(_, retained)| *retained > RETAINED_BYTES_MAX) {
        let held = size_text(retained.unsigned_abs());
        return Ok(Check::warn(
            "replication",
            format!("nobody reads the slot {name}, which holds {held} of log back"),
            &format!("pg_drop_replication_slot('{name}') where its reader does not come back"),
        ));
    }
    let text = "SELECT count(*), coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 \
                FROM pg_catalog.pg_stat_replication";
    let (standbys, lag): (i64, f64) = database.fetch_one(text, ()).await?;
    Ok(match (standbys, lag > LAG_SECONDS_MAX) {
        (0, _) => Check::ok("replication", "no standby"),
        (n, false) => Check::ok("replication", format!("{n} standbys, at most {lag:.1} s behind")),
        (n, true) => Check::warn(
            "replication",
            format!("{n} standbys, up to {lag:.0} s behind"),
            "look at the network, the disks of the standby, and what its queries hold up",
        ),
    })
}

async fn standby(database: &Database) -> Result<Check> {
    let text = "SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 \
                ELSE coalesce(extract(epoch FROM clock_timestamp() \
                                      - pg_last_xact_replay_timestamp()), 0) END::float8, \
                EXISTS (SELECT FROM pg_catalog.pg_stat_wal_receiver)";
    let (lag, receives): (f64, bool) = database.fetch_one(text, ()).await?;
    Ok(if !receives {
        Check::warn(
            "replication",
            "a standby that no primary streams to",
            "see primary_conninfo, and the log of the server",
        )
    } else if lag > LAG_SECONDS_MAX {
        Check::warn(
            "replication",
            format!("a standby, {lag:.0} s behind"),
            "look at the network, the disks, and what queries here hold up",
        )
    } else {
        Check::ok("replication", format!("a standby, {lag:.1} s behind"))
    })
}
