//! The page that says what each engine does: written from what was executed, and checked by it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use hypostyle_core::{Capability, PoolOptions, Result};
use libtest_mimic::{Arguments, Trial};

use crate::suite;
use crate::target::Target;

/// The page, from the root of the workspace.
const PAGE: &str = "docs/matrix.md";
/// The command that writes the page anew.
const COMMAND: &str = "./dev matrix";
/// The variable by which it tells the test programs to write.
const VARIABLE: &str = "HYPOSTYLE_MATRIX";

/// How each case ended on each target of one engine.
#[derive(Default)]
pub struct Record {
    ended: Mutex<BTreeMap<(&'static str, &'static str), String>>,
}

impl Record {
    /// Notes that a case passed on a target, or was refused there, as it must be, for want of
    /// capabilities.
    pub(crate) fn note(&self, case: &'static str, target: &'static str, missing: Capability) {
        let how = match missing == Capability::default() {
            true => PASSED.to_owned(),
            false => format!("refuses `{missing}`"),
        };
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.insert((case, target), how);
    }

    /// Answers how each case of the suite ended on all targets together; `None` unless every case
    /// ran on every target.
    fn cells(&self, targets: &[Arc<dyn Target>]) -> Option<Cells> {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = |case: &'static str| {
            let on = |target: &Arc<dyn Target>| {
                let how = ended.get(&(case, target.name()))?;
                Some((target.name(), how.as_str()))
            };
            let ways = targets.iter().map(on).collect::<Option<Vec<_>>>()?;
            let different: BTreeSet<&str> = ways.iter().map(|(_, how)| *how).collect();
            let said = match different.len() {
                1 => ways[0].1.to_owned(),
                _ => ways
                    .iter()
                    .map(|(name, how)| format!("{name} {how}"))
                    .collect::<Vec<_>>()
                    .join(", "),
            };
            Some((case.to_owned(), said))
        };
        suite::cases().map(|case| cell(case.name)).collect()
    }
}

