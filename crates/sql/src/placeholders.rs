use std::borrow::Cow;
use std::collections::HashMap;

use crate::lexis::is_name;
use crate::{Dialect, Error, ErrorKind, TokenKind, tokens};

mod context;

use context::Context;

/// Limits the parameters of one text, as the PostgreSQL and MySQL protocols do.
pub const PARAMETERS_MAX: usize = 65_535;

/// Says where the value of a bind comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The parameter at this position, counted from 0.
    Position(usize),
    /// The parameter of this name, written without `:`, `@` or `$`.
    Name(Box<str>),
}

/// Names the placeholders an engine takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Marker {
    /// `?`, one bind for each occurrence.
    Question,
    /// `?1`, one bind for each distinct parameter; such an engine also takes `?` for the next one.
    Numbered,
    /// `$1`, one bind for each distinct parameter.
    Dollar,
}

/// A text as the engine takes it, and the source of each of its binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translated<'a> {
    /// The text for the engine; borrowed when nothing had to change.
    pub text: Cow<'a, str>,
    /// The source of each bind, in the engine's order.
    ///
    /// # Shape
    ///
    /// [`Marker::Question`]: one per occurrence. [`Marker::Numbered`] and [`Marker::Dollar`]: one
    /// per distinct parameter. At most [`PARAMETERS_MAX`].
    pub slots: Vec<Slot>,
}

/// Rewrites the placeholders of a text into those of the engine.
///
/// Understood are `?`, `?1`, `$1` and `:name` on every dialect, `@name` on SQLite, and `$name` on
/// SQLite and DuckDB. One text keeps to one of them; `:a`, `@a` and `$a` are the same parameter. A
/// text of several statements has one parameter space.
///
/// - On PostgreSQL `?|`, `?&` and `@?` are operators, and so is a bare `?` in a text that has `$1`
///   or `:name`. `??` always means the operator `?`. For a marker other than [`Marker::Dollar`]
///   operators are written with `??`, as JDBC does.
/// - On PostgreSQL and DuckDB a `:` after a value is an operator (`a[b:c]`, `{k:v}`,
///   `JSON_OBJECT('k':v)`); on MySQL `l:BEGIN` and `l:LOOP` are labels. `::` and `:=` are operators
///   everywhere.
/// - On MySQL `@x` is a variable, and the inside of `/*! … */` is left alone.
///
/// # Errors
///
/// Each is final, and nothing has been sent.
/// - [`ErrorKind::MixedPlaceholders`]: two ways in one text; the position is that of the second.
/// - [`ErrorKind::ParameterNumber`]: a number outside `1..=65 535`.
/// - [`ErrorKind::UnusedParameter`]: a gap in the numbers; the position is that of the highest.
/// - [`ErrorKind::TooManyParameters`]: more than [`PARAMETERS_MAX`] binds.
///
/// # Examples
///
/// ```
/// use hypostyle_sql::{Dialect, Marker, Slot, translate};
///
/// let sql = "SELECT * FROM users WHERE name = :name OR nick = :name";
/// let translated = translate(sql, Dialect::Postgres, Marker::Dollar)?;
/// assert_eq!(translated.text, "SELECT * FROM users WHERE name = $1 OR nick = $1");
/// assert_eq!(translated.slots, [Slot::Name("name".into())]);
/// # Ok::<(), hypostyle_sql::Error>(())
/// ```
pub fn translate<'a>(
    text: &'a str,
    dialect: Dialect,
    marker: Marker,
) -> Result<Translated<'a>, Error> {
    if !text.bytes().any(|b| matches!(b, b'?' | b'$' | b':' | b'@')) {
        return Ok(Translated { text: Cow::Borrowed(text), slots: Vec::new() });
    }
    let marks = find(text, dialect);
    let style = one_style(&marks)?;
    let binds = bind(&marks, style)?;
    let slots = match marker {
        Marker::Question => binds.of_occurrences(),
        Marker::Numbered | Marker::Dollar => binds.parameters,
    };
    if slots.len() > PARAMETERS_MAX {
        return Err(too_many(&marks));
    }
    let is_native = style.is_none_or(|style| marker.takes(style));
    let has_edits = marks.iter().any(|mark| mark.style == Style::Operator && mark.edited(marker));
    let text = if is_native && !has_edits {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(render(text, &marks, &binds.numbers, marker))
    };
    Ok(Translated { text, slots })
}

