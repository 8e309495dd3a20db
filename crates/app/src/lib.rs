//! An application's folder: what it is set to, its modules, and their databases.
//!
//! # Invariants
//! - The environment, the folder and the flags are handed in; nothing of the process is changed.
//! - A secret leaves [`settings`] only by a call named `expose`, or in the URL that a database is
//!   opened with.
//! - One broken module keeps no other from being loaded.

mod application;
mod framework;
pub mod init;
pub mod modules;
mod problem;
pub mod settings;
mod status;

pub use application::{Application, Module};
pub use framework::{FRAMEWORK, migrations as framework_migrations};
pub use problem::Problem;
pub use status::{Found, Status, status};
