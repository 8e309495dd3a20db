//! The program as its users run it: built, with arguments, pipes and signals.

#[cfg(test)]
mod place;

#[cfg(test)]
mod application;
#[cfg(test)]
#[cfg(feature = "arrow")]
mod arrow;
#[cfg(test)]
mod check;
#[cfg(test)]
mod config;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod migrate;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod operate;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod psql;
#[cfg(test)]
mod query;
#[cfg(test)]
mod script;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod shell;
#[cfg(test)]
#[cfg(unix)]
mod signals;
#[cfg(test)]
mod tools;
