//! Libraries of other languages and builds, each in a process of its own.
//!
//! A child is started with the engine and its place. From each line of its input it reads a work and
//! either `check N`, to answer what it reads by that number, or `round MS`, to do the work for so many
//! milliseconds and answer its operations and the nanoseconds of wall and CPU time; by JSON, in a line.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use bench_harness::{Case, Sample};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::cases::{CHECKS, Work};
use crate::keys::Keys;
use crate::place::Place;
use crate::registry::{Entry, Setup};
use crate::rows::{AUTHORS, LIKES, PARENTS, POSTS, check_found, check_parents, check_post, rows};

#[derive(Deserialize)]
struct Author {
    id: i64,
    name: String,
    email: String,
    score: f64,
    active: bool,
}

#[derive(Deserialize)]
struct Post {
    id: i64,
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

rows!(Author; Post);

/// Starts a child for all of its work.
pub(crate) fn entry(name: &'static str, mut command: Command, place: &Place) -> Entry {
    match place {
        Place::Sqlite(path) => command.args(["sqlite", path]),
        Place::Postgres(url) => command.args(["postgres", url]),
    };
    let worker = Rc::new(RefCell::new(Worker::start(name, command)));
    Box::new(move |setup: &Setup, work| {
        let (worker, round, target) = (worker.clone(), setup.round, setup.target.clone());
        worker.borrow_mut().check(work);
        Case::new(name, move || {
            work.prepare(&target);
            let sample = worker.borrow_mut().round(work, round);
            work.check(&target, sample.operations);
            sample
        })
    })
}

/// A process that works line by line.
struct Worker {
    name: &'static str,
    process: Child,
    lines: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    fn start(name: &'static str, mut command: Command) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = piped.spawn().expect("the child starts");
        let lines = process.stdin.take().expect("its input is a pipe");
        let answers = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        Self { name, process, lines, answers }
    }

    fn ask<T: DeserializeOwned>(&mut self, work: Work, what: &str, argument: i64) -> T {
        let (name, work) = (self.name, work.name());
        writeln!(self.lines, "{work} {what} {argument}").expect("the child reads");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the child answers");
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{name} did not {what} {work}: {error}"))
    }

    fn check(&mut self, work: Work) {
        let mut keys = Keys::new();
        for _ in 0..CHECKS {
            match work {
                Work::FindById => {
                    let id = keys.next_of(POSTS);
                    check_post(&self.ask::<Post>(work, "check", id), id);
                }
                Work::FindMany => {
                    let likes_min = keys.next_of(LIKES - 100);
                    check_found(&self.ask::<Vec<Post>>(work, "check", likes_min), likes_min);
                }
                Work::Include => {
                    let first = keys.next_of(AUTHORS - PARENTS);
                    let parents: Vec<(Author, Vec<Post>)> = self.ask(work, "check", first);
                    check_parents(parents, first);
                }
                Work::Create | Work::CreateMany | Work::Update | Work::Walk => {}
            }
        }
    }

    fn round(&mut self, work: Work, round: Duration) -> Sample {
        let ms = i64::try_from(round.as_millis()).expect("a round is short");
        let [operations, wall_ns, cpu_ns]: [u64; 3] = self.ask(work, "round", ms);
        let (wall, cpu) = (Duration::from_nanos(wall_ns), Duration::from_nanos(cpu_ns));
        Sample { operations, wall, cpu, growth_bytes: None }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
