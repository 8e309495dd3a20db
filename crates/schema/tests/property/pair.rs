//! Two schemas by chance, and whether what is planned between them leads there and back.

use std::fmt::Write as _;

use fastrand::Rng;
use hypostyle::schema::desired::actual;
use hypostyle::schema::diff::{Answer, Diff, diff};
use hypostyle::schema::plan::{Plan, plan};
use hypostyle::schema::{Schema, Table, inspect};
use hypostyle::{Error, ErrorKind, Result};

use crate::compare::comparable;
use crate::draft::Draft;
use crate::edit::Edit;
use crate::engine::{Engine, Place};
use crate::ground::Ground;
use crate::rows::Rows;

/// How many changes have their turn in one pair.
const AT_ONCE: usize = 8;

/// How far these stand apart in the list, in which those that undo each other are neighbours.
const APART: usize = 17;

/// Two schemas as the changes that make them.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    engine: Engine,
    pub(crate) seed: u64,
    first: Vec<Edit>,
    second: Vec<Edit>,
    /// The second is made from nothing, not from the first.
    is_unrelated: bool,
}

/// What was seen of a pair that held.
pub(crate) struct Held {
    pub(crate) from: Schema,
    pub(crate) to: Schema,
    /// How many tables had rows.
    pub(crate) filled: usize,
    /// Why there is no plan, where the engine has no words for one.
    pub(crate) refused: Option<String>,
}

impl Pair {
    pub(crate) fn new(engine: Engine, seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let is_unrelated = rng.u8(..12) == 0;
        let many = if rng.u8(..16) == 0 { 0 } else { rng.usize(3..16) };
        let mut first: Vec<Edit> = (0..many).map(|_| Edit::any(engine, &mut rng, true)).collect();
        let names = Edit::names(engine);
        // Each change has its turn, on what the same change made before.
        let turn = usize::try_from(seed).unwrap_or_default();
        let turns = || (0..AT_ONCE).map(|at| names[(turn + at * APART) % names.len()]);
        let mut of = |name| Edit { name, seed: rng.u64(..) };
        if many > 0 {
            first.extend(turns().map(&mut of));
        }
        let mut second: Vec<Edit> = turns().map(&mut of).collect();
        let many = if is_unrelated { rng.usize(..9) } else { rng.usize(..4) };
        second.extend((0..many).map(|_| Edit::any(engine, &mut rng, is_unrelated)));
        Self { engine, seed, first, second, is_unrelated }
    }

    fn drafts(&self) -> (Draft, Draft) {
        let mut from = Draft::new(self.engine);
        for edit in &self.first {
            edit.make(&mut from);
        }
        let mut to = if self.is_unrelated { Draft::new(self.engine) } else { from.clone() };
        to.renamed.clear();
        for edit in &self.second {
            edit.make(&mut to);
        }
        (from, to)
    }

    /// Plans from one to the other, runs it on rows, and goes back.
    pub(crate) async fn check(&self, ground: &mut Ground) -> Result<Held, String> {
        let (a, b) = self.drafts();
        ground.clear().await.map_err(told)?;
        let Ground { left, right, .. } = ground;
        make(left, &a.schema)
            .await
            .map_err(|error| format!("the first cannot be made: {error}"))?;
        make(right, &b.schema)
            .await
            .map_err(|error| format!("the second cannot be made: {error}"))?;
        let from = seen(left).await.map_err(told)?;
        let to = seen(right).await.map_err(told)?;
        let dialect = a.dialect();
        let own = diff(&from, &from, dialect, &[]);
        if !own.changes.is_empty() || !own.questions.is_empty() {
            return Err(format!("a schema differs from itself: {own:#?}"));
        }
        let found = answered(&from, &to, &b);
        let planned = match plan(&found, &from, &to, dialect) {
            Ok(planned) => planned,
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                let refused = Some(error.message().to_owned());
                return Ok(Held { from, to, filled: 0, refused });
            }
            Err(error) => return Err(told(error)),
        };
        let rows = Rows::between(&from, &to, &b, dialect);
        rows.fill(left).await.map_err(|error| format!("rows do not fit: {error}"))?;
        let before = rows.before(left).await.map_err(told)?;
        step(left, &to, &planned, true).await?;
        let after = rows.after(left).await.map_err(|error| format!("{error}\n{planned:#?}"))?;
        if before != after {
            return Err(format!("rows changed: {before:#?}\nto {after:#?}\n{planned:#?}"));
        }
        step(left, &from, &planned, false).await?;
        let back = rows.before(left).await.map_err(told)?;
        if before != back {
            return Err(format!("rows changed back: {before:#?}\nto {back:#?}\n{planned:#?}"));
        }
        Ok(Held { from, to, filled: rows.tables(), refused: None })
    }

    /// Leaves out changes one by one as long as it still fails; answers the least pair that does.
    pub(crate) async fn shrunk(self, ground: &mut Ground, mut error: String) -> (Self, String) {
        let mut least = self;
        loop {
            let mut is_smaller = false;
            for at in (0..least.first.len() + least.second.len()).rev() {
                let mut smaller = least.clone();
                match at.checked_sub(least.first.len()) {
                    Some(at) => drop(smaller.second.remove(at)),
                    None => drop(smaller.first.remove(at)),
                }
                if let Err(other) = smaller.check(ground).await {
                    (least, error, is_smaller) = (smaller, other, true);
                }
            }
            if !is_smaller {
                return (least, error);
            }
        }
    }

    /// Writes the pair with the statements that make both schemas.
    pub(crate) fn shown(&self) -> String {
        let (from, to) = self.drafts();
        let mut text = format!(
            "seed {} on {}: {:?}, then {:?}",
            self.seed,
            self.engine.name(),
            self.first,
            self.second
        );
        for (name, draft) in [("first", from), ("second", to)] {
            let made = making(&draft.schema, &draft)
                .map_or_else(|error| vec![error.to_string()], |it| it.up.statements);
            let _ = write!(text, "\n\n-- the {name}\n{};", made.join(";\n"));
        }
        text
    }
}

