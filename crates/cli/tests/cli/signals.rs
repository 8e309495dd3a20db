//! Ctrl-C, closed pipes and SIGTERM.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::place::Place;

const ENDLESS: &str =
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
/// Ten times what any of this takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn code(child: &mut Child) -> Option<i32> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the program did not end within {PATIENCE:?}");
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "a test without a runtime waits for a process"
        )]
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until the program has written its first line.
fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    line
}

#[test]
fn ctrl_c_cancels_the_statement_and_undoes_the_script() {
    let place = Place::with_shop();
    let script = format!("SELECT 1 AS begun; DELETE FROM line; {ENDLESS}");
    let mut child = place.command(&["query", "-d", "shop.db", &script]).spawn().unwrap();
    first_line(&mut child);
    send(&child, "-INT");
    assert_eq!(code(&mut child), Some(130));
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("cancelled") && told.contains("nothing was changed"), "{told}");
    assert_eq!(place.query(&["SELECT count(*) AS n FROM line", "--json"]), "[{\"n\":2}]\n");
}

#[test]
fn ctrl_c_and_a_timeout_stop_the_statement_of_a_document_and_undo_it() {
    let place = Place::with_shop();
    let document = format!(
        r#"{{"operation": "transaction", "operations": [
            {{"operation": "delete", "table": "line", "all": true}},
            {{"operation": "query", "query": "{ENDLESS}"}}]}}"#
    );
    let arguments = ["operate", "-d", "shop.db", "--sql", "writes"];
    let mut command = place.command(&[&arguments[..], &[&document]].concat());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    wait_until_locked(&place);
    send(&child, "-INT");
    assert_eq!(code(&mut child), Some(130));
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("cancelled"), "{told}");
    let timed_out = place.run(&[&arguments[..], &["--timeout", "50ms", &document]].concat());
    assert!(timed_out.stderr.contains("timeout"), "{timed_out:?}");
    assert_eq!(place.query(&["SELECT count(*) AS n FROM line", "--json"]), "[{\"n\":2}]\n");
}

/// Waits until a transaction that writes keeps others from it.
fn wait_until_locked(place: &Place) {
    let began = Instant::now();
    let write = ["query", "-d", "sqlite:shop.db?busy_timeout=1", "BEGIN IMMEDIATE; ROLLBACK"];
    while place.run(&write).code == 0 {
        assert!(began.elapsed() < PATIENCE, "nothing began to write");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let place = Place::new();
    let text = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n";
    for format in ["table", "csv", "json", "jsonl"] {
        let arguments = ["query", "-d", "sqlite::memory:", "--format", format, text];
        let mut child = place.command(&arguments).spawn().unwrap();
        first_line(&mut child);
        drop(child.stdout.take());
        assert_eq!(code(&mut child), Some(141), "{format}");
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert_eq!(told, "", "{format}");
    }
}

#[test]
fn a_closed_pipe_panics_no_command() {
    let place = Place::with_shop();
    let commands: [&[&str]; 6] = [
        &["schema", "inspect", "-d", "shop.db"],
        &["doctor", "-d", "shop.db"],
        &["completions", "zsh"],
        &["--help"],
        &["query", "-d", "shop.db", "SELECT 1"],
        &["demo", "--no-serve", "--orders", "10"],
    ];
    for arguments in commands {
        let mut child = place.command(arguments).stdout(closed_pipe()).spawn().unwrap();
        code(&mut child);
        let mut told = String::new();
        child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
        assert!(!told.contains("panicked"), "{arguments:?}: {told}");
    }
}

/// A pipe whose reader is gone.
fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

#[test]
fn ctrl_c_between_two_statements_of_a_pipe_ends_the_shell() {
    let place = Place::with_shop();
    for _ in 0..20 {
        let mut command = place.command(&["shell", "-d", "shop.db"]);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let many = "SELECT 1 AS begun;\n".repeat(200);
        std::io::Write::write_all(&mut pipe, many.as_bytes()).unwrap();
        first_line(&mut child);
        send(&child, "-INT");
        assert_eq!(code(&mut child), Some(130));
    }
}

#[test]
fn ctrl_c_ends_a_shell_that_waits_for_a_pipe() {
    let place = Place::with_shop();
    let mut command = place.command(&["shell", "-d", "shop.db"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut pipe, b"SELECT 1 AS begun;\n").unwrap();
    first_line(&mut child);
    send(&child, "-INT");
    assert_eq!(code(&mut child), Some(130));
}