/// Runs tests, and checks the page against what they executed on each engine, or writes it when
/// asked by `./dev matrix`. Of a run that leaves cases out, or fails, the page hears nothing.
pub fn conclude(
    arguments: &Arguments,
    tests: Vec<Trial>,
    record: &Record,
    targets: &[Arc<dyn Target>],
) -> ExitCode {
    let conclusion = libtest_mimic::run(arguments, tests);
    if conclusion.has_failed() {
        return conclusion.exit_code();
    }
    for engine in targets.chunk_by(|one, other| one.engine() == other.engine()) {
        let Some(cells) = record.cells(engine) else { continue };
        match settle(&engine[0], cells) {
            Ok(said) => println!("{said}"),
            Err(said) => {
                eprintln!("{said}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Writes the page or checks it.
fn settle(target: &Arc<dyn Target>, cells: Cells) -> std::result::Result<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PAGE);
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let mut page = Page::parse(&before);
    let known = page.0.get(target.engine()).map(|engine| engine.version.clone());
    // Another release of an engine is no reason to fail; another behaviour is.
    let version = match (writes(), known) {
        (false, Some(version)) => version,
        _ => version(target).map_err(|error| error.to_string())?,
    };
    page.0.insert(target.engine().to_owned(), Engine { version, cells });
    let after = page.render();
    if after == before {
        return Ok(format!("{PAGE} says what was executed"));
    }
    if !writes() {
        let lines = before.lines().collect::<BTreeSet<_>>();
        let line = after.lines().find(|line| !lines.contains(line)).unwrap_or_default();
        return Err(format!(
            "{PAGE} differs from what was executed, as in\n{line}\nrun: {COMMAND}"
        ));
    }
    std::fs::write(&path, after).map_err(|error| format!("{PAGE}: {error}"))?;
    Ok(format!("{PAGE} is written"))
}

#[expect(clippy::disallowed_methods, reason = "the outermost edge of a test program")]
fn writes() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| value == "write")
}

/// Asks the engine its version: the first word of what it answers.
fn version(target: &Arc<dyn Target>) -> Result<String> {
    let asked = async {
        let site = target.site().await?;
        let db = target.open(&site.url(), PoolOptions::default()).await?;
        let version: String = db.fetch_value(target.version(), ()).await?;
        db.close().await?;
        Ok(version.split_whitespace().next().unwrap_or_default().to_owned())
    };
    let runtime = target.runtime().map_err(|error| {
        hypostyle_core::Error::new(hypostyle_core::ErrorKind::Io, "no runtime").caused_by(error)
    })?;
    runtime.block_on(asked)
}

/// By case, how it ended.
type Cells = BTreeMap<String, String>;

/// By engine, what it is and does.
#[derive(Debug, Default, PartialEq, Eq)]
struct Page(BTreeMap<String, Engine>);

#[derive(Debug, PartialEq, Eq)]
struct Engine {
    version: String,
    cells: Cells,
}

const PASSED: &str = "yes";
/// Stands for a case that an engine has not run since it is there.
const UNKNOWN: &str = "?";

const HEAD: &str = "\
# What each engine does

Written by `./dev matrix` from what was executed: every behaviour of the suite in `crates/testkit/src/suite` runs on every engine, in
every way of running it. *yes*: it holds. *refuses*: the engine lacks a capability, and the call is refused by its name. The suite fails
when this page says otherwise.
";

impl Page {
    /// Reads a page as [`Page::render`] writes it.
    fn parse(text: &str) -> Self {
        let mut page = Self::default();
        let mut engines: Vec<String> = Vec::new();
        let mut group = None;
        for line in text.lines() {
            if let Some(title) = line.strip_prefix("### ") {
                group = Some(title);
            }
            let Some(row) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
                continue;
            };
            let mut row = row.split(" | ");
            let first = row.next().unwrap_or_default();
            match group {
                None if first == "group" => {
                    for (name, version) in row.filter_map(|title| title.rsplit_once(' ')) {
                        let engine = Engine { version: version.to_owned(), cells: Cells::new() };
                        engines.push(name.to_owned());
                        page.0.insert(name.to_owned(), engine);
                    }
                }
                Some(group) if first != "behaviour" => {
                    let case = format!("{group}::{}", first.replace(' ', "_"));
                    for (engine, cell) in engines.iter().zip(row) {
                        if let Some(engine) = page.0.get_mut(engine) {
                            engine.cells.insert(case.clone(), cell.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// Writes the page: figures by group, then each behaviour, in the order of the suite.
    fn render(&self) -> String {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        for (group, name) in suite::cases().filter_map(|case| case.name.split_once("::")) {
            match groups.iter_mut().find(|(known, _)| *known == group) {
                Some((_, names)) => names.push(name),
                None => groups.push((group, vec![name])),
            }
        }
        let mut out = HEAD.to_owned();
        let titled = |(name, engine): (&String, &Engine)| format!("{name} {}", engine.version);
        self.head(&mut out, "group", titled);
        for (group, names) in &groups {
            self.row(&mut out, group, |engine| figures(engine, group, names));
        }
        let all = |engine: &Engine| {
            let yes = groups.iter().map(|(group, names)| count(engine, group, names).0);
            let refused = groups.iter().map(|(group, names)| count(engine, group, names).1);
            said(yes.sum(), refused.sum())
        };
        self.row(&mut out, "**all**", all);
        out += "\n## Behaviours\n";
        for (group, names) in &groups {
            // Writing to a string does not fail.
            let _ = writeln!(out, "\n### {group}");
            self.head(&mut out, "behaviour", |(name, _)| name.clone());
            for name in names {
                let how = |engine: &Engine| how(engine, group, name).to_owned();
                self.row(&mut out, &name.replace('_', " "), how);
            }
        }
        out
    }

    fn head(&self, out: &mut String, first: &str, title: impl Fn((&String, &Engine)) -> String) {
        let titles: Vec<String> = self.0.iter().map(title).collect();
        let _ = writeln!(out, "\n| {first} | {} |", titles.join(" | "));
        let _ = writeln!(out, "|---|{}", "---|".repeat(titles.len()));
    }

    fn row(&self, out: &mut String, first: &str, cell: impl Fn(&Engine) -> String) {
        let cells: Vec<String> = self.0.values().map(cell).collect();
        let _ = writeln!(out, "| {first} | {} |", cells.join(" | "));
    }
}

fn how<'a>(engine: &'a Engine, group: &str, name: &str) -> &'a str {
    engine.cells.get(&format!("{group}::{name}")).map_or(UNKNOWN, String::as_str)
}

/// Counts what holds and what is refused of a group.
fn count(engine: &Engine, group: &str, names: &[&str]) -> (usize, usize) {
    let ended = names.iter().map(|name| how(engine, group, name));
    let (yes, rest): (Vec<&str>, Vec<&str>) =
        ended.filter(|how| *how != UNKNOWN).partition(|how| *how == PASSED);
    (yes.len(), rest.len())
}

fn figures(engine: &Engine, group: &str, names: &[&str]) -> String {
    let (yes, refused) = count(engine, group, names);
    said(yes, refused)
}

fn said(yes: usize, refused: usize) -> String {
    match refused {
        0 => yes.to_string(),
        _ => format!("{yes}, refuses {refused}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let names: Vec<&str> = suite::cases().map(|case| case.name).collect();
        let cells = |refused: usize| {
            let how = |at| if at < refused { "refuses `nan`" } else { PASSED }.to_owned();
            names.iter().enumerate().map(|(at, name)| ((*name).to_owned(), how(at))).collect()
        };
        let engine =
            |version: &str, refused| Engine { version: version.into(), cells: cells(refused) };
        let engines = [("SQLite", engine("3.51.1", 2)), ("Cloud Nine", engine("9", 0))];
        Page(engines.map(|(name, engine)| (name.to_owned(), engine)).into_iter().collect())
    }

    #[test]
    fn a_page_is_read_as_it_is_written() {
        assert_eq!(Page::parse(&page().render()), page());
    }

    #[test]
    fn a_page_says_how_many_are_refused_and_which() {
        let text = page().render();
        let all = suite::cases().count();
        assert!(text.contains(&format!("| **all** | {all} | {}, refuses 2 |", all - 2)), "{text}");
        assert!(text.contains(" | yes | refuses `nan` |"));
    }

    #[test]
    fn an_engine_that_has_not_run_a_case_says_so() {
        let mut page = page();
        let engine = page.0.get_mut("SQLite").unwrap();
        let first = engine.cells.first_entry().unwrap().remove_entry().0;
        let name = first.split_once("::").unwrap().1.replace('_', " ");
        assert!(page.render().contains(&format!("| {name} | yes | ? |")), "{name}");
    }
}
