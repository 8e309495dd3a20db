//! Models and repositories: typed where the table is known when the program is written, dynamic where
//! it is named at run time.

pub mod operation;
