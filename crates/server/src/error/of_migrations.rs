//! What is told of migrations.

use axum::http::StatusCode;

use super::report::Detail;
use super::{DATABASE, Error, Report};

pub(super) fn report(error: &Error) -> Report {
    let report = |status, code, message: &str| Report::new(status, code, DATABASE, message);
    match error {
        Error::MigrationsNeedKey => report(
            StatusCode::FORBIDDEN,
            "MIGRATIONS_NEED_KEY",
            "Only a server with an API key runs migrations; the setting server.api_key gives it one",
        ),
        Error::NoMigrations { database } => report(
            StatusCode::NOT_FOUND,
            "NO_MIGRATIONS",
            &format!("The server knows no migrations of '{database}'"),
        )
        .with("database", Detail::text(database)),
        Error::MigrationRunning { database, since } => report(
            StatusCode::CONFLICT,
            "MIGRATION_RUNNING",
            &format!("Migrations of '{database}' run since {since}; their state tells how far"),
        )
        .with("database", Detail::text(database))
        .with("since", Detail::text(since)),
        Error::MigrationFailed { message } => {
            report(StatusCode::UNPROCESSABLE_ENTITY, "MIGRATION_FAILED", message)
        }
        _ => Error::Internal.report(),
    }
}
