//! What a run tells while it goes on, and when it has ended.

use std::time::Duration;

use serde::Serialize;

use super::{Migration, MigrationKind, Version};

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What this run applied, in order.
    pub applied: Vec<Applied>,
    /// How many another process applied while this one was about to.
    pub applied_elsewhere: usize,
}

/// A migration that a run applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// The version.
    pub version: Version,
    /// The set.
    pub kind: MigrationKind,
    /// What it does.
    pub description: String,
    /// The name of the file.
    pub filename: String,
    /// How many statements it has; none where it is code.
    pub statements: usize,
    /// How long it took, its commit included and the wait for the database not.
    pub took: Duration,
}

/// A migration that a run would run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Planned {
    /// The version.
    pub version: Version,
    /// The set.
    pub kind: MigrationKind,
    /// What it does.
    pub description: String,
    /// The name of the file.
    pub filename: String,
    /// Its statements, without semicolons, their placeholders filled.
    pub statements: Vec<String>,
    /// Whether they are one transaction.
    pub is_transaction: bool,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress<'m> {
    /// The migration it is at.
    pub migration: &'m Migration,
    /// Its place among those to be applied, from 1.
    pub number: usize,
    /// How many are to be applied.
    pub total: usize,
    /// What happened to it.
    pub event: ProgressEvent,
}

/// What happened to a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProgressEvent {
    /// It is about to be applied.
    Begins,
    /// It was applied, in this time.
    Applied(Duration),
    /// Another process had applied it meanwhile.
    AppliedElsewhere,
    /// It failed, and nothing of it remains.
    Failed,
}
