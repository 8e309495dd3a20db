//! What is to be done: files beside what the tracking table says. No I/O.

use std::collections::BTreeMap;
use std::fmt;

use hypostyle_core::{Error, ErrorKind, Result, Timestamp};
use serde::{Serialize, Serializer};

use super::tracking::Row;
use super::{Migration, MigrationKind, MigrationSet, Version};

/// The most faults that one message lists.
const FAULTS_SHOWN_MAX: usize = 10;

/// A migration and how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The version.
    pub version: Version,
    /// The set.
    pub kind: MigrationKind,
    /// What it does.
    pub description: String,
    /// The name of the file; of one that is gone, its name when it was applied.
    pub filename: String,
    /// How it stands.
    #[serde(flatten)]
    pub state: State,
}

impl Entry {
    /// Tells whether something of it is still to be applied.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Pending | State::OutOfOrder { .. } | State::Stopped { .. })
    }
}

/// How a migration stands.
///
/// # Shape
/// As JSON the field `state` is the variant in snake case, beside the fields of the variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// It was applied, and its file says the same still.
    Applied {
        /// When it was applied, in UTC.
        #[serde(rename = "applied_at", serialize_with = "iso")]
        at: Option<Timestamp>,
    },
    /// It is to be applied.
    Pending,
    /// It was applied, and its file was changed since.
    Changed {
        /// When it was applied, in UTC.
        #[serde(rename = "applied_at", serialize_with = "iso")]
        at: Option<Timestamp>,
        /// The checksum of the file when it was applied.
        was: String,
        /// The checksum of the file now.
        is: String,
    },
    /// It was applied, and its file is gone.
    Missing {
        /// When it was applied, in UTC.
        #[serde(rename = "applied_at", serialize_with = "iso")]
        at: Option<Timestamp>,
    },
    /// A run stopped in it: it is applied in part.
    Stopped {
        /// The number of the statement, from 1.
        statement: i64,
        /// The beginning of the statement.
        text: String,
        /// Why, where it is known.
        error: Option<String>,
    },
    /// It was not applied, but a newer one of its set was.
    OutOfOrder {
        /// The newest version that was applied.
        newest: Version,
    },
}

/// Writes the state as a person reads it, as `applied 2026-11-21 12:00:00`.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, at) = match self {
            Self::Applied { at } => ("applied", at),
            Self::Changed { at, .. } => ("changed since it was applied", at),
            Self::Missing { at } => ("its file is gone; applied", at),
            Self::Pending => return f.pad("pending"),
            Self::Stopped { statement, text, error } => {
                let error = error.as_deref().unwrap_or("the run ended there");
                return write!(f, "stopped at statement {statement}, `{text}`: {error}");
            }
            Self::OutOfOrder { newest } => {
                return write!(f, "pending, out of order: {newest} is applied");
            }
        };
        match at {
            Some(at) => write!(f, "{state} {}", at.text()),
            None => f.write_str(state),
        }
    }
}

/// Compares a set with what was applied; answers every migration known to either, by version.
pub(super) fn entries(set: &MigrationSet, rows: &[Row]) -> Vec<Entry> {
    let of_kind = rows.iter().filter(|row| row.kind == set.kind());
    let mut applied: BTreeMap<&Version, &Row> = of_kind.map(|row| (&row.version, row)).collect();
    let newest = applied.keys().rfind(|version| !version.is_repeatable());
    let newest = newest.map(|version| (*version).clone());
    let mut entries: Vec<Entry> = Vec::with_capacity(set.migrations().len());
    for migration in set.migrations() {
        let state = match applied.remove(&migration.version) {
            Some(row) => applied_state(migration, row),
            None => match &newest {
                Some(newest) if *newest > migration.version => {
                    State::OutOfOrder { newest: newest.clone() }
                }
                _ => State::Pending,
            },
        };
        entries.push(entry(migration, state));
    }
    entries.extend(applied.into_values().map(|row| Entry {
        version: row.version.clone(),
        kind: row.kind,
        description: row.description.clone(),
        filename: row.filename.clone(),
        state: State::Missing { at: row.applied_at },
    }));
    entries.sort_by(|left, right| left.version.cmp(&right.version));
    entries
}

/// How a migration stands that was applied; a repeatable one that was changed is to run again.
pub(super) fn applied_state(migration: &Migration, row: &Row) -> State {
    let at = row.applied_at;
    match &row.checksum {
        Some(was) if *was != migration.checksum && migration.version.is_repeatable() => {
            State::Pending
        }
        Some(was) if *was != migration.checksum => {
            State::Changed { at, was: was.clone(), is: migration.checksum.clone() }
        }
        _ => State::Applied { at },
    }
}

pub(super) fn entry(migration: &Migration, state: State) -> Entry {
    Entry {
        version: migration.version.clone(),
        kind: migration.kind,
        description: migration.description.clone(),
        filename: migration.filename.clone(),
        state,
    }
}

/// What a run is to do.
pub(super) struct Ask<'a> {
    pub(super) target: Option<&'a Version>,
    pub(super) allows_out_of_order: bool,
    /// How changed files differ from what was applied, where that is known.
    pub(super) differences: &'a BTreeMap<Version, String>,
}

