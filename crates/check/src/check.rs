//! A check: files are read, and each statement is held against the targets.

use std::path::PathBuf;

use hypostyle::sql::{Dialect, split};
use hypostyle::{Error, ErrorKind, Result};

use crate::engine::{Fault, Verdict};
use crate::parameters::{self, Parameters};
use crate::report::place;
use crate::sources::{Found, Given, Source, Text, What, files, read};
use crate::words::{Sort, sort};
use crate::{Report, Target};

/// Checks the SQL in files and folders: `.sql` scripts, and in sources of Rust the texts of calls
/// that take SQL. In folders `target`, `node_modules`, `migrations`, `models.sql` and what is hidden
/// are passed over.
///
/// A file whose first line is `-- database: NAME`, or `// database: NAME`, is held against the target
/// of that name; any other against all of them, and a statement is right where one of them takes it.
/// A line with `hypostyle:unchecked`, in a comment, takes the statement on it, or on the next, out.
///
/// `progress` is called with the number of each file, from 0, and how many there are.
///
/// # Errors
/// `Io` for a folder that cannot be read; `Validation` without a target; what keeps an engine from
/// answering. What is wrong with a file or a statement stands in the report.
///
/// # Cancellation
/// As that of its targets.
///
/// # Examples
/// ```
/// use hypostyle_check::{Definition, Target, check};
/// use hypostyle::sql::Dialect;
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let queries = folder.path().join("queries.sql");
/// std::fs::write(&queries, "SELECT naem FROM item;")?;
/// let script = "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)";
/// let definition = Definition::script("schema.sql", script, Dialect::Sqlite);
/// let mut targets = [Target::offline("shop", definition).await?];
/// let report = check(&mut targets, &[queries], |_, _| ()).await?;
/// assert_eq!(report.findings[0].help, ["did you mean `name`?"]);
/// # Ok(())
/// # }
/// ```
pub async fn check(
    targets: &mut [Target],
    paths: &[PathBuf],
    mut progress: impl FnMut(usize, usize),
) -> Result<Report> {
    let Some(first) = targets.first() else {
        return Err(Error::new(ErrorKind::Validation, "there is no schema to check against"));
    };
    let otherwise = first.dialect;
    let files = files(paths).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
    let mut report = Report { files: files.len(), ..Report::default() };
    for (number, path) in files.iter().enumerate() {
        progress(number, files.len());
        let named = |name: Option<&str>| {
            let target = targets.iter().find(|target| Some(target.name.as_str()) == name);
            target.map_or(otherwise, |target| target.dialect)
        };
        let source = read(path, named);
        check_source(&source, targets, &mut report).await?;
    }
    Ok(report)
}

async fn check_source(source: &Source, targets: &mut [Target], report: &mut Report) -> Result<()> {
    let Some(chosen) = chosen(source, targets) else {
        report.unchecked(source, 0, "there is no database of the name in its first line");
        return Ok(());
    };
    for found in &source.found {
        if source.is_excused(found.range.0) {
            report.unchecked(source, found.range.0, "it is not to be checked");
            continue;
        }
        match &found.what {
            What::Statement(text, given) => {
                check_text(source, found, text, given, &mut targets[chosen.clone()], report)
                    .await?;
            }
            What::Unchecked(reason) => report.unchecked(source, found.range.0, reason.clone()),
            What::Flaw(message) => {
                let place = source.lines.place(&source.text, found.range.0, found.range.1);
                report.wrong(source, "", Fault::new(message), place);
            }
        }
    }
    for target in targets {
        target.restore().await?;
    }
    Ok(())
}

/// Answers which targets a file is held against.
fn chosen(source: &Source, targets: &[Target]) -> Option<std::ops::Range<usize>> {
    match &source.database {
        None => Some(0..targets.len()),
        Some(name) => {
            let at = targets.iter().position(|target| target.name == *name)?;
            Some(at..at + 1)
        }
    }
}

/// What one target makes of a text.
#[derive(Default)]
struct Outcome {
    statements: usize,
    wrong: Vec<(Fault, usize, usize)>,
    unchecked: Vec<(String, usize)>,
}

async fn check_text(
    source: &Source,
    found: &Found,
    text: &Text,
    given: &Given,
    targets: &mut [Target],
    report: &mut Report,
) -> Result<()> {
    let mut first: Option<(String, Outcome)> = None;
    for target in targets {
        let outcome = judge(text, given, target).await?;
        let is_right = outcome.wrong.is_empty();
        if is_right || first.is_none() {
            first = Some((target.name.clone(), outcome));
        }
        if is_right {
            break;
        }
    }
    let Some((name, outcome)) = first else { return Ok(()) };
    report.statements += outcome.statements;
    for (fault, begin, end) in outcome.wrong {
        let place = place(source, text, begin, end, &fault);
        report.wrong(source, &name, fault, place);
    }
    for (reason, at) in outcome.unchecked {
        report.unchecked(source, text.origin(at).max(found.range.0), reason);
    }
    Ok(())
}

/// Holds each statement of a text against a target.
async fn judge(text: &Text, given: &Given, target: &mut Target) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    let dialect: Dialect = target.dialect;
    let whole = &text.value;
    let parameters = match parameters::check(whole, dialect, given) {
        Parameters::Unreadable(fault) => {
            outcome.statements = 1;
            outcome.wrong.push((fault, 0, whole.len()));
            return Ok(outcome);
        }
        Parameters::Wrong(fault) => Some(fault),
        Parameters::Right => None,
    };
    for statement in split(whole, dialect) {
        let (begin, end) = (statement.start, statement.start + statement.text.len());
        let verdict = match sort(statement.text, dialect) {
            Sort::Prepared => target.judge(statement.text).await?,
            Sort::Schema if target.change(statement.text).await? => Verdict::Right,
            Sort::Schema => Verdict::Unchecked("it changes the schema".to_owned()),
            Sort::Unchecked(reason) => Verdict::Unchecked(reason.to_owned()),
            Sort::Wrong(fault) => Verdict::Wrong(fault),
        };
        match verdict {
            Verdict::Right => outcome.statements += 1,
            Verdict::Wrong(fault) => {
                outcome.statements += 1;
                outcome.wrong.push((fault, begin, end));
            }
            Verdict::Unchecked(reason) => outcome.unchecked.push((reason, begin)),
        }
    }
    // What the engine says of a statement that is wrong itself says more.
    if let Some(fault) = parameters.filter(|_| outcome.wrong.is_empty()) {
        outcome.wrong.push((fault, 0, whole.len()));
    }
    Ok(outcome)
}
