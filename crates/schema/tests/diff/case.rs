//! The cases: read from `cases/*.sql`.
//!
//! ```text
//! === name [engines] flags          engines: all, or names; flags: same, one-way
//! --- from                          statements before
//! --- rows                          statements that fill it
//! --- to                            statements after
//! --- answers                       one a line: old=new, table.old=new, table.gone=
//! --- changes                       sentences that the plan must have, one a line
//! --- keeps                         a query whose answer must be the same after the plan
//! --- fails                         words of the refusal that must come instead
//! ```

use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// A pair of schemas and what is expected.
#[derive(Debug, Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) engines: Vec<&'static str>,
    pub(crate) from: String,
    pub(crate) rows: String,
    pub(crate) to: String,
    pub(crate) answers: Vec<String>,
    pub(crate) changes: Vec<String>,
    pub(crate) keeps: String,
    pub(crate) fails: Option<String>,
    /// Nothing may be found to do.
    pub(crate) is_same: bool,
    /// The way back is not walked: the engine cannot, or data is in the way.
    pub(crate) is_one_way: bool,
}

const NAMES: [&str; 5] = ["sqlite", "postgres", "mariadb", "mysql", "duckdb"];

/// Reads all cases; a mistake in a file ends the program, which then tests nothing.
pub(crate) fn all() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff/cases");
    let entries = fs::read_dir(&folder).expect("the folder of the cases can be read");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a file of cases can be read");
        let group = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        cases.extend(text.split("\n=== ").skip(1).map(|text| read(&group, text)));
    }
    let mut names = HashSet::new();
    for case in &cases {
        assert!(names.insert(case.name.clone()), "two cases are called {}", case.name);
    }
    cases
}

fn read(group: &str, text: &str) -> Case {
    let (head, body) = text.split_once('\n').unwrap_or((text, ""));
    let (name, rest) = head.split_once('[').expect("a case names its engines in brackets");
    let (engines, flags) = rest.split_once(']').expect("the bracket of the engines closes");
    let engines: Vec<&str> = match engines.trim() {
        "all" => NAMES.to_vec(),
        names => names.split_whitespace().collect(),
    };
    let known = |name: &str| NAMES.into_iter().find(|known| *known == name);
    let mut case = Case {
        name: format!("{group}::{}", name.trim().replace(' ', "_")),
        engines: engines.into_iter().map(|name| known(name).expect("a known engine")).collect(),
        ..Case::default()
    };
    for flag in flags.split_whitespace() {
        match flag {
            "same" => case.is_same = true,
            "one-way" => case.is_one_way = true,
            _ => unreachable!("{name}: `{flag}` is no flag"),
        }
    }
    for part in body.split("--- ").skip(1) {
        let (title, text) = part.split_once('\n').unwrap_or((part, ""));
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        match title.trim() {
            "from" => case.from = text.to_owned(),
            "rows" => case.rows = text.to_owned(),
            "to" => case.to = text.to_owned(),
            "answers" => case.answers = lines().map(str::to_owned).collect(),
            "changes" => case.changes = lines().map(str::to_owned).collect(),
            "keeps" => case.keeps = text.trim().to_owned(),
            "fails" => case.fails = Some(text.trim().to_owned()),
            other => unreachable!("{name}: `{other}` is no part of a case"),
        }
    }
    case
}
