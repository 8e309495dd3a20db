//! Holds the house to its plan: which crate may import which, and what library code never says.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Every member of the workspace and the members it may depend on (tests aside). A crate stands
/// below everything it imports, so the arrows cannot form a circle.
const ARROWS: &[(&str, &[&str])] = &[
    ("hypostyle-sql", &[]),
    ("hypostyle-macros", &[]),
    ("hypostyle-core", &["hypostyle-sql"]),
    ("hypostyle-layers", &["hypostyle-core"]),
    ("hypostyle-arrow", &["hypostyle-core"]),
    ("hypostyle-schema", &["hypostyle-core", "hypostyle-sql"]),
    (
        "hypostyle-model",
        &["hypostyle-core", "hypostyle-macros", "hypostyle-schema", "hypostyle-sql"],
    ),
    ("hypostyle-duckdb", &["hypostyle-core", "hypostyle-sql"]),
    ("hypostyle-net", &["hypostyle-core"]),
    ("hypostyle-mysql", &["hypostyle-core", "hypostyle-net", "hypostyle-sql"]),
    ("hypostyle-postgres", &["hypostyle-core", "hypostyle-net", "hypostyle-sql"]),
    ("hypostyle-sqlite", &["hypostyle-core", "hypostyle-sql"]),
    (
        "hypostyle",
        &[
            "hypostyle-arrow",
            "hypostyle-core",
            "hypostyle-duckdb",
            "hypostyle-layers",
            "hypostyle-macros",
            "hypostyle-model",
            "hypostyle-mysql",
            "hypostyle-postgres",
            "hypostyle-schema",
            "hypostyle-sql",
            "hypostyle-sqlite",
        ],
    ),
    ("hypostyle-server", &["hypostyle"]),
    ("hypostyle-examples", &["hypostyle"]),
    ("hypostyle-app", &["hypostyle"]),
    ("hypostyle-check", &["hypostyle"]),
    ("hypostyle-cli", &["hypostyle", "hypostyle-app", "hypostyle-check", "hypostyle-server"]),
    (
        "hypostyle-testkit",
        &[
            "hypostyle",
            "hypostyle-arrow",
            "hypostyle-core",
            "hypostyle-model",
            "hypostyle-schema",
            "hypostyle-sql",
        ],
    ),
];

const FILE_LINES_MAX: usize = 500;

/// What library code never says, each with what to do instead. The needles are in pieces so that
/// this file does not find itself.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("todo", "!("), "refuse with `Unsupported`"),
    (concat!("unimplemented", "!("), "refuse with `Unsupported`"),
    (concat!("panic", "!("), "return an error"),
    (concat!(".unwrap", "()"), "return an error, or `expect` what makes it impossible"),
];

/// What no file says, tests included.
const FORBIDDEN_EVERYWHERE: &[(&str, &str)] = &[
    (concat!("#[", "ignore"), "a test runs or is deleted"),
    (concat!("#[", "allow("), "use `#[expect(lint, reason = \"…\")]`"),
    (concat!("#![", "allow("), "use `#![expect(lint, reason = \"…\")]`"),
];

#[test]
fn members_depend_only_along_the_arrows() -> Outcome {
    assert_clean(arrow_faults(&workspace_metadata()?));
    Ok(())
}

#[test]
fn arrows_point_only_upwards_in_the_table() {
    for (row, (member, allowed)) in ARROWS.iter().enumerate() {
        for import in *allowed {
            let is_above = ARROWS[..row].iter().any(|(above, _)| above == import);
            assert!(is_above, "{member} may import {import}, which must stand above it");
        }
    }
}

#[test]
fn members_take_the_lints_of_the_workspace() -> Outcome {
    let mut faults = Vec::new();
    for package in packages(&workspace_metadata()?) {
        let manifest = text(package, "manifest_path");
        if !takes_workspace_lints(&fs::read_to_string(manifest)?) {
            faults.push(format!("{manifest}: `[lints] workspace = true` is missing"));
        }
    }
    assert_clean(faults);
    Ok(())
}

#[test]
fn library_sources_are_tidy() -> Outcome {
    let mut faults = Vec::new();
    for (path, source) in rust_files()?.iter().filter(|(path, _)| is_library_source(path)) {
        let lines = source.lines().count();
        if lines > FILE_LINES_MAX {
            faults.push(format!("{}: {lines} lines, at most {FILE_LINES_MAX}", path.display()));
        }
        faults.extend(line_faults(path, without_test_module(source), FORBIDDEN));
    }
    assert_clean(faults);
    Ok(())
}

#[test]
fn no_file_ignores_tests_or_silences_lints() -> Outcome {
    let mut faults = Vec::new();
    for (path, source) in rust_files()? {
        faults.extend(line_faults(&path, &source, FORBIDDEN_EVERYWHERE));
    }
    assert_clean(faults);
    Ok(())
}

