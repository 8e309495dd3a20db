//! Diff and plan on real engines: `cases/*.sql` hold pairs of schemas, and what must come about.
//!
//! Each case runs on each engine it names: the schema before is made and filled, the schema after is
//! made in a second database, both are inspected and compared, the plan runs on the first, and
//! nothing may be left to do. Then the plan back runs, and nothing may be left to do that way.

mod case;
mod compare;
mod engine;

use std::process::ExitCode;
use std::sync::Arc;

use hypostyle::schema::desired::actual;
use hypostyle::schema::diff::{Answer, Diff, diff};
use hypostyle::schema::plan::{Plan, plan};
use hypostyle::{Error, ErrorKind, Result};
use hypostyle_testkit::server::Brand;
use libtest_mimic::{Arguments, Failed, Trial};

use crate::case::Case;
use crate::compare::comparable;
use crate::engine::{Engine, Place};

const ENGINES: [Engine; 5] = [
    Engine::Sqlite,
    Engine::Postgres,
    Engine::MySql(Brand::MariaDb),
    Engine::MySql(Brand::Oracle),
    Engine::DuckDb,
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Two at a time per processor: most of a case is waiting.
    arguments.test_threads = arguments.test_threads.or(Some(4));
    let mut trials = Vec::new();
    for case in case::all() {
        let case = Arc::new(case);
        for engine in ENGINES.into_iter().filter(|engine| case.engines.contains(&engine.name())) {
            let case = case.clone();
            let name = format!("{}::{}", engine.name(), case.name);
            trials.push(Trial::test(name, move || run(engine, &case)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn run(engine: Engine, case: &Case) -> Result<(), Failed> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(check(engine, case)).map_err(Failed::from)
}

async fn check(engine: Engine, case: &Case) -> Result<(), String> {
    let place = engine.place().await.map_err(told)?;
    let wanted = engine.place().await.map_err(told)?;
    run_text(&place, &case.from).await.map_err(told)?;
    run_text(&place, &case.rows).await.map_err(told)?;
    run_text(&wanted, &case.to).await.map_err(told)?;

    let (found, planned) = match compare(&place, &wanted, case).await.map_err(told) {
        Err(error) => return expected(case, &error),
        Ok(pair) => pair,
    };
    for sentence in &case.changes {
        if !planned.summary.contains(sentence) {
            return Err(format!("not among the changes: {sentence}; {:?}", planned.summary));
        }
    }
    if let Some(expected) = &case.fails {
        return Err(format!("it was to be refused with `{expected}`; {:?}", planned.summary));
    }
    if found.changes.is_empty() != case.is_same {
        return Err(format!("is there a change? {:?}", planned.summary));
    }
    let before = keeps(&place, &case.keeps).await.map_err(told)?;
    step(&place, &wanted, &planned, "there").await?;
    let after = keeps(&place, &case.keeps).await.map_err(told)?;
    if before != after {
        return Err(format!("rows changed: {before:?} to {after:?}"));
    }
    if case.is_one_way {
        return Ok(());
    }
    // Back, against a fresh copy of what it was.
    let original = engine.place().await.map_err(told)?;
    run_text(&original, &case.from).await.map_err(told)?;
    place
        .apply(&planned.down)
        .await
        .map_err(|error| shown("back", &planned.down.statements, &error))?;
    same(&place, &original, "back", &planned.down.statements).await
}

/// Compares what stands with what is wanted, and plans.
async fn compare(place: &Place, wanted: &Place, case: &Case) -> Result<(Diff, Plan)> {
    let (from, to) = (actual(&place.db).await?, actual(&wanted.db).await?);
    let answers: Result<Vec<Answer>> = case.answers.iter().map(|text| text.parse()).collect();
    let dialect = place.db.engine().dialect;
    let found = diff(&from, &to, dialect, &answers?);
    let planned = plan(&found, &from, &to, dialect)?;
    Ok((found, planned))
}

/// Runs the plan and checks that nothing is left to do.
async fn step(place: &Place, wanted: &Place, planned: &Plan, way: &str) -> Result<(), String> {
    let statements = &planned.up.statements;
    place.apply(&planned.up).await.map_err(|error| shown(way, statements, &error))?;
    same(place, wanted, way, statements).await
}

/// Checks that two databases are the same to the last field that the model has.
async fn same(place: &Place, other: &Place, way: &str, ran: &[String]) -> Result<(), String> {
    let left = actual(&place.db).await.map_err(told)?;
    let right = actual(&other.db).await.map_err(told)?;
    let rest = diff(&left, &right, place.db.engine().dialect, &[]);
    if !rest.changes.is_empty() {
        let sentences: Vec<String> = rest.changes.iter().flat_map(|it| it.sentences()).collect();
        return Err(format!("left to do {way}: {sentences:?}\nran: {ran:#?}\n{:#?}", rest.changes));
    }
    let (left, right) = (comparable(left), comparable(right));
    match left == right {
        true => Ok(()),
        false => Err(format!("not the same {way}\nran: {ran:#?}\n{left:#?}\nis not\n{right:#?}")),
    }
}

async fn run_text(place: &Place, text: &str) -> Result<()> {
    match text.trim().is_empty() {
        true => Ok(()),
        false => place.db.execute(text, ()).await.map(drop),
    }
}

/// Answers a query as text.
async fn keeps(place: &Place, query: &str) -> Result<Vec<String>> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let rows = place.db.fetch_all::<hypostyle::OwnedRow>(query, ()).await?;
    Ok(rows.iter().map(|row| format!("{:?}", row.values())).collect())
}

fn expected(case: &Case, error: &str) -> Result<(), String> {
    match &case.fails {
        Some(expected) if error.contains(expected) => Ok(()),
        _ => Err(error.to_owned()),
    }
}

fn shown(way: &str, statements: &[String], error: &Error) -> String {
    format!("{way}: {error}\nran: {statements:#?}")
}

fn told(error: Error) -> String {
    match error.kind() {
        ErrorKind::Io => format!("{error} (is the server installed? ./dev services install)"),
        _ => error.to_string(),
    }
}
