//! SQLAlchemy Core on asyncpg, in Python processes of their own; absent where they are missing.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::time::Duration;

use bench_harness::{Case, ChildFigures, Sample};
use bench_work::{Entry, Make, Setup, Totals, expected_totals};

const NAME: &str = "sqlalchemy";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sqlalchemy/work.py");

/// A Python that has SQLAlchemy and asyncpg.
#[derive(Clone)]
pub(crate) struct Python {
    /// Where packages lie that are not Python's own.
    packages: Option<PathBuf>,
}

impl Python {
    /// Looks for the packages, in a folder and in Python's own.
    ///
    /// # Errors
    /// What is missing, in Python's words.
    pub(crate) fn find(packages: Option<&Path>) -> Result<Self, String> {
        let python = Self { packages: packages.map(Path::to_owned) };
        let found = python.command().args(["-c", "import sqlalchemy, asyncpg"]).output();
        let output = found.map_err(|error| format!("python3: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or("python3 failed").to_owned();
        if output.status.success() { Ok(python) } else { Err(last) }
    }

    fn command(&self) -> Command {
        let mut command = Command::new("python3");
        if let Some(packages) = &self.packages {
            command.env("PYTHONPATH", packages);
        }
        command
    }

    fn work(&self, location: &str, work: &str, argument: usize) -> Command {
        let url = location.replacen("postgres://", "postgresql+asyncpg://", 1);
        let mut command = self.command();
        command.args([SCRIPT, &url, work, &argument.to_string()]);
        command
    }

    /// The library as the others are registered. It has no bulk insert that is not also its way to
    /// write a few rows by one call.
    pub(crate) fn entry(&self) -> Entry {
        let make = |work: &'static str, rows: usize| -> Option<Make> {
            let python = self.clone();
            Some(Box::new(move |setup: &Setup| python.writing(setup, work, rows)))
        };
        let (selecting, streaming, many) = (self.clone(), self.clone(), self.clone());
        let acquiring = self.clone();
        Entry {
            point_select: Box::new(move |setup, tasks, _| {
                selecting.case(setup, "point_select", tasks)
            }),
            tasks_min: 0,
            insert: make("insert_rows", 1),
            execute_many: vec![Box::new(move |setup, rows| {
                many.writing(setup, "insert_rows", rows)
            })],
            bulk: make("insert_rows", usize::MAX >> 1),
            acquire: Some(Box::new(move |setup| acquiring.case(setup, "acquire", 1))),
            streams: Vec::new(),
            stream_elsewhere: Some(Box::new(move |setup| streaming.stream(setup))),
        }
    }

    fn case(&self, setup: &Setup, work: &str, argument: usize) -> Case {
        let worker = self.worker(setup, work, argument);
        let round = setup.round;
        Case::new(NAME, move || worker.borrow_mut().round(round))
    }

    fn writing(&self, setup: &Setup, work: &str, rows: usize) -> Case {
        let worker = self.worker(setup, work, rows);
        let (items, target, round) = (setup.items.clone(), setup.target.clone(), setup.round);
        Case::new(NAME, move || {
            target.clear();
            let sample = worker.borrow_mut().round(round);
            let written = usize::try_from(sample.operations).expect("no more rows than items");
            target.check(&items[..written]);
            target.clear();
            sample
        })
    }

    fn worker(&self, setup: &Setup, work: &str, argument: usize) -> Rc<RefCell<Worker>> {
        Rc::new(RefCell::new(Worker::start(self.work(&setup.location, work, argument))))
    }

    fn stream(&self, setup: &Setup) -> Case {
        let (python, location) = (self.clone(), setup.location.clone());
        Case::new(NAME, move || {
            let output = python.work(&location, "stream", 1).output().expect("Python starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{NAME} does not stream: {said}");
            let figures: ChildFigures<Totals> =
                serde_json::from_slice(&output.stdout).expect("it prints its figures");
            assert_eq!(figures.result, expected_totals(true), "{NAME} read other rows");
            figures.sample()
        })
    }
}

/// A Python process that works round by round.
struct Worker {
    process: Child,
    rounds: ChildStdin,
    figures: BufReader<ChildStdout>,
}

impl Worker {
    fn start(mut command: Command) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = piped.spawn().expect("Python starts");
        let rounds = process.stdin.take().expect("its input is a pipe");
        let figures = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        Self { process, rounds, figures }
    }

    fn round(&mut self, round: Duration) -> Sample {
        writeln!(self.rounds, "{}", round.as_millis()).expect("Python takes a round");
        let mut line = String::new();
        self.figures.read_line(&mut line).expect("Python answers");
        let figures = serde_json::from_str(&line);
        let [operations, wall_ns, cpu_ns]: [u64; 3] = figures.expect("Python did its round");
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
