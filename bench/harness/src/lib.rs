//! Measures the same work through several libraries, side by side.
//!
//! A [`Group`] holds one [`Case`] per library. It runs them in rounds and starts each round one
//! case further, so that a disturbance of the machine does not always meet the same library. Every
//! ratio is taken inside a round and the median of the rounds is shown.
//!
//! Invariants:
//! - a figure is wall time and process CPU time of one operation, never a rate;
//! - a case checks its own result and panics on a wrong one, so a wrong answer has no figure;
//! - preparing and checking happen outside the measured span.

mod case;
mod child;
mod goal;
mod group;
mod process;
mod report;
mod statistics;
mod table;

pub use case::{Case, Sample, Unit, measure};
pub use child::{ChildFigures, run_child};
pub use goal::{Bound, Goal, Verdict};
pub use group::Group;
pub use process::{cpu_time, peak_memory_bytes};
pub use report::{CaseReport, GroupReport, Report, Settings};
