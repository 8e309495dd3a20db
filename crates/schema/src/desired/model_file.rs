//! A model file: read, and held to its rules.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;

use hypostyle_core::{Database, Error, ErrorKind};
use hypostyle_sql::{Dialect, split};

use super::statement::object;
use super::types::{Edit, edited, edits, origin};
use super::{Object, ObjectKind, Problem, header};
use crate::files::read_text;
use crate::script::{Place, flaw};

/// The most bytes of a model file.
pub const MODEL_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The most objects of a model file.
pub const OBJECTS_MAX: usize = 10_000;

/// The tables that a module wants, in the database that it names and the words of its engine.
///
/// # Examples
/// ```
/// use hypostyle_schema::desired::ModelFile;
/// let text = "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY);\nDROP TABLE old;";
/// let problem = ModelFile::parse(text, "modules/shop/models.sql").unwrap_err();
/// assert_eq!(
///     problem.to_string(),
///     "modules/shop/models.sql:3:1: `DROP TABLE old` may not stand in a model file; expected \
///      CREATE TABLE, INDEX, VIEW, TRIGGER or VIRTUAL TABLE"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelFile {
    pub(super) file: String,
    database: String,
    pub(super) dialect: Dialect,
    pub(super) text: String,
    pub(super) parts: Vec<Part>,
}

/// A statement and what it makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) object: Object,
    /// Where the statement begins and ends in the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) line: usize,
    /// What stands in its place for names of types that the engine does not have.
    edits: Vec<Edit>,
}

impl ModelFile {
    /// Reads a file in the words of SQLite.
    ///
    /// # Errors
    /// As [`ModelFile::read_with`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Problem> {
        Self::read_with(path, |_| Dialect::Sqlite)
    }

    /// Reads a file in the words of an engine that is told by the name of its database.
    ///
    /// # Errors
    /// A [`Problem`] as [`ModelFile::parse_in`], and for a file that cannot be read, is not UTF-8 or
    /// is larger than [`MODEL_BYTES_MAX`].
    pub fn read_with(
        path: impl AsRef<Path>,
        dialect: impl FnOnce(&str) -> Dialect,
    ) -> Result<Self, Problem> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let text = read_text(path, MODEL_BYTES_MAX).map_err(|error| unreadable(&file, error))?;
        let dialect = dialect(header::database(&text, &file)?);
        Self::parse_in(text, &file, dialect)
    }

    /// Reads a text in the words of SQLite; `path` names it in problems.
    ///
    /// # Errors
    /// As [`ModelFile::parse_in`].
    pub fn parse(text: impl Into<String>, path: &str) -> Result<Self, Problem> {
        Self::parse_in(text, path, Dialect::Sqlite)
    }

    /// Reads a text in the words of an engine; `path` names it in problems.
    ///
    /// # Errors
    /// A [`Problem`] for a text whose first line is not `-- database: NAME`, for a name other than a
    /// letter and up to 62 letters, digits, `_` or `-`, and for `framework`; for a string or comment
    /// that does not end; for a statement that makes no object of a schema, makes a temporary one or
    /// copies rows; for a name with a schema, a reserved beginning, or that another object of the
    /// file has; for a text larger than [`MODEL_BYTES_MAX`] or with more than [`OBJECTS_MAX`]
    /// objects.
    ///
    pub fn parse_in(
        text: impl Into<String>,
        path: &str,
        dialect: Dialect,
    ) -> Result<Self, Problem> {
        let text = text.into();
        if u64::try_from(text.len()).is_ok_and(|length| length > MODEL_BYTES_MAX) {
            let message = format!("the text is larger than {MODEL_BYTES_MAX} bytes");
            return Err(Problem::new(path, 1, message).expected("less; cut the module up"));
        }
        let database = header::database(&text, path)?.to_owned();
        if let Some((at, what)) = flaw(&text, dialect) {
            let place = Place::of(&text, at);
            return Err(Problem::new(path, place.line, what).at(place).expected("its end"));
        }
        let parts = parts(&text, path, dialect)?;
        Ok(Self { file: path.to_owned(), database, dialect, text, parts })
    }

    /// Reads the same text in the words of a database's engine, its names of types included.
    pub(super) fn of(&self, database: &Database) -> Result<Self, Problem> {
        let engine = database.engine();
        let mut models = match engine.dialect == self.dialect {
            true => self.clone(),
            false => Self::parse_in(self.text.as_str(), &self.file, engine.dialect)?,
        };
        let is_type = |object: &&Object| {
            matches!(object.kind, ObjectKind::Type | ObjectKind::Domain | ObjectKind::Extension)
        };
        let types = models.objects().filter(is_type);
        let types: Vec<String> = types.map(|object| object.name.to_lowercase()).collect();
        for part in models.parts.iter_mut().filter(|part| part.object.kind == ObjectKind::Table) {
            let statement = models.text.get(part.start..part.end).unwrap_or_default();
            part.edits = edits(statement, engine, &types);
        }
        Ok(models)
    }

    /// Answers the name of the database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Answers the file, as the caller named it.
    pub fn path(&self) -> &str {
        &self.file
    }

    /// Answers the objects in the order of the file.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.parts.iter().map(|part| &part.object)
    }

    pub(super) fn statement(&self, part: &Part) -> String {
        edited(self.text.get(part.start..part.end).unwrap_or_default(), &part.edits)
    }

    /// Says where in the file the engine found a statement wrong.
    pub(super) fn problem_of(&self, part: &Part, error: Error) -> Problem {
        let problem = Problem::new(&self.file, part.line, error.message());
        let problem = match error.position() {
            Some(position) => {
                let at = part.start + origin(position, &part.edits);
                problem.at(Place::of(&self.text, at))
            }
            None => problem,
        };
        problem.caused_by(error)
    }

    /// Says that something other than a statement of the file failed.
    pub(super) fn problem_around(&self, what: &str, error: Error) -> Problem {
        Problem::new(&self.file, 1, format!("{what}: {}", error.message())).caused_by(error)
    }
}

fn parts(text: &str, path: &str, dialect: Dialect) -> Result<Vec<Part>, Problem> {
    let mut parts: Vec<Part> = Vec::new();
    let mut lines = HashMap::new();
    for statement in split(text, dialect) {
        let object = object(&statement, text, path, dialect)?;
        let problem = |message: String| {
            let place = Place::of(text, statement.start);
            Problem::new(path, place.line, message).at(place)
        };
        if parts.len() == OBJECTS_MAX {
            let message = format!("the file makes more than {OBJECTS_MAX} objects");
            return Err(problem(message).expected("less; cut the module up"));
        }
        match lines.entry(object.key(dialect)) {
            Entry::Vacant(entry) => drop(entry.insert(statement.line)),
            Entry::Occupied(first) => {
                let message = format!("the name of {object} is taken in line {}", first.get());
                return Err(problem(message).expected("another name"));
            }
        }
        let (start, line) = (statement.start, statement.line);
        let end = start + statement.text.len();
        parts.push(Part { object, start, end, line, edits: Vec::new() });
    }
    Ok(parts)
}

fn unreadable(file: &str, error: Error) -> Problem {
    let expected = match error.kind() {
        ErrorKind::Limit => "less; cut the module up",
        ErrorKind::Validation => "text in UTF-8",
        _ => "a file that can be read",
    };
    Problem::new(file, 1, error.message()).expected(expected).caused_by(error)
}