/// A placeholder, or an operator that holds a `?`.
#[derive(Clone, Copy)]
struct Mark<'a> {
    text: &'a str,
    start: usize,
    style: Style,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Operator,
    Question,
    Numbered,
    Dollar,
    Name,
}

impl Marker {
    fn takes(self, style: Style) -> bool {
        match self {
            Marker::Question => style == Style::Question,
            Marker::Numbered => matches!(style, Style::Question | Style::Numbered),
            Marker::Dollar => style == Style::Dollar,
        }
    }

    /// Tells whether the marker would be read as one with the byte before it: `LIMIT?` is two
    /// words, `LIMIT$1` is one.
    fn joins_previous(self, byte: u8) -> bool {
        match self {
            Marker::Question | Marker::Numbered => matches!(byte, b'@' | b'?'),
            Marker::Dollar => is_name(byte) || matches!(byte, b'@' | b':'),
        }
    }

    /// Tells whether the marker would be read as one with the byte after it.
    fn joins_next(self, byte: u8) -> bool {
        match self {
            Marker::Question => matches!(byte, b'|' | b'&' | b'?'),
            Marker::Numbered | Marker::Dollar => is_name(byte),
        }
    }
}

impl<'a> Mark<'a> {
    fn new(text: &'a str, start: usize, is_placeholder: bool) -> Self {
        let (first, body) = (text.as_bytes().first(), text.get(1..).unwrap_or_default());
        let is_number = !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit());
        let style = match first {
            _ if !is_placeholder => Style::Operator,
            Some(b'?') if is_number => Style::Numbered,
            Some(b'?') => Style::Question,
            Some(b'$') if is_number => Style::Dollar,
            _ => Style::Name,
        };
        Self { text, start, style }
    }

    fn body(self) -> &'a str {
        self.text.get(1..).unwrap_or_default()
    }

    fn end(self) -> usize {
        self.start + self.text.len()
    }

    fn edited(self, marker: Marker) -> bool {
        self.operator(marker) != self.text
    }

    fn operator(self, marker: Marker) -> String {
        let operator = self.text.replace("??", "?");
        if marker == Marker::Dollar { operator } else { operator.replace('?', "??") }
    }

    fn number(self) -> Result<usize, Error> {
        match self.body().parse() {
            Ok(number @ 1..=PARAMETERS_MAX) => Ok(number),
            _ => Err(Error::new(
                ErrorKind::ParameterNumber,
                self.start,
                format!("parameter {} is not in 1..={PARAMETERS_MAX}; renumber it", self.text),
            )),
        }
    }
}

fn find(text: &str, dialect: Dialect) -> Vec<Mark<'_>> {
    let has_operators = dialect.lexis().question_operators;
    let mut marks = Vec::new();
    let mut context = Context::new(text, dialect);
    for token in tokens(text, dialect) {
        let is_placeholder = token.kind == TokenKind::Placeholder;
        if is_placeholder || (has_operators && token.kind == TokenKind::Operator) {
            let piece = token.text(text);
            if is_placeholder && !context.makes_operator(piece) {
                marks.push(Mark::new(piece, token.start, true));
            } else if !is_placeholder && piece.contains('?') {
                marks.push(Mark::new(piece, token.start, false));
            }
        }
        context.pass(token);
    }
    if has_operators && marks.iter().any(|mark| matches!(mark.style, Style::Dollar | Style::Name)) {
        for mark in &mut marks {
            if matches!(mark.style, Style::Question | Style::Numbered) {
                mark.style = Style::Operator;
            }
        }
    }
    marks
}

