//! The interactive shell: what is typed is run, one statement after another, on one session.

mod dot;
mod editor;
mod names;

use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hypostyle::core::CancellationToken;
use hypostyle::sql::Verb;
use hypostyle::{Database, Environment};

use crate::args::Global;
use crate::commands::schema::unknown;
use crate::describe::{describe, list};
use crate::exit::{Exit, Failure, Result};
use crate::interrupt::Interrupt;
use crate::output::{self, Format, Look};
use crate::parameters::Parameters;
use crate::progress::Progress;
use crate::run::{Limits, Runner, Script, Watch};
use crate::script::{Plan, Sources, Wish};
use crate::terminal::Terminal;
use dot::Dot;
use editor::{Editor, Input, is_whole};
use names::Names;

/// A shell over one database.
pub(crate) struct Repl<'a> {
    database: &'a Database,
    global: &'a Global,
    terminal: &'a Terminal,
    runner: Runner,
    interrupt: Interrupt,
    names: Arc<Mutex<Names>>,
    format: Format,
    timing: bool,
    /// A transaction was begun and not ended, as far as the statements tell.
    in_transaction: bool,
}

/// Whether the shell goes on.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Quit,
}

impl<'a> Repl<'a> {
    pub(crate) async fn open(
        database: &'a Database,
        global: &'a Global,
        terminal: &'a Terminal,
        format: Format,
        limits: Limits,
    ) -> Result<Self> {
        // The completer can do without names; statements will say what is wrong.
        let schema = hypostyle::schema::inspect(database).await.unwrap_or_default();
        let names = Names::new(&schema, database.engine().dialect);
        let mut runner = Runner::new(database, limits);
        runner.hold().await?;
        Ok(Self {
            database,
            global,
            terminal,
            runner,
            interrupt: Interrupt::listen(),
            names: Arc::new(Mutex::new(names)),
            format,
            timing: terminal.stdout,
            in_transaction: false,
        })
    }

    /// Reads from the keyboard until Ctrl-D; a failure is told and the shell goes on.
    pub(crate) async fn converse(mut self) -> Result {
        let history = state_folder().map(|folder| folder.join("history"));
        if let Some(folder) = history.as_deref().and_then(Path::parent) {
            // Without its folder the history is not kept.
            let _ = std::fs::create_dir_all(folder);
        }
        let mut editor = Editor::new(self.names.clone(), history).map_err(broken)?;
        self.greet()?;
        loop {
            let prompt = self.prompt();
            let reading = tokio::task::spawn_blocking(move || {
                let input = editor.read(&prompt);
                (editor, input)
            });
            let (returned, input) = reading.await.map_err(broken)?;
            editor = returned;
            match input.map_err(broken)? {
                Input::Cleared => {}
                Input::End => break,
                Input::Text(text) => match self.take(&text, &self.interrupt.renew()).await {
                    Ok(Flow::On) => {}
                    Ok(Flow::Quit) => break,
                    Err(failure) if failure.exit() == Exit::ClosedPipe => return Err(failure),
                    Err(failure) => {
                        failure.print(self.terminal, false, self.global.verbose);
                    }
                },
            }
        }
        self.farewell()
    }

    /// Runs what comes through a pipe, up to the first failure or Ctrl-C, also one between two
    /// statements.
    pub(crate) async fn obey(mut self) -> Result {
        let cancel = self.interrupt.current();
        let mut text = String::new();
        loop {
            let read = tokio::task::spawn_blocking(|| {
                let mut line = String::new();
                io::stdin().lock().read_line(&mut line).map(|_| line)
            });
            let line = tokio::select! {
                read = read => read.map_err(broken)?,
                () = cancel.cancelled() => return Err(Failure::new(Exit::Interrupted, "interrupted")),
            };
            let line = line.map_err(|error| Failure::file("read", "stdin", &error))?;
            let is_end = line.is_empty();
            text.push_str(&line);
            if !is_end && !is_whole(&text, self.database.engine().dialect) {
                continue;
            }
            if self.take(&std::mem::take(&mut text), &cancel).await? == Flow::Quit || is_end {
                return self.farewell();
            }
        }
    }

    async fn take(&mut self, text: &str, cancel: &CancellationToken) -> Result<Flow> {
        let text = text.trim();
        if text.starts_with(['.', '\\']) {
            return match Dot::parse(text) {
                Ok(dot) => self.command(dot).await,
                Err(wrong) => Err(Failure::invalid(wrong)),
            };
        }
        let engine = self.database.engine();
        let sources = Sources::plain(text.to_owned(), None, engine.dialect);
        let plan = Plan::new(&sources, engine, Wish::Single);
        if !plan.statements.is_empty() {
            self.run(&plan, cancel).await?;
        }
        Ok(Flow::On)
    }

