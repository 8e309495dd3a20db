//! What git remembers of a file that was changed after it was applied.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use similar::TextDiff;

use super::body::Script;
use super::checksum::checksum;

/// The most revisions of a file that are looked at.
const REVISIONS_MAX: usize = 50;

/// The most lines of a difference that are shown.
const LINES_MAX: usize = 40;

/// How long each of the two calls of git may take.
const TIME_MAX: Duration = Duration::from_secs(5);

/// Answers how a file differs from the revision that was applied, where git has that revision.
/// Blocks while git runs.
pub(super) fn difference(path: &Path, applied: &str) -> Option<String> {
    let folder = path.parent()?;
    let name = path.file_name()?.to_str()?;
    let revisions = REVISIONS_MAX.to_string();
    let log = ["log", "--follow", "--format=%H", "--name-only", "-z", "-n", &revisions, "--", name];
    let log = git(folder, &log, String::new())?;
    let ask = objects(std::str::from_utf8(&log).ok()?);
    let answer = git(folder, &["cat-file", "--batch"], ask)?;
    let was = blobs(&answer).find(|text| {
        let (up, _) = Script::sections((*text).to_owned().into(), name);
        checksum(&up.text) == applied
    })?;
    let is = std::fs::read_to_string(path).ok()?;
    Some(shown(&plain(was), &plain(&is), name))
}

/// Asks for the file in each revision: what git logs are a commit and the file's path then.
fn objects(log: &str) -> String {
    let mut ask = String::new();
    let mut commit = None;
    for word in log.split(['\0', '\n']).filter(|word| !word.is_empty()) {
        match commit.take() {
            // Writing to a string does not fail.
            Some(commit) => _ = writeln!(ask, "{commit}:{word}"),
            None => commit = Some(word),
        }
    }
    ask
}

/// Reads what `git cat-file --batch` answers: a line that ends in the size, then the bytes.
fn blobs(mut answer: &[u8]) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        loop {
            let end = answer.iter().position(|byte| *byte == b'\n')?;
            let head = std::str::from_utf8(&answer[..end]).ok()?;
            let rest = &answer[end + 1..];
            let Some(size) = head.rsplit(' ').next().and_then(|size| size.parse().ok()) else {
                answer = rest;
                continue;
            };
            let bytes = rest.get(..size)?;
            answer = rest.get(size + 1..).unwrap_or_default();
            if let Ok(text) = std::str::from_utf8(bytes) {
                return Some(text);
            }
        }
    })
}

/// A text without what makes no difference.
fn plain(text: &str) -> String {
    let lines = text.trim_start_matches('\u{feff}').trim_end().lines();
    lines.map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn shown(was: &str, is: &str, name: &str) -> String {
    let diff = TextDiff::from_lines(was, is);
    let (applied, now) = (format!("{name} (applied)"), format!("{name} (now)"));
    let diff = diff.unified_diff().header(&applied, &now).to_string();
    let mut lines: Vec<&str> = diff.lines().collect();
    if lines.len() > LINES_MAX {
        lines.truncate(LINES_MAX);
        lines.push("…");
    }
    lines.join("\n")
}

/// Runs git, where there is one, and answers its output.
fn git(folder: &Path, arguments: &[&str], input: String) -> Option<Vec<u8>> {
    let mut child = Command::new("git")
        .args(["--no-optional-locks", "--no-pager", "--literal-pathspecs"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (mut stdin, mut stdout) = (child.stdin.take()?, child.stdout.take()?);
    thread::spawn(move || stdin.write_all(input.as_bytes()));
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = stdout.read_to_end(&mut output);
        send.send(read.map(|_| output))
    });
    let output = receive.recv_timeout(TIME_MAX);
    if output.is_err() {
        // It may have ended by itself just now.
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    output.ok()?.ok().filter(|_| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_answers_is_read() {
        assert_eq!(objects("c1\0\na/x.sql\0c2\0\nb/y z.sql\0"), "c1:a/x.sql\nc2:b/y z.sql\n");
        let answer = b"o1 blob 4\na\nb\n\nc:x missing\no2 blob 2\n\xff\n\no3 blob 0\n\n";
        assert_eq!(blobs(answer).collect::<Vec<_>>(), ["a\nb\n", ""]);
    }

    #[test]
    fn a_difference_is_cut_where_it_is_long() {
        let short = shown("a\nb\n", "a\nc\n", "x.sql");
        assert_eq!(short, "--- x.sql (applied)\n+++ x.sql (now)\n@@ -1,2 +1,2 @@\n a\n-b\n+c");
        let long: String = (0..99).map(|line| format!("{line}\n")).collect();
        let long = shown("", &long, "x.sql");
        assert_eq!((long.lines().count(), long.ends_with("\n…")), (41, true));
    }
}
