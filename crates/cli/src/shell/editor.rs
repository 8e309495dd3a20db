//! The line editor: history, completion, and lines until a statement is whole.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use hypostyle::sql::is_complete;
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Helper};

use super::names::Names;

/// The statements that the history keeps.
const HISTORY_MAX: usize = 2_000;

/// What the user did at the prompt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    Text(String),
    /// Ctrl-C: the text is thrown away.
    Cleared,
    /// Ctrl-D.
    End,
}

/// Reads statements from the keyboard.
pub(super) struct Editor {
    editor: rustyline::Editor<Assistant, DefaultHistory>,
    history: Option<PathBuf>,
}

impl Editor {
    pub(super) fn new(
        names: Arc<Mutex<Names>>,
        history: Option<PathBuf>,
    ) -> Result<Self, ReadlineError> {
        let config = Config::builder()
            .max_history_size(HISTORY_MAX)?
            .history_ignore_space(true)
            .completion_type(CompletionType::List)
            .build();
        let mut editor = rustyline::Editor::with_config(config)?;
        editor.set_helper(Some(Assistant { names }));
        if let Some(history) = &history {
            // The first start has none.
            let _ = editor.load_history(history);
        }
        Ok(Self { editor, history })
    }

    pub(super) fn read(&mut self, prompt: &str) -> Result<Input, ReadlineError> {
        match self.editor.readline(prompt) {
            Ok(text) => {
                self.remember(&text)?;
                Ok(Input::Text(text))
            }
            Err(ReadlineError::Interrupted) => Ok(Input::Cleared),
            Err(ReadlineError::Eof) => Ok(Input::End),
            Err(error) => Err(error),
        }
    }

    /// Writes each statement at once, so that none is lost; rustyline makes the file for its owner
    /// alone.
    fn remember(&mut self, text: &str) -> Result<(), ReadlineError> {
        if text.trim().is_empty() || !self.editor.add_history_entry(text)? {
            return Ok(());
        }
        if let Some(history) = &self.history
            && self.editor.append_history(history).is_err()
        {
            // A history that cannot be kept, as in a folder without the right to write, is no
            // reason to stop.
            self.history = None;
        }
        Ok(())
    }
}

/// What the editor asks while a statement is written.
struct Assistant {
    names: Arc<Mutex<Names>>,
}

impl Helper for Assistant {}
impl Highlighter for Assistant {}
impl Hinter for Assistant {
    type Hint = String;
}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(
        &self,
        text: &str,
        cursor: usize,
        _context: &Context<'_>,
    ) -> Result<(usize, Vec<Pair>), ReadlineError> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, found) = names.complete(text, cursor);
        let pair = |name: String| Pair { display: name.clone(), replacement: name };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

impl Validator for Assistant {
    fn validate(
        &self,
        context: &mut ValidationContext<'_>,
    ) -> Result<ValidationResult, ReadlineError> {
        let dialect = self.names.lock().unwrap_or_else(PoisonError::into_inner).dialect();
        Ok(match is_whole(context.input(), dialect) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

/// Tells whether a text can be run: a command, a finished statement, or nothing.
pub(super) fn is_whole(text: &str, dialect: hypostyle::sql::Dialect) -> bool {
    let text = text.trim();
    text.is_empty() || text.starts_with(['.', '\\']) || is_complete(text, dialect)
}