    async fn run(&mut self, plan: &Plan<'_>, cancel: &CancellationToken) -> Result {
        let mut sink = output::sink(self.format, Box::new(io::stdout()), self.look());
        let progress = Progress::start(self.terminal, self.global.quiet, "");
        let watch = Watch { sink: &mut *sink, progress: &progress };
        let script = Script {
            plan,
            parameters: &Parameters::default(),
            shares: &[],
            is_verbatim: false,
            cancel,
        };
        let ran = self.runner.run(script, watch).await;
        drop(progress);
        let done = match &ran {
            Ok(()) => plan.statements.len(),
            Err(failure) => failure.statement().map_or(0, |number| number - 1),
        };
        let verbs = plan.statements[..done].iter().map(|planned| planned.class.verb);
        let has_changed_names = verbs.clone().any(changes_names);
        self.in_transaction = verbs.fold(self.in_transaction, in_transaction_after);
        // Another connection would wait for a transaction that is open here.
        if has_changed_names && !self.in_transaction {
            self.reload().await;
        }
        ran
    }

    async fn command(&mut self, dot: Dot) -> Result<Flow> {
        let mut out = io::stdout();
        match dot {
            Dot::Quit => return Ok(Flow::Quit),
            Dot::Help => out.write_all(dot::help().as_bytes())?,
            Dot::Mode(format) => self.format = format,
            Dot::Timing(timing) => self.timing = timing,
            Dot::Tables => {
                let schema = hypostyle::schema::inspect(self.database).await?;
                out.write_all(list(&schema, self.terminal).as_bytes())?;
            }
            Dot::Schema(name) => {
                let schema = hypostyle::schema::inspect(self.database).await?;
                let tables = match &name {
                    None => schema.tables.iter().collect(),
                    Some(name) => {
                        vec![schema.table(name).ok_or_else(|| unknown(&schema, name))?]
                    }
                };
                let dialect = self.database.engine().dialect;
                let described = tables.iter().map(|table| describe(table, dialect, self.terminal));
                out.write_all(described.collect::<Vec<_>>().join("\n").as_bytes())?;
            }
            Dot::Explain(sql) => {
                for line in self.database.explain(&sql, ()).await? {
                    writeln!(out, "{line}")?;
                }
            }
        }
        out.flush()?;
        Ok(Flow::On)
    }

    async fn reload(&self) {
        if let Ok(schema) = hypostyle::schema::inspect(self.database).await {
            let names = Names::new(&schema, self.database.engine().dialect);
            *self.names.lock().unwrap_or_else(PoisonError::into_inner) = names;
        }
    }

    fn look(&self) -> Look {
        Look {
            terminal: self.terminal.clone(),
            width: self.terminal.width(),
            timing: self.timing,
            verbose: self.global.verbose,
            quiet: self.global.quiet,
        }
    }

    fn prompt(&self) -> String {
        let location = &self.database.engine().location;
        let name = location.rsplit(['/', '\\', ':']).find(|part| !part.is_empty());
        let name = name.unwrap_or("hypostyle");
        let name = name.strip_suffix(".db").unwrap_or(name);
        format!("{name}{}> ", if self.in_transaction { "*" } else { "" })
    }

    fn greet(&self) -> Result {
        if self.global.quiet {
            return Ok(());
        }
        let (version, location) = (env!("CARGO_PKG_VERSION"), &self.database.engine().location);
        let greeting = format!("hypostyle {version} on {location}; .help lists the commands");
        Ok(writeln!(io::stdout(), "{greeting}")?)
    }

    fn farewell(&self) -> Result {
        if self.in_transaction && !self.global.quiet {
            writeln!(io::stderr(), "the open transaction is rolled back")?;
        }
        Ok(())
    }
}

/// Answers where the history is kept: in the XDG state folder, or in that of the home folder.
fn state_folder() -> Option<PathBuf> {
    let state = Environment::process().get("XDG_STATE_HOME").ok().flatten().map(PathBuf::from);
    let state = state.filter(|path| path.is_absolute());
    let folder = state.or_else(|| Some(std::env::home_dir()?.join(".local/state")))?;
    Some(folder.join("hypostyle"))
}

fn changes_names(verb: Verb) -> bool {
    matches!(
        verb,
        Verb::Create
            | Verb::Alter
            | Verb::Drop
            | Verb::Attach
            | Verb::Detach
            | Verb::Commit
            | Verb::Rollback
    )
}

fn in_transaction_after(before: bool, verb: Verb) -> bool {
    match verb {
        Verb::Begin => true,
        Verb::Commit | Verb::Rollback => false,
        _ => before,
    }
}

fn broken(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Failure, format!("cannot read from the terminal: {error}"))
}
