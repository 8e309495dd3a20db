//! Statements: what is known of one, the bounded cache of a connection, and how one is described.

use std::sync::Arc;

use fallible_iterator::FallibleIterator;
use hashbrown::HashMap;
use hypostyle_core::{Column, Columns, Params, ValueRef};
use hypostyle_sql::{Marker, Slot, TokenKind, Verb, classify, split, tokens, translate};
use postgres_protocol::message::{backend::Message, backend::RowDescriptionBody, frontend};
use sha2::{Digest, Sha256};

use crate::connection::PostgresConnection;
use crate::failure::{Attempt, Failure};
use crate::pipeline::Heaviness;
use crate::taint::Taint;
use crate::types::{self, Kind, Oid, PgType};

/// A statement as the server described it.
pub(crate) struct Description {
    /// The text as the server takes it.
    pub(crate) sql: Box<str>,
    /// The same text has the same name on every server: behind a pooler it never means another.
    pub(crate) name: Box<str>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) params: Vec<Arc<PgType>>,
    /// The types asked for in place of those the server would infer; 0 for none.
    pub(crate) wished: Vec<Oid>,
    pub(crate) output: Arc<Output>,
    pub(crate) taint: Taint,
    /// The server cannot infer the types of the parameters: they are those of the values.
    pub(crate) is_untyped: bool,
    /// Its reads have shown to be long, and do not share connections for a while.
    pub(crate) heaviness: Heaviness,
}

/// The columns of a result, and how their values are read.
#[derive(Default)]
pub(crate) struct Output {
    pub(crate) columns: Arc<Columns>,
    pub(crate) types: Vec<Arc<PgType>>,
    pub(crate) formats: Vec<i16>,
}

impl Output {
    /// Tells whether the columns are those that the server tells of now.
    pub(crate) fn is_of(&self, fields: &[Field]) -> bool {
        let known = self.types.iter().zip(self.columns.iter());
        self.types.len() == fields.len()
            && known
                .zip(fields)
                .all(|((kind, column), field)| kind.oid == field.oid && column.name == field.name)
    }
}

/// A text that was looked at: one statement, or several.
pub(crate) enum Plan {
    One(Sketch),
    Several,
}

/// What is known of a statement before the server sees it.
pub(crate) struct Sketch {
    pub(crate) sql: Box<str>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) taint: Taint,
}

/// Descriptions by the text of the caller; of too many the longest unused goes.
pub(crate) struct Cache {
    by_text: HashMap<Box<str>, Entry>,
    uses: u64,
    max: usize,
}

struct Entry {
    description: Arc<Description>,
    used: u64,
}

impl Cache {
    pub(crate) fn new(max: usize) -> Self {
        Self { by_text: HashMap::new(), uses: 0, max }
    }

    #[inline]
    pub(crate) fn find(&mut self, text: &str) -> Option<&Arc<Description>> {
        let entry = self.by_text.get_mut(text)?;
        self.uses += 1;
        entry.used = self.uses;
        Some(&entry.description)
    }

    /// Keeps a description; answers the one that had to go for it.
    pub(crate) fn keep(
        &mut self,
        text: &str,
        description: Arc<Description>,
    ) -> Option<Arc<Description>> {
        let gone = if self.by_text.len() < self.max { None } else { self.oldest() };
        let gone = gone.and_then(|text| self.by_text.remove(&text));
        self.uses += 1;
        self.by_text.insert(text.into(), Entry { description, used: self.uses });
        gone.map(|entry| entry.description)
    }

    fn oldest(&self) -> Option<Box<str>> {
        let oldest = self.by_text.iter().min_by_key(|(_, entry)| entry.used);
        oldest.map(|(text, _)| text.clone())
    }

    pub(crate) fn forget(&mut self, text: &str) -> Option<Arc<Description>> {
        self.by_text.remove(text).map(|entry| entry.description)
    }

    pub(crate) fn clear(&mut self) {
        self.by_text.clear();
    }
}

impl Description {
    /// Stands for a statement that is described once its values are known.
    pub(crate) fn untyped(sketch: &Sketch) -> Self {
        Self {
            sql: sketch.sql.clone(),
            name: Box::default(),
            slots: sketch.slots.clone(),
            params: Vec::new(),
            wished: Vec::new(),
            output: Arc::default(),
            taint: sketch.taint,
            is_untyped: true,
            heaviness: Heaviness::default(),
        }
    }

