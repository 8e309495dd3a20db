//! What may be a rename: the question, and its answer.

use std::fmt;
use std::str::FromStr;

use hypostyle_core::{Error, ErrorKind};
use serde::Serialize;

/// Something gone and something new that look alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Question {
    /// The table it is about; `None` when the tables themselves are what may be renamed.
    pub table: Option<String>,
    /// What is gone.
    pub from: String,
    /// What is new.
    pub to: String,
}

impl Question {
    /// Answers what is gone, as an [`Answer`] writes it.
    pub fn subject(&self) -> String {
        match &self.table {
            Some(table) => format!("{table}.{}", self.from),
            None => self.from.clone(),
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, subject, to) = (self.what(), self.subject(), &self.to);
        write!(
            f,
            "was the {what} `{subject}` renamed to `{to}`? Say `{subject}={to}` if so, and \
             `{subject}=` if it is to be dropped with its data"
        )
    }
}

impl Question {
    fn what(&self) -> &'static str {
        if self.table.is_some() { "column" } else { "table" }
    }
}

/// The questions that keep a plan from being made, as the source of its error.
///
/// # Examples
/// ```
/// use hypostyle_core::Type;
/// use hypostyle_schema::diff::{OpenQuestions, diff};
/// use hypostyle_schema::{Column, Schema, Table, plan};
/// use hypostyle_sql::Dialect;
/// let named = |name| Table::new("item").with(Column::new("id", Type::I64)).with(Column::new(name, Type::Text));
/// let [from, to] = ["name", "title"].map(|name| Schema { tables: vec![named(name)], ..Schema::default() });
/// let found = diff(&from, &to, Dialect::Sqlite, &[]);
/// let error = plan::plan(&found, &from, &to, Dialect::Sqlite).unwrap_err();
/// let open = OpenQuestions::of(&error).expect("it is open");
/// assert_eq!(open.0[0].subject(), "item.name");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestions(pub Vec<Question>);

impl OpenQuestions {
    /// Finds the questions that an error was made for.
    pub fn of(error: &Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }
}

impl fmt::Display for OpenQuestions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let questions: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&questions.join("\n"))
    }
}

impl std::error::Error for OpenQuestions {}

/// What became of a table or column that is gone.
///
/// # Shape
/// `old=new` for a table that was renamed, `table.old=new` for a column; with nothing after the `=`
/// it is to be dropped. The table goes by its new name.
///
/// # Examples
/// ```
/// use hypostyle_schema::diff::Answer;
/// let answer: Answer = "person.mail=email".parse()?;
/// assert_eq!((&*answer.subject, answer.to.as_deref()), ("person.mail", Some("email")));
/// assert_eq!("person.fax=".parse::<Answer>()?.to, None);
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What is gone: a table, or a table and its column.
    pub subject: String,
    /// Its new name; `None` where it is to be dropped.
    pub to: Option<String>,
}

impl FromStr for Answer {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once('=') {
            Some((subject, to)) if !subject.is_empty() => {
                let to = Some(to).filter(|to| !to.is_empty()).map(str::to_owned);
                Ok(Self { subject: subject.to_owned(), to })
            }
            _ => {
                let message = format!(
                    "`{text}` says nothing of a rename; write old=new for a table, \
                     table.old=new for a column, and nothing after the `=` to drop it"
                );
                Err(Error::new(ErrorKind::Validation, message))
            }
        }
    }
}
