//! The settings of an application: what they are, where they come from, what is wrong with them.
//!
#![doc = include_str!("reference.md")]

mod bytes;
mod declare;
mod entry;
mod file;
mod hint;
mod json_schema;
mod kind;
mod layer;
mod load;
mod open;
mod origin;
mod problem;
mod reference;
mod secret;
mod source;
mod table;
mod value;
mod variables;

pub use declare::Setting;
pub use entry::Entry;
pub use json_schema::json_schema;
pub use kind::{Item, Kind};
pub use load::Sources;
pub use origin::Origin;
pub use problem::{Problem, Problems};
pub use reference::reference;
pub use secret::{DatabaseUrl, Secret};
pub use table::{Chart, DatabaseSettings, Panel, Server, Settings, Sqlite, all, find};