#[test]
fn forbidden_arrow_is_reported() {
    let upwards = json!({ "name": "hypostyle-server", "kind": null, "path": "/crates/server" });
    let fault = "hypostyle-core may not depend on hypostyle-server";
    assert!(faults_of("hypostyle-core", &upwards).contains(&fault.to_owned()));
}

#[test]
fn forbidden_build_arrow_is_reported() {
    let upwards = json!({ "name": "hypostyle", "kind": "build", "path": "/crates/hypostyle" });
    let fault = "hypostyle-sql may not depend on hypostyle";
    assert!(faults_of("hypostyle-sql", &upwards).contains(&fault.to_owned()));
}

#[test]
fn allowed_test_and_registry_dependencies_are_not_reported() {
    for dependency in [
        json!({ "name": "hypostyle-sql", "kind": null, "path": "/crates/sql" }),
        json!({ "name": "hypostyle-testkit", "kind": "dev", "path": "/crates/testkit" }),
        json!({ "name": "tokio", "kind": null }),
    ] {
        let faults = faults_of("hypostyle-core", &dependency);
        assert!(!faults.iter().any(|fault| fault.contains("may not")), "{faults:?}");
    }
}

#[test]
fn unknown_member_is_reported() {
    let tokio = json!({ "name": "tokio", "kind": null });
    let fault = "hypostyle-new is unknown: add its arrows to the table";
    assert!(faults_of("hypostyle-new", &tokio).contains(&fault.to_owned()));
}

#[test]
fn lines_are_judged_outside_comments_and_test_modules() {
    let unwrap = FORBIDDEN[3].0;
    let source =
        format!("/// x{unwrap}\nfn f() {{ x{unwrap} }}\n#[cfg(test)]\nmod tests {{ x{unwrap} }}\n");
    let faults = line_faults(Path::new("a.rs"), without_test_module(&source), FORBIDDEN);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("a.rs:2: "), "{faults:?}");
}

/// What the plan has against these packages, a sentence each.
fn arrow_faults(metadata: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for package in packages(metadata) {
        let member = text(package, "name");
        match ARROWS.iter().find(|(known, _)| *known == member) {
            None => faults.push(format!("{member} is unknown: add its arrows to the table")),
            Some((_, allowed)) => faults.extend(
                imports(package)
                    .filter(|import| !allowed.contains(import))
                    .map(|import| format!("{member} may not depend on {import}")),
            ),
        }
    }
    for (known, _) in ARROWS {
        if !packages(metadata).any(|package| text(package, "name") == *known) {
            faults.push(format!("{known} is gone: take its arrows out of the table"));
        }
    }
    faults
}

/// The normal and build dependencies that are folders beside the crate, not of a registry.
fn imports(package: &Value) -> impl Iterator<Item = &str> {
    list(package, "dependencies")
        .filter(|dependency| dependency["kind"] != "dev" && dependency["path"].is_string())
        .map(|dependency| text(dependency, "name"))
}

/// The faults of a workspace with one member that has one dependency.
fn faults_of(member: &str, dependency: &Value) -> Vec<String> {
    arrow_faults(&json!({ "packages": [{ "name": member, "dependencies": [dependency] }] }))
}

fn workspace_metadata() -> Outcome<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(workspace_root())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    list(metadata, "packages")
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn takes_workspace_lints(manifest: &str) -> bool {
    let section = manifest.split("\n[").find_map(|section| section.strip_prefix("lints]\n"));
    let mut lines = section.unwrap_or_default().lines();
    lines.any(|line| line.trim() == "workspace = true")
}

fn workspace_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust file of every member: its path from the root of the workspace, and its text.
fn rust_files() -> Outcome<Vec<(PathBuf, String)>> {
    let root = workspace_root();
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates"), root.join("drivers")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.strip_prefix(&root)?.to_owned(), fs::read_to_string(&path)?));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a path is `crates/*/src/…` or `drivers/*/src/…` and no module of tests.
fn is_library_source(path: &Path) -> bool {
    let mut parts = path.components().map(|part| part.as_os_str());
    parts.nth(2).is_some_and(|part| part == "src")
        && !parts.any(|part| part == "tests" || part == "tests.rs")
}

/// The source before its `mod tests`: Clippy's `items_after_test_module` keeps that one last.
fn without_test_module(source: &str) -> &str {
    let end = source.find("\nmod tests {").unwrap_or(source.len());
    &source[..end]
}

fn line_faults(path: &Path, source: &str, needles: &[(&str, &str)]) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, line) in source.lines().enumerate() {
        for (needle, advice) in needles {
            if line.contains(needle) && !line.trim_start().starts_with("//") {
                faults.push(format!("{}:{}: {needle}…: {advice}", path.display(), index + 1));
            }
        }
    }
    faults
}

fn assert_clean(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}