fn making(schema: &Schema, draft: &Draft) -> Result<Plan> {
    let nothing = Schema::default();
    plan(&diff(&nothing, schema, draft.dialect(), &[]), &nothing, schema, draft.dialect())
}

/// What stands in a database: of PostgreSQL all schemas, of the others the one there is, which is called
/// as the database.
async fn seen(place: &Place) -> Result<Schema> {
    match place.db.engine().dialect.is_postgres() {
        true => inspect(&place.db).await,
        false => actual(&place.db).await,
    }
}

async fn make(place: &Place, schema: &Schema) -> Result<()> {
    let (nothing, dialect) = (Schema::default(), place.db.engine().dialect);
    let planned = plan(&diff(&nothing, schema, dialect, &[]), &nothing, schema, dialect)?;
    place.apply(&planned.up).await
}

/// The difference, with what was renamed said, and what only looks so denied.
fn answered(from: &Schema, to: &Schema, draft: &Draft) -> Diff {
    let mut answers = Vec::new();
    for table in &from.tables {
        let new = draft.new_name(&table.name);
        let Some(wanted) = to.tables.iter().find(|it| it.name == new) else { continue };
        if new != table.name {
            answers.push(Answer { subject: table.name.clone(), to: Some(new.clone()) });
        }
        answers.extend(renamed_columns(table, wanted, draft));
    }
    loop {
        let found = diff(from, to, draft.dialect(), &answers);
        if found.questions.is_empty() {
            return found;
        }
        answers.extend(
            found.questions.iter().map(|question| Answer { subject: question.subject(), to: None }),
        );
    }
}

fn renamed_columns(table: &Table, wanted: &Table, draft: &Draft) -> Vec<Answer> {
    let renamed = table.columns.iter().filter_map(|column| {
        let new = draft.new_name(&column.name);
        let is_renamed = new != column.name && wanted.columns.iter().any(|it| it.name == new);
        let subject = format!("{}.{}", wanted.name, column.name);
        is_renamed.then_some(Answer { subject, to: Some(new) })
    });
    renamed.collect()
}

/// Runs a plan there or back, and compares what stands then with what is wanted.
async fn step(place: &Place, wanted: &Schema, planned: &Plan, is_up: bool) -> Result<(), String> {
    let (way, script) = if is_up { ("there", &planned.up) } else { ("back", &planned.down) };
    let ran = &script.statements;
    place.apply(script).await.map_err(|error| format!("{way}: {error}\nran: {ran:#?}"))?;
    let found = comparable(seen(place).await.map_err(told)?);
    let wanted = comparable(wanted.clone());
    match found == wanted {
        true => Ok(()),
        false => {
            Err(format!("not the same {way}:\n{}\nran: {ran:#?}", difference(&found, &wanted)))
        }
    }
}

/// The lines of the two that differ, with those around them.
fn difference(found: &Schema, wanted: &Schema) -> String {
    let (found, wanted) = (format!("{found:#?}"), format!("{wanted:#?}"));
    similar::TextDiff::from_lines(&found, &wanted).unified_diff().context_radius(12).to_string()
}

fn told(error: Error) -> String {
    match error.kind() {
        ErrorKind::Io => format!("{error} (is the server installed? ./dev services install)"),
        _ => error.to_string(),
    }
}