    /// The types to ask for: where the server inferred `text` and the value is no text, or inferred
    /// none; `None` where the description serves as it is.
    pub(crate) fn wishes(&self, params: Params<'_>) -> Option<Vec<Oid>> {
        self.wishes_at(&self.slots, params)
    }

    pub(crate) fn wishes_at(&self, slots: &[Slot], params: Params<'_>) -> Option<Vec<Oid>> {
        let wish = |slot| params.value(slot).ok().and_then(types::wished_type);
        if self.is_untyped {
            return Some(
                slots.iter().map(|slot| wish(slot).unwrap_or(types::builtin::TEXT)).collect(),
            );
        }
        let is_text = |kind: &PgType| kind.oid == types::builtin::TEXT;
        let pairs = || self.params.iter().zip(slots);
        if !pairs().any(|(kind, slot)| is_text(kind) && wish(slot).is_some()) {
            return None;
        }
        let wished =
            |(kind, slot): (&Arc<PgType>, _)| if is_text(kind) { wish(slot) } else { None };
        Some(pairs().map(|pair| wished(pair).unwrap_or(0)).collect())
    }

    /// Tells whether another description binds and answers the same.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let oids = |types: &[Arc<PgType>]| types.iter().map(|kind| kind.oid).collect::<Vec<_>>();
        oids(&self.params) == oids(&other.params)
            && oids(&self.output.types) == oids(&other.output.types)
            && self.output.columns == other.output.columns
    }
}

/// The key of a description whose parameters have types that were asked for.
pub(crate) fn key_with_wishes(text: &str, wished: &[Oid]) -> String {
    use std::fmt::Write;
    let mut key = format!("{text}\0");
    for oid in wished {
        // Writing to a String does not fail.
        let _ = write!(key, "{oid},");
    }
    key
}

fn name_of(sql: &str, wished: &[Oid]) -> Box<str> {
    let mut hash = Sha256::new();
    hash.update(sql.as_bytes());
    wished.iter().for_each(|oid| hash.update(oid.to_be_bytes()));
    let digest = hash.finalize();
    let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("hypostyle_{hex}").into()
}

impl PostgresConnection {
    /// Looks at a text without the server.
    pub(crate) fn plan(&self, text: &str) -> Attempt<Plan> {
        let dialect = self.dialect();
        let mut parts = split(text, dialect);
        let first = parts.next();
        if parts.next().is_some() {
            return Ok(Plan::Several);
        }
        let translated = translate(text, dialect, Marker::Dollar)?;
        let verb = classify(text, dialect).verb;
        let taint = first.map_or_else(Taint::default, |_| Taint::of(text, dialect, verb));
        Ok(Plan::One(Sketch { sql: translated.text.into(), slots: translated.slots, taint }))
    }

    /// The name a statement is prepared under; none where the server may change.
    pub(crate) fn name_of(&self, sql: &str, wished: &[Oid]) -> Box<str> {
        if self.is_pooled() { Box::default() } else { name_of(sql, wished) }
    }

    /// Has the server describe a statement, which is then prepared under the name.
    pub(crate) async fn describe(
        &mut self,
        sketch: &Sketch,
        wished: Vec<Oid>,
        name: Box<str>,
    ) -> Attempt<Arc<Description>> {
        let out = &mut self.wire.output;
        if !name.is_empty() {
            // A call that was dropped may have left it prepared.
            frontend::close(b'S', &name, out)?;
        }
        frontend::parse(&name, &sketch.sql, wished.iter().copied(), out)?;
        frontend::describe(b'S', &name, out)?;
        self.sync();
        let (mut params, mut fields) = (Vec::new(), Vec::new());
        let mut failure = None;
        loop {
            match self.next().await? {
                Message::ParameterDescription(body) => params = body.parameters().collect()?,
                Message::RowDescription(body) => fields = read_columns(&body)?,
                Message::ErrorResponse(body) => failure = Some(self.server_error(&body)?),
                Message::ReadyForQuery(_) => break,
                _ => {}
            }
        }
        if let Some(error) = failure {
            return Err(Failure::Server(Box::new(error)));
        }
        let mut param_types = Vec::with_capacity(params.len());
        for oid in params {
            param_types.push(self.type_of(oid).await?);
        }
        let output = Arc::new(self.output(fields).await?);
        Ok(Arc::new(Description {
            sql: sketch.sql.clone(),
            name,
            slots: sketch.slots.clone(),
            params: param_types,
            wished,
            output,
            taint: sketch.taint,
            is_untyped: false,
            heaviness: Heaviness::default(),
        }))
    }

