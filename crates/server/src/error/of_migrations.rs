//! What is told of migrations.

use axum::http::StatusCode;

use super::report::Detail;
use super::{DATABASE, Error, Report};

/// Why migrations failed, or were refused before anything ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MigrationFailure {
    pub(crate) message: String,
    /// Where a file failed.
    pub(crate) place: Option<Box<MigrationPlace>>,
}

/// Where a file failed, and what there is of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MigrationPlace {
    pub(crate) file: String,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    /// The beginning of the statement.
    pub(crate) statement: Option<String>,
    /// What remains of the file: `nothing`, `statements_before` or `unknown`.
    pub(crate) remains: &'static str,
    /// The files that the run was done with.
    pub(crate) done: Vec<String>,
}

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
        Error::MigrationFailed(MigrationFailure { message, place }) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            match place {
                None => report(status, "MIGRATION_FAILED", message),
                Some(place) => at(place, report(status, "MIGRATION_FAILED", &said(place, message))),
            }
        }
        _ => Error::Internal.report(),
    }
}

/// Says in a sentence what failed where, and what remains.
fn said(place: &MigrationPlace, message: &str) -> String {
    let MigrationPlace { file, line, remains, .. } = place;
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    let remains = match *remains {
        "nothing" => "Nothing of the file remains",
        "statements_before" => "What stands before in the file was done: mend it and resume",
        _ => "Nobody can tell what remains of the file: look at the database",
    };
    format!("{file}{line}: {message}. {remains}")
}

fn at(place: &MigrationPlace, mut report: Report) -> Report {
    report = report.with("file", Detail::text(&place.file));
    for (name, number) in [("line", place.line), ("column", place.column)] {
        if let Some(number) = number {
            report = report.with(name, Detail::count(number));
        }
    }
    if let Some(statement) = &place.statement {
        report = report.with("statement", Detail::text(statement));
    }
    let report = report.with("remains", Detail::text(place.remains));
    report.with("done", Detail::List(place.done.clone()))
}
