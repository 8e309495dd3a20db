//! Models and repositories: typed where the table is known when the program is written, dynamic where
//! it is named at run time.
//!
//! # Parts
//! - [`Model`], derived for a structure, gives it a table ([`Definition`]), typed columns
//!   ([`Column`]) and a [`Repository`].
//! - [`Embed`], derived for a structure, makes its fields columns of the models that have it.
//! - [`Find`] builds queries of [`Filter`]s and [`Order`]s, runs them whole, page by page or row by row,
//!   and loads what belongs to the rows along with them ([`HasMany`], [`BelongsTo`], …).
//! - [`Models`] gathers the models of a database for `migrate diff`.
//! - [`operation`] runs documents, and their typed twin, on tables that are named at run time.
//!
//! # Features
//! `chrono` and `decimal` make the types of these crates fields; `garde` has its rules check what is
//! written.
//!
//! # Invariants
//! - Values are bound, never written into a text; names come from the model.
//! - The number of statements does not grow with the number of rows: keys that are numbers go as one value;
//!   of others SQLite and MySQL take 16 384 a statement.
//! - NULL comes last in every order, on every engine.

mod change;
#[cfg(feature = "garde")]
mod checked;
mod column;
mod definition;
mod embed;
mod field;
mod filter;
mod find;
mod include;
mod model;
mod models;
pub mod operation;
mod order;
mod relation;
mod repository;
mod scope;
mod writer;

pub use change::{Change, Changes};
#[cfg(feature = "garde")]
pub use checked::checked;
pub use column::{Column, ColumnName, JsonPath, Numeric, Operand, Textual};
pub use definition::{
    Action, ColumnDefinition, DefaultValue, Definition, IndexDefinition, Reference, Role,
};
pub use embed::{Always, Embed, Embedded, EmbeddedColumns, Maybe};
pub use field::{Bound, Field, FieldKind, Json, Key, bind_json};
pub use filter::Filter;
pub use find::{
    Aggregate, Aggregates, CursorKey, CursorPage, Figure, Find, PAGE_ROWS_MAX, Page, Selection,
    count_all,
};
pub use hypostyle_macros::{Embed, Labels, Model};
pub use include::{Append, Include, Includes};
pub use model::{Model, NewRow, Whole, places};
pub use models::Models;
pub use order::{Order, Orders};
pub use relation::{BelongsTo, HasMany, HasOne, ManyToMany, Related, RelatedCount};
pub use repository::{Bulk, Repository, Unique};

/// What the code of the derives names.
#[doc(hidden)]
pub mod derive {
    pub use crate::embed::{ColumnsAt, Joined, Place, Presence};
    pub use hypostyle_core::{
        Columns, Error, FromRow, FromValue, Mismatch, Result, Row, Value, ValueRef,
    };
}
