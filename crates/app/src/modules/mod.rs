//! The modules of an application: found in their folders, registered, then initialised.
//!
//! # Invariants
//! - Registering reads files only; it touches no database but a scratch one in memory. What only a
//!   server can tell of a model file is asked of it while initialising.
//! - Initialising does for each database what is missing, in transactions: however often it is
//!   begun, killed or run twice at once, it ends in the same state.
//! - One broken module keeps no other from being loaded.

mod initialise;
mod register;
mod scan;

pub use initialise::{Initialised, Step};
pub use register::{Plan, Registered, register};
pub use scan::{MODULES_MAX, Source, scan};

pub(crate) use initialise::initialise;