fn one_style(marks: &[Mark<'_>]) -> Result<Option<Style>, Error> {
    let mut placeholders = marks.iter().filter(|mark| mark.style != Style::Operator);
    let Some(first) = placeholders.next() else { return Ok(None) };
    match placeholders.find(|mark| mark.style != first.style) {
        None => Ok(Some(first.style)),
        Some(other) => Err(Error::new(
            ErrorKind::MixedPlaceholders,
            other.start,
            format!(
                "placeholders {} (at byte {}) and {} (at byte {}) are mixed; \
                 write all of them in one way",
                first.text, first.start, other.text, other.start
            ),
        )),
    }
}

struct Binds {
    /// The distinct parameters in order.
    parameters: Vec<Slot>,
    /// For each placeholder in the text the number of its parameter, counted from 1.
    numbers: Vec<usize>,
}

impl Binds {
    fn of_occurrences(&self) -> Vec<Slot> {
        let slots = self.numbers.iter().filter_map(|number| self.parameters.get(number - 1));
        slots.cloned().collect()
    }
}

fn bind(marks: &[Mark<'_>], style: Option<Style>) -> Result<Binds, Error> {
    let placeholders = || marks.iter().filter(|mark| mark.style != Style::Operator);
    match style {
        None | Some(Style::Operator) => Ok(Binds { parameters: Vec::new(), numbers: Vec::new() }),
        Some(Style::Question) => {
            let count = placeholders().count();
            let parameters = (0..count).map(Slot::Position).collect();
            Ok(Binds { parameters, numbers: (1..=count).collect() })
        }
        Some(Style::Numbered | Style::Dollar) => {
            let numbers = placeholders().map(|m| m.number()).collect::<Result<Vec<_>, _>>()?;
            let highest = numbers.iter().copied().max().unwrap_or_default();
            refuse_gaps(marks, &numbers, highest)?;
            Ok(Binds { parameters: (0..highest).map(Slot::Position).collect(), numbers })
        }
        Some(Style::Name) => {
            let (mut parameters, mut numbers, mut known) = (Vec::new(), Vec::new(), HashMap::new());
            for mark in placeholders() {
                let number = *known.entry(mark.body()).or_insert_with(|| {
                    parameters.push(Slot::Name(mark.body().into()));
                    parameters.len()
                });
                numbers.push(number);
            }
            Ok(Binds { parameters, numbers })
        }
    }
}

fn refuse_gaps(marks: &[Mark<'_>], numbers: &[usize], highest: usize) -> Result<(), Error> {
    let mut used = vec![false; highest];
    for number in numbers {
        if let Some(used) = used.get_mut(number - 1) {
            *used = true;
        }
    }
    let Some(unused) = used.iter().position(|used| !used) else { return Ok(()) };
    let placeholders = marks.iter().filter(|mark| mark.style != Style::Operator);
    let last = placeholders.zip(numbers).find(|(_, number)| **number == highest);
    let (position, sign) =
        last.map_or((0, "$"), |(mark, _)| (mark.start, mark.text.get(..1).unwrap_or_default()));
    Err(Error::new(
        ErrorKind::UnusedParameter,
        position,
        format!("parameter {sign}{} is never used; use it or renumber the others", unused + 1),
    ))
}

fn too_many(marks: &[Mark<'_>]) -> Error {
    let mut placeholders = marks.iter().filter(|mark| mark.style != Style::Operator);
    let position = placeholders.nth(PARAMETERS_MAX).map_or(0, |mark| mark.start);
    let message = format!("there are more than {PARAMETERS_MAX} parameters; send fewer at a time");
    Error::new(ErrorKind::TooManyParameters, position, message)
}

fn render(text: &str, marks: &[Mark<'_>], numbers: &[usize], marker: Marker) -> String {
    let mut output = String::with_capacity(text.len() + marks.len());
    let (mut copied, mut numbers) = (0, numbers.iter());
    for mark in marks {
        output.push_str(text.get(copied..mark.start).unwrap_or_default());
        copied = mark.end();
        let next = text.as_bytes().get(copied).copied();
        if mark.style == Style::Operator {
            output.push_str(&mark.operator(marker));
            if mark.edited(marker) && next.is_some_and(|b| b.is_ascii_digit()) {
                output.push(' ');
            }
            continue;
        }
        let number = numbers.next().copied().unwrap_or_default();
        if output.bytes().next_back().is_some_and(|b| marker.joins_previous(b)) {
            output.push(' ');
        }
        match marker {
            Marker::Question => output.push('?'),
            Marker::Numbered => output.push_str(&format!("?{number}")),
            Marker::Dollar => output.push_str(&format!("${number}")),
        }
        if next.is_some_and(|b| marker.joins_next(b)) {
            output.push(' ');
        }
    }
    output.push_str(text.get(copied..).unwrap_or_default());
    output
}

#[cfg(test)]
mod tests;