/// Answers the files that were changed after they were applied, each with the checksum it had.
pub(super) fn changed<'s>(set: &'s MigrationSet, rows: &[Row]) -> Vec<(&'s Migration, String)> {
    let of_kind = rows.iter().filter(|row| row.kind == set.kind());
    let applied: BTreeMap<&Version, &Row> = of_kind.map(|row| (&row.version, row)).collect();
    let state =
        |migration: &'s Migration| match applied_state(migration, applied.get(&migration.version)?)
        {
            State::Changed { was, .. } => Some((migration, was)),
            _ => None,
        };
    set.migrations().iter().filter_map(state).collect()
}

/// Picks what is to be applied, in order; refuses everything when one migration is at fault.
pub(super) fn pending<'s>(
    set: &'s MigrationSet,
    rows: &[Row],
    ask: &Ask<'_>,
) -> Result<Vec<&'s Migration>> {
    if let Some(target) = ask.target {
        check_target(set, target)?;
    }
    let is_asked = |version: &Version| ask.target.is_none_or(|target| version <= target);
    let entries = entries(set, rows);
    let faults: Vec<String> = entries
        .iter()
        .filter(|entry| match entry.state {
            State::OutOfOrder { .. } => !ask.allows_out_of_order && is_asked(&entry.version),
            // A repeatable file that is gone has nothing to run again.
            State::Missing { .. } => !entry.version.is_repeatable(),
            State::Changed { .. } => true,
            State::Applied { .. } | State::Pending | State::Stopped { .. } => false,
        })
        .filter_map(|entry| {
            let fault = fault(entry)?;
            Some(match ask.differences.get(&entry.version) {
                Some(difference) => format!("{fault}\n{difference}"),
                None => fault,
            })
        })
        .collect();
    if !faults.is_empty() {
        return Err(refusal(&faults));
    }
    let here = entries.iter().filter(|entry| !matches!(entry.state, State::Missing { .. }));
    let pairs = set.migrations().iter().zip(here);
    let open = pairs.filter(|(_, entry)| {
        matches!(entry.state, State::Pending | State::OutOfOrder { .. }) && is_asked(&entry.version)
    });
    Ok(open.map(|(migration, _)| migration).collect())
}

/// Picks what is to be undone to get down to a version, the newest first; refuses everything where
/// one of them has nothing that undoes it.
pub(super) fn undone<'s>(
    set: &'s MigrationSet,
    rows: &[Row],
    target: &Version,
) -> Result<Vec<&'s Migration>> {
    if !target.is_zero() {
        check_target(set, target)?;
    }
    let mut above: Vec<&Row> = rows
        .iter()
        .filter(|row| row.kind == set.kind() && !row.version.is_repeatable())
        .filter(|row| row.version > *target)
        .collect();
    above.sort_by(|left, right| right.version.cmp(&left.version));
    let find = |row: &&Row| {
        let found = set.migrations().iter().find(|migration| migration.version == row.version);
        match found {
            Some(migration) if migration.undo.is_some() => Ok(migration),
            Some(migration) => Err(format!(
                "nothing undoes {}; write U{}__{}.sql, or a section after a line `-- rollback`",
                migration.shown(),
                migration.version,
                migration.description.replace(' ', "_")
            )),
            None => {
                Err(format!("{} ({}) was applied, but its file is gone", row.filename, row.version))
            }
        }
    };
    let mut migrations = Vec::with_capacity(above.len());
    let mut faults = Vec::new();
    for found in above.iter().map(find) {
        match found {
            Ok(migration) => migrations.push(migration),
            Err(fault) => faults.push(fault),
        }
    }
    match faults.is_empty() {
        true => Ok(migrations),
        false => Err(refusal(&faults)),
    }
}

/// Says what is wrong with a migration, and what to do.
pub(super) fn fault(entry: &Entry) -> Option<String> {
    let Entry { filename, kind, version, .. } = entry;
    match &entry.state {
        State::Applied { .. } | State::Pending | State::Stopped { .. } => None,
        State::Changed { was, is, .. } => Some(format!(
            "{filename} ({kind}) was changed after it was applied: its checksum was {was} and is \
             {is} now; restore the file, and write the change as a new migration"
        )),
        State::Missing { .. } => Some(format!(
            "{filename} ({kind}, version {version}) was applied, but its file is gone; restore it, \
             or look in the right folder"
        )),
        State::OutOfOrder { newest } => Some(format!(
            "{filename} ({kind}) was not applied, but the newer version {newest} was; give it a \
             version above {newest}, or allow migrations out of order"
        )),
    }
}

fn refusal(faults: &[String]) -> Error {
    let mut message = format!("no migration was run: {}", faults[0]);
    for fault in faults.iter().take(FAULTS_SHOWN_MAX).skip(1) {
        message += &format!("\n{fault}");
    }
    if let Some(more) = faults.len().checked_sub(FAULTS_SHOWN_MAX).filter(|more| *more > 0) {
        message += &format!("\nand {more} more");
    }
    Error::new(ErrorKind::Validation, message)
}

fn check_target(set: &MigrationSet, target: &Version) -> Result<()> {
    let migrations = set.migrations();
    if migrations.iter().any(|migration| migration.version == *target) {
        return Ok(());
    }
    let newest = match migrations.iter().rfind(|each| !each.version.is_repeatable()) {
        Some(last) => format!("the newest is {}", last.version),
        None => "there is none at all".to_owned(),
    };
    let message = format!("there is no {} migration of version {target}; {newest}", set.kind());
    Err(Error::new(ErrorKind::Validation, message))
}

fn iso<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.serialize_str(&at.iso("Z").to_string()),
        None => serializer.serialize_none(),
    }
}