    async fn output(&mut self, fields: Vec<Field>) -> Attempt<Output> {
        let mut columns = OutputColumns::default();
        for field in fields {
            let kind = self.type_of(field.oid).await?;
            let format = kind.result_format();
            columns.push(field, kind, format);
        }
        Ok(columns.end())
    }
}

/// The columns of a result as they are learned, one by one.
#[derive(Default)]
pub(crate) struct OutputColumns {
    columns: Vec<Column>,
    types: Vec<Arc<PgType>>,
    formats: Vec<i16>,
}

impl OutputColumns {
    pub(crate) fn push(&mut self, field: Field, kind: Arc<PgType>, format: i16) {
        let declared = match (&kind.kind, field.modifier) {
            (Kind::Numeric, modifier @ NUMERIC_MODIFIER..) => digits_of_numeric(modifier),
            _ => kind.name.clone(),
        };
        self.columns.push(Column { name: field.name, kind: kind.value_type(), declared });
        self.types.push(kind);
        self.formats.push(format);
    }

    pub(crate) fn end(self) -> Output {
        let Self { columns, types, formats } = self;
        Output { columns: Arc::new(Columns::new(columns)), types, formats }
    }
}

/// What the server says of a column of a result.
pub(crate) struct Field {
    name: Box<str>,
    pub(crate) oid: Oid,
    /// The form in which its values come, where that is described.
    pub(crate) format: i16,
    modifier: i32,
}

pub(crate) fn read_columns(body: &RowDescriptionBody) -> std::io::Result<Vec<Field>> {
    let read = |field: postgres_protocol::message::backend::Field<'_>| {
        Ok(Field {
            name: field.name().into(),
            oid: field.type_oid(),
            format: field.format(),
            modifier: field.type_modifier(),
        })
    };
    body.fields().map(read).collect()
}

/// The modifier of a numeric without digits before or after its point; −1 stands for any number.
const NUMERIC_MODIFIER: i32 = 4;

/// Declares a numeric with its digits.
///
/// # Source
/// `numeric_typmod_precision` and `numeric_typmod_scale` of PostgreSQL: the scale is a signed number of
/// 11 bits.
fn digits_of_numeric(modifier: i32) -> Box<str> {
    let modifier = modifier - NUMERIC_MODIFIER;
    let (precision, scale) = ((modifier >> 16) & 0xffff, ((modifier & 0x7ff) ^ 1024) - 1024);
    format!("numeric({precision},{scale})").into()
}

/// Tells whether a statement answers no rows for sure, so that it needs no description.
pub(crate) fn answers_nothing(sql: &str, verb: Verb, dialect: hypostyle_sql::Dialect) -> bool {
    let quiet = matches!(
        verb,
        Verb::Insert
            | Verb::Update
            | Verb::Delete
            | Verb::Create
            | Verb::Alter
            | Verb::Drop
            | Verb::Truncate
            | Verb::Set
            | Verb::Begin
            | Verb::Commit
            | Verb::Rollback
            | Verb::Savepoint
            | Verb::Release
            | Verb::Vacuum
            | Verb::Analyze
    );
    let returns = |sql: &str| {
        tokens(sql, dialect).any(|token| {
            token.kind == TokenKind::Word && token.text(sql).eq_ignore_ascii_case("returning")
        })
    };
    quiet && !returns(sql)
}

/// The value of a parameter of a statement.
pub(crate) fn bound<'p>(
    description: &Description,
    params: Params<'p>,
    at: usize,
) -> hypostyle_core::Result<ValueRef<'p>> {
    match description.slots.get(at) {
        Some(slot) => params.value(slot),
        None => Err(hypostyle_core::Error::new(
            hypostyle_core::ErrorKind::Parameter,
            format!("the server counts a parameter {} that the text does not have", at + 1),
        )),
    }
}
