//! What is particular to DuckDB.

use std::process::ExitCode;

use hypostyle_testkit::{Bench, Outcome, equal};

hypostyle_testkit::cases! { "duckdb":
    the_version_is_told,
}

pub(crate) fn as_child() -> Option<ExitCode> {
    None
}

async fn the_version_is_told(bench: Bench) -> Outcome {
    equal(
        bench.db.fetch_value::<String>("SELECT version()", ()).await?,
        hypostyle_duckdb::version()?,
    )
}
