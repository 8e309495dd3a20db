//! The behaviour suite: one file for each group of cases.
//!
//! The texts are the SQL that all engines share; what they do not share is asked of the
//! [`crate::Target`]. Each case creates what it needs in a database of its own.

pub mod arrow;
pub mod bulk;
pub mod cancellation;
pub mod catalog;
pub mod concurrency;
pub mod ddl;
pub mod edges;
pub mod errors;
pub mod hostile;
pub mod identifiers;
pub mod isolation;
pub mod limits;
pub mod metadata;
pub mod models;
pub mod nulls;
pub mod outages;
pub mod placeholders;
pub mod pool;
pub mod provoked;
pub mod results;
pub mod rows;
pub mod sessions;
pub mod sizes;
pub mod temporal;
pub mod transact;
pub mod transactions;
pub mod types;

use crate::Case;

/// Lists every case of every group.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    [
        types::CASES,
        temporal::CASES,
        edges::numbers::CASES,
        edges::times::CASES,
        edges::others::CASES,
        nulls::CASES,
        placeholders::CASES,
        hostile::CASES,
        identifiers::CASES,
        rows::CASES,
        results::CASES,
        metadata::CASES,
        catalog::CASES,
        ddl::CASES,
        errors::CASES,
        provoked::CASES,
        outages::CASES,
        limits::CASES,
        sizes::CASES,
        bulk::CASES,
        arrow::CASES,
        sessions::CASES,
        pool::CASES,
        transactions::CASES,
        transact::CASES,
        isolation::CASES,
        cancellation::CASES,
        cancellation::savepoints::CASES,
        concurrency::CASES,
        models::repository::CASES,
        models::queries::CASES,
        models::relations::CASES,
        models::pages::CASES,
        models::generated::CASES,
        models::checks::CASES,
        models::embedded::CASES,
    ]
    .into_iter()
    .flatten()
}
